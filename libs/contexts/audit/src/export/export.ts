import { stringify } from 'csv-stringify/sync';
import type { QueryContext } from '@platform/commands';
import { entryFor } from '../domain/trail-entry';
import { wantedBy, type TrailQuestion } from '../trail-question';
import { trailSource } from '../trail-source';
import { columns, exportLines, type ExportLine } from './columns';

export const exportFormats = ['ndjson', 'csv'] as const;

export type ExportFormat = (typeof exportFormats)[number];

export interface TrailExport {
  readonly mediaType: string;
  readonly fileName: string;
  /** The file, a page at a time: read by whoever sends it, no faster than it is sent. */
  readonly text: AsyncIterable<string>;
}

const entriesPerPage = 500;

interface Writer {
  readonly mediaType: string;
  readonly header: string;
  readonly write: (lines: readonly ExportLine[]) => string;
}

const writers: Readonly<Record<ExportFormat, Writer>> = {
  ndjson: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    header: '',
    write: lines => lines.map(line => `${JSON.stringify(line)}\n`).join(''),
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    header: csv([Object.keys(columns)]),
    write: lines => csv(lines.map(line => Object.values(columns).map(cell => cell(line)))),
  },
};

/** RFC 4180. No cell holds a line break, because free text stands as JSON: one line of the file is one record. */
function csv(records: (string | number | undefined)[][]): string {
  return stringify(records, { record_delimiter: 'windows' });
}

/**
 * The whole trail that the caller may see, or the part asked for, from the first entry to the last one at the position
 * where the answer stands; one line for each field of each event. Nothing is held but the page at hand.
 */
export async function exportTrail(
  { format, ...question }: TrailQuestion & { readonly format: ExportFormat },
  context: Pick<QueryContext, 'log' | 'views' | 'scope' | 'standsAt'>,
): Promise<TrailExport> {
  const { header, mediaType, write } = writers[format];
  const { log, views, scope, standsAt } = context;
  const wanted = await wantedBy(question, context, standsAt);
  const source = trailSource(log, views);
  async function* text(): AsyncGenerator<string> {
    if (header !== '') yield header;
    for (let behind: { position: typeof standsAt } | undefined; ;) {
      const events = await source(wanted, { direction: 'ascending', behind, limit: entriesPerPage });
      if (events.length > 0) yield write(events.flatMap(event => [...exportLines(entryFor(event, scope))]));
      behind = events.at(-1);
      if (events.length < entriesPerPage) return;
    }
  }
  const place = scope.trial === '*' ? 'whole-log' : scope.trial;
  return { mediaType, fileName: `audit-trail-${place}-${standsAt}.${format}`, text: text() };
}
