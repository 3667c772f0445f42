import {
  conflict,
  eventIdOf,
  invalid,
  isStreamId,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type EventRef,
  type PartialDate,
  type StreamName,
} from '@platform/kernel';
import { withDepartures, type Departure } from './departure';
import { isImport } from './participant/importing';

// Stream

/**
 * What the sites of a trial share: the numbers that participants get, and the places up to the enrollment
 * target. One stream, so that two sites enrolling at once meet each other here: `enrollment-{trial}`.
 */
export const enrollmentStream = (trial: string): StreamName => streamName('enrollment', trial);

// Events. These names are the storage format.

export type EnrollmentEvent =
  | DomainEvent<'ParticipantNumberAllocated', { readonly participant: string; readonly site: string }>
  | DomainEvent<'EnrollmentReserved', Reservation>
  | DomainEvent<'EnrollmentReleased', { readonly participant: string; readonly site: string }>;

/** A place taken, with all that is needed to complete the enrollment it was taken for. */
export interface Reservation extends EnrollmentDetails {
  readonly participant: string;
  readonly site: string;
  /**
   * Whether the enrollment was taken from another source, so that rules about what is to happen do not bind
   * it.
   */
  readonly imported: boolean;
  readonly departures?: readonly Departure[];
}

export interface EnrollmentDetails {
  readonly enrolledAt: PartialDate;
  /** Code of the planned arm. */
  readonly arm?: string;
  /** Code of the arm that was followed, where a source tells both. */
  readonly actualArm?: string;
}

// State

export interface EnrollmentState {
  /** Every number that was ever given, in order; the event tells which command it answered. */
  readonly numbers: readonly {
    readonly participant: string;
    readonly site: string;
    readonly event: string;
  }[];
  readonly places: readonly { readonly participant: string; readonly event: string }[];
}

const initial: EnrollmentState = { numbers: [], places: [] };

// Evolve

function evolve(state: EnrollmentState, event: EnrollmentEvent, { id }: EventRef): EnrollmentState {
  switch (event.type) {
    case 'ParticipantNumberAllocated': {
      const { participant, site } = event.data;
      return { ...state, numbers: [...state.numbers, { participant, site, event: id }] };
    }
    case 'EnrollmentReserved':
      return { ...state, places: [...state.places, { participant: event.data.participant, event: id }] };
    case 'EnrollmentReleased': {
      const { participant } = event.data;
      return { ...state, places: state.places.filter(place => place.participant !== participant) };
    }
    default:
      return unknownEvent(event);
  }
}

export const enrollmentDecider: Decider<EnrollmentState, EnrollmentEvent> = { initial, evolve };

// Decisions

type Context<Facts = undefined> = Pick<DecisionContext<Facts>, 'actor' | 'facts'>;

export interface NumberFacts {
  readonly site: string;
  readonly siteStatus?: string;
}

/**
 * Gives the next number of a site, three digits at least: `03-007`. A source that brings its own numbers
 * keeps them. A number is never given twice, not even when its participant came no further.
 */
export function allocateNumber(
  { participant: own }: { readonly participant?: string },
  state: EnrollmentState,
  { actor, facts: { site, siteStatus } }: Context<NumberFacts>,
): Decision<EnrollmentEvent> {
  if (own !== undefined && !isImport(actor)) {
    return invalid(
      'NUMBER-GIVEN',
      'participant',
      'Numbers are given by the system; only an import brings its own.',
    );
  }
  if (siteStatus === 'closed' && !isImport(actor)) {
    return refuse('NUMBER-SITE-CLOSED', 'This site is closed: nobody is screened here any more.');
  }
  const participant = own ?? `${site}-${String(nextSequence(state, site)).padStart(3, '0')}`;
  if (!isStreamId(participant) || !participant.startsWith(`${site}-`)) {
    return invalid(
      'NUMBER-SITE',
      'participant',
      `The numbers of this site are ${site}-001, ${site}-002 and so on.`,
    );
  }
  if (state.numbers.some(known => known.participant === participant)) return [];
  return [{ type: 'ParticipantNumberAllocated', data: { participant, site }, about: { participant, site } }];
}

export interface ReservationCommand extends EnrollmentDetails {
  readonly imported: boolean;
  /** Whether the participant is enrolled already and only the place is missing; then none is refused. */
  readonly happened?: boolean;
}

/**
 * The participant of the target, and the enrollment target of the protocol version in force; undefined is no
 * cap.
 */
export interface ReservationFacts {
  readonly participant: string;
  readonly site: string;
  readonly cap: number | undefined;
}

/**
 * Takes a place. The 101st of 100 is refused, unless it tells of an enrollment that has happened: that
 * departs.
 */
export function reservePlace(
  { happened, imported, enrolledAt, arm, actualArm }: ReservationCommand,
  state: EnrollmentState,
  { facts: { participant, site, cap } }: Pick<Context<ReservationFacts>, 'facts'>,
): Decision<EnrollmentEvent> {
  if (holdsPlace(state, participant)) return [];
  const full = cap !== undefined && state.places.length >= cap;
  if (full && !happened && !imported) {
    return refuse('ENROLL-CAP', `All ${cap} places of the trial are taken: nobody else can be enrolled.`, {
      evidence: { cap, enrolled: state.places.length },
    });
  }
  const beyond: Departure | undefined = full
    ? {
        rule: 'ENROLL-CAP',
        category: 'protocolImplementation',
        severity: 'major',
        description: `Enrolled beyond the ${cap} participants that the protocol plans.`,
      }
    : undefined;
  const data = { participant, site, enrolledAt, arm, actualArm, imported, ...withDepartures([beyond]) };
  return [{ type: 'EnrollmentReserved', data, about: { participant, site } }];
}

/** Gives a place back that no enrollment followed. */
export function releasePlace(
  _: object,
  state: EnrollmentState,
  { facts: { participant, site } }: Pick<Context<Pick<ReservationFacts, 'participant' | 'site'>>, 'facts'>,
): Decision<EnrollmentEvent> {
  if (!holdsPlace(state, participant)) return [];
  return [{ type: 'EnrollmentReleased', data: { participant, site }, about: { participant, site } }];
}

// What others ask of it

export const isNumberGiven = (state: EnrollmentState, participant: string): boolean =>
  state.numbers.some(known => known.participant === participant);

export const holdsPlace = (state: EnrollmentState, participant: string): boolean =>
  state.places.some(place => place.participant === participant);

/** The number that a command was answered with, also when it is repeated. */
export const numberGivenTo = (state: EnrollmentState, commandId: string): string | undefined =>
  state.numbers.find(({ event }) => event === eventIdOf(commandId, 0))?.participant;

/** The reservation was given back between its command and now: the same key cannot take it again. */
export const placeLost = conflict(
  'ENROLL-PLACE-LOST',
  'The place that this request had taken was given back meanwhile. Send it again as a new request.',
);

function nextSequence({ numbers }: EnrollmentState, site: string): number {
  const own = numbers
    .filter(known => known.site === site)
    .map(({ participant }) => Number(participant.slice(site.length + 1)))
    .filter(Number.isSafeInteger);
  return own.reduce((highest, sequence) => Math.max(highest, sequence), 0) + 1;
}
