import { dayIn, dayOf, daysBetween, hasDay, type RecordedEvent } from '@platform/kernel';

/*
 * What a reviewer of the trail looks for first (ICH E6(R3) 4.2.2, FDA 2024 on risk-based review of audit trails): what
 * was entered long after it happened, and what bears on a safety clock and was changed.
 */

/** Whole days from which an entry counts as late, and is a finding of its own. */
export const lateAfterDays = 8;

/** An entry of a person or a device that says on which day something happened. */
export interface DatedEntry {
  readonly user: string;
  readonly role: string;
  /** Day on which it was recorded, where it happened. */
  readonly day: string;
  /** From the day on which it happened to the day on which it was recorded, in the zone of the place; never below 0. */
  readonly lagDays: number;
}

/** Undefined for what an import or the system wrote, and for what happened on no known day. */
export function datedEntry({ metadata }: RecordedEvent): DatedEntry | undefined {
  const { source, occurredAt, recordedAt, actor } = metadata;
  if (source !== 'person' && source !== 'device') return undefined;
  if (occurredAt === undefined || !hasDay(occurredAt.at)) return undefined;
  const day = dayIn(occurredAt.zone, recordedAt);
  const lagDays = Math.max(0, daysBetween(dayOf(occurredAt.at), day) ?? 0);
  return { user: actor.user, role: actor.role, day, lagDays };
}

/** Fields that safety clocks and tables stand on. */
const clockFields = ['onset', 'awareAt'] as const;

/**
 * Which of them an event changes: a seriousness assessed otherwise, an onset or a day of awareness amended or
 * corrected, a report made void. Empty for a first entry, which changes nothing.
 */
export function safetyChange({ type, data, metadata }: RecordedEvent): readonly string[] {
  if (metadata.subject.adverseEvent === undefined || metadata.source === 'import') return [];
  switch (type) {
    case 'SeriousnessAssessed':
      return metadata.previous === undefined ? [] : ['seriousness'];
    case 'AdverseEventAmended':
      return clockFields.filter(field => field in data && metadata.previous?.[field] !== undefined);
    case 'AdverseEventVoided':
      return ['voided'];
    case 'ValueCorrected':
      return correctedFields(data.field as string);
    default:
      return [];
  }
}

const seriousnessFields: readonly string[] = [
  ...['serious', 'death', 'lifeThreatening', 'hospitalisation', 'disability', 'congenitalAnomaly'],
  ...['otherMedicallyImportant', 'infectiousDisease', 'medicalRescue'],
];

function correctedFields(field: string): readonly string[] {
  if (seriousnessFields.includes(field)) return ['seriousness'];
  return clockFields.filter(each => each === field);
}

/** A clock of a reporting obligation, as far as a review needs it. Instants, UTC. */
export interface RunningClock {
  readonly obligation: string;
  readonly rule: string;
  readonly start: string;
  readonly due: string;
}

/** The clocks of an adverse event after one of its case's events. */
export function clocksAfter(clocks: readonly RunningClock[], { type, data }: RecordedEvent): RunningClock[] {
  const { obligation, clock, rule } = data as unknown as CaseEventData;
  const others = clocks.filter(each => each.obligation !== obligation);
  switch (type) {
    case 'ObligationOpened':
      return [...others, { obligation, rule: rule!.id, start: clock!.start, due: clock!.due }];
    case 'ObligationReanchored': {
      const before = clocks.find(each => each.obligation === obligation);
      return before ? [...others, { ...before, start: clock!.start, due: clock!.due }] : others;
    }
    case 'ObligationFulfilled':
    case 'ObligationWaived':
    case 'ObligationSuperseded':
      return others;
    default:
      return [...clocks];
  }
}

/** What the events of a reporting case say that matters here; see the reporting context. */
interface CaseEventData {
  readonly obligation: string;
  readonly rule?: { readonly id: string };
  readonly clock?: { readonly start: string; readonly due: string };
}

/** Types of those events. */
export const caseTypes = [
  'ObligationOpened',
  'ObligationReanchored',
  'ObligationFulfilled',
  'ObligationWaived',
  'ObligationSuperseded',
] as const;

/** Share of a clock's time from which a change counts as near its deadline. */
export const nearFrom = 0.5;

/** The running clock that ends first, and how much of its time had run at an instant: 1 is the deadline. */
export function nearestClock(
  clocks: readonly RunningClock[],
  instant: string,
): { readonly clock: RunningClock; readonly elapsed: number } | undefined {
  const [clock] = clocks.toSorted((a, b) => (a.due < b.due ? -1 : 1));
  if (!clock) return undefined;
  const [start, due, at] = [clock.start, clock.due, instant].map(each => Date.parse(each)) as [
    number,
    number,
    number,
  ];
  const elapsed = due > start ? (at - start) / (due - start) : 1;
  return { clock, elapsed: Math.max(0, Math.round(elapsed * 100) / 100) };
}
