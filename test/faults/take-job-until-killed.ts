/*
 * Takes jobs of the kind `delivery` from a queue on Redis and never ends with one: says which one it has, on standard
 * output, and waits to be killed. Arguments: the URL of Redis, the prefix of the queue, and after how many milliseconds
 * of silence a process counts as gone.
 */
import { BullMqJobQueue } from '@platform/jobs';
import { systemClock, systemRandom, systemTimers } from '@platform/kernel';

async function main(url: string, prefix: string, silenceMs: number): Promise<void> {
  const ports = { clock: systemClock, timers: systemTimers, random: systemRandom };
  const queue = await BullMqJobQueue.open({ url, prefix, silenceMs, ...ports });
  queue.handle('delivery', async job => {
    process.stdout.write(`${job.id}\n`);
    await new Promise(() => undefined);
  });
  await queue.start();
}

const [url = '', prefix = '', silenceMs = ''] = process.argv.slice(2);
void main(url, prefix, Number(silenceMs));
