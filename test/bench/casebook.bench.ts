import { performance } from 'node:perf_hooks';
import { eachOfStream, type EventLog } from '@platform/event-log';
import { seededRandom, toPosition, type StreamName } from '@platform/kernel';
import { QueryRejected } from '@platform/commands';
import { readCasebook } from '@trial/inspection';
import type { ViewDatabase } from '@platform/views';
import { percentile, rowOf, type Row } from './row';

const asked = 300;
const warmUp = 30;

/**
 * Casebooks of random participants as of random positions; beside them the bare reading of the same participants' own
 * streams up to there, without folding anything.
 */
export async function benchCasebook(
  log: EventLog,
  views: ViewDatabase,
  {
    trial,
    participants,
    seed = 7,
  }: { readonly trial: string; readonly participants: readonly string[]; readonly seed?: number },
): Promise<Row[]> {
  const random = seededRandom(seed);
  const head = Number(await log.head());
  const ours: number[] = [];
  const raw: number[] = [];
  for (let count = 0; count < asked + warmUp; count++) {
    const participant = participants[Math.floor(random.next() * participants.length)]!;
    const upTo = toPosition(Math.floor(head * (0.5 + random.next() / 2)));
    const began = performance.now();
    await readCasebook(
      { trial, participant },
      { log, views, scope: { trial, sites: 'all' }, standsAt: upTo },
    ).catch(onlyUnknown);
    const folded = performance.now();
    for (const stream of [`participant-${trial}.${participant}`, `treatment-${trial}.${participant}`]) {
      for await (const _ of eachOfStream(log, stream as StreamName, { upTo }));
    }
    if (count < warmUp) continue;
    ours.push(folded - began);
    raw.push(performance.now() - folded);
  }
  const p99 = percentile(ours, 0.99);
  return [
    rowOf(
      `casebook as of an earlier position, p50, log of ${head + 1} events`,
      percentile(ours, 0.5),
      percentile(raw, 0.5),
      'ms',
      p99,
    ),
  ];
}

/** At an early position many of the participants were not there yet: that is an answer too. */
function onlyUnknown(error: unknown): void {
  if (!(error instanceof QueryRejected)) throw error;
}
