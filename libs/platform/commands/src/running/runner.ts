import {
  chainEvents,
  derivedId,
  fingerprint,
  formatPosition,
  isRejection,
  toInstant,
  type ChainedEvent,
  type Circumstances,
  type Clock,
  type Decision,
  type DomainEvent,
  type Ids,
  type Rejection,
  type SchemaVersions,
  type SignatureRecord,
  type StreamName,
} from '@platform/kernel';
import {
  EventIdReused,
  LogUnavailable,
  WrongExpectedRevision,
  type Appended,
  type EventLog,
} from '@platform/event-log';
import {
  attachedTo,
  attach,
  type AnyCommandRow,
  type Addressed,
  type Command,
  type Grant,
  type Receipt,
  type Submission,
} from '../command';
import { CommandRejected, IdempotencyKeyReused, StreamContended } from '../errors';
import { FactReader, type FactViews } from '../facts/fact-reader';
import { KeyedQueue } from '../turns/keyed-queue';
import { StreamCache, type FoldedStream } from './stream-cache';

const maxAttempts = 12;
const maxAppendAttempts = 4;

export interface RunnerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Name and version of this software, for the trail. */
  readonly software: string;
  readonly schemaVersions?: SchemaVersions;
  /** For decisions that count over many streams. */
  readonly views?: FactViews;
}

/** Runs a row of a command table: load, decide, append; from the start again when somebody else was faster. */
export class Runner {
  private readonly queue = new KeyedQueue();
  readonly streams: StreamCache;

  constructor(private readonly options: RunnerOptions) {
    this.streams = new StreamCache(options.log);
  }

  /**
   * @throws CommandRejected when the decision says no, IdempotencyKeyReused, StreamContended,
   *   LogUnavailable when the log cannot answer for what happened
   */
  async run(row: AnyCommandRow, command: Command): Promise<Receipt> {
    const { submission } = attachedTo(command);
    const commandId = submission.commandId ?? this.options.ids.next();
    const at = { command, target: submission.target, commandId };
    const stream = row.stream(at);
    // Commands on one stream queue up within the process: a conflict is then left to other processes' writes.
    return this.queue.run(stream, async () => {
      for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        try {
          return await this.attempt(row, at, stream);
        } catch (error) {
          // The ids are known when another process runs this very command: its events are the answer then.
          if (!(error instanceof WrongExpectedRevision || error instanceof EventIdReused)) throw error;
        }
      }
      throw new StreamContended(stream);
    });
  }

  private async attempt(row: AnyCommandRow, at: Addressed<Command>, stream: StreamName): Promise<Receipt> {
    const { submission, grant, signed } = attachedTo(at.command);
    const folded = await this.streams.load<unknown, DomainEvent>(stream, row.decider);
    const given = (events: readonly DomainEvent[]) => row.gives?.(at, { events, state: folded.state }) ?? {};
    const content = fingerprint({ type: row.command.name, target: at.target, body: { ...at.command } });
    const earlier = folded.commands.get(at.commandId);
    if (earlier) {
      if (earlier.fingerprint !== content) throw new IdempotencyKeyReused(at.commandId);
      return { ...receiptOf(at.commandId, stream, earlier, earlier.events, given([])), repeated: true };
    }
    const reader = this.readerFor(at, stream, submission, grant);
    const facts: unknown = await row.facts?.(at, reader);
    if (isRejection(facts)) throw new CommandRejected(facts);
    const recordedAt = laterText(toInstant(this.options.clock.now()), folded.head.recordedAt);
    const actor = actorOf(submission, grant);
    const context = { recordedAt, actor, commandId: at.commandId, facts, target: at.target };
    const decision: Decision<DomainEvent> = row.decide(at.command, folded.state, context);
    if (isRejection(decision)) throw new CommandRejected(decision);
    if (decision.length === 0) return unchanged(at.commandId, stream, folded, recordedAt, given([]));
    const circumstances: Circumstances = {
      ...origin(submission, at.commandId),
      recordedAt,
      actor,
      subject: row.subject?.(at) ?? at.target,
      reason: submission.reason ?? row.reason?.(at.command),
      command: { id: at.commandId, type: row.command.name, fingerprint: content },
      software: this.options.software,
      protocolVersion: row.protocolVersion?.(facts, folded.state),
      facts: reader.citations(),
      signature: signatureOf(row, at.command, facts, signed, content),
    };
    const events = chainEvents(stream, folded.head, decision, circumstances, this.options.schemaVersions);
    const { lastRevision: revision, position } = await this.append(stream, folded.head.revision, events);
    return receiptOf(at.commandId, stream, { recordedAt, revision, position }, events, given(decision));
  }

  /**
   * If we die before the append, nothing happened; during it, the log holds all of the events or none; after it, the
   * client that got no answer repeats its key and is answered from the stream. Nobody has to repair anything.
   */
  private async append(
    stream: StreamName,
    revision: number,
    events: readonly ChainedEvent[],
  ): Promise<Appended> {
    let mayBeWritten = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.options.log.append(stream, revision, events);
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        mayBeWritten ||= error.outcome === 'unknown';
        if (error.outcome === 'unknown' && error.failure === 'no answer' && attempt < maxAppendAttempts)
          continue;
        // This attempt may have been turned away, and an earlier one still have arrived.
        const told = error.outcome === 'unknown' || !mayBeWritten;
        throw told ? error : new LogUnavailable(error.failure, 'unknown', { cause: error });
      }
    }
  }

  private readerFor(
    { commandId: outerId }: Addressed<Command>,
    outerStream: StreamName,
    submission: Submission,
    grant: Grant,
  ): FactReader {
    const { correlationId = outerId } = submission;
    const runFirst: FactReader['runFirst'] = async (row, command, target) => {
      const commandId = derivedId(outerId, row.command.name);
      // It would wait in the stream's queue for the command that waits for it.
      if (row.stream({ command, target, commandId }) === outerStream) {
        throw new Error(
          `${row.command.name} goes to the stream of the command that runs it: ${outerStream}.`,
        );
      }
      attach(command, { ...submission, target, commandId, correlationId, causationId: outerId }, grant);
      return this.run(row, command).catch(rejectionOf);
    };
    return new FactReader(this.streams, runFirst, this.options.views);
  }
}

