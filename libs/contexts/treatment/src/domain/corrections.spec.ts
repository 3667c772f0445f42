import { scenario } from '@platform/kernel/testing';
import {
  checked,
  context,
  departuresOf,
  ended,
  first,
  lastWeek,
  planned,
  second,
  started,
  weightOf60kg,
  zone,
} from '../testing';
import { correctTreatment } from './corrections';
import type { TreatmentEvent } from './events';
import { treatmentDecider, type TreatmentState } from './treatment';

const treatment = scenario(treatmentDecider);
const reason = { code: 'transcription', text: 'Read from the wrong line' };
const correct =
  (event: string, field: string, value: string | number | boolean | null) => (state: TreatmentState) =>
    correctTreatment({ event, field, value, reason }, state, context());

const infused = [planned(), checked(), started(), ended()];
const endEvent = 'event-3';

describe('a corrected number of cells', () => {
  it('replaces the old one, carries what it reveals, and again adds nothing', () => {
    const outcome = treatment.given(...infused).when(correct(endEvent, 'cellsGiven', 9e7));
    expect(outcome.events).toMatchObject([
      {
        type: 'ValueCorrected',
        data: {
          event: endEvent,
          field: 'cellsGiven',
          value: 9e7,
          departures: [{ rule: 'TRT-DOSE', causes: [endEvent] }],
        },
        previous: { value: 6e7 },
        reason,
        about: { infusion: first },
      },
    ]);
    expect(outcome.state.infusions[0]?.steps.at(-1)?.cellsGiven).toBe(9e7);
    expect(outcome.state.standing[first]?.raised).toEqual(['TRT-DOSE']);
    outcome.when(correct(endEvent, 'cellsGiven', 9e7)).yieldsNothing();
  });

  it('says that the departure which was raised no longer holds, and raises it anew when it comes back', () => {
    const wrong = treatment.given(...infused).when(correct(endEvent, 'cellsGiven', 9e7));
    const right = wrong.when(correct(endEvent, 'cellsGiven', 7e7));
    expect(right.events[0]?.data).toMatchObject({ noLongerHolds: ['TRT-DOSE'] });
    expect(right.events[0]?.data).not.toHaveProperty('departures');
    expect(right.state.standing[first]?.raised).toEqual([]);
    const back = right.when(correct(endEvent, 'cellsGiven', 4e7));
    expect(departuresOf(back.events)).toEqual(['TRT-DOSE']);
    const unknown = back.when(correct(endEvent, 'cellsGiven', null));
    expect(unknown.events[0]?.data.notEvaluable).toMatchObject([{ rule: 'TRT-DOSE' }]);
  });
});

describe('a corrected date', () => {
  it('has the intervals on both sides judged anew', () => {
    const two = [
      ...lastWeek,
      planned({ infusion: second, ordinal: 2, units: [] }),
      checked(second, '2024-03-05T09:00', []),
      started(second, '2024-03-05T10:00'),
    ];
    const { events } = treatment.given(...two).when(correct('event-2', 'at', '2024-02-20T10:00'));
    // The check of the infusion's identity now comes after its start.
    expect(departuresOf(events)).toEqual(['TRT-IDENTITY-CHECK', 'TRT-INTERVAL-NEXT']);
    const later = treatment.given(...two).when(correct('event-6', 'at', '2024-03-05T11:00'));
    expect(departuresOf(later.events)).toEqual([]);
  });

  test.each([
    ['no date', '2024-02-30', 'CORRECTION-VALUE'],
    ['a time to come', '2024-03-05T16:01', 'TRT-FUTURE'],
  ])('is refused with %s', (_what, value, rule) => {
    treatment
      .given(...infused)
      .when(correct('event-2', 'at', value))
      .isRejected(rule);
  });
});

describe('an entry in error', () => {
  it('counts no more, and neither does what was raised for it', () => {
    const late = { ...started(), data: { ...started().data, departures: [departure] } } as TreatmentEvent;
    const outcome = treatment.given(planned(), late).when(correct('event-1', 'enteredInError', true));
    expect(outcome.events[0]?.data.noLongerHolds).toEqual(['TRT-IDENTITY-CHECK']);
    expect(outcome.state.infusions[0]).toMatchObject({ status: 'planned', steps: [] });
    const again = outcome.when(correct('event-1', 'enteredInError', false));
    expect(departuresOf(again.events)).toEqual(['TRT-IDENTITY-CHECK']);
    expect(again.state.infusions[0]?.status).toBe('running');
  });

  it('may be the plan itself', () => {
    const { state } = treatment.given(...infused).when(correct('event-0', 'enteredInError', true));
    expect(state.infusions).toEqual([]);
    expect(state.entries).toHaveLength(4);
  });
});

const departure = {
  rule: 'TRT-IDENTITY-CHECK',
  category: 'investigationalProduct',
  severity: 'major',
  description: 'No check.',
} as const;

describe('a corrected dose', () => {
  const dose: TreatmentEvent = {
    type: 'DrugDoseRecorded',
    data: {
      ...{ drug: 'CSA', dose: 120, unit: 'mg', frequency: 'BID', at: '2024-02-10', zone },
      assessment: { dailyDose: 4, unit: 'mg/kg/d', weight: weightOf60kg },
    },
  };

  it('is computed anew, and departs', () => {
    const outcome = treatment.given(dose).when(correct('event-0', 'dose', 180));
    expect(outcome.events).toMatchObject([
      {
        data: { field: 'dose', value: 180, departures: [{ rule: 'TRT-DRUG-DOSE' }] },
        previous: { value: 120 },
      },
      {
        data: { field: 'assessment', value: { dailyDose: 6 } },
        previous: { value: { dailyDose: 4 } },
        reason,
      },
    ]);
    expect(outcome.state.drugDoses[0]).toMatchObject({ dose: 180, assessment: { dailyDose: 6 } });
    const back = outcome.when(correct('event-0', 'frequency', 'QD'));
    expect(back.events[0]?.data.noLongerHolds).toEqual(['TRT-DRUG-DOSE']);
    const gone = outcome.when(correct('event-0', 'enteredInError', true));
    expect(gone.events[0]?.data.noLongerHolds).toEqual(['TRT-DRUG-DOSE']);
    expect(gone.state.drugDoses).toEqual([]);
  });

  it('keeps its row of the source: the same row again adds nothing, whatever was corrected', () => {
    const sourceRecord = { file: 'ec.csv', key: '1' };
    const imported = { ...dose, data: { ...dose.data, sourceRecord } } as TreatmentEvent;
    const { state } = treatment.given(imported).when(correct('event-0', 'dose', 180));
    expect(Object.keys(state.imported)).toHaveLength(1);
  });
});

describe('what cannot be corrected', () => {
  test.each([
    ['an event of another record', 'event-9', 'at', '2024-03-05', 'CORRECTION-UNKNOWN-EVENT'],
    ['who checked', 'event-1', 'verifiedBy', '2024-03-05', 'CORRECTION-FIELD'],
    ['what was found', endEvent, 'departures', null, 'CORRECTION-FIELD'],
    ['less than nothing', endEvent, 'volumeMl', -5, 'CORRECTION-VALUE'],
  ])('%s', (_what, event, field, value, rule) => {
    treatment
      .given(...infused)
      .when(correct(event, field, value))
      .isRejected(rule);
  });
});
