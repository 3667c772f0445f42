import {
  daysBetween,
  orderOf,
  precisionOf,
  spanOf,
  type ClinicalTime,
  type PartialDate,
} from '@platform/kernel';
import type { InfusionPlan } from '@trial/protocol';
import type { ProductUnit } from './events';
import { notRecalled } from './recall/not-recalled';
import {
  broken,
  kept,
  unknown,
  worstOf,
  type Answer,
  type InfusionOccasion,
  type Occasion,
  type Rule,
} from './rule';
import { endOf, startOf } from './treatment';

const enrolled: Rule<Occasion> = {
  rule: 'TRT-NOT-ENROLLED',
  category: 'protocolImplementation',
  severity: 'critical',
  ask({ at, facts }) {
    if (!facts.enrolled) return broken('The participant is not enrolled.');
    const { at: day, event } = facts.enrolled;
    if (day === undefined) return unknown('The day of enrollment is not known.');
    const order = orderOf(at, day);
    if (order === 'unknown')
      return unknown('The dates are too coarse to tell whether enrollment came first.');
    return order === 'before' ? broken(`Given on ${at}, before the enrollment on ${day}.`, event) : kept;
  },
};

const notWithdrawn: Rule<Occasion> = {
  rule: 'TRT-AFTER-WITHDRAWAL',
  category: 'safety',
  severity: 'critical',
  ask({ at, live, facts }) {
    const answers = facts.absences.map((absence): Answer => {
      const { status, from, until, event } = absence;
      const [begun, over] = [from === undefined ? 'unknown' : orderOf(from, at), until && orderOf(until, at)];
      if (begun === 'after' || over === 'before') return kept;
      // What is about to be given comes after everything on record; of the past, the same day tells no order.
      const after = begun === 'before' && (over === undefined || over === 'after');
      if (after || (live && over === undefined)) {
        return broken(`The participant's status is "${status}" since ${from ?? 'an unknown day'}.`, event);
      }
      return unknown(`Given on the day of a change of status ("${status}", ${from ?? 'day not known'}).`);
    });
    return worstOf(answers);
  },
};

const identity: Rule<InfusionOccasion> = {
  rule: 'TRT-IDENTITY-CHECK',
  category: 'investigationalProduct',
  severity: 'major',
  ask({ infusion, at }) {
    const before = infusion.identityChecks.filter(check => orderOf(check.at, at) !== 'after');
    const last = before.at(-1);
    if (!last) return broken('No two people have checked that the product is meant for this participant.');
    const mismatches = unitMismatches(infusion.units, last.units);
    if (mismatches.length === 0) return kept;
    return broken(`The identity check found other units than planned: ${mismatches.join(', ')}.`, last.event);
  },
};

/** Donation numbers that are planned and were not read off a unit, or were read and are not planned. */
export const unitMismatches = (planned: readonly ProductUnit[], read: readonly string[]): string[] => {
  const dins = planned.map(({ din }) => din);
  return [...dins.filter(din => !read.includes(din)), ...read.filter(din => !dins.includes(din))];
};

const notExpired: Rule<InfusionOccasion> = {
  rule: 'TRT-PRODUCT-EXPIRED',
  category: 'investigationalProduct',
  severity: 'major',
  ask: occasion =>
    worstOf(
      occasion.infusion.units.map(unit => {
        if (unit.expiresAt === undefined) return kept;
        const expiry = { at: unit.expiresAt, zone: zoneOf(unit, occasion) };
        const [now, limit] = [spanOf(occasion), spanOf(expiry)];
        const last = knowsTime(expiry.at) ? limit.from : limit.until - 1;
        if (now.from > last) return broken(`Unit ${unit.din} expired at ${expiry.at}.`);
        return knowsTime(occasion.at) || now.until - 1 <= last
          ? kept
          : unknown(`Whether unit ${unit.din} had expired needs the time of the start.`);
      }),
    ),
};

const thawedInTime: Rule<InfusionOccasion> = {
  rule: 'TRT-THAW-TO-START',
  category: 'investigationalProduct',
  severity: 'major',
  ask: occasion => {
    const hoursMax = planOf(occasion)?.thawToStartHoursMax;
    if (hoursMax === undefined) return kept;
    return worstOf(
      occasion.infusion.units.map(unit => {
        const { din, thawedAt } = unit;
        if (thawedAt === undefined)
          return unknown(`The time at which unit ${din} was thawed is not recorded.`);
        const hours = hoursBetween({ at: thawedAt, zone: zoneOf(unit, occasion) }, occasion);
        if (hours.least > hoursMax)
          return broken(`Unit ${din} was thawed more than ${hoursMax} h before the start.`);
        return hours.most <= hoursMax
          ? kept
          : unknown(`The times of unit ${din} are too coarse to count hours.`);
      }),
    );
  },
};

const reactionsResolved: Rule<InfusionOccasion> = {
  rule: 'TRT-REACTION-UNRESOLVED',
  category: 'safety',
  severity: 'major',
  ask({ infusion, state, at }) {
    const earlier = state.infusions
      .filter(other => other.infusion !== infusion.infusion)
      .flatMap(({ reactions }) => reactions)
      .filter(reaction => orderOf(reaction.at, at) !== 'after');
    const open = earlier.filter(
      ({ resolvedAt }) => resolvedAt === undefined || orderOf(resolvedAt, at) === 'after',
    );
    if (open.length === 0) return kept;
    const terms = open.map(({ term, grade }) => `${term}, grade ${grade}`).join('; ');
    return broken(
      `A reaction to an earlier infusion had not resolved: ${terms}.`,
      ...open.map(({ event }) => event),
    );
  },
};

