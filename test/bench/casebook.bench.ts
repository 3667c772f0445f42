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
 * Casebooks of random participants as of random instants between the log's first event and its last, each asked for the
 * first time; beside them the bare reading of the own streams of other random participants, so that neither finds in
 * memory what the other one has read.
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
  const head = await log.head();
  const [first = 0, last = 0] = [await log.timeAt(toPosition(0)), await log.timeAt(head)];
  const anyone = (): string => participants[Math.floor(random.next() * participants.length)]!;
  const ours: number[] = [];
  const raw: number[] = [];
  for (let count = 0; count < asked + warmUp; count++) {
    const instant = Math.floor(first + random.next() * (last - first));
    const [participant, another] = [anyone(), anyone()];
    const began = performance.now();
    const standsAt = await log.positionAt(instant);
    const context = { log, views, scope: { trial, sites: 'all' }, standsAt } as const;
    await readCasebook({ trial, participant }, context).catch(onlyUnknown);
    const folded = performance.now();
    for (const stream of [`participant-${trial}.${another}`, `treatment-${trial}.${another}`]) {
      for await (const _ of eachOfStream(log, stream as StreamName, { upTo: standsAt }));
    }
    if (count < warmUp) continue;
    ours.push(folded - began);
    raw.push(performance.now() - folded);
  }
  const p99 = percentile(ours, 0.99);
  const row = (name: string, part: number): Row =>
    rowOf(
      `casebook as of an earlier instant, ${name}, log of ${Number(head) + 1} events`,
      percentile(ours, part),
      percentile(raw, part),
      'ms',
      p99,
    );
  return [row('p50', 0.5), row('p99', 0.99)];
}

/** At an early instant many of the participants were not there yet: that is an answer too. */
function onlyUnknown(error: unknown): void {
  if (!(error instanceof QueryRejected)) throw error;
}
