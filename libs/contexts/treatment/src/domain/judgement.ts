import { eventIdOf } from '@platform/kernel';
import type { Departure } from '@trial/participants';
import type { Findings, TreatmentEvent } from './events';
import type { Context } from './facts';
import { coveringRecalls } from './recall/not-recalled';
import type { Occasion, Rule } from './rule';
import { infusionRules } from './rules';
import { standingOf, startOf, treatmentDecider, type Infusion, type TreatmentState } from './treatment';

/** What a list of rules says of one occasion. */
export interface Judgement {
  readonly broken: readonly Departure[];
  readonly unknown: readonly { readonly rule: string; readonly why: string }[];
  readonly kept: readonly string[];
}

export function judge<O extends Occasion>(rules: readonly Rule<O>[], occasion: O): Judgement {
  const broken: Departure[] = [];
  const unknown: { rule: string; why: string }[] = [];
  const kept: string[] = [];
  for (const { rule, category, severity, ask } of rules) {
    const answer = ask(occasion);
    if (answer.is === 'kept') kept.push(rule);
    else if (answer.is === 'unknown') unknown.push({ rule, why: answer.why });
    else {
      const { how: description, causes = [] } = answer;
      broken.push({ rule, category, severity, description, ...(causes.length > 0 && { causes }) });
    }
  }
  return { broken, unknown, kept };
}

/** All rules asked of an infusion as it stands in the record. One that did not happen breaks none. */
export function judgeInfusion(
  infusion: Infusion | undefined,
  state: TreatmentState,
  { facts }: Context,
): Judgement {
  const start = infusion && startOf(infusion);
  if (!start) return { broken: [], unknown: [], kept: infusionRules.map(({ rule }) => rule) };
  const { at, zone } = start;
  return judge(infusionRules, { at, zone, live: false, facts, infusion, state });
}

/**
 * What is new in a judgement against what was told before: each departure is raised once for an infusion or a dose,
 * and again only after the record had kept the rule in between.
 */
export function news({ broken, unknown, kept }: Judgement, state: TreatmentState, subject: string): Findings {
  const before = standingOf(state, subject);
  return findings({
    departures: broken.filter(({ rule }) => !before.raised.includes(rule)),
    notEvaluable: unknown.filter(({ rule }) => !before.notEvaluable.includes(rule)),
    noLongerHolds: kept.filter(rule => before.raised.includes(rule)),
  });
}

/** Findings without empty lists, so that an event carries only what was found. */
export const findings = (found: Findings): Findings =>
  Object.fromEntries(Object.entries(found).filter(([, list]) => Array.isArray(list) && list.length > 0));

/**
 * The event with what it reveals. Every fact of an infusion has the whole infusion judged anew, as the record reads
 * with it, so that late and corrected entries raise the same departures as entries in their time.
 */
export function judged<Event extends TreatmentEvent>(
  event: Event,
  infusion: string,
  state: TreatmentState,
  context: Context,
  index = 0,
): Event {
  const id = eventIdOf(context.commandId, index);
  const { recordedAt } = context;
  const next = treatmentDecider.evolve(state, event, { id, revision: -1, recordedAt });
  const judgement = judgeInfusion(infusionOf(next, infusion), next, context);
  const { departures, ...more } = news(judgement, state, infusion);
  const own = departures?.map(departure => withoutCause(departure, id));
  const recalls = newRecalls(infusionOf(next, infusion), state, context);
  return { ...event, data: { ...event.data, ...findings({ departures: own, recalls }), ...more } };
}

/** Recalls in force that cover a unit of an infusion which was given, as far as its record does not name them yet. */
function newRecalls(infusion: Infusion | undefined, state: TreatmentState, { facts }: Context): string[] {
  if (!infusion || !startOf(infusion)) return [];
  const { recalls: named = [] } = standingOf(state, infusion.infusion);
  const covering = coveringRecalls(infusion.units, facts.recalls).filter(
    ({ lifted }) => lifted === undefined,
  );
  return covering.map(({ recall }) => recall).filter(recall => !named.includes(recall));
}

/** The carrying event is a cause of its own; it need not name itself. */
function withoutCause({ causes, ...departure }: Departure, event: string): Departure {
  const others = causes?.filter(cause => cause !== event) ?? [];
  return others.length > 0 ? { ...departure, causes: others } : departure;
}

export const infusionOf = (state: TreatmentState, id: string): Infusion | undefined =>
  state.infusions.find(({ infusion }) => infusion === id);
