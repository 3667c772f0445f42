import { rebuildViews, type ViewDatabase } from '@platform/views';
import { RecordedLog, recorded, viewContract, type Given, openTestViews } from '@platform/views/testing';
import { logStart } from '@platform/kernel';
import type { TreatmentEvent } from '../domain/events';
import { treatmentStream } from '../domain/treatment';
import { checked, ended, first, lastWeek, planned, second, started, today, zone } from '../testing';
import { infusionLog, listInfusions } from './infusion-log';

const trial = 'NCT05794425';
const scope = { trial, sites: 'all' } as const;
const of =
  (participant: string) =>
  (event: TreatmentEvent): Given => ({
    stream: treatmentStream(trial, participant),
    event,
    subject: {
      trial,
      site: participant.slice(0, 2),
      participant,
      ...('infusion' in event.data && { infusion: event.data.infusion }),
    },
  });

const reason = { code: 'transcription', text: 'Read from the wrong line' };
const reaction: TreatmentEvent = {
  type: 'InfusionReactionRecorded',
  data: { infusion: first, reaction: 'r-1', ...today('15:50'), term: 'Chills', grade: 2 },
};
const dose: TreatmentEvent = {
  type: 'DrugDoseRecorded',
  data: { drug: 'CSA', dose: 120, unit: 'mg', frequency: 'BID', at: '2024-02-10', zone },
};

const before = recorded([
  ...lastWeek.map(of('03-001')),
  of('03-001')(dose),
  ...[planned({ infusion: second, ordinal: 2 }), checked(second), started(second)].map(of('03-001')),
  ...[planned(), checked(), started(), reaction, ended(first, '2024-03-05T16:00', 4e7)].map(of('04-001')),
]);
const end = before.at(-1)!;
const departing: TreatmentEvent = {
  type: 'ValueCorrected',
  data: { event: end.id, field: 'cellsGiven', value: 6e7, noLongerHolds: ['TRT-DOSE'] },
  previous: { value: 4e7 },
  reason,
  about: { infusion: first },
};
const inError = (event: string): TreatmentEvent => ({
  type: 'ValueCorrected',
  data: { event, field: 'enteredInError', value: true },
  previous: { value: null },
  reason,
  about: { infusion: first },
});
const events = [...before, ...recorded([of('04-001')(departing)], before)];

describe('the infusion log', () => {
  viewContract(infusionLog, events);
});

describe('a list of infusions', () => {
  let views: ViewDatabase;

  const filled = async (all = events) => {
    views = await openTestViews();
    await rebuildViews({ log: new RecordedLog(all), database: views, all: [infusionLog], views: 'all' });
  };
  const list = (filter: object = {}, at = events.at(-1)!.position, sites: 'all' | string[] = 'all') =>
    listInfusions(views, { ...scope, sites }, at, { limit: 100, ...filter });

  afterEach(() => views.close());

  it('shows each infusion as it stands, and as it stood', async () => {
    await filled();
    const rows = await list();
    expect(rows.map(({ participant, infusion, status }) => [participant, infusion, status])).toEqual([
      ['03-001', first, 'ended'],
      ['03-001', second, 'running'],
      ['04-001', first, 'ended'],
    ]);
    expect(rows[2]).toMatchObject({
      ...{ cellsGiven: 6e7, volumeMl: 50, worstReaction: 2, openReactions: 1, departures: [] },
      ...{ startedAt: '2024-03-05T15:40', endedAt: '2024-03-05T16:00', units: ['W000024000001'] },
    });
    expect((await list({}, end.position))[2]).toMatchObject({ cellsGiven: 4e7 });
    expect(await list({}, logStart)).toEqual([]);
  });

  it('keeps to the sites of the caller, filters, and goes on where a page ended', async () => {
    await filled();
    const idsOf = async (...question: Parameters<typeof list>) =>
      (await list(...question)).map(({ participant, infusion }) => `${participant}/${infusion}`);
    expect(await idsOf({}, events.at(-1)!.position, ['04'])).toEqual(['04-001/infusion-1']);
    expect(await idsOf({}, events.at(-1)!.position, [])).toEqual([]);
    expect(await idsOf({ site: '04' })).toEqual(['04-001/infusion-1']);
    expect(await idsOf({ participant: '03-001' })).toEqual(['03-001/infusion-1', '03-001/infusion-2']);
    expect(await idsOf({ status: 'running' })).toEqual(['03-001/infusion-2']);
    expect(await idsOf({ plannedUntil: '2024-02-27' })).toEqual(['03-001/infusion-1']);
    expect(await idsOf({ plannedFrom: '2024-02-28' })).toEqual(['03-001/infusion-2', '04-001/infusion-1']);
    const [page] = await list({ limit: 1 });
    expect(await idsOf({ behind: page?.number })).toEqual(['03-001/infusion-2', '04-001/infusion-1']);
  });

  it('does not show an infusion whose plan was entered in error, from then on', async () => {
    const plan = before.find(
      ({ type, metadata }) => type === 'InfusionPlanned' && metadata.subject.site === '04',
    )!;
    const more = [...events, ...recorded([of('04-001')(inError(plan.id))], events)];
    await filled(more);
    expect(await list({ site: '04' }, more.at(-1)!.position)).toEqual([]);
    expect(await list({ site: '04' })).toHaveLength(1);
  });
});
