import * as fc from 'fast-check';
import { eventIdOf, isRejection } from '@platform/kernel';
import { decisionContext, scenario } from '@platform/kernel/testing';
import {
  allocateNumber,
  enrollmentDecider,
  holdsPlace,
  numberGivenTo,
  releasePlace,
  reservePlace,
  type EnrollmentEvent,
} from './enrollment';

const importer = { user: 'import-pilot', printedName: 'Import from pilot', role: 'importer' };
const atSite03 = decisionContext({ facts: { site: '03', siteStatus: 'activated' } });
const importing = decisionContext({ facts: { site: '701', siteStatus: 'selected' }, actor: importer });

const given = (participant: string, site = '03'): EnrollmentEvent => ({
  type: 'ParticipantNumberAllocated',
  data: { participant, site },
  about: { participant, site },
});
const enrollment = scenario(enrollmentDecider);

describe('a participant number', () => {
  it('is the next of its site, three digits at least, and never given twice', () => {
    enrollment
      .given()
      .when(state => allocateNumber({}, state, atSite03))
      .yields(given('03-001'))
      .when(state => allocateNumber({}, state, atSite03))
      .yields(given('03-002'));
    enrollment
      .given(given('03-007'), given('04-099', '04'))
      .when(state => allocateNumber({}, state, atSite03))
      .yields(given('03-008'));
    enrollment
      .given(given('03-999'))
      .when(state => allocateNumber({}, state, atSite03))
      .yields(given('03-1000'));
  });

  it('answers a repeated command with the number that it gave', () => {
    const { commandId } = atSite03;
    const { id } = { id: eventIdOf(commandId, 0) };
    const { initial, evolve } = enrollmentDecider;
    const state = evolve(initial, given('03-001'), {
      id,
      revision: 0,
      recordedAt: '2024-03-05T08:00:00.000Z',
    });
    expect(numberGivenTo(state, commandId)).toBe('03-001');
    expect(numberGivenTo(state, '018e0dab-6c00-7000-8000-000000000002')).toBeUndefined();
  });

  it('of its own comes with an import only, and stays with its site', () => {
    const own = { participant: '701-1015' };
    enrollment
      .given()
      .when(state => allocateNumber(own, state, importing))
      .yields(given('701-1015', '701'))
      .when(state => allocateNumber(own, state, importing))
      .yieldsNothing()
      .when(state => allocateNumber({ participant: '702-1015' }, state, importing))
      .isRejected('NUMBER-SITE', 'participant');
    enrollment
      .given()
      .when(state => allocateNumber({ participant: '03-007' }, state, atSite03))
      .isRejected('NUMBER-GIVEN', 'participant');
  });

  it('is not given at a closed site', () => {
    const closed = decisionContext({ facts: { site: '03', siteStatus: 'closed' } });
    enrollment
      .given()
      .when(state => allocateNumber({}, state, closed))
      .isRejected('NUMBER-SITE-CLOSED');
  });
});

describe('a place', () => {
  const details = { enrolledAt: '2024-03-05', arm: 'UCB-MSC', imported: false };
  const placeOf = (participant: string, cap: number | undefined) =>
    decisionContext({ facts: { participant, site: participant.slice(0, 2), cap } });
  const reserved = (participant: string): EnrollmentEvent => ({
    type: 'EnrollmentReserved',
    data: { participant, site: participant.slice(0, 2), ...details },
    about: { participant, site: participant.slice(0, 2) },
  });
  const full = Array.from({ length: 100 }, (_, index) => reserved(`03-${index + 101}`));

  it('is taken once, and given back once', () => {
    enrollment
      .given()
      .when(state => reservePlace(details, state, placeOf('03-007', 100)))
      .yields(reserved('03-007'))
      .when(state => reservePlace(details, state, placeOf('03-007', 100)))
      .yieldsNothing()
      .when(state => releasePlace({}, state, placeOf('03-007', 100)))
      .yields({
        type: 'EnrollmentReleased',
        data: { participant: '03-007', site: '03' },
        about: { participant: '03-007', site: '03' },
      })
      .when(state => releasePlace({}, state, placeOf('03-007', 100)))
      .yieldsNothing();
  });

  it('is refused to the 101st of 100', () => {
    enrollment
      .given(...full.slice(1))
      .when(state => reservePlace(details, state, placeOf('04-001', 100)))
      .yields(reserved('04-001'))
      .when(state => reservePlace(details, state, placeOf('04-002', 100)))
      .isRejected('ENROLL-CAP');
    enrollment
      .given(...full)
      .when(state => reservePlace(details, state, placeOf('04-001', undefined)))
      .yields(reserved('04-001'));
  });

  it('beyond the cap is a departure where the enrollment has happened', () => {
    for (const happened of [{ happened: true }, { imported: true }]) {
      const { events } = enrollment
        .given(...full)
        .when(state => reservePlace({ ...details, ...happened }, state, placeOf('04-001', 100)));
      expect(events).toMatchObject([
        { type: 'EnrollmentReserved', data: { participant: '04-001', departures: [{ rule: 'ENROLL-CAP' }] } },
      ]);
    }
  });

  it('never counts more than the cap, whatever is reserved and released in which order', () => {
    const step = fc.record({ participant: fc.integer({ min: 1, max: 12 }), release: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 6 }), (steps, cap) => {
        let state = enrollmentDecider.initial;
        for (const [revision, { participant, release }] of steps.entries()) {
          const context = placeOf(`03-${participant + 100}`, cap);
          const decision = release ? releasePlace({}, state, context) : reservePlace(details, state, context);
          if (isRejection(decision)) expect(state.places).toHaveLength(cap);
          else {
            for (const event of decision) {
              const ref = { id: `event-${revision}`, revision, recordedAt: context.recordedAt };
              state = enrollmentDecider.evolve(state, event, ref);
            }
            expect(holdsPlace(state, context.facts.participant)).toBe(!release);
          }
          expect(state.places.length).toBeLessThanOrEqual(cap);
        }
      }),
    );
  });
});
