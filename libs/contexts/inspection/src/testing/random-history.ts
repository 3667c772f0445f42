import { eventIdOf, streamName, type DomainEvent, type RecordedEvent, type Subject } from '@platform/kernel';
import { recorded, type Given } from '@platform/views/testing';
import { numbersFrom } from '@trial/audit/testing';
import {
  deviationStream,
  participantStream,
  type ParticipantEvent,
  type ScreeningDecision,
} from '@trial/participants';
import { trialEvents } from '@trial/participants/testing';
import { trialStream } from '@trial/protocol';
import { adverseEventStream, type AdverseEventEvent } from '@trial/safety';
import { siteStream, type SiteEvent } from '@trial/sites';
import { treatmentStream, type TreatmentEvent } from '@trial/treatment';

export const trial = 'NCT05794425';
export const sites = ['03', '04'];
export const people = ['03-001', '03-002', '04-001'];
const zone = 'Asia/Shanghai';

/** The id that `recorded` gives to the event at a place, so that a later one can name it. */
const idAt = (place: number): string =>
  eventIdOf(`00000000-0000-7000-8000-${String(place).padStart(12, '0')}`, 0);

/** Something that may happen to a participant; `earlier` picks the id of an event that did. */
type Happening = (participant: string, earlier: (...types: string[]) => string) => Given;

const subjectOf = (participant: string, more: Subject = {}): Subject => ({
  ...{ trial, site: participant.slice(0, 2), participant },
  ...more,
});

const ofParticipant =
  (event: (earlier: (...types: string[]) => string) => ParticipantEvent): Happening =>
  (participant, earlier) => ({
    stream: participantStream(trial, participant),
    event: event(earlier),
    subject: subjectOf(participant),
  });

const ofTreatment =
  (event: (participant: string, earlier: (...types: string[]) => string) => TreatmentEvent): Happening =>
  (participant, earlier) => ({
    stream: treatmentStream(trial, participant),
    event: event(participant, earlier),
    subject: subjectOf(participant, { infusion: `${participant}-i1` }),
  });

const ofAdverseEvent =
  (event: (participant: string, earlier: (...types: string[]) => string) => AdverseEventEvent): Happening =>
  (participant, earlier) => ({
    stream: adverseEventStream(`ae-${participant}`),
    event: event(participant, earlier),
    subject: subjectOf(participant, { adverseEvent: `ae-${participant}` }),
  });

const correction = (
  event: string,
  field: string,
  value: number | string | { value: number; unit: string },
): DomainEvent<'ValueCorrected', { event: string; field: string; value: typeof value }> => ({
  type: 'ValueCorrected',
  data: { event, field, value },
  previous: { value: null },
  reason: { code: 'typo', text: 'mistyped' },
});

const at = (hour: number) => ({ at: `2024-03-05T${String(hour).padStart(2, '0')}:00`, zone });
const weight = (value: number) => ({ value, unit: 'kg' });

const happenings: readonly Happening[] = [
  ofParticipant(() => ({ type: 'ConsentSigned', data: signed })),
  ofParticipant(() => ({ type: 'MeasurementRecorded', data: { code: 'WEIGHT', quantity: weight(60) } })),
  ofParticipant(() => ({ type: 'LaboratoryResultRecorded', data: { analyte: 'ALT', text: 'high' } })),
  ofParticipant(earlier => ({
    type: 'ScreeningDecisionRecorded',
    data: { ...decided, evaluation: { ...evaluated, criteria: [criterion(earlier('MeasurementRecorded'))] } },
  })),
  ofParticipant(() => ({
    type: 'ParticipantStatusChanged',
    data: { status: 'eligible', since: '2024-03-04' },
  })),
  ofParticipant(() => ({ type: 'ParticipantStatusChanged', data: { status: 'screenFailure' } })),
  ofParticipant(() => ({ type: 'ParticipantEnrolled', data: enrolled })),
  ofParticipant(earlier => correction(earlier('MeasurementRecorded'), 'quantity', weight(61))),
  ofTreatment(participant => ({ type: 'InfusionPlanned', data: plannedFor(participant) })),
  ofTreatment(participant => ({
    type: 'InfusionStarted',
    data: { infusion: `${participant}-i1`, ...at(9) },
  })),
  ofTreatment(participant => ({ type: 'InfusionEnded', data: { infusion: `${participant}-i1`, ...at(10) } })),
  ofTreatment((_, earlier) => ({
    type: 'DrugDoseRecorded',
    data: {
      ...{ drug: 'CSA', dose: 100, unit: 'mg', frequency: 'BID', ...at(8) },
      assessment: {
        ...{ dailyDose: 3, unit: 'mg/kg/d' },
        weight: { ...weight(60), at: '2024-03-01', event: earlier('MeasurementRecorded') },
      },
    },
  })),
  ofAdverseEvent(participant => ({
    type: 'AdverseEventReported',
    data: { adverseEvent: `ae-${participant}`, trial, participant, term: 'Fever', onset: '2024-03-02', zone },
  })),
  ofAdverseEvent(() => ({ type: 'SeriousnessAssessed', data: { serious: true, death: false } })),
  ofAdverseEvent(() => ({
    type: 'ExpectednessAssessed',
    data: { expected: false, rsiVersion: '1', rsiFrom: '2023' },
  })),
  ofAdverseEvent(() => ({
    type: 'AdverseEventOutcomeRecorded',
    data: { outcome: 'recovered', end: '2024-03-04' },
  })),
  ofAdverseEvent((_, earlier) => correction(earlier('AdverseEventReported'), 'onset', '2024-03-03')),
  (participant, earlier) => ({
    stream: deviationStream(`dev-${participant}`),
    event: { type: 'DeviationRaised', data: raisedFor(participant, earlier('MeasurementRecorded')) },
    subject: subjectOf(participant, { deviation: `dev-${participant}` }),
  }),
  participant => ({
    stream: deviationStream(`dev-${participant}`),
    event: { type: 'DeviationClosed', data: { closedAt: '2024-03-05', conclusion: 'trained' } },
    subject: subjectOf(participant, { deviation: `dev-${participant}` }),
  }),
  participant => ({
    stream: streamName('access', '2024-03-05'),
    event: { type: 'RecordRead', data: { request: 'ReadCasebook', permission: 'inspection.read' } },
    subject: { trial, participant },
  }),
];

