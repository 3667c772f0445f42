import {
  toPosition,
  type ChainedEvent,
  type Ids,
  type Random,
  type StreamName,
  type Timers,
} from '@platform/kernel';
import { checkRepeated, writeEvents, type WrittenEvent } from '../sqlite/event-text';
import { AppendTooLarge, EventIdReused, LogUnavailable, WrongExpectedRevision, type Appended } from '../port';
import { wireFailureOf } from './failures';
import type { LogClient, StoredEvent } from './log-client';
import { appendOf, proposedForm } from './stored-form';

export interface AppenderOptions {
  readonly client: LogClient;
  readonly timers: Timers;
  readonly random: Random;
  readonly ids: Ids;
  /** How often an append is sent in all. */
  readonly attempts: number;
}

/** One append of the caller's, however often it is sent. */
interface Append {
  readonly stream: StreamName;
  readonly expected: number;
  readonly events: readonly ChainedEvent[];
  readonly written: readonly WrittenEvent[];
  /** Names it in the events that it writes. */
  readonly id: string;
}

type Outcome = LogUnavailable['outcome'];

const firstPauseMs = 50;

/**
 * Appends, and finds out what has become of them. An append without an answer is sent again as it was, which the server
 * takes once; an acknowledged one is read back, because the server acknowledges an append whose ids it knows whatever
 * its content is.
 */
export class Appender {
  constructor(private readonly options: AppenderOptions) {}

  async append(stream: StreamName, expected: number, events: readonly ChainedEvent[]): Promise<Appended> {
    const written = writeEvents(stream, expected, events);
    const append = { stream, expected, events, written, id: this.options.ids.next() };
    let outcome: Outcome = 'not written';
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(append);
      } catch (error) {
        outcome = this.judge(append, error, outcome);
        if (attempt === this.options.attempts) return this.giveUp(append, outcome, error);
        await this.pause(firstPauseMs * 2 ** attempt);
      }
    }
  }

  /**
   * If we die before the answer, the events are in the log or not, as a whole; whoever repeats the command sends the
   * same ids for the same place, and learns which.
   */
  private async send(append: Append): Promise<Appended> {
    const { stream, expected, events, id } = append;
    const proposed = events.map(event => proposedForm(event, id));
    const last = await this.options.client.append(stream, expected, proposed);
    const found = last === expected + events.length ? await this.find(append) : undefined;
    if (found) return found;
    // A stream whose beginning was deleted goes on where it stood, wherever that was.
    throw new LogUnavailable('corrupt storage', 'unknown', {
      cause: new Error(
        `The server has acknowledged ${stream} up to revision ${last}, where nothing of it is.`,
      ),
    });
  }

  /**
   * @param before what was known of the tries before
   * @returns whether the append may have been written, for one that is worth another try
   * @throws what ends it
   */
  private judge({ stream, expected, written }: Append, error: unknown, before: Outcome): Outcome {
    if (isSettled(error)) throw error;
    const wire = wireFailureOf(error);
    switch (wire.kind) {
      case 'wrong revision':
        throw new WrongExpectedRevision(stream, expected, wire.actual);
      case 'too large':
        throw new AppendTooLarge(
          written.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0),
        );
      case 'refused':
        throw new LogUnavailable(wire.failure, before, { cause: error });
      case 'not taken':
        return before;
      case 'no such stream':
      case 'no such position':
      case 'unknown':
        return 'unknown';
    }
  }

  /** The last look: an append that nobody has acknowledged may be in the log all the same. */
  private async giveUp(append: Append, outcome: Outcome, cause: unknown): Promise<Appended> {
    if (outcome === 'not written') throw new LogUnavailable('no answer', outcome, { cause });
    const found = await this.find(append).catch(error => {
      throw isSettled(error) ? error : new LogUnavailable('no answer', outcome, { cause });
    });
    if (found) return found;
    throw new LogUnavailable('no answer', outcome, { cause });
  }

  /**
   * Looks for the events of an append where they belong; undefined when there is nothing.
   * @throws WrongExpectedRevision | EventIdReused for others
   */
  private async find({ stream, expected, events, written, id }: Append): Promise<Appended | undefined> {
    const { client } = this.options;
    const [firstRevision, lastRevision] = [expected + 1, expected + events.length];
    const found = (repeated: boolean, last: StoredEvent): Appended => ({
      firstRevision,
      lastRevision,
      position: toPosition(last.position),
      repeated,
    });
    const [last] = await client.readStream(stream, { from: lastRevision, count: 1 });
    if (last && appendOf(last) === id) return found(false, last);
    const stored = await client.readStream(stream, { from: firstRevision, count: events.length });
    if (stored.length === 0) return undefined;
    const [end = last] = await client.readStream(stream, { from: 'end', count: 1, backwards: true });
    checkRepeated({ stream, expected, actual: end?.revision ?? expected }, written, stored.map(hashed));
    return found(true, stored.at(-1)!);
  }

  private pause(longestMs: number): Promise<void> {
    const { timers, random } = this.options;
    return new Promise(resolve => timers.after(longestMs * (0.5 + random.next() / 2), resolve));
  }
}

const settled = [WrongExpectedRevision, EventIdReused, AppendTooLarge, LogUnavailable];

/** An error in the port's own words: there is nothing to be found out any more. */
const isSettled = (error: unknown): boolean => settled.some(kind => error instanceof kind);

const hashed = ({ id, metadata }: StoredEvent) => ({
  id,
  metadata: { hash: String((metadata as { readonly hash?: unknown } | undefined)?.hash) },
});
