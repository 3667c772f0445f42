import { participantDecider, type ParticipantEvent, type ParticipantState } from '@trial/participants';
import { absencesOf, weightsOf } from './treatment.facts';

const after = (...events: readonly { readonly type: string; readonly data: object }[]): ParticipantState =>
  events.reduce(
    (state, event, index) =>
      participantDecider.evolve(state, event as ParticipantEvent, {
        id: `event-${index}`,
        revision: index,
        recordedAt: '2024-03-05T07:00:00.000Z',
      }),
    participantDecider.initial,
  );

const became = (status: string, since?: string, more: object = {}) => ({
  type: 'ParticipantStatusChanged',
  data: { status, since, ...more },
});

describe('times without treatment', () => {
  it('last from a withdrawal to a new consent, and from a death for ever', () => {
    const state = after(
      became('enrolled', '2024-01-10'),
      became('consentWithdrawn', '2024-02-01'),
      became('consented', '2024-02-20'),
      became('onTreatment', '2024-02-21'),
      became('died', '2024-03-01'),
    );
    expect(absencesOf(state)).toEqual([
      { status: 'consentWithdrawn', from: '2024-02-01', until: '2024-02-20', event: 'event-1' },
      { status: 'died', from: '2024-03-01', until: undefined, event: 'event-4' },
    ]);
  });

  it('go by the dates, whenever they were recorded, and are not ended by follow-up', () => {
    const state = after(
      became('withdrawnFromTreatment', '2024-02-10'),
      became('inFollowUp', '2024-02-11'),
      became('onTreatment', '2024-01-15', { historical: true }),
    );
    expect(absencesOf(state)).toEqual([
      { status: 'withdrawnFromTreatment', from: '2024-02-10', until: undefined, event: 'event-0' },
    ]);
  });

  it('may begin nobody knows when', () => {
    expect(absencesOf(after(became('withdrawnFromTreatment')))).toMatchObject([{ from: undefined }]);
    expect(absencesOf(after(became('completed', '2024-02-10')))).toEqual([]);
  });
});

describe('weights', () => {
  const measured = (code: string, more: object = {}) => ({
    type: 'MeasurementRecorded',
    data: { code, takenAt: '2024-02-01', quantity: { value: 60, unit: 'kg' }, ...more },
  });

  it('are the measurements of weight with a number and a date', () => {
    const state = after(
      measured('WEIGHT'),
      measured('HEIGHT'),
      measured('WEIGHT', { quantity: null }),
      measured('WEIGHT', { takenAt: undefined }),
      measured('WEIGHT', { notDone: true }),
      measured('WEIGHT', { enteredInError: true }),
    );
    expect(weightsOf(state)).toEqual([{ value: 60, unit: 'kg', at: '2024-02-01', event: 'event-0' }]);
  });
});