const signed = { version: '2.0', signedAt: '2024-03-02', protocolVersion: '1.0', reconsent: false };
const decided = {
  decision: 'eligible',
  decidedAt: '2024-03-04',
  protocolVersion: '1.0',
  overridden: false,
} as const;
const evaluated = {
  protocolVersion: '1.0',
  evaluatedAt: '2024-03-04',
  proposal: 'eligible',
  contradictions: [],
  ranges: [],
} as const;
type Criterion = NonNullable<ScreeningDecision['evaluation']>['criteria'][number];
const criterion = (event: string): Criterion => ({
  ...{
    criterion: 'I1',
    type: 'inclusion',
    ruleVersion: '1',
    outcome: 'met',
    verdict: 'passes',
    attestedBy: [],
  },
  evidence: [{ event, what: 'WEIGHT', truth: 'true' }],
});
const enrolled = { site: '03', protocolVersion: '1.0', enrolledAt: '2024-03-04', arm: 'A' };
const plannedFor = (participant: string) => ({
  ...{
    infusion: `${participant}-i1`,
    ordinal: 1,
    product: 'UCB-MSC',
    plannedOn: '2024-03-05',
    zone,
    units: [],
  },
});
const raisedFor = (participant: string, cause: string) =>
  ({
    ...{ trial, site: participant.slice(0, 2), participant, rule: 'TRT-WINDOW', category: 'safety' },
    ...{ severity: 'critical', description: 'late', causes: [cause], identifiedAt: at(12) },
  }) as const;

/** What happens at sites, in its order. */
const siteLife: readonly SiteEvent[] = [
  { type: 'SiteSelected', data: { name: 'Hospital', city: 'Jining', country: 'CHN', zone } },
  { type: 'EthicsApprovalRecorded', data: { committee: 'C', reference: 'R', approvedOn: '2023-07-01' } },
  { type: 'SiteStatusChanged', data: { status: 'ethicsApproved' } },
  { type: 'ConsentVersionApproved', data: { version: '2.0', approvedOn: '2023-07-01' } },
  { type: 'SiteStatusChanged', data: { status: 'activated' } },
];

/**
 * A history of two sites and three people that follows from a seed: almost anything after anything else, as `evolve`
 * has to bear it. Only what names a stream's subject comes first in it.
 */
export function randomHistory(seed: number, length: number): RecordedEvent[] {
  const number = numbersFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(number() * values.length)]!;
  const given: Given[] = trialEvents.map(event => ({
    stream: trialStream(trial),
    event,
    subject: { trial },
  }));
  const waiting = new Map(sites.map(site => [site, [...siteLife]]));
  const prescreened = new Set<string>();
  while (given.length < length) {
    const participant = pick(people);
    const site = participant.slice(0, 2);
    const next =
      number() < 0.3 || waiting.get(site)?.length === siteLife.length
        ? waiting.get(site)?.shift()
        : undefined;
    if (next) {
      given.push({ stream: siteStream(trial, site), event: next, subject: { trial, site } });
    } else if (!prescreened.has(participant)) {
      prescreened.add(participant);
      const data = { site, prescreenedAt: '2024-03-01', protocolVersion: '1.0', birthYear: 1980 };
      const event = { type: 'ParticipantPrescreened', data };
      given.push({ stream: participantStream(trial, participant), event, subject: subjectOf(participant) });
    } else {
      const happening = pick(happenings)(participant, (...types) =>
        earlierOf(given, participant, types, pick),
      );
      if (mayFollow(given, happening)) given.push(happening);
    }
  }
  return recorded(given);
}

function earlierOf(
  given: readonly Given[],
  participant: string,
  types: readonly string[],
  pick: (places: readonly number[]) => number,
): string {
  const places = given.flatMap(({ event, subject }, place) =>
    types.includes(event.type) && subject?.participant === participant ? [place] : [],
  );
  return places.length > 0 ? idAt(pick(places)) : 'nothing';
}

const first: Readonly<Record<string, string>> = {
  adverseEvent: 'AdverseEventReported',
  deviation: 'DeviationRaised',
};

/** Streams begin with what names them, once. */
function mayFollow(given: readonly Given[], { stream, event }: Given): boolean {
  const begins = first[stream.slice(0, stream.indexOf('-'))];
  if (begins === undefined) return true;
  const begun = given.some(each => each.stream === stream);
  return event.type === begins ? !begun : begun;
}
