import { decisionContext } from '@platform/kernel/testing';
import { adverseEventDecider, type AdverseEventState } from '../domain/adverse-event';
import type { AdverseEventEvent, Reported } from '../domain/events';
import type { ReportingFacts } from '../domain/reporting';

/* Adverse events that tests begin with. All of it happens to participant 03-007, in Shandong, in 2024. */

export const trial = 'NCT05794425';
export const participant = '03-007';
export const zone = 'Asia/Shanghai';
export const id = 'ae-1';

/** Of a protocol with cells and cyclosporine; one infusion was given. */
export const facts: ReportingFacts = {
  zone,
  protocolVersion: '1.0',
  products: ['UCB-MSC', 'CSA'],
  infusions: ['infusion-1'],
};

/** The investigator's, on 5 March 2024 at 16:00 in Shandong, about `ae-1` of the participant. */
export const context = (
  over: { readonly commandId?: string; readonly target?: Record<string, string> } = {},
) => decisionContext({ facts, target: { trial, participant, adverseEvent: id }, ...over });

export const reported = (over: Partial<Reported> = {}): AdverseEventEvent => ({
  type: 'AdverseEventReported',
  data: {
    ...{ adverseEvent: id, trial, participant, protocolVersion: '1.0' },
    ...{ term: 'Fever', onset: '2024-03-02', zone, suspectProducts: ['UCB-MSC', 'CSA'] },
    ...over,
  },
});

export const stateAfter = (...events: readonly AdverseEventEvent[]): AdverseEventState =>
  events.reduce(
    (state, event, index) =>
      adverseEventDecider.evolve(state, event, {
        id: `event-${index}`,
        revision: index,
        recordedAt: '2024-03-05T07:00:00.000Z',
      }),
    adverseEventDecider.initial,
  );
