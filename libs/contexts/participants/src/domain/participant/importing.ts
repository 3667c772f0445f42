import {
  canonicalJson,
  fingerprint,
  refuse,
  type Actor,
  type Entry,
  type Rejection,
  type SourceRecord,
} from '@platform/kernel';

/**
 * Whether an import writes: it tells of what has happened elsewhere, and its source may be silent about much.
 */
export const isImport = ({ role }: Pick<Actor, 'role'>): boolean => role === 'importer';

/** An entry that also keeps what was written first, because a source that is read again still says that. */
export interface KeptEntry<Data extends object = object> extends Entry<Data> {
  readonly recorded: Data;
}

/** Something about to be written, and the field that a refusal names. */
export interface Candidate<Data extends object> {
  readonly field: string;
  readonly data: Data;
}

/** Found by the software when it recorded, not said by the source: no part of the content. */
const derivedFields: readonly string[] = ['departures', 'protocolVersion', 'reconsent', 'historical'];

/**
 * Those of some candidates of one event type that are not on record yet. An entry from a source is the one
 * with its file and key: the same content again is left out, another content under the key is refused. Any
 * other entry is the one with the same content.
 */
export function newOf<Data extends object>(
  type: string,
  candidates: readonly Candidate<Data>[],
  entries: readonly KeptEntry[],
): readonly Candidate<Data>[] | Rejection {
  const onRecord = contentsOf(entries);
  const added = new Map<string, string>();
  const fresh: Candidate<Data>[] = [];
  for (const candidate of candidates) {
    const content = contentOf(candidate.data);
    const key = keyOf(candidate.data, content);
    const before = added.get(key) ?? onRecord.under(type, key);
    if (before === undefined) {
      fresh.push(candidate);
      added.set(key, content);
    } else if (before !== content) {
      return refuse(
        'IMPORT-KEY-CHANGED',
        'This row of the source was imported before, with another content. A changed value is a correction.',
        { field: candidate.field },
      );
    }
  }
  return fresh;
}

/** All that was recorded in one history, and the part of it that was looked through. */
interface Shared {
  readonly recorded: Pick<KeptEntry, 'type' | 'recorded'>[];
  readonly found: Map<string, { readonly content: string; readonly at: number }>;
  looked: number;
}

/**
 * What some entries said when they were written, found by its content. Adding gives another one and leaves this one as
 * it is; those of one history share their memory, so that a decision costs its own entries and not all before it.
 */
class Contents {
  constructor(
    private readonly shared: Shared,
    private readonly count: number,
  ) {}

  static of(entries: readonly KeptEntry[]): Contents {
    return new Contents({ recorded: [...entries], found: new Map(), looked: 0 }, entries.length);
  }

  with(entry: KeptEntry): Contents {
    const { shared, count } = this;
    const { recorded } = shared;
    // Where another history went on from here already, this one gets a memory of its own.
    const own =
      recorded.length === count
        ? shared
        : { recorded: recorded.slice(0, count), found: new Map<string, never>(), looked: 0 };
    own.recorded.push(entry);
    return new Contents(own, count + 1);
  }

  /** The content that was first written under a type and a key. */
  under(type: string, key: string): string | undefined {
    const { shared, count } = this;
    for (; shared.looked < count; shared.looked++) {
      const entry = shared.recorded[shared.looked]!;
      const content = contentOf(entry.recorded);
      const place = placeOf(entry.type, keyOf(entry.recorded, content));
      if (!shared.found.has(place)) shared.found.set(place, { content, at: shared.looked });
    }
    const first = shared.found.get(placeOf(type, key));
    return first && first.at < count ? first.content : undefined;
  }
}

/** Follows from the entries alone, and is no part of a state: that one is plain JSON. */
const contents = new WeakMap<readonly KeptEntry[], Contents>();

function contentsOf(entries: readonly KeptEntry[]): Contents {
  const known = contents.get(entries) ?? Contents.of(entries);
  contents.set(entries, known);
  return known;
}

/** The entries with one more; what is known of their contents goes on with them. */
export function withEntry<Kept extends KeptEntry>(entries: readonly Kept[], entry: Kept): readonly Kept[] {
  const more = [...entries, entry];
  const known = contents.get(entries);
  if (known) contents.set(more, known.with(entry));
  return more;
}

const placeOf = (type: string, key: string): string => `${type} ${key}`;

function keyOf(data: object, content: string): string {
  const { sourceRecord } = data as { readonly sourceRecord?: SourceRecord };
  return sourceRecord ? `row ${canonicalJson([sourceRecord.file, sourceRecord.key])}` : content;
}

/** A fingerprint: as long for a panel as for a word, because one of each entry stays in memory. */
function contentOf(data: object): string {
  const said: Record<string, unknown> = { ...data };
  for (const field of derivedFields) if (field in said) delete said[field];
  return fingerprint(said);
}
