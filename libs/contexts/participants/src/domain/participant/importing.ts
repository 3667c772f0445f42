import {
  canonicalJson,
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
  const known = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type === type) remember(known, entry.recorded);
  }
  const fresh: Candidate<Data>[] = [];
  for (const candidate of candidates) {
    const before = known.get(keyOf(candidate.data));
    if (before === undefined) {
      fresh.push(candidate);
      remember(known, candidate.data);
    } else if (before !== contentOf(candidate.data)) {
      return refuse(
        'IMPORT-KEY-CHANGED',
        'This row of the source was imported before, with another content. A changed value is a correction.',
        { field: candidate.field },
      );
    }
  }
  return fresh;
}

const remember = (known: Map<string, string>, data: object): Map<string, string> =>
  known.set(keyOf(data), contentOf(data));

function keyOf(data: object): string {
  const { sourceRecord } = data as { readonly sourceRecord?: SourceRecord };
  return sourceRecord ? `row ${canonicalJson([sourceRecord.file, sourceRecord.key])}` : contentOf(data);
}

const contentOf = (data: object): string =>
  canonicalJson(Object.fromEntries(Object.entries(data).filter(([field]) => !derivedFields.includes(field))));
