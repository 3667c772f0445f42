import fc from 'fast-check';
import { isRejection, type Decision } from '@platform/kernel';
import { context, enrolled, first, planned, second, stateAfter, zone } from '../testing';
import type { TreatmentEvent } from './events';
import type { TreatmentFacts } from './facts';
import { endInfusion, pauseInfusion, resumeInfusion, startInfusion, stopInfusion } from './infusion/infusion';
import { infusionOf, judgeInfusion } from './judgement';
import { recordReaction, recordVitalSigns } from './infusion/observations';
import { verifyIdentity } from './infusion/preparation';
import { treatmentDecider, type TreatmentState } from './treatment';

type Report = (state: TreatmentState, asked: ReturnType<typeof context>) => Decision<TreatmentEvent>;

const reason = { code: 'told', text: 'Told the day after' };
const values = [{ code: 'PULSE', value: 80, unit: '/min' }];

/** Any minute of four weeks, or only its day or month. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 28 * 24 * 60 - 1 }), fc.constantFrom(7, 10, 16, 16, 16))
  .map(([minute, length]) => new Date(Date.UTC(2024, 1, 5) + minute * 60_000).toISOString().slice(0, length));

const past = fc.tuple(fc.constantFrom(first, second), time).map(([infusion, at]) => ({
  infusion,
  at: { at, zone },
  recordedAfterwards: true,
}));

const report: fc.Arbitrary<Report> = fc.oneof(
  past.map(
    (when): Report =>
      (state, asked) =>
        startInfusion(when, state, asked),
  ),
  past.map(
    (when): Report =>
      (state, asked) =>
        pauseInfusion({ ...when, reason }, state, asked),
  ),
  past.map(
    (when): Report =>
      (state, asked) =>
        resumeInfusion(when, state, asked),
  ),
  past.map(
    (when): Report =>
      (state, asked) =>
        stopInfusion({ ...when, reason }, state, asked),
  ),
  fc.tuple(past, fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined })).map(
    ([when, cellsGiven]): Report =>
      (state, asked) =>
        endInfusion({ ...when, cellsGiven }, state, asked),
  ),
  past.map(
    (when): Report =>
      (state, asked) =>
        verifyIdentity({ ...when, secondPerson: 'nurse-02' }, state, asked),
  ),
  past.map(
    (when): Report =>
      (state, asked) =>
        recordVitalSigns({ ...when, phase: 'during', values }, state, asked),
  ),
  past.map(
    (when): Report =>
      (state, asked) =>
        recordReaction({ ...when, term: 'Chills', grade: 1 }, state, asked),
  ),
);

const facts: fc.Arbitrary<Partial<TreatmentFacts>> = fc.record({
  enrolled: fc.constantFrom(undefined, enrolled.enrolled),
  absences: fc.constantFrom([], [{ status: 'died', from: '2024-02-20', event: 'status-2' }]),
  interventions: fc.constantFrom([], enrolled.interventions),
});

/** Tells one report after the other, each by a command of its own. */
function tell(reports: readonly Report[], known: Partial<TreatmentFacts>) {
  let state = stateAfter(planned(), planned({ infusion: second, ordinal: 2 }));
  const decisions = reports.map((each, index) => {
    const commandId = `018e0dab-6c00-7000-8000-${String(index + 1).padStart(12, '0')}`;
    const decision = each(state, context(known, commandId));
    if (!isRejection(decision)) {
      state = decision.reduce(
        (before, event, at) =>
          treatmentDecider.evolve(before, event, { id: `${commandId}-${at}`, revision: 0, recordedAt: '' }),
        state,
      );
    }
    return decision;
  });
  return { state, decisions };
}

describe('facts that are reported, in whatever order', () => {
  it('are recorded, never refused', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 12 }), facts, (reports, known) => {
        const { decisions } = tell(reports, known);
        expect(decisions.filter(isRejection)).toEqual([]);
      }),
    );
  });

  it('raise each departure of an infusion once, and those that the record shows at the end', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 12 }), facts, (reports, known) => {
        const { state, decisions } = tell(reports, known);
        for (const { infusion } of state.infusions) {
          const told = decisions
            .flatMap(decision => (isRejection(decision) ? [] : decision))
            .filter(({ data }) => 'infusion' in data && data.infusion === infusion);
          const raised = new Set<string>();
          for (const { data } of told) {
            for (const { rule } of data.departures ?? []) {
              expect(raised).not.toContain(rule);
              raised.add(rule);
            }
            for (const rule of data.noLongerHolds ?? []) expect(raised.delete(rule)).toBe(true);
          }
          expect(new Set(state.standing[infusion]?.raised)).toEqual(raised);
          const last = told.at(-1);
          if (last?.type !== 'InfusionEnded') continue;
          const { broken } = judgeInfusion(infusionOf(state, infusion), state, context(known));
          const others = ['TRT-INTERVAL', 'TRT-INTERVAL-NEXT', 'TRT-REACTION-UNRESOLVED'];
          const own = broken.map(({ rule }) => rule).filter(rule => !others.includes(rule));
          expect([...raised]).toEqual(expect.arrayContaining(own));
        }
      }),
    );
  });

  it('add nothing when they are told again', () => {
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 6 }), facts, (reports, known) => {
        const { decisions } = tell([...reports, ...reports], known);
        expect(decisions.slice(reports.length)).toEqual(reports.map(() => []));
      }),
    );
  });
});
