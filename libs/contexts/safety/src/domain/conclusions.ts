import { orderOf, spanOf, toInstant, type PartialDate } from '@platform/kernel';
import type { AdverseEventState } from './adverse-event';
import { seriousnessCriteria, type Causality, type Expectedness, type Seriousness } from './events';

/*
 * What follows from the assessments of an adverse event. Nothing of it is stored: whoever needs it asks the state, now
 * or as of any earlier moment. Clocks and alerts of reporting obligations are to start from these.
 */

/** Whether at least one of the criteria holds. */
export const meetsSeriousness = (seriousness: Partial<Seriousness>): boolean =>
  seriousnessCriteria.some(criterion => seriousness[criterion] === true);

/** As it was assessed. A source that calls an event with a criterion not serious is kept at its word, and flagged. */
export const isSerious = ({ seriousness }: AdverseEventState): boolean => seriousness?.serious === true;

/** Serious on either reading, the word or the criteria: what obligations go by. */
export const isSeriousOrMeets = ({ seriousness }: AdverseEventState): boolean =>
  seriousness !== undefined && (seriousness.serious || meetsSeriousness(seriousness));

/** Death or a threat to life, by criterion, grade or outcome: the shorter clocks. */
export const isFatalOrLifeThreatening = ({ seriousness, severity, outcome }: AdverseEventState): boolean =>
  seriousness?.death === true ||
  seriousness?.lifeThreatening === true ||
  (severity?.grade ?? 0) >= 4 ||
  outcome?.outcome === 'fatal';

/** Death, by criterion, outcome or grade. A source that contradicts itself is taken at the graver word. */
export const isFatal = ({ seriousness, severity, outcome }: AdverseEventState): boolean =>
  seriousness?.death === true || outcome?.outcome === 'fatal' || severity?.grade === 5;

/** Whether the study treatment, or one product of it, was withdrawn because of the event. */
export const leadsToWithdrawal = ({ actions }: AdverseEventState): boolean =>
  actions.some(({ action }) => action === 'withdrawn');

/** SDTM's qualifier for treatment emergence, as a source has brought it: what it says, not what follows from dates. */
export function sourceEmergence({ details }: AdverseEventState): 'Y' | 'N' | undefined {
  const flag = details?.qualifiers?.find(({ code }) => code === 'AETRTEM')?.value;
  return flag === 'Y' || flag === 'N' ? flag : undefined;
}

/** Both views on one product, and what they come to together. */
export interface CombinedCausality {
  /** Absent: the study treatment as a whole. */
  readonly product?: string;
  readonly investigator?: Causality;
  readonly sponsor?: Causality;
  readonly related: boolean;
}

/**
 * Causality for each suspect product, and each other one that somebody assessed. An assessment of the treatment as a
 * whole stands for every product that has none of its own.
 *
 * Related, when the investigator or the sponsor cannot exclude it (ICH E2A). As long as the investigator has not
 * assessed it counts as related, and the sponsor's view can raise the investigator's but never lower it.
 */
export function combinedCausality({ causality, details }: AdverseEventState): CombinedCausality[] {
  const assessed = causality.flatMap(({ product }) => product ?? []);
  const products = [...new Set([...(details?.suspectProducts ?? []), ...assessed])];
  const viewOf = (assessor: Causality['assessor'], product?: string): Causality | undefined => {
    const own = causality.filter(each => each.assessor === assessor);
    return own.find(each => each.product === product) ?? own.find(each => each.product === undefined);
  };
  return (products.length > 0 ? products : [undefined]).map(product => {
    const [investigator, sponsor] = [viewOf('investigator', product), viewOf('sponsor', product)];
    const related = (investigator?.related ?? true) || (sponsor?.related ?? false);
    return { product, investigator, sponsor, related };
  });
}

/** Whether it counts as related to any product. */
export const isRelated = (state: AdverseEventState): boolean =>
  combinedCausality(state).some(({ related }) => related);

/** Undefined as long as nobody judged it against reference safety information. */
export const expectedFor = ({ expectedness }: AdverseEventState, product?: string): boolean | undefined =>
  (
    expectedness.find(each => each.product === product) ??
    expectedness.find(each => each.product === undefined)
  )?.expected;

/** Whether a judgement was made against a version of the reference safety information of another time. */
export function isOutOfForceAt(
  onset: PartialDate | undefined,
  { rsiFrom, rsiUntil }: Pick<Expectedness, 'rsiFrom' | 'rsiUntil'>,
): boolean {
  if (onset === undefined) return false;
  // A corrected end may be null: the version is still in force.
  const late = typeof rsiUntil === 'string' && ['after', 'same'].includes(orderOf(onset, rsiUntil));
  return late || orderOf(onset, rsiFrom) === 'before';
}

export type Unexpectedness = 'unexpected' | 'expected' | 'notJudged';

/**
 * What expectedness comes to over the products that the event counts as related to: unexpected for one of them, else
 * not judged for one, else expected. A judgement against reference safety information that was not in force at onset
 * does not count as one, as opposed to `expectedFor`, which takes everybody at their word.
 */
export function unexpectednessOf(state: AdverseEventState): Unexpectedness {
  const { details, expectedness } = state;
  const counting = expectedness.filter(judgement => !isOutOfForceAt(details?.onset, judgement));
  const judged = combinedCausality(state)
    .filter(({ related }) => related)
    .map(({ product }) => expectedFor({ ...state, expectedness: counting }, product));
  if (judged.includes(false)) return 'unexpected';
  return judged.includes(undefined) ? 'notJudged' : 'expected';
}

/** A suspected unexpected serious adverse reaction: serious, related to a product and unexpected for the same one. */
export const isSusar = (state: AdverseEventState): boolean =>
  state.voided === undefined &&
  isSeriousOrMeets(state) &&
  combinedCausality(state).some(({ product, related }) => related && expectedFor(state, product) === false);

/** Serious and related to a product whose expectedness nobody judged yet: it may turn out to be a SUSAR. */
export const awaitsExpectedness = (state: AdverseEventState): boolean =>
  state.voided === undefined &&
  isSeriousOrMeets(state) &&
  combinedCausality(state).some(
    ({ product, related }) => related && expectedFor(state, product) === undefined,
  );

/**
 * From when on the institution knew: the earliest instant (UTC) that was said, else the report's. Day 0 of its clocks.
 */
export const awareFrom = ({ details, reportedAt }: AdverseEventState): string | undefined =>
  details?.awareAt ? toInstant(spanOf(details.awareAt).from) : reportedAt;

/** ICH E2B(R3): an identifiable patient and an event, as every record has them, a reporter and a suspect product. */
export const isMinimumValidCase = ({ of, details }: AdverseEventState): boolean =>
  of !== undefined && details?.reporter !== undefined && (details.suspectProducts ?? []).length > 0;
