import type { ClinicalTime } from '@platform/kernel';
import type { AdverseEventEvent, Causality, Reported, SeriousnessCriterion } from '@trial/safety';

/* What happens to adverse event `ae-1` of participant 03-007, as the context safety writes it. */

const ids = { adverseEvent: 'ae-1', trial: 'NCT05794425', participant: '03-007' } as const;

export const report = (over: Partial<Reported> = {}): AdverseEventEvent => ({
  type: 'AdverseEventReported',
  data: {
    ...ids,
    ...{ term: 'Fever', onset: '2024-03-02', zone: 'Asia/Shanghai', protocolVersion: '1.0' },
    ...{ reporter: 'coordinator-03', suspectProducts: ['UCB-MSC'] },
    ...over,
  },
});

export const seriousBy = (...criteria: readonly SeriousnessCriterion[]): AdverseEventEvent => ({
  type: 'SeriousnessAssessed',
  data: { ...Object.fromEntries(criteria.map(name => [name, true])), serious: criteria.length > 0 },
});

export const hospitalised = seriousBy('hospitalisation');
export const dying = seriousBy('hospitalisation', 'lifeThreatening');
export const notSerious = seriousBy();
export const died: AdverseEventEvent = { type: 'AdverseEventOutcomeRecorded', data: { outcome: 'fatal' } };
export const voided: AdverseEventEvent = { type: 'AdverseEventVoided', data: {} };

export const causality = (assessor: Causality['assessor'], related: boolean): AdverseEventEvent => ({
  type: 'CausalityAssessed',
  data: { assessor, related, term: related ? 'yes' : 'no', scale: 'YES-NO-1' },
});

/** Judged against reference safety information that was in force at onset, unless it began on another day. */
export const expected = (is: boolean, rsiFrom = '2023-06-01'): AdverseEventEvent => ({
  type: 'ExpectednessAssessed',
  data: { expected: is, rsiVersion: 'IB 4', rsiFrom },
});

export const amended = (changes: {
  readonly awareAt?: ClinicalTime | null;
  readonly end?: string | null;
  readonly description?: string;
}): AdverseEventEvent => ({ type: 'AdverseEventAmended', data: changes });