function rejectionOf(error: unknown): Rejection {
  if (error instanceof CommandRejected) return error.rejection;
  throw error;
}

const laterText = (a: string, b: string): string => (a > b ? a : b);

/** Where the events came from, as the submission says. */
const origin = (
  { source, enteredAt, address, editCheck, correlationId, causationId }: Submission,
  commandId: string,
) => ({ source, enteredAt, address, editCheck, correlationId: correlationId ?? commandId, causationId });

function actorOf({ caller }: Submission, grant: Grant): Circumstances['actor'] {
  return {
    user: caller.user,
    printedName: caller.printedName,
    role: grant.role,
    organisation: caller.organisation,
    site: grant.site,
    delegation: grant.delegation,
  };
}

/** The signature's place in the envelope of a command that was signed. */
function signatureOf(
  { signature }: AnyCommandRow,
  command: Command,
  facts: unknown,
  components: readonly string[] | undefined,
  content: string,
): SignatureRecord | undefined {
  if (!signature || !components) return undefined;
  return { meaning: signature.meaning, components, signedHash: signature.hash?.(command, facts) ?? content };
}

function receiptOf(
  commandId: string,
  stream: StreamName,
  mark: { recordedAt: string; revision: number; position: bigint },
  events: readonly { id: string; type: string }[],
  ids: Readonly<Record<string, string>>,
): Receipt {
  return {
    commandId,
    stream,
    revision: mark.revision,
    position: mark.position.toString(),
    recordedAt: mark.recordedAt,
    repeated: false,
    ids,
    events: events.map(({ id, type }) => ({ id, type })),
  };
}

function unchanged(
  commandId: string,
  stream: StreamName,
  { head, position }: FoldedStream<unknown>,
  recordedAt: string,
  ids: Readonly<Record<string, string>>,
): Receipt {
  const place = { revision: head.revision, position: formatPosition(position) };
  return { commandId, stream, ...place, recordedAt, repeated: false, ids, events: [] };
}
