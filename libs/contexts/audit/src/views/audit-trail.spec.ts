import { toPosition } from '@platform/kernel';
import type { Row, RowStore } from '@platform/views';
import { RecordedLog, viewContract, viewsAfter } from '@platform/views/testing';
import { busyTrial } from '../testing/busy-trial';
import { positionOfEntry, someTrail } from '../testing/some-trail';
import { auditTables, auditTrail, openEnd } from './audit-trail';
import { TrailIndex } from './trail-index';

describe('the audit index', () => {
  viewContract(auditTrail, busyTrial(80, 3));

  it('touches a row for each value of a page and few more, however long the trail is', async () => {
    const touched: string[] = [];
    const rows = new Map<string, Row>();
    const keyOf = (table: string, row: Row) =>
      auditTables.find(({ name }) => name === table)!.key.map(column => row[column]);
    const store: RowStore = {
      load: () => undefined,
      get: (table, key) => rows.get(JSON.stringify([table, key])),
      put: (table, row) => {
        touched.push(table);
        rows.set(JSON.stringify([table, keyOf(table, row)]), row);
      },
      remove: () => undefined,
    };
    const events = busyTrial(5_001, 4);
    await auditTrail.project(events.slice(0, 5_000), store);
    touched.length = 0;
    await auditTrail.project(events.slice(5_000), store);
    // Eight dimensions and at most five fields, three columns, a segment of positions, the extent.
    expect(touched.length).toBeLessThanOrEqual(8 + 5 + 3 + 2);
  });

  it('holds no clinical value and no name', async () => {
    const events = someTrail([
      {
        trial: 'T',
        data: { comment: 'Mr. Secret', weight: 4711 },
        metadata: { reason: { code: 'x', text: 'why' } },
      },
    ]);
    const views = await viewsAfter(new RecordedLog(events), [auditTrail]);
    const rows = await views.reader().selectFrom('audit_block').selectAll().execute();
    expect(rows.map(row => row.value)).toContain('comment');
    expect(JSON.stringify(rows)).not.toMatch(/Secret|4711|why|Name of/);
    await views.close();
  });
});

describe('places in the trail', () => {
  const events = someTrail(Array.from({ length: 1_200 }, () => ({})));

  it('lead from ordinals to positions and back, across segments', async () => {
    const views = await viewsAfter(new RecordedLog(events), [auditTrail], { pageSize: 500 });
    const index = new TrailIndex(views);
    expect(await index.positions([1_199, 0, 511, 512])).toEqual([1_199, 0, 511, 512].map(positionOfEntry));
    for (const ordinal of [0, 1, 511, 512, 1_023, 1_199]) {
      const position = positionOfEntry(ordinal);
      expect(await index.entriesUpTo(position)).toBe(ordinal + 1);
      expect(await index.entriesUpTo(toPosition(position - 1n))).toBe(ordinal);
    }
    await expect(index.positions([1_200])).rejects.toThrow('has no entry 1200');
    await views.close();
  });

  it('are none in an empty trail', async () => {
    const views = await viewsAfter(new RecordedLog([]), [auditTrail]);
    const index = new TrailIndex(views);
    expect(await index.entriesUpTo(positionOfEntry(9))).toBe(0);
    expect(await index.blocks('trial', ['T'], 0, openEnd)).toEqual([]);
    expect(await index.positions([])).toEqual([]);
    await views.close();
  });
});
