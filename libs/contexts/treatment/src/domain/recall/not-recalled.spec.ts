import { isRejection } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import {
  checked,
  context,
  departuresOf,
  first,
  planned,
  stateAfter,
  started,
  unit,
  zone,
} from '../../testing';
import type { TreatmentEvent } from '../events';
import { startDespiteGates, startInfusion } from '../infusion/infusion';
import { changeInfusionPlan, planInfusion } from '../infusion/preparation';
import { standingOf, treatmentDecider } from '../treatment';
import { flagRecalledProduct } from './exposure';
import { recallRule } from './not-recalled';
import type { KnownRecall } from './recall';

const recall: KnownRecall = {
  ...{ recall: 'recall-1', event: 'recall-event-1', by: 'lot', numbers: ['L-7'] },
  ...{ at: '2024-03-05T15:00', zone },
};
const lifted = { ...recall, lifted: { at: '2024-03-05T15:30', zone, event: 'lifting-1' } };
const reason = { code: 'urgent', text: 'No other unit' };
const ready = [planned(), checked(first, '2024-03-05T14:30')];
const gates = [recallRule];

const under = (...recalls: KnownRecall[]) => context({ recalls });

/** A start at some time, told afterwards. */
const toldOf = (at: string, ...recalls: KnownRecall[]) =>
  startInfusion(
    { infusion: first, at: { at, zone }, recordedAfterwards: true },
    stateAfter(...ready),
    under(...recalls),
  );
const dataOf = (decision: ReturnType<typeof toldOf>) => {
  if (isRejection(decision)) throw new Error(decision.rule);
  return decision[0]!.data;
};

describe('what is about to be given', () => {
  test('is held back by a recall in force, which nobody overrides', () => {
    const outcome = scenario(treatmentDecider)
      .given(...ready)
      .when(state => startInfusion({ infusion: first }, state, under(recall)))
      .isRejected(recallRule);
    expect(outcome.evidence).toMatchObject({ gates: [{ rule: recallRule }] });
    scenario(treatmentDecider)
      .given(...ready)
      .when(state => startDespiteGates({ infusion: first, gates, reason }, state, under(recall)))
      .isRejected(recallRule);
  });

  test('is given when the recall is of another lot, or was lifted', () => {
    for (const known of [{ ...recall, numbers: ['L-8'] }, lifted]) {
      expect(departuresOf(startInfusion({ infusion: first }, stateAfter(...ready), under(known)))).toEqual(
        [],
      );
    }
  });

  test('is planned with other units', () => {
    const plan = { product: 'UCB-MSC', plannedOn: '2024-03-06', units: [unit] };
    scenario(treatmentDecider)
      .when(state => planInfusion(plan, state, under(recall)))
      .isRejected(recallRule, 'units[0]');
    scenario(treatmentDecider)
      .given(planned({ units: [] }))
      .when(state => changeInfusionPlan({ infusion: first, units: [unit], reason }, state, under(recall)))
      .isRejected(recallRule, 'units[0]');
    const { events } = scenario(treatmentDecider).when(state =>
      planInfusion({ ...plan, recordedAfterwards: true }, state, under(recall)),
    );
    expect(events).toHaveLength(1);
  });
});

describe('what was given', () => {
  test.each<[string, string, KnownRecall, string[], string[]]>([
    ['while the recall was in force departs', '2024-03-05T15:20', recall, [recallRule], ['recall-1']],
    ['at its very minute departs', '2024-03-05T15:00', recall, [recallRule], ['recall-1']],
    ['before the recall is an exposure', '2024-03-05T14:40', recall, [], ['recall-1']],
    ['after it was lifted is nothing', '2024-03-05T15:40', lifted, [], []],
    ['before it was lifted departs', '2024-03-05T15:20', lifted, [recallRule], []],
  ])('%s', (_what, at, known, rules, recalls) => {
    const decision = toldOf(at, known);
    expect(departuresOf(decision)).toEqual(rules);
    expect(dataOf(decision).recalls ?? []).toEqual(recalls);
  });

  test('on the day of a recall, at no known time, cannot be judged', () => {
    const data = dataOf(toldOf('2024-03-05', { ...recall, at: '2024-03-05' }));
    expect(data.notEvaluable?.map(({ rule }) => rule)).toContain(recallRule);
    expect(data.recalls).toEqual(['recall-1']);
  });

  test('goes by moments, where the recall has another zone', () => {
    // 15:00 in Shandong is 07:00 in UTC.
    const abroad = { ...recall, at: '2024-03-05T07:00', zone: 'UTC' };
    expect(departuresOf(toldOf('2024-03-05T15:20', abroad))).toEqual([recallRule]);
    expect(departuresOf(toldOf('2024-03-05T14:40', abroad))).toEqual([]);
  });
});

describe('a recall that comes after the infusion', () => {
  const begun: TreatmentEvent[] = [...ready, started()];
  const flag =
    (...recalls: KnownRecall[]) =>
    (state: typeof treatmentDecider.initial) =>
      flagRecalledProduct({ infusion: first, recall: 'recall-1' }, state, under(...recalls));

  test('is written into the record once; what was given under it departs then', () => {
    const outcome = scenario(treatmentDecider)
      .given(...begun)
      .when(flag(recall));
    expect(outcome.events[0]).toMatchObject({
      type: 'InfusionProductRecalled',
      data: { infusion: first, recalls: ['recall-1'], departures: [{ rule: recallRule }] },
    });
    outcome.when(flag(recall)).yieldsNothing();
    expect(standingOf(outcome.state, first)).toMatchObject({ recalls: ['recall-1'], raised: [recallRule] });
  });

  test('is not, when it was lifted since, or is about other units', () => {
    for (const known of [lifted, { ...recall, numbers: ['L-8'] }]) {
      scenario(treatmentDecider)
        .given(...begun)
        .when(flag(known))
        .yieldsNothing();
    }
    scenario(treatmentDecider).when(flag(recall)).yieldsNothing();
  });

  test('that turns out to have come later has its departure no longer hold', () => {
    const flagged = scenario(treatmentDecider)
      .given(...begun)
      .when(flag(recall));
    const ended = {
      infusion: first,
      cellsGiven: 6e7,
      at: { at: '2024-03-05T15:55', zone },
      recordedAfterwards: true,
    };
    const { events } = flagged.when(state =>
      startInfusion(
        { ...ended, at: { at: '2024-03-05T15:41', zone } },
        state,
        under({ ...recall, at: '2024-03-05T15:50' }),
      ),
    );
    expect(events[0]?.data).toMatchObject({ noLongerHolds: [recallRule] });
  });
});
