import { type DomainEvent, type RecordedEvent } from '@platform/kernel';
import { rebuildViews, type ViewDatabase } from '@platform/views';
import { recorded, RecordedLog, viewContract, type Given, openTestViews } from '@platform/views/testing';
import { deviationStream, type RaisedDeviation } from '../domain/deviation';
import { deviationLog, listDeviations } from './deviation-log';

const trial = 'NCT05794425';
const zone = 'Asia/Shanghai';

const of = (deviation: string, participant: string, event: DomainEvent): Given => ({
  stream: deviationStream(deviation),
  event,
  subject: { trial, site: participant.slice(0, 2), participant, deviation },
});
const raised = (deviation: string, participant: string, more: Partial<RaisedDeviation> = {}): Given =>
  of(deviation, participant, {
    type: 'DeviationRaised',
    data: {
      ...{ trial, site: participant.slice(0, 2), participant, causes: ['event-1'], rule: 'VISIT-WINDOW' },
      ...{ category: 'protocolImplementation', severity: 'minor', description: 'Out of its window' },
      ...{ occurredAt: { at: '2024-03', zone }, identifiedAt: { at: '2024-03-05', zone } },
      ...more,
    },
  });
const assessment = {
  category: 'safety',
  severity: 'critical',
  assessment: 'Serious',
  reportable: true,
  assessedAt: '2024-03-06',
};

const events: readonly RecordedEvent[] = recorded([
  raised('d-1', '03-001'),
  raised('d-2', '04-001', { rule: 'ENROLL-CAP', severity: 'major', occurredAt: undefined }),
  raised('d-3', '03-002'),
  of('d-3', '03-002', { type: 'DeviationAssessed', data: assessment }),
  of('d-3', '03-002', { type: 'DeviationClosed', data: { closedAt: '2024-03-07', conclusion: 'Done' } }),
]);

describe('the deviation log', () => {
  viewContract(deviationLog, events);
});

describe('a list of deviations', () => {
  let views: ViewDatabase;
  beforeAll(async () => {
    views = await openTestViews();
    await rebuildViews({ log: new RecordedLog(events), database: views, all: [deviationLog], views: 'all' });
  });
  afterAll(() => views.close());

  type Filter = Partial<Parameters<typeof listDeviations>[3]>;
  const list = (filter: Filter = {}, place = events.length - 1, sites: 'all' | string[] = 'all') =>
    listDeviations(views, { trial, sites }, events[place]!.position, { limit: 100, ...filter });
  const ids = async (...question: Parameters<typeof list>) =>
    (await list(...question)).map(({ deviation }) => deviation);

  test('shows each with what became of it', async () => {
    expect(await list()).toMatchObject([
      {
        deviation: 'd-1',
        participant: '03-001',
        status: 'raised',
        occurredAt: '2024-03',
        zone,
        causes: ['event-1'],
        reportable: null,
      },
      { deviation: 'd-2', rule: 'ENROLL-CAP', severity: 'major', occurredAt: null },
      {
        deviation: 'd-3',
        status: 'closed',
        category: 'safety',
        severity: 'critical',
        reportable: true,
        closedAt: '2024-03-07',
      },
    ]);
  });

  test('answers as of any position', async () => {
    expect(await list({}, 2)).toMatchObject([
      {},
      {},
      { deviation: 'd-3', status: 'raised', severity: 'minor', closedAt: null },
    ]);
    expect(await ids({}, 0)).toEqual(['d-1']);
  });

  test('is filtered, paged, and cut to the sites that the caller may see', async () => {
    expect(await ids({ participant: '03-001' })).toEqual(['d-1']);
    expect(await ids({ site: '03' })).toEqual(['d-1', 'd-3']);
    expect(await ids({ category: 'safety' })).toEqual(['d-3']);
    expect(await ids({ severity: 'major' })).toEqual(['d-2']);
    expect(await ids({ status: 'raised' })).toEqual(['d-1', 'd-2']);
    expect(await ids({ rule: 'ENROLL-CAP' })).toEqual(['d-2']);
    expect(await ids({ limit: 1, behind: events[0]!.position })).toEqual(['d-2']);
    expect(await ids({}, undefined, ['04'])).toEqual(['d-2']);
    expect(await ids({ site: '03' }, undefined, ['04'])).toEqual([]);
    expect(await ids({}, undefined, [])).toEqual([]);
  });
});
