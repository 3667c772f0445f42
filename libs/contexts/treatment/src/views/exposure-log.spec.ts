import { logStart } from '@platform/kernel';
import { rebuildViews, type ViewDatabase } from '@platform/views';
import { RecordedLog, recorded, viewContract, type Given, openTestViews } from '@platform/views/testing';
import type { TreatmentEvent } from '../domain/events';
import { treatmentStream } from '../domain/treatment';
import { checked, first, planned, started, zone } from '../testing';
import { exposureLog, listExposed } from './exposure-log';

const trial = 'NCT05794425';
const of =
  (participant: string) =>
  (event: TreatmentEvent): Given => ({
    stream: treatmentStream(trial, participant),
    event,
    subject: { trial, site: participant.slice(0, 2), participant },
  });

const reason = { code: 'transcription', text: 'Read from the wrong line' };
const exposure = (start?: string): TreatmentEvent => ({
  type: 'AdministrationRecorded',
  data: { treatment: 'PLACEBO', dose: 0, start, zone },
});
const dose = (at: string): TreatmentEvent => ({
  type: 'DrugDoseRecorded',
  data: { drug: 'CSA', dose: 120, unit: 'mg', frequency: 'BID', at, zone },
});
const corrected = (event: string, field: string, value: string | boolean): TreatmentEvent => ({
  type: 'ValueCorrected',
  data: { event, field, value },
  previous: { value: null },
  reason,
});

const before = recorded([
  of('03-001')(planned()),
  of('03-001')(checked()),
  of('03-001')(started(first)),
  of('03-001')(dose('2024-03')),
  of('04-001')(exposure()),
  of('04-001')(exposure('2024-02-20')),
  of('04-002')(dose('2024-02-11')),
  of('03-001')(dose('2024-02-10')),
]);
const [, , start, coarse, silent, , only] = before as [never, never, ...typeof before];
const events = [
  ...before,
  ...recorded(
    [
      of('04-002')(corrected(only!.id, 'enteredInError', true)),
      of('03-001')(corrected(before.at(-1)!.id, 'at', '2024-02-12T10:30')),
    ],
    before,
  ),
];

describe('the exposure log', () => {
  viewContract(exposureLog, events);
});

describe('whoever received a dose', () => {
  let views: ViewDatabase;

  beforeAll(async () => {
    views = await openTestViews();
    await rebuildViews({ log: new RecordedLog(events), database: views, all: [exposureLog], views: 'all' });
  });

  afterAll(() => views.close());

  const firstDoses = async (at = events.at(-1)!.position, sites: 'all' | string[] = 'all') =>
    Object.fromEntries(
      (await listExposed(views, { trial, sites }, at)).map(each => [each.participant, each.firstDose]),
    );

  it('is listed with the earliest dose, as it was known at any position', async () => {
    expect(await firstDoses(logStart)).toEqual({});
    expect(await firstDoses(before[1]!.position)).toEqual({});
    expect(await firstDoses(start!.position)).toEqual({ '03-001': '2024-03-05T15:40' });
    expect(await firstDoses(coarse!.position)).toEqual({ '03-001': '2024-03' });
    expect(await firstDoses(silent!.position)).toEqual({ '03-001': '2024-03', '04-001': null });
    expect(await firstDoses(before.at(-1)!.position)).toEqual({
      ...{ '03-001': '2024-02-10', '04-001': '2024-02-20', '04-002': '2024-02-11' },
    });
  });

  it('is listed no more when the only dose was entered in error, and at the corrected date', async () => {
    expect(await firstDoses()).toEqual({ '03-001': '2024-02-12T10:30', '04-001': '2024-02-20' });
  });

  it('keeps to the sites and to the trial of the caller', async () => {
    expect(Object.keys(await firstDoses(undefined, ['04']))).toEqual(['04-001']);
    expect(await listExposed(views, { trial: 'NCT00000000', sites: 'all' }, events.at(-1)!.position)).toEqual(
      [],
    );
  });
});
