import { hashOf, headOf, logStart, toPosition } from '@platform/kernel';
import type { Position, RecordedEvent, StreamHead } from '@platform/kernel';
import { UnreadableEvent } from './event-text';
import { LogUnavailable, type EventLog } from './port';

export type LogRule =
  /** Each position is behind the one before, and within what was asked for. */
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

class Verifier {
  events = 0;
  position: Position = logStart;
  private unlisted = 0;
  /** The latest `recordedAt` seen, epoch milliseconds. */
  private latest = Number.NEGATIVE_INFINITY;
  private readonly heads = new Map<string, StreamHead>();
  private readonly problems: LogProblem[] = [];

  constructor(readonly upTo: Position | undefined) {}

  check(event: RecordedEvent): void {
    this.events += 1;
    try {
      for (const { rule, detail } of this.problemsOf(event))
        this.note(event.position, event.stream, rule, detail);
      this.heads.set(event.stream, headOf(event));
      this.latest = Math.max(this.latest, Date.parse(event.metadata.recordedAt) || this.latest);
    } catch (error) {
      this.note(event.position, event.stream, 'READABLE', `It is no event: ${messageOf(error)}`);
    }
    if (event.position > this.position) this.position = event.position;
    // An adapter that goes in circles must not keep us for ever.
    else
      throw new LogUnavailable('corrupt storage', 'not written', {
        cause: new Error('Positions do not rise.'),
      });
  }

  private *problemsOf(event: RecordedEvent): Generator<Pick<LogProblem, 'rule' | 'detail'>> {
    const { position, revision, metadata } = event;
    const head = this.heads.get(event.stream);
    if (position <= this.position || (this.upTo !== undefined && position > this.upTo)) {
      yield { rule: 'POSITION-RISES', detail: `It was read behind position ${this.position}.` };
    }
    const next = (head?.revision ?? -1) + 1;
    if (revision !== next)
      yield { rule: 'REVISION-DENSE', detail: `Revision ${revision} stands where ${next} belongs.` };
    const hash = hashOf(event);
    if (metadata.hash !== hash) {
      yield { rule: 'HASH-MATCHES', detail: `The content hashes to ${hash}, not to ${metadata.hash}.` };
    }
    if (metadata.previousHash !== (head?.hash ?? '')) {
      yield { rule: 'CHAIN-UNBROKEN', detail: `It follows an event with hash "${metadata.previousHash}".` };
    }
    if (
      !(Date.parse(metadata.recordedAt) >= (head ? Date.parse(head.recordedAt) : Number.NEGATIVE_INFINITY))
    ) {
      yield {
        rule: 'TIME-FORWARD',
        detail: `${metadata.recordedAt} comes after ${head?.recordedAt ?? 'nothing'}.`,
      };
    }
  }

  async checkTime(log: EventLog): Promise<void> {
    const time = await log.timeAt(this.position);
    if (time === this.latest) return;
    this.note(
      this.position,
      '',
      'LOG-TIME',
      `The log says ${time}; the latest recording is at ${this.latest}.`,
    );
  }

  passOver(position: Position, detail: string): void {
    this.events += 1;
    this.note(position, '', 'READABLE', detail);
    this.position = position;
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
