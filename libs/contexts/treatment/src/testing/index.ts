import { isRejection, type Decision } from '@platform/kernel';
import { decisionContext } from '@platform/kernel/testing';
import type { Intervention } from '@trial/protocol';
import type { PlannedInfusion, ProductUnit, TreatmentEvent } from '../domain/events';
import type { TreatmentFacts } from '../domain/facts';
import { treatmentDecider, type TreatmentState } from '../domain/treatment';

/* People and states that tests of what is given to participants begin with. All of it happens in Shandong, in 2024. */

export const zone = 'Asia/Shanghai';

export const cells: Intervention = {
  kind: 'infusion',
  code: 'UCB-MSC',
  product: 'cord blood and cord derived mesenchymal stem cells',
  cellsMin: 5e7,
  cellsMax: 8e7,
  plannedInfusions: 4,
  intervalDays: 7,
  intervalWindowDays: 1,
  thawToStartHoursMax: 4,
};

export const cyclosporine: Intervention = {
  kind: 'drug',
  code: 'CSA',
  product: 'cyclosporine A',
  dailyDoseMin: 3,
  dailyDoseMax: 5,
  dailyDoseUnit: 'mg/kg/d',
  schedule: 'daily',
};

export const weightOf60kg = { value: 60, unit: 'kg', at: '2024-02-01', event: 'weight-1' };

/** Enrolled on 1 February 2024 with 60 kg, never withdrawn. */
export const enrolled: TreatmentFacts = {
  zone,
  protocolVersion: '1.0',
  interventions: [cells, cyclosporine],
  enrolled: { at: '2024-02-01', event: 'enrollment-1' },
  absences: [],
  weights: [weightOf60kg],
  recalls: [],
};

/** An hour of 5 March 2024, when the decisions of tests are made at 16:00. */
export const today = (hour: string) => ({ at: `2024-03-05T${hour}`, zone });

/** The nurse's context, at 16:00 in Shandong; facts and anything else may be replaced. */
export const context = (facts: Partial<TreatmentFacts> = {}, commandId?: string) =>
  decisionContext<TreatmentFacts>({
    facts: { ...enrolled, ...facts },
    ...(commandId !== undefined && { commandId }),
  });

export const unit: ProductUnit = {
  din: 'W000024000001',
  lot: 'L-7',
  kind: 'UC-MSC',
  thawedAt: '2024-03-05T14:00',
};

export const first = 'infusion-1';
export const second = 'infusion-2';

export const planned = (over: Partial<PlannedInfusion> = {}): TreatmentEvent => ({
  type: 'InfusionPlanned',
  data: {
    infusion: first,
    ordinal: 1,
    product: 'UCB-MSC',
    plannedOn: '2024-03-05',
    zone,
    units: [unit],
    ...over,
  },
});

export const checked = (
  infusion = first,
  at = '2024-03-05T15:30',
  units: readonly string[] = [unit.din],
): TreatmentEvent => ({
  type: 'InfusionIdentityVerified',
  data: { infusion, at, zone, verifiedBy: ['nurse-01', 'nurse-02'], units },
});

export const started = (infusion = first, at = '2024-03-05T15:40'): TreatmentEvent => ({
  type: 'InfusionStarted',
  data: { infusion, at, zone },
});

export const ended = (infusion = first, at = '2024-03-05T16:00', cellsGiven = 6e7): TreatmentEvent => ({
  type: 'InfusionEnded',
  data: { infusion, at, zone, cellsGiven, volumeMl: 50 },
});

/** An infusion of a week before, as it should be. */
export const lastWeek: readonly TreatmentEvent[] = [
  planned({ plannedOn: '2024-02-27', units: [] }),
  checked(first, '2024-02-27T09:00', []),
  started(first, '2024-02-27T10:00'),
  ended(first, '2024-02-27T11:00'),
];

/** The state after some events, `event-0`, `event-1` …, as `scenario` numbers them. */
export const stateAfter = (...events: readonly TreatmentEvent[]): TreatmentState =>
  events.reduce(
    (state, event, index) =>
      treatmentDecider.evolve(state, event, {
        id: `event-${index}`,
        revision: index,
        recordedAt: '2024-03-05T07:00:00.000Z',
      }),
    treatmentDecider.initial,
  );

/** The rules of the departures in the events of an accepted decision. @throws Error when it was a rejection */
export function departuresOf(decision: Decision<TreatmentEvent>): string[] {
  if (isRejection(decision)) throw new Error(`${decision.rule}: ${decision.reason}`);
  return decision.flatMap(({ data }) => data.departures ?? []).map(({ rule }) => rule);
}
