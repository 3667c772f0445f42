import { filled } from '@platform/commands';
import { formatPosition, type DomainEvent } from '@platform/kernel';
import { recorded } from '@platform/views/testing';
import { adverseEventStream, type AdverseEventEvent } from '@trial/safety';
import { reportingCaseStream } from '../domain/case/case';
import { ReviewCase } from '../reporting.commands';
import { ae, trial } from '../testing';
import { reviewCases } from './review-cases';

const target = { trial, participant: '03-007', adverseEvent: 'ae-1' };
const given = (event: DomainEvent, subject: object = target, stream = adverseEventStream('ae-1')) =>
  recorded([{ stream, event, subject: { site: '03', ...subject } }])[0]!;

describe('review-cases', () => {
  test.each<[string, AdverseEventEvent]>([
    ['a report', ae.report()],
    ['an assessment', ae.hospitalised],
    ['an amendment', ae.amended({ end: null })],
    ['a void', ae.voided],
  ])('reviews the case as of %s', (_what, event) => {
    const happened = given(event);
    expect(reviewCases.takes).toContain(happened.type);
    expect(reviewCases.react(happened)).toEqual([
      {
        command: filled(ReviewCase, { event: happened.id, position: formatPosition(happened.position) }),
        target,
      },
    ]);
  });

  it('reviews it again when a report was sent, and not after a review', () => {
    const reanchored = { type: 'ObligationReanchored', data: { obligation: 'o-1' } };
    const byPerson = given(reanchored, target, reportingCaseStream('ae-1'));
    expect(reviewCases.react(byPerson)).toHaveLength(1);
    const { metadata } = byPerson;
    const byReview = {
      ...byPerson,
      metadata: { ...metadata, command: { ...metadata.command, type: 'ReviewCase' } },
    };
    expect(reviewCases.react(byReview)).toEqual([]);
  });

  it('has nothing to review for corrections of other records, and for cases without an adverse event', () => {
    const correction = { type: 'ValueCorrected', data: {} };
    expect(reviewCases.react(given(correction, { trial, participant: '03-007' }))).toEqual([]);
    expect(reviewCases.react(given({ type: 'ObligationFulfilled', data: {} }, { trial }))).toEqual([]);
  });

  it('takes every event that an adverse event can have', () => {
    const all: Record<AdverseEventEvent['type'], true> = {
      ...{ AdverseEventReported: true, AdverseEventAmended: true, AdverseEventVoided: true },
      ...{ SeverityAssessed: true, SeriousnessAssessed: true, CausalityAssessed: true },
      ...{ ExpectednessAssessed: true, AdverseEventOutcomeRecorded: true, ActionTakenRecorded: true },
      ValueCorrected: true,
    };
    expect(Object.keys(all).filter(type => !reviewCases.takes.includes(type))).toEqual([]);
  });
});
