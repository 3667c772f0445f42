import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '@platform/kernel';
import type { OutgoingMessage } from '@platform/delivery';
import { seriousRequest, waitingAlerts } from '../support/alerting/burst';
import { loopbackWebhooks } from '../support/alerting/loopback-webhooks';
import { WebhookReceiver } from '../support/alerting/webhook-receiver';
import { Program } from '../support/processes/program';
import { canStartRedis, startRedis } from '../support/redis';
import { newFolder, send } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';
import { percentile, rowOf, type Row } from './row';

const burst = 200;

interface Served {
  readonly url: string;
  readonly token: string;
  /** What the receiver checks signatures with. */
  readonly secret: string;
  readonly waiting: readonly { readonly participant: string; readonly adverseEvent: string }[];
}

/**
 * A burst of serious adverse events over HTTP: from the answer that one is durable to the request that the safety
 * officer's own receiver gets, its signature verified. Beside it, as many signed messages that go straight from the
 * channel to the receiver.
 */
export async function benchAlerts(): Promise<Row[]> {
  if (!canStartRedis)
    process.stderr.write('Not measured here: alerts with jobs on Redis. Install redis-server.\n');
  return [await benchEmbedded(), ...(canStartRedis ? [await benchOnRedis()] : [])];
}

/** One process that does everything. */
async function benchEmbedded(): Promise<Row> {
  const receiver = await WebhookReceiver.start();
  const host = fork(join(__dirname, 'http-host.ts'), ['alerts', receiver.url, String(2 * burst)], {
    execArgv: ['-r', join(__dirname, '../support/run-typescript.cjs')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const [served] = (await once(host, 'message')) as [Served];
    return await rowOfBursts('one process', served, receiver);
  } finally {
    await stopped(host);
    await receiver.stop();
  }
}

/** A host that only answers, a worker, and Redis, each in a process of its own. */
async function benchOnRedis(): Promise<Row> {
  const [redis, receiver, folder] = [await startRedis(), await WebhookReceiver.start(), newFolder()];
  const programs: Program[] = [];
  try {
    const running = await RunningTrial.start(['01'], { clock: systemClock }, { folder });
    const prepared = await waitingAlerts(running, receiver.url, 2 * burst);
    await running.ledger.leave();
    const environment = {
      ...{ LEDGER_DATA: folder, LEDGER_ROLE: 'api', REDIS_URL: redis.url },
      ...{ LEDGER_WEBHOOK_ALLOW: '127.0.0.0/8', LEDGER_WEBHOOK_HTTP: 'true' },
    };
    programs.push(await Program.start('worker', environment), await Program.start('api', environment));
    return await rowOfBursts('host, worker and Redis', { ...prepared, url: programs[1]!.url }, receiver);
  } finally {
    for (const program of programs) await program.stop();
    await receiver.stop();
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first burst warms up; the second one counts. */
async function rowOfBursts(how: string, served: Served, receiver: WebhookReceiver): Promise<Row> {
  receiver.secret = served.secret;
  await measured(served, served.waiting.slice(0, burst), receiver);
  // What else follows from it, such as the clocks of reports, has come to its end by then.
  await pause(5_000);
  const took = await measured(served, served.waiting.slice(burst), receiver);
  const raw = await straight(receiver, served.secret);
  const what = `${burst} SAEs in a burst, from the answer to the verified webhook, median; ${how}`;
  return rowOf(what, percentile(took, 0.5), percentile(raw, 0.5), 'ms', percentile(took, 0.99));
}

/** @returns milliseconds, one for each adverse event */
async function measured(
  { url, token }: Served,
  waiting: Served['waiting'],
  receiver: WebhookReceiver,
): Promise<number[]> {
  const answered = new Map<string, number>();
  const known = receiver.received.length;
  await Promise.all(
    waiting.map(async ({ participant, adverseEvent }) => {
      const { path, body } = seriousRequest(participant, adverseEvent);
      const { status } = await send(`${url}/trials/${trial}${path}`, 'POST', { token, body });
      if (status !== 201) throw new Error(`An assessment was answered with ${status}.`);
      answered.set(adverseEvent, performance.now());
    }),
  );
  await receiver.until(() => receiver.received.length - known >= waiting.length);
  const arrived = new Map(
    receiver.received.slice(known).map(({ at, message }) => {
      const { adverseEvent } = message.data.about as { readonly adverseEvent: string };
      return [adverseEvent, at];
    }),
  );
  return waiting.map(({ adverseEvent }) => {
    const at = arrived.get(adverseEvent);
    if (at === undefined) throw new Error('An alert came twice, and another one not at all.');
    // Who is told before the answer has come has not waited.
    return Math.max(0, at - answered.get(adverseEvent)!);
  });
}

async function straight(receiver: WebhookReceiver, secret: string): Promise<number[]> {
  const channel = loopbackWebhooks();
  const address = { channel: 'webhook', url: receiver.url, secret } as const;
  const known = receiver.received.length;
  const began = performance.now();
  const messageOf = (index: number): OutgoingMessage => ({
    ...{
      id: `raw-${index}`,
      type: 'alert.raised',
      at: new Date().toISOString(),
      subject: 'Raw',
      text: 'Raw',
    },
    data: {},
  });
  await Promise.all(Array.from({ length: burst }, (_, index) => channel.deliver(messageOf(index), address)));
  await channel.close();
  return receiver.received.slice(known).map(({ at }) => at - began);
}

async function stopped(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null) return;
  host.kill('SIGTERM');
  await once(host, 'exit');
}
