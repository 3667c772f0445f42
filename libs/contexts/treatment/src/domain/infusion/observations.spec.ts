import { scenario } from '@platform/kernel/testing';
import { checked, context, ended, first, planned, started, stateAfter, today } from '../../testing';
import type { TreatmentEvent } from '../events';
import {
  reactionIdOf,
  recordReaction,
  recordVitalSigns,
  resolveReaction,
  vitalSignGaps,
} from './observations';
import { treatmentDecider } from '../treatment';

const infusion = scenario(treatmentDecider);
const values = [{ code: 'SYSBP', value: 120, unit: 'mm[Hg]' }];
const id = reactionIdOf(context().commandId);

describe('vital signs', () => {
  const signs = { infusion: first, phase: 'before', at: today('15:20'), values } as const;

  it('are recorded with their units, once', () => {
    infusion
      .given(planned())
      .when(state => recordVitalSigns(signs, state, context()))
      .yields({
        type: 'InfusionVitalSignsRecorded',
        data: { infusion: first, ...today('15:20'), phase: 'before', values },
        occurredAt: today('15:20'),
      })
      .when(state => recordVitalSigns(signs, state, context()))
      .yieldsNothing();
  });

  it('need a unit of UCUM, and something measured', () => {
    const asked = (over: object) =>
      infusion.given(planned()).when(state => recordVitalSigns({ ...signs, ...over }, state, context()));
    asked({ values: [...values, { code: 'DIABP', value: 80, unit: 'mmHg' }] }).isRejected(
      'TRT-UNIT',
      'values[1].unit',
    );
    asked({ values: [] }).isRejected('TRT-VITAL-SIGNS', 'values');
    asked({ infusion: 'infusion-9' }).isRejected('TRT-INFUSION-UNKNOWN');
  });

  describe('that are missing', () => {
    const signsAt = (hour: string, phase: 'before' | 'during' = 'during'): TreatmentEvent => ({
      type: 'InfusionVitalSignsRecorded',
      data: { infusion: first, ...today(hour), phase, values },
    });
    const gapsOf = (...events: TreatmentEvent[]) =>
      vitalSignGaps(stateAfter(planned(), ...events).infusions[0]!);
    const an = [started(first, '2024-03-05T15:00'), ended(first, '2024-03-05T15:45')];

    it('leave gaps of more than fifteen minutes', () => {
      expect(gapsOf(...an, signsAt('14:50', 'before'), signsAt('15:15'), signsAt('15:30'))).toEqual({
        beforeStart: true,
        gaps: [],
      });
      expect(gapsOf(...an, signsAt('15:31'), signsAt('15:15'))).toEqual({
        beforeStart: false,
        gaps: [{ from: '2024-03-05T15:15', to: '2024-03-05T15:31', minutes: 16 }],
      });
      expect(gapsOf(...an)?.gaps).toEqual([
        { from: '2024-03-05T15:00', to: '2024-03-05T15:45', minutes: 45 },
      ]);
    });

    it('cannot be told before the end, or without the minute', () => {
      expect(gapsOf(an[0]!)).toBeUndefined();
      expect(gapsOf(started(first, '2024-03-05'), an[1]!)).toBeUndefined();
    });
  });
});

describe('a reaction', () => {
  const reaction = { infusion: first, term: 'Chills', grade: 2, at: today('15:50'), adverseEvent: 'ae-1' };

  it('is recorded with its grade and its adverse event, once', () => {
    infusion
      .given(planned(), checked(), started())
      .when(state => recordReaction(reaction, state, context()))
      .yields({
        type: 'InfusionReactionRecorded',
        data: {
          ...{ infusion: first, reaction: id, term: 'Chills', grade: 2, adverseEvent: 'ae-1' },
          ...today('15:50'),
        },
        occurredAt: today('15:50'),
        about: { adverseEvent: 'ae-1' },
      })
      .when(state => recordReaction(reaction, state, context()))
      .yieldsNothing();
  });

  it('is recorded before any start is, with a flag', () => {
    const { events } = infusion.given(planned()).when(state => recordReaction(reaction, state, context()));
    expect(events[0]?.data.flags).toEqual(['TRT-STEP-ORDER']);
  });

  test.each([0, 6, 2.5, NaN])('has no grade %d', grade => {
    infusion
      .given(planned())
      .when(state => recordReaction({ ...reaction, grade }, state, context()))
      .isRejected('TRT-GRADE', 'grade');
  });

  it('resolves, and resolves again when it came back', () => {
    const resolved = (hour: string) => ({ infusion: first, reaction: id, at: today(hour) });
    infusion
      .given(planned(), checked(), started())
      .when(state => recordReaction(reaction, state, context()))
      .when(state => resolveReaction(resolved('15:55'), state, context()))
      .yields({
        type: 'InfusionReactionResolved',
        data: { infusion: first, reaction: id, ...today('15:55') },
        occurredAt: today('15:55'),
      })
      .when(state => resolveReaction(resolved('15:55'), state, context()))
      .yieldsNothing()
      .when(state => resolveReaction(resolved('15:58'), state, context()))
      .yields({
        type: 'InfusionReactionResolved',
        data: { infusion: first, reaction: id, ...today('15:58') },
        previous: { at: '2024-03-05T15:55' },
        occurredAt: today('15:58'),
      })
      .when(state => resolveReaction({ ...resolved('15:58'), reaction: 'r-9' }, state, context()))
      .isRejected('TRT-REACTION-UNKNOWN');
  });
});
