import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { rowOf, type Row } from './row';

const connections = 64;
const seconds = 8;

/**
 * A laboratory result over HTTP at 64 connections: authenticated, validated, decided, hashed and fsynced; beside it the
 * same route and the same check of the body on the same framework, with an empty handler behind it.
 */
export async function benchHttp(): Promise<Row[]> {
  const ours = await measured('ledger');
  const raw = await measured('empty');
  return [
    rowOf(
      'HTTP command, 64 connections, against the same route with an empty handler',
      ours.rate,
      raw.rate,
      'requests/s',
      ours.p99,
    ),
  ];
}

/** A host under load. */
export interface Served {
  readonly url: string;
  readonly token: string;
  readonly participants: readonly string[];
}

/** By a host in a process of its own. */
export async function measured(
  kind: 'ledger' | 'empty',
  measuredSeconds = seconds,
): Promise<{ rate: number; p99: number }> {
  const host = fork(join(__dirname, 'http-host.ts'), [kind], {
    execArgv: ['-r', join(__dirname, '../support/run-typescript.cjs')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const [served] = (await once(host, 'message')) as [Served];
    return await rateOf(served, measuredSeconds);
  } finally {
    await stopped(host);
  }
}

/** Warms up, and measures. */
export async function rateOf(
  served: Served,
  measuredSeconds: number,
): Promise<{ rate: number; p99: number }> {
  await load(served, 3);
  const { requests, latency, non2xx, statusCodeStats } = await load(served, measuredSeconds);
  if (non2xx > 0)
    throw new Error(`${non2xx} answers were no success, with ${JSON.stringify(statusCodeStats)}.`);
  return { rate: requests.average, p99: latency.p99 };
}

let sample = 0;

/**
 * A laboratory result like no other before it: the same one again would be answered without a write. It was taken after
 * the consent, so that no deviation follows from it, which would be a second command.
 */
export function nextRequest(participants: readonly string[]): {
  readonly path: string;
  readonly body: string;
} {
  sample++;
  const participant = participants[sample % participants.length]!;
  const at = `2024-0${4 + (sample % 6)}-${10 + (sample % 18)}T${10 + (sample % 13)}:${10 + (sample % 49)}`;
  const results = [
    { analyte: 'ALT', quantity: { value: 20 + sample / 1_000, unit: 'U/L' }, collectedAt: at },
  ];
  return {
    path: `/trials/NCT05794425/participants/${participant}/laboratory-results`,
    body: JSON.stringify({ results }),
  };
}

const load = ({ url, token, participants }: Served, duration: number): ReturnType<typeof autocannon> =>
  autocannon({
    url,
    connections,
    duration,
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    requests: [{ setupRequest: request => ({ ...request, ...nextRequest(participants) }) }],
  });

async function stopped(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null) return;
  host.kill('SIGTERM');
  await once(host, 'exit');
}
