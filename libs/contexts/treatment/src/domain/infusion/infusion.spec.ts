import { scenario } from '@platform/kernel/testing';
import {
  checked,
  context,
  departuresOf,
  ended,
  first,
  planned,
  started,
  stateAfter,
  today,
  zone,
} from '../../testing';
import type { StepType, TreatmentEvent } from '../events';
import {
  endInfusion,
  pauseInfusion,
  resumeInfusion,
  startDespiteGates,
  startInfusion,
  stopInfusion,
} from './infusion';
import { statusAfter, treatmentDecider, type InfusionStatus, type TreatmentState } from '../treatment';

const infusion = scenario(treatmentDecider);
const now = { at: '2024-03-05T16:00:00', zone };
const reason = { code: 'reaction', text: 'Shivering' };
const step = (type: StepType, data: object = {}): TreatmentEvent => ({
  type,
  data: { infusion: first, ...now, ...data },
  occurredAt: now,
});

describe('an infusion, live', () => {
  it('starts now when all gates are open, and a second click adds nothing', () => {
    infusion
      .given(planned(), checked())
      .when(state => startInfusion({ infusion: first }, state, context()))
      .yields(step('InfusionStarted'))
      .when(state => startInfusion({ infusion: first }, state, context()))
      .yieldsNothing();
  });

  it('pauses and resumes, is stopped with a reason, and ends with what was given', () => {
    infusion
      .given(planned(), checked(), started())
      .when(state => pauseInfusion({ infusion: first, reason }, state, context()))
      .yields({ ...step('InfusionPaused'), reason })
      .when(state => pauseInfusion({ infusion: first, reason }, state, context()))
      .yieldsNothing()
      .when(state => resumeInfusion({ infusion: first }, state, context()))
      .yields(step('InfusionResumed'))
      .when(state => stopInfusion({ infusion: first, reason }, state, context()))
      .yields({ ...step('InfusionStopped'), reason })
      .when(state => endInfusion({ infusion: first, cellsGiven: 5e7, volumeMl: 20 }, state, context()))
      .yields(step('InfusionEnded', { cellsGiven: 5e7, volumeMl: 20 }))
      .when(state => endInfusion({ infusion: first, cellsGiven: 5e7 }, state, context()))
      .yieldsNothing()
      .when(state => endInfusion({ infusion: first, cellsGiven: 6e7 }, state, context()))
      .isRejected('TRT-STEP-ORDER');
  });

  type Decide = (state: TreatmentState) => ReturnType<typeof startInfusion>;
  const steps: Record<StepType, Decide> = {
    InfusionStarted: state => startInfusion({ infusion: first }, state, context()),
    InfusionPaused: state => pauseInfusion({ infusion: first, reason }, state, context()),
    InfusionResumed: state => resumeInfusion({ infusion: first }, state, context()),
    InfusionStopped: state => stopInfusion({ infusion: first, reason }, state, context()),
    InfusionEnded: state => endInfusion({ infusion: first, cellsGiven: 6e7 }, state, context()),
  };
  const ways: Record<InfusionStatus, readonly TreatmentEvent[]> = {
    planned: [],
    running: [started()],
    paused: [started(), step('InfusionPaused')],
    stopped: [started(), step('InfusionStopped')],
    ended: [started(), ended()],
    cancelled: [{ type: 'InfusionCancelled', data: { infusion: first } }],
  };
  const possible: Record<InfusionStatus, readonly StepType[]> = {
    planned: ['InfusionStarted'],
    running: ['InfusionPaused', 'InfusionStopped', 'InfusionEnded'],
    paused: ['InfusionResumed', 'InfusionStopped', 'InfusionEnded'],
    stopped: ['InfusionEnded'],
    ended: [],
    cancelled: [],
  };
  /** Where the step leads to the status that the infusion has, and something of the kind was recorded. */
  const again: Partial<Record<InfusionStatus, readonly StepType[]>> = {
    running: ['InfusionStarted'],
    paused: ['InfusionPaused'],
    stopped: ['InfusionStopped'],
    ended: ['InfusionEnded'],
  };
  const table = Object.keys(ways).flatMap(status =>
    Object.keys(steps).map(type => [status as InfusionStatus, type as StepType] as const),
  );

  test.each(table)('%s: %s', (status, type) => {
    const outcome = infusion.given(planned(), checked(), ...ways[status]).when(steps[type]);
    if (possible[status].includes(type)) expect(outcome.events).toHaveLength(1);
    else if (again[status]?.includes(type)) outcome.yieldsNothing();
    else outcome.isRejected('TRT-STEP-ORDER');
  });

  it('is not found under another id', () => {
    infusion
      .given(planned())
      .when(state => startInfusion({ infusion: 'infusion-9' }, state, context()))
      .isRejected('TRT-INFUSION-UNKNOWN');
  });

  it('takes no step in the future, none at an unknown time, and no amount below zero', () => {
    const ready = infusion.given(planned(), checked());
    ready
      .when(state => startInfusion({ infusion: first, at: today('16:01') }, state, context()))
      .isRejected('TRT-FUTURE', 'at');
    ready
      .when(state => startInfusion({ infusion: first, at: { at: '2024-02-30', zone } }, state, context()))
      .isRejected('TRT-TIME', 'at');
    ready
      .when(state => startInfusion({ infusion: first, recordedAfterwards: true }, state, context()))
      .isRejected('TRT-TIME', 'at');
    ready
      .when(state => endInfusion({ infusion: first, volumeMl: -1 }, state, context()))
      .isRejected('TRT-AMOUNT', 'volumeMl');
  });
});

