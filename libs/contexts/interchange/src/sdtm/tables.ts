import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** A row of an SDTM table: values by variable name, as text; an empty text where the source says nothing. */
export interface SdtmRow {
  readonly file: string;
  /** Line of the file on which the row ends, counted from 1; the header is line 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

/** A row that cannot be read as one: another number of values than the header has, or broken quoting. */
export interface UnreadableRow {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

/** The tables of one study in a folder: `dm.csv` or `dm.csv.gz`, one file for each domain, in any case. */
export class SdtmFolder {
  private readonly files: ReadonlyMap<string, string>;

  /** @throws Error when there is no such folder */
  constructor(private readonly folder: string) {
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new Error(`There is no folder ${folder}.`);
    const names = readdirSync(folder).filter(name => /\.csv(\.gz)?$/i.test(name));
    this.files = new Map(names.map(name => [name.replace(/\.csv(\.gz)?$/i, '').toLowerCase(), name]));
  }

  get domains(): string[] {
    return [...this.files.keys()].toSorted();
  }

  has(domain: string): boolean {
    return this.files.has(domain);
  }

  /** Bytes on disk, for progress. */
  sizeOf(domain: string): number {
    const file = this.files.get(domain);
    return file === undefined ? 0 : statSync(join(this.folder, file)).size;
  }

  /**
   * Reads a table row by row; none when the study has no such table. The parser reads ahead, so an unreadable row may
   * come before the ones above it; its line says where it stands.
   */
  async *rows(domain: string): AsyncGenerator<SdtmRow | UnreadableRow> {
    const file = this.files.get(domain);
    if (file === undefined) return;
    const skipped: UnreadableRow[] = [];
    const parser = parse({
      columns: (header: string[]) => header.map((name: string) => name.trim().toUpperCase()),
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_quotes: false,
      skip_records_with_error: true,
      on_skip: (error: unknown) => {
        const line = (error as { readonly lines?: number } | undefined)?.lines ?? 0;
        skipped.push({ file, line, problem: 'This line does not have the values that the header names.' });
        return undefined;
      },
    });
    const source = createReadStream(join(this.folder, file));
    // A damaged file ends the parser with its error, which the loop below throws.
    const bytes = file.toLowerCase().endsWith('.gz') ? source.pipe(createGunzip()) : source;
    for (const stream of new Set<NodeJS.ReadableStream>([source, bytes]))
      stream.on('error', (error: Error) => parser.destroy(error));
    for await (const { record, info } of bytes.pipe(parser) as AsyncIterable<CsvRecord>) {
      yield* skipped.splice(0);
      yield { file, line: info.lines, values: record };
    }
    yield* skipped.splice(0);
  }

  /** All rows of a small table, for look-ups. */
  async all(domain: string): Promise<SdtmRow[]> {
    const rows: SdtmRow[] = [];
    for await (const row of this.rows(domain)) if ('values' in row) rows.push(row);
    return rows;
  }
}

interface CsvRecord {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number };
}
