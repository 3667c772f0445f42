import type { ClinicalTime, Decider } from '@platform/kernel';
import { adverseEventDecider, type AdverseEventState } from './adverse-event';
import type { AdverseEventEvent } from './events';

/** How an adverse event stood after one of its events, as it was known then: corrections change nothing before them. */
export interface CourseStep {
  readonly event: string;
  readonly type: AdverseEventEvent['type'];
  /** Server's instant, UTC. */
  readonly recordedAt: string;
  readonly occurredAt?: ClinicalTime;
  readonly state: AdverseEventState;
}

export interface AdverseEventCourse {
  readonly steps: readonly CourseStep[];
}

/** The same stream as `adverseEventDecider` folds, with every stage that it went through: for what was known when. */
export const adverseEventCourseDecider: Decider<AdverseEventCourse, AdverseEventEvent> = {
  initial: { steps: [] },
  evolve({ steps }, event, ref) {
    const before = steps.at(-1)?.state ?? adverseEventDecider.initial;
    const state = adverseEventDecider.evolve(before, event, ref);
    const { type, occurredAt } = event;
    return { steps: [...steps, { event: ref.id, type, recordedAt: ref.recordedAt, occurredAt, state }] };
  },
};
