import { canonicalJson } from './canonical-json';
import { refuse, type Rejection } from '../decision';

/** Where an imported value stood: the file (or data set) and the row's key in it. Coded, without personal data. */
export interface SourceRecord {
  readonly file: string;
  readonly key: string;
}

/** What was imported into a stream so far: by source record, the content as it was then, in canonical form. */
export type Imported = Readonly<Record<string, string>>;

const nameOf = ({ file, key }: SourceRecord): string => `${file}\u001f${key}`;

/** Remembers an imported content, as it came: without what the decision added to it. */
export const withImported = (
  imported: Imported,
  source: SourceRecord | undefined,
  content: object,
): Imported => (source ? { ...imported, [nameOf(source)]: canonicalJson(content) } : imported);

/**
 * Whether a source record was imported before, so that a second import adds nothing: the same key with the same
 * content is `known`, with another content refused. What came from no file is always `fresh`.
 */
export function seenBefore(
  imported: Imported,
  source: SourceRecord | undefined,
  content: object,
): 'fresh' | 'known' | Rejection {
  const before = source && imported[nameOf(source)];
  if (before === undefined) return 'fresh';
  if (before === canonicalJson(content)) return 'known';
  return refuse(
    'IMPORT-KEY-CHANGED',
    'This row of the source was imported before with another content. Correct the value instead of importing it anew.',
    { field: 'sourceRecord' },
  );
}
