import { hashOf, headOf, laterOf, logStart, toPosition } from '@platform/kernel';
import type { Position, RecordedEvent, StreamHead } from '@platform/kernel';
import { UnreadableEvent } from './sqlite/event-text';
import { LogUnavailable, type EventLog } from './port';

export type LogRule =
  /** Each position is behind the one before. */
  | 'POSITION-RISES'
  /** The revisions of a stream are 0, 1, 2 … in the order of positions. */
  | 'REVISION-DENSE'
  /** The hash in the metadata is the one of the event's content. */
  | 'HASH-MATCHES'
  /** The previous hash is the one of the event before in the stream; empty for the first. */
  | 'CHAIN-UNBROKEN'
  /** `recordedAt` is an instant and never before the one of the event before in the stream. */
  | 'TIME-FORWARD'
  /** The log's time at a position is the latest `recordedAt` up to there; looked at once a page. */
  | 'LOG-TIME'
  /** The storage gives the event, and it has the parts of one. */
  | 'READABLE';

export interface LogProblem {
  readonly position: Position;
  /** Empty where the event could not be read. */
  readonly stream: string;
  readonly rule: LogRule;
  readonly detail: string;
}

export interface LogVerification {
  readonly events: number;
  readonly streams: number;
  readonly problems: readonly LogProblem[];
  /** Problems beyond the first thousand, which are counted only. */
  readonly unlisted: number;
}

export interface VerifyOptions {
  /** Last position to look at, inclusive. */
  readonly upTo?: Position;
  /** Told after each page. */
  readonly onProgress?: (progress: { readonly events: number; readonly position: Position }) => void;
}

const maxListed = 1_000;

/**
 * Reads the whole log and checks every event, trusting neither the adapter nor what is stored: an adapter that lost,
 * repeated or reordered events is found out like a file that was changed by hand. Keeps one head for each stream.
 *
 * It cannot know of events cut off at the log's end, nor of a history rewritten as a whole with all of its hashes; that
 * takes something kept outside the log, such as a signed checkpoint.
 * @throws LogUnavailable when the log cannot be read for another reason than its own corruption
 */
export async function verifyLog(log: EventLog, options: VerifyOptions = {}): Promise<LogVerification> {
  const verifier = new Verifier(options.upTo);
  try {
    for (;;) {
      const before = verifier.position;
      const page = await readablePage(log, verifier);
      for (const event of page) verifier.check(event);
      // Nothing more, or an adapter that goes in circles.
      if (verifier.position === before) break;
      await verifier.checkTime(log);
      options.onProgress?.({ events: verifier.events, position: verifier.position });
    }
  } catch (error) {
    if (!(error instanceof LogUnavailable) || error.failure !== 'corrupt storage') throw error;
    verifier.note(
      verifier.position,
      '',
      'READABLE',
      'The storage is corrupt: nothing behind this position was read.',
    );
  }
  return verifier.result();
}

/** The next page; an unreadable event at its beginning is noted and passed over. */
async function readablePage(log: EventLog, verifier: Verifier): Promise<RecordedEvent[]> {
  const { position: after, upTo } = verifier;
  try {
    return await log.readAll({ after, upTo, limit: pageSize });
  } catch (error) {
    if (!(error instanceof UnreadableEvent) || error.position <= after) throw error;
    const page = await log.readAll({ after, upTo: toPosition(error.position - 1n), limit: pageSize });
    if (page.length === 0) verifier.passOver(toPosition(error.position), error.message);
    return page;
  }
}

const pageSize = 5_000;

/** What was seen before an event. */
interface Seen {
  readonly position: Position;
  readonly head: StreamHead | undefined;
}

type Check = (event: RecordedEvent, seen: Seen) => string | undefined;

/** What each event is held against; the answer says what is wrong, undefined that nothing is. */
const checks: Readonly<Partial<Record<LogRule, Check>>> = {
  'POSITION-RISES': ({ position }, seen) =>
    position > seen.position ? undefined : `It was read behind position ${seen.position}.`,
  'REVISION-DENSE': ({ revision }, { head }) => {
    const next = (head?.revision ?? -1) + 1;
    return revision === next ? undefined : `Revision ${revision} stands where ${next} belongs.`;
  },
  'HASH-MATCHES': event => {
    const hash = hashOf(event);
    return event.metadata.hash === hash
      ? undefined
      : `The content hashes to ${hash}, not to ${event.metadata.hash}.`;
  },
  'CHAIN-UNBROKEN': ({ metadata }, { head }) =>
    metadata.previousHash === (head?.hash ?? '')
      ? undefined
      : `It follows an event with the hash "${metadata.previousHash}", not the one before it.`,
  'TIME-FORWARD': ({ metadata }, { head }) =>
    Date.parse(metadata.recordedAt) >= (head ? Date.parse(head.recordedAt) : Number.NEGATIVE_INFINITY)
      ? undefined
      : `It was recorded at ${metadata.recordedAt}, behind one of ${head?.recordedAt}.`,
};

class Verifier {
  events = 0;
  position: Position = logStart;
  private unlisted = 0;
  /** The latest `recordedAt` seen, epoch milliseconds. */
  private latest = Number.NEGATIVE_INFINITY;
  /** Not behind an event that could not be read: there the log's own time is taken over. */
  private timeIsKnown = true;
  private readonly heads = new Map<string, StreamHead>();
  private readonly problems: LogProblem[] = [];

  constructor(readonly upTo: Position | undefined) {}

  check(event: RecordedEvent): void {
    this.events += 1;
    const seen = { position: this.position, head: this.heads.get(event.stream) };
    try {
      for (const [rule, check] of Object.entries(checks)) {
        const detail = check(event, seen);
        if (detail !== undefined) this.note(event.position, event.stream, rule as LogRule, detail);
      }
      this.heads.set(event.stream, headOf(event));
      this.latest = Math.max(this.latest, Date.parse(event.metadata.recordedAt) || this.latest);
    } catch (error) {
      this.note(event.position, event.stream, 'READABLE', `It is no event: ${messageOf(error)}`);
    }
    this.position = laterOf(this.position, event.position);
  }

  async checkTime(log: EventLog): Promise<void> {
    const time = (await log.timeAt(this.position)) ?? Number.NEGATIVE_INFINITY;
    if (time !== this.latest && this.timeIsKnown) {
      const detail = `The log says ${time}; the latest recording is at ${this.latest}.`;
      this.note(this.position, '', 'LOG-TIME', detail);
    }
    this.latest = Math.max(this.latest, time);
    this.timeIsKnown = true;
  }

  passOver(position: Position, detail: string): void {
    this.events += 1;
    this.note(position, '', 'READABLE', detail);
    this.position = position;
    this.timeIsKnown = false;
  }

  note(position: Position, stream: string, rule: LogRule, detail: string): void {
    if (this.problems.length < maxListed) this.problems.push({ position, stream, rule, detail });
    else this.unlisted += 1;
  }

  result(): LogVerification {
    const { events, problems, unlisted } = this;
    return { events, streams: this.heads.size, problems, unlisted };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
