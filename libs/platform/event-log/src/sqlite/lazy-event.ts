import { toPosition } from '@platform/kernel';
import type { Actor, EventMetadata, JsonObject, Position, RecordedEvent, StreamName } from '@platform/kernel';
import { UnreadableEvent, type EventRow } from './event-text';

/**
 * An event whose text is parsed as far as somebody looks at it: a view that is computed from a million events wants
 * to know whom each is about, and little else. It answers what `readRow` answers, member by member; spread or
 * compared as a whole it is not the same, because its members are getters.
 */
class LazyEvent implements RecordedEvent {
  readonly position: Position;
  private content: JsonObject | undefined;
  private circumstances: LazyMetadata | undefined;

  constructor(
    position: number,
    readonly stream: StreamName,
    readonly revision: number,
    readonly id: string,
    readonly type: string,
    private readonly dataText: string,
    private readonly metadataText: string,
  ) {
    this.position = toPosition(position);
  }

  get data(): JsonObject {
    return (this.content ??= parsed(this.dataText, this.position) as JsonObject);
  }

  get metadata(): EventMetadata {
    return (this.circumstances ??= new LazyMetadata(this.metadataText, this.position));
  }
}

/** @throws UnreadableEvent by the getters of its answer, for a part that is not JSON */
export const readRowLazily = ([
  position,
  stream,
  revision,
  id,
  type,
  data,
  metadata,
]: EventRow): RecordedEvent =>
  new LazyEvent(position, stream as StreamName, revision, id, type, data, metadata);

type Part = Partial<EventMetadata>;

/** The members of the middle part, as they stand behind another one. */
const within = {
  hash: ',"hash":',
  occurredAt: ',"occurredAt":',
  previous: ',"previous":',
  previousHash: ',"previousHash":',
  protocolVersion: ',"protocolVersion":',
  reason: ',"reason":',
} as const;

/**
 * The text of an envelope has its members in their order (RFC 8785), so two that every envelope has cut it into three
 * parts: `actor` … `facts`, `hash` … `reason`, and `recordedAt` … `subject`. A cut is right exactly when the parts are
 * JSON, each in braces: the members' names stand in no text (a quotation mark inside one is escaped), and between
 * the braces of another member they would leave a part with more of one brace than of the other. A text that does
 * not come apart so is parsed whole.
 */
class LazyMetadata implements EventMetadata {
  private readonly recordedAtAt: number;
  private middle: Part | undefined;
  private end: Part | undefined;
  private all: EventMetadata | undefined;

  constructor(
    private readonly text: string,
    private readonly position: Position,
  ) {
    this.recordedAtAt = text.lastIndexOf(',"recordedAt":');
  }

  get actor(): Actor {
    return actorOf(this.text) ?? this.whole.actor;
  }

  get recordedAt() {
    return this.last('recordedAt');
  }

  get schemaVersion() {
    return this.last('schemaVersion');
  }

  get software() {
    return this.last('software');
  }

  get source() {
    return this.last('source');
  }

  get subject() {
    return this.last('subject');
  }

  get hash() {
    return this.between('hash') ?? this.whole.hash;
  }

  get previousHash() {
    return this.between('previousHash') ?? this.whole.previousHash;
  }

  get occurredAt() {
    return this.between('occurredAt');
  }

  get previous() {
    return this.between('previous');
  }

  get protocolVersion() {
    return this.between('protocolVersion');
  }

  get reason() {
    return this.between('reason');
  }

  get address() {
    return this.whole.address;
  }

  get causationId() {
    return this.whole.causationId;
  }

  get command() {
    return this.whole.command;
  }

  get correlationId() {
    return this.whole.correlationId;
  }

  get editCheck() {
    return this.whole.editCheck;
  }

  get enteredAt() {
    return this.whole.enteredAt;
  }

  get facts() {
    return this.whole.facts;
  }

  get signature() {
    return this.whole.signature;
  }

  toJSON(): EventMetadata {
    return this.whole;
  }

  private get whole(): EventMetadata {
    return (this.all ??= parsed(this.text, this.position) as EventMetadata);
  }

  private last<Name extends keyof EventMetadata>(name: Name): EventMetadata[Name] {
    const end = (this.end ??= this.part(this.recordedAtAt, this.text.length - 1));
    return end[name] ?? this.whole[name];
  }

  private between<Name extends keyof typeof within>(name: Name): EventMetadata[Name] | undefined {
    // Most events have no reason and replace nothing: a look at the text says so.
    if (!this.middle && this.text.startsWith('{"actor":') && !this.text.includes(within[name]))
      return undefined;
    // Where the last part does not stand alone, neither does this one.
    this.end ??= this.part(this.recordedAtAt, this.text.length - 1);
    this.middle ??=
      this.end === this.all
        ? this.end
        : this.part(this.text.lastIndexOf(',"hash":', this.recordedAtAt), this.recordedAtAt);
    return this.middle[name];
  }

  private part(from: number, to: number): Part {
    if (from < 0) return this.whole;
    try {
      return JSON.parse(`{${this.text.slice(from + 1, to)}}`) as Part;
    } catch {
      return this.whole;
    }
  }
}

const mostActors = 1_000;
const actors = new Map<string, Actor>();

/**
 * The first member, from the text's beginning to the first closing brace: JSON exactly when that brace closes it. The
 * same few people write all of a trial's events, so their texts are parsed once. Undefined when it begins otherwise.
 */
function actorOf(text: string): Actor | undefined {
  if (!text.startsWith('{"actor":{')) return undefined;
  const beginning = text.slice(0, text.indexOf('}') + 1);
  const known = actors.get(beginning);
  if (known) return known;
  try {
    const { actor } = JSON.parse(`${beginning}}`) as { readonly actor: Actor };
    if (actors.size >= mostActors) actors.clear();
    actors.set(beginning, Object.freeze(actor));
    return actor;
  } catch {
    return undefined;
  }
}

function parsed(text: string, position: Position): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableEvent(position, { cause });
  }
}
