import { isEmergent } from '../tabulation/emergence';
import type { TabulatedEvent, TabulatedParticipant } from '../tabulation/rows';
import { boundaryOf, isCrossed, statisticOf, type Counts, type Statistic, type StoppingRule } from './rule';

/** An adverse event with the places in the log that a recount goes by, as decimal texts. */
export interface CountableEvent extends TabulatedEvent {
  readonly reportedAt: string;
  readonly changedAt: string;
}

/** Everybody who was treated, in the order of first treatment, each with what happened. */
export type Treated = readonly TreatedParticipant[];

interface TreatedParticipant {
  readonly participant: string;
  readonly site: string;
  readonly events: readonly CountableEvent[];
}

/** A participant who counts, and the events that make it so. */
export interface CountedParticipant {
  readonly participant: string;
  readonly site: string;
  readonly adverseEvents: readonly {
    readonly adverseEvent: string;
    readonly reportedAt: string;
    readonly changedAt: string;
  }[];
}

/** What a rule comes to. */
export interface Look {
  readonly counts: Counts & {
    /** Participants who do not count, but would if an event that nobody has graded were grave enough. */
    readonly notGraded: number;
  };
  readonly statistic: Statistic;
  readonly boundary?: number;
  readonly crossed: boolean;
  readonly counted: readonly CountedParticipant[];
}

/**
 * Those who received a dose, in the order of their first doses; where the dates do not tell, in the order in which they
 * came to be known, and who was given something at an unknown time comes last.
 */
export function treatedOf(
  participants: readonly TabulatedParticipant[],
  events: readonly CountableEvent[],
): Treated {
  return participants
    .flatMap(({ participant, site, firstDose }) => (firstDose ? [{ participant, site, firstDose }] : []))
    .toSorted((a, b) => textOrder(a.firstDose.at ?? '~', b.firstDose.at ?? '~'))
    .map(({ participant, site, firstDose }) => ({
      ...{ participant, site },
      events: events.filter(
        event => event.participant === participant && !event.voided && isEmergent(event, firstDose) === true,
      ),
    }));
}

const textOrder = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Looks at one rule: participants are counted, however many events each has. */
export function lookAt(rule: StoppingRule, all: Treated): Look {
  const treated = rule.kind === 'countAmongFirst' ? all.slice(0, rule.parameters.amongFirst) : all;
  const counted = treated.flatMap(each => {
    const events = each.events.filter(event => doesCount(rule, event));
    return events.length > 0 ? [countedOf(each, events)] : [];
  });
  const isCounted = new Set(counted.map(({ participant }) => participant));
  const notGraded = treated.filter(
    ({ participant, events }) =>
      !isCounted.has(participant) &&
      events.some(event => doesCount(rule, { ...event, grade: event.grade ?? 5 })),
  ).length;
  const counts = { treated: treated.length, withEvents: counted.length, notGraded };
  const boundary = boundaryOf(rule, counts.treated);
  return {
    counts,
    statistic: statisticOf(rule, counts),
    ...(boundary !== undefined && { boundary }),
    crossed: isCrossed(rule, counts),
    counted,
  };
}

function doesCount({ counts }: StoppingRule, event: CountableEvent): boolean {
  const { minGrade, related, serious } = counts;
  const grade = event.fatal ? 5 : (event.grade ?? 0);
  return (
    (minGrade === undefined || grade >= minGrade) &&
    (related !== true || event.related) &&
    (serious !== true || event.serious === true)
  );
}

const countedOf = (
  { participant, site }: TreatedParticipant,
  events: readonly CountableEvent[],
): CountedParticipant => ({
  ...{ participant, site },
  adverseEvents: events.map(({ adverseEvent, reportedAt, changedAt }) => ({
    adverseEvent,
    reportedAt,
    changedAt,
  })),
});
