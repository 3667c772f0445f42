import { createHash } from 'node:crypto';
import { hashOf, logStart, type Position, type RecordedEvent } from '@platform/kernel';
import { eachPage, maxAppendBytes, WrongExpectedRevision, type EventLog } from './port';

export interface Migration {
  /** Events in both logs. */
  readonly events: number;
  /** Of these, how many this run has written. */
  readonly copied: number;
  /** SHA-256 over the hashes of all events in their order, of both logs. */
  readonly digest: string;
  /** Where the logs end; their positions are their own. */
  readonly fromHead: Position;
  readonly toHead: Position;
}

export interface MigrationProgress {
  readonly step: 'comparing' | 'copying' | 'verifying';
  /** Of the source. */
  readonly position: Position;
  readonly head: Position;
}

/** The target holds something that is not the beginning of the source. */
export class TargetDiffers extends Error {
  constructor(readonly detail: string) {
    super(
      `The target log is not a beginning of the source: ${detail} ` +
        'Nothing of it was changed; migrate into an empty log, or the one of an earlier try.',
    );
    this.name = 'TargetDiffers';
  }
}

/**
 * Copies a log into another one, event for event in the same order, and proves it: both are read again, and compared in
 * stream, revision, id and hash, and every hash of the target is computed from what came back.
 *
 * If we die on the way, the target holds a beginning of the source; the next run finds out how far it goes and goes on
 * there. One that is still under way in the network when we die arrives at its place, or is answered as repeated.
 * @throws TargetDiffers | LogUnavailable
 */
export async function migrateLog(
  from: EventLog,
  to: EventLog,
  onProgress: (progress: MigrationProgress) => void = () => {},
): Promise<Migration> {
  let head = await from.head();
  const tell = (step: MigrationProgress['step']) => (position: Position) =>
    onProgress({ step, position, head });
  const before = await compare(from, to, tell('comparing'), false);
  let copied = 0;
  for (let after = before.fromEnd; after < head; after = head, head = await from.head())
    copied += await copy(from, to, { after, upTo: head }, tell('copying'));
  const { events, digest, fromEnd, toEnd } = await compare(from, to, tell('verifying'), true);
  return { events, copied, digest, fromHead: fromEnd, toHead: toEnd };
}

interface Compared {
  readonly events: number;
  readonly digest: string;
  readonly fromEnd: Position;
  readonly toEnd: Position;
}

/** @param wholly whether the target has to hold everything, with the content that its hashes say */
async function compare(
  from: EventLog,
  to: EventLog,
  tell: (position: Position) => void,
  wholly: boolean,
): Promise<Compared> {
  const digest = createHash('sha256');
  let events = 0;
  let [fromEnd, toEnd] = [logStart, logStart];
  const source = eachEvent(from);
  for await (const copied of eachEvent(to)) {
    const { value: original } = await source.next();
    const difference = original ? differenceOf(original, copied, wholly) : 'it holds more.';
    if (difference || !original) throw new TargetDiffers(`at its position ${copied.position} ${difference}`);
    digest.update(copied.metadata.hash);
    [fromEnd, toEnd] = [original.position, copied.position];
    events += 1;
    if (events % toldEach === 0) tell(fromEnd);
  }
  if (wholly && !(await source.next()).done) throw new TargetDiffers('it ends before the source does.');
  return { events, digest: digest.digest('hex'), fromEnd, toEnd };
}

const toldEach = 1_000;

async function* eachEvent(log: EventLog): AsyncGenerator<RecordedEvent, undefined> {
  for await (const page of eachPage(log, { after: logStart })) yield* page;
  return undefined;
}

function differenceOf(original: RecordedEvent, copied: RecordedEvent, wholly: boolean): string | undefined {
  const place = ({ stream, revision }: RecordedEvent): string => `${stream}:${revision}`;
  if (place(original) !== place(copied)) return `stands ${place(copied)} where ${place(original)} belongs.`;
  if (original.id !== copied.id || original.metadata.hash !== copied.metadata.hash)
    return `stands another event of ${place(copied)}.`;
  if (wholly && hashOf(copied) !== original.metadata.hash)
    return `the content of ${place(copied)} is not the one that was hashed.`;
  return undefined;
}

/** One append after the other: only so do events come to stand in the order of the source. */
async function copy(
  from: EventLog,
  to: EventLog,
  range: { readonly after: Position; readonly upTo: Position },
  tell: (position: Position) => void,
): Promise<number> {
  let copied = 0;
  for await (const page of eachPage(from, range)) {
    for (const run of runsOf(page)) {
      const [{ stream, revision }] = run as [RecordedEvent];
      try {
        await to.append(stream, revision - 1, run);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
        throw new TargetDiffers(`somebody else writes to it; ${error.message}`);
      }
      copied += run.length;
      tell(run.at(-1)!.position);
    }
  }
  return copied;
}

/** Half of what an append may have: what the target adds to an event is not counted here. */
const runBytes = maxAppendBytes / 2;

/** Neighbours of one stream together, as many as one append takes. */
function runsOf(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const runs: RecordedEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify([event.data, event.metadata]));
    const run = runs.at(-1);
    if (run?.[0]?.stream === event.stream && bytes + size <= runBytes) {
      run.push(event);
      bytes += size;
    } else {
      runs.push([event]);
      bytes = size;
    }
  }
  return runs;
}