const ofProtocol: Rule<InfusionOccasion> = {
  rule: 'TRT-PRODUCT',
  category: 'investigationalProduct',
  severity: 'critical',
  ask: occasion =>
    planOf(occasion)
      ? kept
      : broken(`The protocol has no infusion of a product "${occasion.infusion.product}".`),
};

const interval: Rule<InfusionOccasion> = {
  rule: 'TRT-INTERVAL',
  category: 'investigationalProduct',
  severity: 'minor',
  ask: occasion => {
    const others = startsOfOthers(occasion);
    if (others.some(({ order }) => order === 'unknown'))
      return unknown('The day of an infusion is not known.');
    const before = others.filter(({ order }) => order === 'before' || order === 'same');
    const last = before.reduce<Neighbour | undefined>((a, b) => (a && a.at > b.at ? a : b), undefined);
    return last ? inStep(last, last.at, occasion.at, occasion) : kept;
  },
};

/** Asked too, because an infusion may be recorded after the one that followed it. */
const intervalToNext: Rule<InfusionOccasion> = {
  ...interval,
  rule: 'TRT-INTERVAL-NEXT',
  ask: occasion => {
    const after = startsOfOthers(occasion).filter(({ order }) => order === 'after');
    const next = after.reduce<Neighbour | undefined>((a, b) => (a && a.at < b.at ? a : b), undefined);
    return next ? inStep(next, occasion.at, next.at, occasion) : kept;
  },
};

const dose: Rule<InfusionOccasion> = {
  rule: 'TRT-DOSE',
  category: 'investigationalProduct',
  severity: 'major',
  ask: occasion => {
    const end = endOf(occasion.infusion);
    const plan = planOf(occasion);
    if (!end || !plan) return kept;
    const { cellsGiven, event } = end;
    if (typeof cellsGiven !== 'number') return unknown('The number of cells given is not recorded.');
    if (cellsGiven >= plan.cellsMin && cellsGiven <= plan.cellsMax) return kept;
    return broken(`${cellsGiven} cells were given; planned are ${plan.cellsMin} to ${plan.cellsMax}.`, event);
  },
};

/** What holds for everything that is given under the protocol. */
export const participationRules: readonly Rule<Occasion>[] = [enrolled, notWithdrawn];

/** What has to hold before an infusion starts. */
export const gates: readonly Rule<InfusionOccasion>[] = [
  ...participationRules,
  identity,
  notExpired,
  thawedInTime,
  reactionsResolved,
  notRecalled,
];

/** What an infusion that has happened is judged by. */
export const infusionRules: readonly Rule<InfusionOccasion>[] = [
  ...gates,
  ofProtocol,
  interval,
  intervalToNext,
  dose,
];

export const planOf = ({
  infusion,
  facts,
}: Pick<InfusionOccasion, 'infusion' | 'facts'>): InfusionPlan | undefined =>
  facts.interventions.find(
    (plan): plan is InfusionPlan => plan.kind === 'infusion' && plan.code === infusion.product,
  );

// What the rules share

const zoneOf = (unit: ProductUnit, { infusion }: InfusionOccasion): string => unit.zone ?? infusion.zone;

const knowsTime = (date: PartialDate): boolean => ['minute', 'second'].includes(precisionOf(date));

/** At least and at most so many hours lie between two times; one number when both know their minute. */
function hoursBetween(
  from: ClinicalTime,
  to: ClinicalTime,
): { readonly least: number; readonly most: number } {
  const [first, then] = [spanOf(from), spanOf(to)];
  const exact = knowsTime(from.at) && knowsTime(to.at);
  const [least, most] = exact
    ? [then.from - first.from, then.from - first.from]
    : [then.from - first.until, then.until - first.from];
  return { least: least / 3_600_000, most: most / 3_600_000 };
}

interface Neighbour {
  readonly at: PartialDate;
  readonly event: string;
  readonly order: ReturnType<typeof orderOf>;
}

/** The starts of the other infusions of the same product, and how they stand to this one. */
const startsOfOthers = ({ infusion, state, at }: InfusionOccasion): Neighbour[] =>
  state.infusions
    .filter(other => other.product === infusion.product && other.infusion !== infusion.infusion)
    .flatMap(other => startOf(other) ?? [])
    .map(start => ({ at: start.at, event: start.event, order: orderOf(start.at, at) }));

function inStep(
  neighbour: Neighbour,
  from: PartialDate,
  to: PartialDate,
  occasion: InfusionOccasion,
): Answer {
  const plan = planOf(occasion);
  if (!plan) return kept;
  const days = daysBetween(from, to);
  if (days === undefined) return unknown('The day of an infusion is not known.');
  const { intervalDays, intervalWindowDays } = plan;
  if (Math.abs(days - intervalDays) <= intervalWindowDays) return kept;
  const planned = `${intervalDays} ± ${intervalWindowDays} days`;
  return broken(
    `${days} days lie between the infusions of ${from} and ${to}; planned are ${planned}.`,
    neighbour.event,
  );
}
