import { reported } from '../testing';
import { isSeriousOrMeets } from './conclusions';
import { adverseEventCourseDecider } from './course';
import type { AdverseEventEvent } from './events';

describe('the course of an adverse event', () => {
  it('keeps how it stood after each event; a correction does not reach back', () => {
    const events: readonly AdverseEventEvent[] = [
      reported(),
      { type: 'SeriousnessAssessed', data: { hospitalisation: false, serious: false } },
      { type: 'ValueCorrected', data: { event: 'event-1', field: 'hospitalisation', value: true } },
      { type: 'ValueCorrected', data: { event: 'event-1', field: 'serious', value: true } },
    ];
    const { steps } = events.reduce(
      (course, event, revision) =>
        adverseEventCourseDecider.evolve(course, event, {
          ...{ id: `event-${revision}`, revision },
          recordedAt: `2024-03-0${revision + 1}T07:00:00.000Z`,
        }),
      adverseEventCourseDecider.initial,
    );
    expect(steps.map(({ event, recordedAt }) => `${event} ${recordedAt.slice(0, 10)}`)).toEqual([
      'event-0 2024-03-01',
      'event-1 2024-03-02',
      'event-2 2024-03-03',
      'event-3 2024-03-04',
    ]);
    expect(steps.map(({ state }) => isSeriousOrMeets(state))).toEqual([false, false, true, true]);
    expect(steps[1]?.state.seriousness).toMatchObject({ hospitalisation: false, serious: false });
  });
});
