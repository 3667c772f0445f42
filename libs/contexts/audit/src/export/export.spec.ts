import { parse } from 'csv-parse/sync';
import type { ViewDatabase } from '@platform/views';
import { RecordedLog, viewsAfter } from '@platform/views/testing';
import { busyTrial } from '../testing/busy-trial';
import { someTrail } from '../testing/some-trail';
import { auditTrail } from '../views/audit-trail';
import { columns } from './columns';
import { exportTrail, type ExportFormat } from './export';

const scope = { trial: 'NCT05794425', sites: 'all' } as const;

async function opened(events: ReturnType<typeof someTrail>) {
  const log = new RecordedLog(events);
  const views = await viewsAfter(log, [auditTrail]);
  return { log, views, scope, standsAt: events.at(-1)!.position };
}

async function exported(format: ExportFormat, context: Awaited<ReturnType<typeof opened>>, question = {}) {
  const { text } = await exportTrail({ ...question, format }, context);
  let all = '';
  for await (const part of text) all += part;
  return all;
}

const csvOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
const ndjsonOf = (text: string) =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);

describe('the export', () => {
  const place = { trial: 'NCT05794425', site: '03', participant: '03-007' };
  const reason = { code: 'typo', text: '=HYPERLINK("x")\r\nsecond line' };
  const events = someTrail([
    { ...place, data: { note: '', outcome: null, grade: 2, list: [], text: 'null' } },
    { ...place, data: { note: null }, metadata: { previous: { note: '' }, reason } },
    { ...place, type: 'ParticipantEnrolled', data: {} },
    { trial: 'OTHER', data: { hidden: 1 } },
  ]);
  let context: {
    log: RecordedLog;
    views: ViewDatabase;
    scope: typeof scope;
    standsAt: (typeof events)[0]['position'];
  };

  beforeAll(async () => {
    context = await opened(events);
  });
  afterAll(() => context.views.close());

  it('writes a line for each field, and tells null, empty text, "null" and a first entry apart', async () => {
    const rows = csvOf(await exported('csv', context));
    expect(rows.map(row => [row.type, row.field, row.value, row.previous, row.change])).toEqual([
      ['MeasurementRecorded', 'note', '""', '', 'entered'],
      ['MeasurementRecorded', 'outcome', 'null', '', 'entered'],
      ['MeasurementRecorded', 'grade', '2', '', 'entered'],
      ['MeasurementRecorded', 'list', '[]', '', 'entered'],
      ['MeasurementRecorded', 'text', '"null"', '', 'entered'],
      ['MeasurementRecorded', 'note', 'null', '""', 'changed'],
      ['ParticipantEnrolled', '', '', '', ''],
    ]);
  });

  it('keeps a record on a line, and what people typed from being a formula', async () => {
    const text = await exported('csv', context);
    expect(text.trimEnd().split('\r\n')).toHaveLength(1 + 7);
    const [row] = csvOf(text).filter(({ reasonText }) => reasonText !== '');
    expect(row?.reasonText).toMatch(/^"=HYPERLINK/);
    expect(JSON.parse(row!.reasonText!)).toBe(reason.text);
  });

  it('says the same in NDJSON, null as null and a first entry without a previous value', async () => {
    const lines = ndjsonOf(await exported('ndjson', context));
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatchObject({ field: 'outcome', value: null, change: 'entered' });
    expect(lines[1]).not.toHaveProperty('previous');
    expect(lines[5]).toMatchObject({ field: 'note', value: null, previous: '', reason });
    expect(lines[6]).toMatchObject({ type: 'ParticipantEnrolled', subject: place });
    expect(lines[6]).not.toHaveProperty('field');
  });

  it('names the trial and the position in the name of the file', async () => {
    const { fileName, mediaType } = await exportTrail({ format: 'csv' }, context);
    expect(fileName).toBe(`audit-trail-NCT05794425-${context.standsAt}.csv`);
    expect(mediaType).toBe('text/csv; charset=utf-8; header=present');
  });

  it('has a header even when nothing is found', async () => {
    const text = await exported('csv', context, { user: ['nobody'] });
    expect(text).toBe(`${Object.keys(columns).join(',')}\r\n`);
    expect(await exported('ndjson', context, { user: ['nobody'] })).toBe('');
  });
});

describe('a long export', () => {
  it('is whole, in the order of the log, cut to the scope, and comes a page at a time', async () => {
    const events = busyTrial(2_500, 8);
    const context = { ...(await opened(events)), scope: { trial: 'NCT05794425', sites: ['01', '03'] } };
    const { text } = await exportTrail({ format: 'ndjson' }, context);
    const found = new Set<string>();
    let pages = 0;
    for await (const page of text) {
      pages++;
      for (const line of ndjsonOf(page)) found.add(line.position as string);
    }
    const expected = events.filter(
      ({ metadata: { subject } }) =>
        subject.trial === 'NCT05794425' && ['01', '03'].includes(subject.site ?? ''),
    );
    expect(expected.length).toBeGreaterThan(1_000);
    expect([...found]).toEqual(expected.map(({ position }) => String(position)));
    expect(pages).toBe(Math.ceil(expected.length / 500));
    await context.views.close();
  });
});
