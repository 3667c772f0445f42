import { spanOf, type ClinicalTime } from '@platform/kernel';
import type { ProductUnit } from '../events';
import { broken, kept, unknown, worstOf, type Answer, type InfusionOccasion, type Rule } from '../rule';
import { covers, type KnownRecall } from './recall';

export const recallRule = 'TRT-PRODUCT-RECALLED';

/**
 * No recalled unit is given. What is about to be given is held back by every recall in force. Of the past, only what
 * was given while a recall was in force departs: who received the product before is exposed, and nobody did wrong.
 */
export const notRecalled: Rule<InfusionOccasion> = {
  rule: recallRule,
  category: 'investigationalProduct',
  severity: 'critical',
  ask: occasion =>
    worstOf(
      occasion.infusion.units.flatMap(unit =>
        coveringRecalls([unit], occasion.facts.recalls).map(recall => given(unit, recall, occasion)),
      ),
    ),
};

function given({ din }: ProductUnit, recall: KnownRecall, { at, zone, live }: InfusionOccasion): Answer {
  const { lifted, event, at: since } = recall;
  if (live) return lifted ? kept : broken(`Unit ${din} is recalled since ${since}.`, event);
  const start = { at, zone };
  const [begun, over] = [order(recall, start), lifted && order(lifted, start)];
  if (begun === 'after' || over === 'before') return kept;
  if (begun === 'before' && (over === undefined || over === 'after')) {
    return broken(`Unit ${din} was given on ${at}, and is recalled since ${since}.`, event);
  }
  return unknown(`Whether unit ${din} was given before or after its recall on ${since} is not known.`);
}

/** By the moments that two times can mean, as a recall has a zone of its own. */
function order(a: ClinicalTime, b: ClinicalTime): 'before' | 'after' | 'unknown' {
  const [first, then] = [spanOf(a), spanOf(b)];
  if (first.from === then.from && first.until === then.until) return isMoment(first) ? 'before' : 'unknown';
  if (first.until <= then.from) return 'before';
  return then.until <= first.from ? 'after' : 'unknown';
}

/** The same minute is as near as clocks come: the recall was there. */
const isMoment = ({ from, until }: { readonly from: number; readonly until: number }): boolean =>
  until - from <= 60_000;

/** Recalls about any of some units, lifted ones too. */
export const coveringRecalls = (
  units: readonly ProductUnit[],
  recalls: readonly KnownRecall[],
): KnownRecall[] => recalls.filter(recall => units.some(unit => covers(recall, unit)));

export const standingRecalls = (unit: ProductUnit, recalls: readonly KnownRecall[]): KnownRecall[] =>
  coveringRecalls([unit], recalls).filter(({ lifted }) => lifted === undefined);
