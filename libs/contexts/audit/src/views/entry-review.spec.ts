import { logStart, toPosition } from '@platform/kernel';
import { RecordedLog, viewContract, viewsAfter } from '@platform/views/testing';
import { listEntryLags } from '../review/entry-lag';
import { listFindings } from '../review/findings';
import { positionOfEntry, someTrail, type SomeEntry } from '../testing/some-trail';
import { entryReview } from './entry-review';

const trial = 'NCT05794425';
const zone = 'Asia/Shanghai';
const about = { trial, site: '03', participant: '03-007', adverseEvent: 'ae-1' };

/** Recorded minute by minute from 16:00 of 5 March 2024 in Shandong. */
const entries: readonly SomeEntry[] = [
  { metadata: { subject: about, occurredAt: { at: '2024-03-05', zone } } },
  { metadata: { subject: about, occurredAt: { at: '2024-03-02', zone } } },
  { metadata: { subject: about, occurredAt: { at: '2024-02-05', zone } } },
  {
    user: 'u-0401',
    metadata: { subject: { trial, site: '04' }, occurredAt: { at: '2024-02-27', zone } },
  },
  {
    type: 'ObligationOpened',
    data: {
      obligation: 'o-1',
      rule: { id: 'CN-SUSAR-7' },
      clock: { start: '2024-03-01T00:00:00.000Z', due: '2024-03-06T00:00:00.000Z' },
    },
    metadata: { subject: about, source: 'system' },
  },
  {
    type: 'SeriousnessAssessed',
    data: { serious: false },
    metadata: { subject: about, previous: { serious: true }, occurredAt: { at: '2024-02-05', zone } },
  },
  {
    type: 'ObligationFulfilled',
    data: { obligation: 'o-1' },
    metadata: { subject: about, source: 'system' },
  },
  { type: 'AdverseEventVoided', data: {}, metadata: { subject: about } },
];
const events = someTrail(entries);

describe('the review of entries', () => {
  viewContract(entryReview, events);

  const all = { trial, sites: 'all' } as const;
  const head = toPosition(99_999n);
  const withViews = async <Result>(
    read: (views: Awaited<ReturnType<typeof viewsAfter>>) => Promise<Result>,
  ) => {
    const views = await viewsAfter(new RecordedLog(events), [entryReview]);
    try {
      return await read(views);
    } finally {
      await views.close();
    }
  };

  it('counts by person and site, the tardiest first', async () => {
    const [first, second, ...others] = await withViews(views => listEntryLags(views, all, {}));
    expect(others).toEqual([]);
    expect(first).toEqual({
      ...{ site: '03', user: 'u-0301', role: 'coordinator', entries: 4 },
      ...{ sameDay: 1, within3Days: 1, within7Days: 0, later: 2, meanDays: 15.25, longestDays: 29 },
    });
    expect(second).toMatchObject({ site: '04', user: 'u-0401', entries: 1, within7Days: 1, meanDays: 7 });
  });

  it('counts within days of recording, and of the sites that somebody may see', async () => {
    const read = (scope: Parameters<typeof listEntryLags>[1], filter: Parameters<typeof listEntryLags>[2]) =>
      withViews(async views => (await listEntryLags(views, scope, filter)).map(({ site }) => site));
    expect(await read(all, { until: '2024-03-04' })).toEqual([]);
    expect(await read(all, { from: '2024-03-05', until: '2024-03-05' })).toEqual(['03', '04']);
    expect(await read({ trial, sites: ['04'] }, {})).toEqual(['04']);
    expect(await read({ trial, sites: ['04'] }, { site: '03' })).toEqual([]);
    expect(await read({ trial: 'OTHER', sites: 'all' }, {})).toEqual([]);
    expect(await read(all, { user: 'u-0401' })).toEqual(['04']);
  });

  it('finds late entries and changes, these with the clock that was to end first', async () => {
    const found = await withViews(views => listFindings(views, all, head, { limit: 10 }));
    expect(found).toMatchObject([
      { position: positionOfEntry(2), lagDays: 29, fields: null, rule: null },
      {
        ...{ position: positionOfEntry(5), lagDays: 29, fields: ['seriousness'], adverseEvent: 'ae-1' },
        // Four days, eight hours and five minutes of five days.
        ...{ rule: 'CN-SUSAR-7', due: '2024-03-06T00:00:00.000Z', elapsed: 0.87 },
      },
      { position: positionOfEntry(7), lagDays: null, fields: ['voided'], rule: null, elapsed: null },
    ]);
  });

  it.each([
    [{ kind: 'lateEntry' }, [2, 5]],
    [{ kind: 'safetyChange' }, [5, 7]],
    [{ nearDeadline: true }, [5]],
    [{ nearDeadline: false }, [2, 7]],
    [{ user: 'u-0401' }, []],
    [{ adverseEvent: 'ae-1', limit: 1 }, [2]],
    [{ behind: positionOfEntry(2), limit: 1 }, [5]],
  ] as const)('finds by %j', async (filter, expected) => {
    const found = await withViews(views => listFindings(views, all, head, { limit: 10, ...filter }));
    expect(found.map(({ position }) => position)).toEqual(expected.map(positionOfEntry));
  });

  it('as of a position finds what had been recorded by then, and nothing of another site', async () => {
    const places = (at: bigint, sites: 'all' | readonly string[] = 'all') =>
      withViews(async views =>
        (await listFindings(views, { trial, sites }, toPosition(at), { limit: 10 })).map(
          each => each.position,
        ),
      );
    expect(await places(positionOfEntry(5))).toEqual([2, 5].map(positionOfEntry));
    expect(await places(positionOfEntry(5) - 1n)).toEqual([positionOfEntry(2)]);
    expect(await places(head, ['04'])).toEqual([]);
    expect(await places(logStart)).toEqual([]);
  });

  it('holds no clinical value', async () => {
    const rows = await withViews(views => views.reader().selectFrom('review_finding').selectAll().execute());
    expect(JSON.stringify(rows)).not.toMatch(/WEIGHT|false|kg/);
  });
});
