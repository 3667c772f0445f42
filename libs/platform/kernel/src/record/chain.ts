import { canonicalJson, canonicalMembers, sha256, type JsonObject } from './canonical-json';
import type { ChainedEvent, Circumstances, EventMetadata, SchemaVersions, StreamHead } from './envelope';
import type { DomainEvent } from '../event';
import { eventIds } from '../ids';
import type { StreamName } from '../stream';

/**
 * Turns a command's events into chained ones behind a stream's head: ids from the command's id and the index, time
 * never before the head's, each hash over the one before it.
 */
export function chainEvents(
  stream: StreamName,
  head: StreamHead,
  events: readonly DomainEvent[],
  circumstances: Circumstances,
  schemaVersions: SchemaVersions = {},
): ChainedEvent[] {
  const recordedAt = circumstances.recordedAt > head.recordedAt ? circumstances.recordedAt : head.recordedAt;
  const shared = { ...circumstances, recordedAt };
  const envelope = new Envelope(shared);
  const idAt = eventIds(circumstances.command.id);
  let previousHash = head.hash;
  return events.map((event, index) => {
    const place = {
      stream,
      revision: head.revision + 1 + index,
      id: idAt(index),
    };
    const about = event.about && new Envelope({ ...shared, subject: { ...shared.subject, ...event.about } });
    const chained = (about ?? envelope).around(
      event,
      place,
      versionIn(schemaVersions, event.type),
      previousHash,
    );
    previousHash = chained.metadata.hash;
    return chained;
  });
}

/** Own keys only: no type may be mistaken for something that every object has. */
const versionIn = (versions: SchemaVersions, type: string): number =>
  (Object.hasOwn(versions, type) ? versions[type] : undefined) ?? 1;

type Place = Pick<ChainedEvent, 'stream' | 'revision' | 'id'>;

/** What the metadata of an event holds beyond the circumstances that its whole command shares. */
type OwnMetadata = Pick<
  EventMetadata,
  'schemaVersion' | 'occurredAt' | 'reason' | 'previous' | 'previousHash'
>;

const noOwnMetadata: OwnMetadata & { readonly hash: string } = {
  schemaVersion: 1,
  occurredAt: undefined,
  reason: undefined,
  previous: undefined,
  previousHash: '',
  hash: '',
};

/**
 * Makes the events of one command. What they share is written once; the text of an event is put together from the
 * canonical texts of its parts, and is the same that `hashOf` makes from the whole.
 */
class Envelope {
  private readonly metadataText: MetadataText;
  /** Has all keys: copying it with other values is a hundred times quicker than adding keys event by event. */
  private readonly template: EventMetadata;

  constructor(private readonly circumstances: Circumstances) {
    this.metadataText = new MetadataText(circumstances);
    this.template = Object.assign({ ...circumstances }, noOwnMetadata);
  }

  around(event: DomainEvent, place: Place, schemaVersion: number, previousHash: string): ChainedEvent {
    const { occurredAt, previous, reason = this.circumstances.reason } = event;
    const own: OwnMetadata = { schemaVersion, occurredAt, reason, previous, previousHash };
    const data = canonicalJson(event.data);
    const [before, after] = this.metadataText.around(own);
    const hash = sha256(
      `{"data":${data},"id":"${place.id}","metadata":{${before}${after}},"revision":${place.revision},` +
        `"stream":${canonicalJson(place.stream)},"type":${canonicalJson(event.type)}}`,
    );
    const metadata = { ...this.template, schemaVersion, occurredAt, reason, previous, previousHash, hash };
    const chained = { ...place, type: event.type, data: event.data as JsonObject, metadata };
    return Texts.keep(chained, { data, metadata: `{${before}"hash":"${hash}",${after}}` });
  }
}

/** The canonical text of a command's metadata in pieces: what its events share, and the places of what they do not. */
class MetadataText {
  /** The members whose keys come before `hash`, each with its comma: all of them shared. */
  private readonly before: string;
  /** From there on: text, or the key of what is the event's own. */
  private readonly after: readonly (string | { readonly own: keyof OwnMetadata })[];

  constructor(circumstances: Circumstances) {
    const shared = canonicalMembers(circumstances).filter(({ key }) => !Object.hasOwn(noOwnMetadata, key));
    this.before = shared
      .filter(({ key }) => key < 'hash')
      .map(({ text }) => `${text},`)
      .join('');
    const own = Object.keys(noOwnMetadata)
      .filter(key => key !== 'hash')
      .map(key => ({ key, text: undefined }));
    this.after = [...shared.filter(({ key }) => key > 'hash'), ...own]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, text }) => text ?? { own: key as keyof OwnMetadata });
  }

  /** The members before and behind the place of `hash`; the latter are never none, for `previousHash` is among them. */
  around(own: OwnMetadata): readonly [before: string, after: string] {
    let after = '';
    for (const piece of this.after) {
      const text = typeof piece === 'string' ? piece : memberText(piece.own, own[piece.own]);
      if (text !== undefined) after += after === '' ? text : `,${text}`;
    }
    return [this.before, after];
  }
}

const memberText = (key: string, value: unknown): string | undefined =>
  value === undefined ? undefined : `"${key}":${canonicalJson(value)}`;

/** The two JSON parts of an event in their RFC 8785 form: what a store writes. */
export interface EventTexts {
  readonly data: string;
  readonly metadata: string;
}

/** Lets a class add its private field to an object that it did not make. */
class Given {
  constructor(given: object) {
    return given;
  }
}

/**
 * The texts that an event's hash was made from, kept with it so that a store need not write them again. A private field
 * is the place where only the event itself has them: a copy, spread with other content, does not, and it is forty
 * times cheaper than a weak map.
 */
class Texts extends Given {
  readonly #texts: EventTexts;

  private constructor(event: ChainedEvent, texts: EventTexts) {
    super(event);
    this.#texts = texts;
  }

  static keep(event: ChainedEvent, texts: EventTexts): ChainedEvent {
    new Texts(event, texts);
    return event;
  }

  static of(event: ChainedEvent): EventTexts | undefined {
    return #texts in event ? event.#texts : undefined;
  }
}

/** The canonical texts of an event, at no cost for one that was chained in this process. */
export const textsOf = (event: ChainedEvent): EventTexts =>
  Texts.of(event) ?? { data: canonicalJson(event.data), metadata: canonicalJson(event.metadata) };

/** SHA-256 over the RFC 8785 form of stream, revision, id, type, data and metadata without its own hash. */
export function hashOf(event: ChainedEvent): string {
  const { hash: _own, ...metadata } = event.metadata;
  const { stream, revision, id, type, data } = event;
  return sha256(canonicalJson({ stream, revision, id, type, data, metadata }));
}

export const headOf = (event: ChainedEvent): StreamHead => ({
  revision: event.revision,
  hash: event.metadata.hash,
  recordedAt: event.metadata.recordedAt,
});
