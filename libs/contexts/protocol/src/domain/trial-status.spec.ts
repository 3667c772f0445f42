import { decisionContext, scenario } from '@platform/kernel/testing';
import { nct05794425Definition, nct05794425Details as details } from '../definitions/nct05794425';
import { changeTrialStatus, correctTrialStatus, trialDecider, type TrialEvent } from './trial';
import { trialStatuses, type TrialStatus } from './trial-status';

const stop = { code: 'safety', text: 'The monitoring board advised it' };
const now = decisionContext({ recordedAt: '2024-03-05T08:00:00.000Z' });

const defined: TrialEvent = { type: 'TrialDefined', data: details };
const published: TrialEvent = {
  type: 'ProtocolVersionPublished',
  data: { definition: nct05794425Definition, effectiveFrom: '2023-08-01' },
};
const became = (status: TrialStatus, effectiveOn = '2023-08-01'): TrialEvent => ({
  type: 'TrialStatusChanged',
  data: { status, effectiveOn },
});

const trial = scenario(trialDecider);
const definedTrial = () => trial.given(defined);
const recruitingTrial = () => trial.given(defined, published, became('recruiting'));

describe("a trial's status", () => {
  it('changes with the day since when, and then again says nothing', () => {
    definedTrial()
      .when(state => changeTrialStatus({ status: 'recruiting', effectiveOn: '2023-08-01' }, state, now))
      .yields({
        type: 'TrialStatusChanged',
        data: { status: 'recruiting', effectiveOn: '2023-08-01' },
        previous: { status: 'notYetRecruiting', effectiveOn: null },
        occurredAt: { at: '2023-08-01', zone: 'Asia/Shanghai' },
      })
      .when(state => changeTrialStatus({ status: 'recruiting', effectiveOn: '2023-08-01' }, state, now))
      .yieldsNothing();
  });

  it("is dated today in the trial's zone unless a date is given", () => {
    const lateEvening = decisionContext({ recordedAt: '2024-03-05T17:00:00.000Z' });
    const { events } = recruitingTrial().when(state =>
      changeTrialStatus({ status: 'activeNotRecruiting' }, state, lateEvening),
    );
    expect(events[0]?.data).toEqual({ status: 'activeNotRecruiting', effectiveOn: '2024-03-06' });
  });

  it('follows the order of the registry, every pair of it', () => {
    const possible = trialStatuses.flatMap(from =>
      trialStatuses
        .filter(to => {
          if (to === from) return false;
          const story = trial.given(defined, became(from));
          return story.when(s => changeTrialStatus({ status: to, reason: stop }, s, now)).state.status === to;
        })
        .map(to => `${from} → ${to}`),
    );
    expect(possible).toEqual([
      'notYetRecruiting → recruiting',
      'notYetRecruiting → enrollingByInvitation',
      'notYetRecruiting → suspended',
      'notYetRecruiting → withdrawn',
      'recruiting → enrollingByInvitation',
      'recruiting → activeNotRecruiting',
      'recruiting → suspended',
      'recruiting → completed',
      'recruiting → terminated',
      'recruiting → withdrawn',
      'enrollingByInvitation → recruiting',
      'enrollingByInvitation → activeNotRecruiting',
      'enrollingByInvitation → suspended',
      'enrollingByInvitation → completed',
      'enrollingByInvitation → terminated',
      'enrollingByInvitation → withdrawn',
      'activeNotRecruiting → recruiting',
      'activeNotRecruiting → enrollingByInvitation',
      'activeNotRecruiting → suspended',
      'activeNotRecruiting → completed',
      'activeNotRecruiting → terminated',
      'suspended → recruiting',
      'suspended → enrollingByInvitation',
      'suspended → activeNotRecruiting',
      'suspended → terminated',
      'suspended → withdrawn',
    ]);
  });

  it('ends for good, and says what else is possible', () => {
    const { reason } = trial
      .given(defined, became('terminated'))
      .when(state => changeTrialStatus({ status: 'recruiting' }, state, now))
      .isRejected('TRIAL-STATUS-ORDER');
    expect(reason).toContain('the trial has ended');
  });

  it.each<[string, string, { status: TrialStatus; effectiveOn?: string }]>([
    ['TRIAL-STATUS-REASON', 'reason', { status: 'suspended' }],
    ['TRIAL-STATUS-FUTURE', 'effectiveOn', { status: 'completed', effectiveOn: '2024-03-06' }],
    ['TRIAL-STATUS-DATE', 'effectiveOn', { status: 'completed', effectiveOn: '2023-07-31' }],
    ['TRIAL-DATE', 'effectiveOn', { status: 'completed', effectiveOn: '2024-02-30' }],
  ])('does not change against %s', (rule, field, command) => {
    recruitingTrial()
      .when(state => changeTrialStatus(command, state, now))
      .isRejected(rule, field);
  });

  it('needs a trial', () => {
    trial.when(state => changeTrialStatus({ status: 'recruiting' }, state, now)).isRejected('TRIAL-UNKNOWN');
  });

  it('that was recorded wrongly is corrected by a further event, even after the end', () => {
    const reason = { code: 'entryError', text: 'Meant suspended' };
    const correct = { original: 'event-2', status: 'suspended', reason } as const;
    const ended = trial.given(defined, became('recruiting'), became('terminated', '2024-01-10'));
    ended
      .when(state => correctTrialStatus(correct, state, now))
      .yields({
        type: 'TrialStatusCorrected',
        data: { original: 'event-2', status: 'suspended' },
        previous: { status: 'terminated' },
        reason,
      })
      .when(state => correctTrialStatus(correct, state, now))
      .yieldsNothing()
      .when(state => changeTrialStatus({ status: 'recruiting', effectiveOn: '2024-02-01' }, state, now))
      .yields({
        type: 'TrialStatusChanged',
        data: { status: 'recruiting', effectiveOn: '2024-02-01' },
        previous: { status: 'suspended', effectiveOn: '2024-01-10' },
        occurredAt: { at: '2024-02-01', zone: 'Asia/Shanghai' },
      });
  });

  it('leaves the present one alone when an earlier one is corrected', () => {
    const reason = { code: 'entryError', text: 'Wrong day' };
    const { state } = trial
      .given(defined, became('recruiting'), became('suspended', '2024-01-10'))
      .when(s => correctTrialStatus({ original: 'event-1', effectiveOn: '2023-08', reason }, s, now));
    expect([state.status, state.statuses[0]?.effectiveOn]).toEqual(['suspended', '2023-08']);
    definedTrial()
      .when(s => correctTrialStatus({ original: 'event-9', status: 'recruiting', reason }, s, now))
      .isRejected('TRIAL-STATUS-UNKNOWN');
    recruitingTrial()
      .when(s => correctTrialStatus({ original: 'event-2', effectiveOn: '2025', reason }, s, now))
      .isRejected('TRIAL-STATUS-FUTURE');
  });
});
