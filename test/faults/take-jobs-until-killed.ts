/*
 * Takes jobs of the kind `delivery` from a queue on Redis and says which, on standard output, until it is killed.
 * Arguments: the URL of Redis, the prefix of the queue, after how many milliseconds of silence a process counts as
 * gone, and `holds` for a handler that never ends with its job.
 */
import { BullMqJobQueue } from '@platform/jobs';
import { systemClock, systemRandom, systemTimers } from '@platform/kernel';

async function main(url: string, prefix: string, silenceMs: number, holds: boolean): Promise<void> {
  const ports = { clock: systemClock, timers: systemTimers, random: systemRandom };
  const queue = await BullMqJobQueue.open({ url, prefix, silenceMs, ...ports });
  queue.handle('delivery', async job => {
    process.stdout.write(`${job.id}\n`);
    if (holds) await new Promise(() => undefined);
  });
  await queue.start();
  process.stdout.write('ready\n');
}

const [url = '', prefix = '', silenceMs = '', holds] = process.argv.slice(2);
void main(url, prefix, Number(silenceMs), holds === 'holds');
