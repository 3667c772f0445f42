import { initialTrial } from '@trial/protocol';
import { chinaDrug, chinaStemCell } from './domain/rules/shipped-china';

/** What a built-in trial reports by, as the bodies of the commands that activate it, in their order. */
export function initialRuleSets(trial: string) {
  const from = initialTrial(trial)?.publish.effectiveFrom;
  if (from === undefined) return [];
  return [chinaStemCell, chinaDrug].map(({ id, version }) => ({ ruleSet: id, version, from }));
}