describe('the gates of a start', () => {
  const start = (state: TreatmentState, facts = {}) =>
    startInfusion({ infusion: first, at: today('15:50') }, state, context(facts));
  const withdrawn = {
    absences: [{ status: 'withdrawnFromTreatment', from: '2024-03-05', event: 'status-2' }],
  };

  it('hold an infusion back, and name every rule that is not kept', () => {
    const rejection = infusion
      .given(planned())
      .when(state => start(state, { enrolled: undefined, ...withdrawn }))
      .isRejected('TRT-NOT-ENROLLED');
    expect(rejection.evidence).toMatchObject({
      gates: [{ rule: 'TRT-NOT-ENROLLED' }, { rule: 'TRT-AFTER-WITHDRAWAL' }, { rule: 'TRT-IDENTITY-CHECK' }],
    });
    expect(rejection.reason).toContain('recordedAfterwards');
  });

  it('are overridden by name and with a reason: an event and a departure of their own', () => {
    const override = (gates: string[]) => (state: TreatmentState) =>
      startDespiteGates({ infusion: first, at: today('15:50'), gates, reason }, state, context());
    infusion
      .given(planned())
      .when(override(['TRT-AFTER-WITHDRAWAL']))
      .isRejected('TRT-IDENTITY-CHECK');
    const { events } = infusion.given(planned()).when(override(['TRT-IDENTITY-CHECK']));
    expect(events).toMatchObject([
      {
        type: 'InfusionGateOverridden',
        data: {
          infusion: first,
          gates: ['TRT-IDENTITY-CHECK'],
          departures: [{ rule: 'TRT-IDENTITY-CHECK' }],
        },
        reason,
      },
      { type: 'InfusionStarted', data: { infusion: first, at: '2024-03-05T15:50' } },
    ]);
    expect(departuresOf(events)).toEqual(['TRT-IDENTITY-CHECK']);
    infusion
      .given(planned(), checked())
      .when(override(['TRT-IDENTITY-CHECK']))
      .yields({
        type: 'InfusionStarted',
        data: { infusion: first, ...today('15:50') },
        occurredAt: today('15:50'),
      });
  });

  it('do not hold back what has happened: it is recorded, and departs', () => {
    const { events } = infusion
      .given(planned())
      .when(state =>
        startInfusion(
          { infusion: first, at: today('15:50'), recordedAfterwards: true },
          state,
          context({ enrolled: undefined, ...withdrawn }),
        ),
      );
    expect(events).toMatchObject([{ type: 'InfusionStarted', data: { recordedAfterwards: true } }]);
    expect(departuresOf(events)).toEqual(['TRT-NOT-ENROLLED', 'TRT-IDENTITY-CHECK']);
    // Withdrawn on the very day: whether before or after the infusion is for people to find out.
    expect(events[0]?.data.notEvaluable).toMatchObject([{ rule: 'TRT-AFTER-WITHDRAWAL' }]);
  });

  it('do not bind an import', () => {
    const imported = { ...context(), actor: { user: 'import', printedName: 'Import', role: 'importer' } };
    const { events } = infusion
      .given(planned())
      .when(state => startInfusion({ infusion: first, at: today('15:50') }, state, imported));
    expect(departuresOf(events)).toEqual(['TRT-IDENTITY-CHECK']);
  });
});

describe('what is told late', () => {
  const past = (at: string) => ({ infusion: first, at: today(at), recordedAfterwards: true });

  it('is recorded out of turn with a flag, and again adds nothing', () => {
    infusion
      .given(planned(), checked())
      .when(state => pauseInfusion({ ...past('15:45'), reason }, state, context()))
      .yields({
        type: 'InfusionPaused',
        data: {
          infusion: first,
          ...today('15:45'),
          recordedAfterwards: true,
          flags: ['TRT-STEP-ORDER'],
        },
        occurredAt: today('15:45'),
        reason,
      })
      .when(state => pauseInfusion({ ...past('15:45'), reason }, state, context()))
      .yieldsNothing();
  });

  it('leaves an ended infusion ended and a stopped one stopped', () => {
    const state = stateAfter(
      planned(),
      checked(),
      started(),
      ended(),
      step('InfusionPaused', today('15:45')),
    );
    expect(state.infusions[0]?.status).toBe('ended');
    expect(statusAfter('stopped', 'InfusionResumed')).toBe('stopped');
    expect(statusAfter('paused', 'InfusionStarted')).toBe('paused');
    expect(statusAfter('cancelled', 'InfusionStarted')).toBe('running');
  });

  it('raises at its end what its start would have raised, when nobody told of the start', () => {
    const { events } = infusion
      .given(planned())
      .when(state => endInfusion({ ...past('15:55'), cellsGiven: 4e7 }, state, context()));
    expect(departuresOf(events)).toEqual(['TRT-IDENTITY-CHECK', 'TRT-DOSE']);
  });

  it('raises a departure once, and says when the record keeps the rule after all', () => {
    const late = infusion.given(planned()).when(state => startInfusion(past('15:40'), state, context()));
    expect(departuresOf(late.events)).toEqual(['TRT-IDENTITY-CHECK']);
    const end = late.when(state =>
      endInfusion(
        { ...past('15:55'), cellsGiven: 6e7 },
        state,
        context({}, '018e0dab-6c00-7000-8000-000000000002'),
      ),
    );
    expect(departuresOf(end.events)).toEqual([]);
  });
});
