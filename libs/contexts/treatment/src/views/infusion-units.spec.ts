import { openViewsInMemory, rebuildViews, type ViewDatabase } from '@platform/views';
import { RecordedLog, recorded, viewContract, type Given } from '@platform/views/testing';
import type { TreatmentEvent } from '../domain/events';
import type { Recall } from '../domain/recall/recall';
import { treatmentStream } from '../domain/treatment';
import { ended, first, planned, started, unit, zone } from '../testing';
import { infusionLog } from './infusion-log';
import { unitsUnderRecall } from './infusion-units';

const trial = 'NCT05794425';
const of =
  (participant: string) =>
  (event: TreatmentEvent): Given => ({
    stream: treatmentStream(trial, participant),
    event,
    subject: { trial, site: participant.slice(0, 2), participant, infusion: first },
  });
const cord = { din: 'W-2', lot: 'L-7', batch: 'B-1', kind: 'UCB' };
const other = { din: 'W-3', lot: 'L-8', batch: 'B-1', kind: 'UC-MSC' };

const events = recorded([
  ...[planned({ units: [unit, cord] }), started(), ended()].map(of('03-001')),
  ...[planned({ units: [{ ...unit, din: 'W-4' }] })].map(of('04-001')),
  of('04-001')({ type: 'InfusionPlanChanged', data: { infusion: first, units: [other] } }),
]);
const before = events.at(-2)!.position;
const end = events.at(-1)!.position;

describe('the units of infusions', () => {
  viewContract(infusionLog, events);

  let views: ViewDatabase;

  beforeAll(async () => {
    views = await openViewsInMemory();
    await rebuildViews({ log: new RecordedLog(events), database: views, all: [infusionLog], views: 'all' });
  });

  afterAll(() => views.close());

  const under = async (over: Partial<Recall>, at = end, sites: 'all' | string[] = 'all') => {
    const recall: Recall = { recall: 'r', by: 'lot', numbers: ['L-7'], at: '2024-03-06', zone, ...over };
    const found = await unitsUnderRecall(views, { trial, sites }, at, recall);
    return found.map(({ participant, din, startedAt }) => [participant, din, startedAt]);
  };
  const given = '2024-03-05T15:40';

  it('are found by lot, donation number or batch, and by kind', async () => {
    expect(await under({})).toEqual([
      ['03-001', 'W-2', given],
      ['03-001', unit.din, given],
    ]);
    expect(await under({ by: 'unit', numbers: ['W-2', 'W-9'] })).toEqual([['03-001', 'W-2', given]]);
    expect(await under({ by: 'batch', numbers: ['B-1'] })).toEqual([
      ['03-001', 'W-2', given],
      ['04-001', 'W-3', null],
    ]);
    expect(await under({ by: 'batch', numbers: ['B-1'], kind: 'UCB' })).toHaveLength(1);
  });

  it('are those of the moment, and of the caller’s sites', async () => {
    expect(await under({}, before)).toHaveLength(3);
    expect(await under({}, before, ['04'])).toEqual([['04-001', 'W-4', null]]);
    expect(await under({}, end, ['04'])).toEqual([]);
  });
});
