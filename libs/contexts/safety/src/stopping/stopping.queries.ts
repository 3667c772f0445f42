import { evolveUpTo, Query, queryRow } from '@platform/commands';
import { coversSite, type Scope } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { lookAt, type Look } from '../domain/stopping/look';
import type { StoppingRule } from '../domain/stopping/rule';
import {
  stoppingDecider,
  stoppingStream,
  type KnownRule,
  type KnownSignal,
} from '../domain/stopping/stopping';
import { ruleTemplates } from '../domain/stopping/templates';
import { countedViews } from '../views/tabulated-rows';
import { treatedAt } from './treated';

/** The stopping rules of a trial with all their versions, where each stands, and the signals that were raised. */
export class ListStoppingRules extends Query {}

export interface StoppingRules {
  readonly rules: readonly (KnownRule & {
    /** Of an active rule, for who may see all sites. */
    readonly standing?: Omit<Look, 'counted'>;
  })[];
  /** Participants are those of the caller's sites; counts are the trial's. */
  readonly signals: readonly KnownSignal[];
  /** To start from; no trial's own. */
  readonly templates: readonly StoppingRule[];
}

export const stoppingQueries = [
  queryRow<ListStoppingRules, StoppingRules>({
    query: ListStoppingRules,
    permission: 'safety.read' satisfies Permission,
    views: countedViews,
    async answer(_, { log, views, scope, standsAt }) {
      const stream = stoppingStream(scope.trial);
      const { state } = await evolveUpTo(log, stream, stoppingDecider, standsAt);
      const treated = scope.sites === 'all' ? await treatedAt(views, scope, standsAt) : undefined;
      const rules = state.rules.map(rule => {
        if (!treated || rule.status !== 'active') return rule;
        const { counted: _counted, ...standing } = lookAt(rule, treated);
        return { ...rule, standing };
      });
      return { rules, signals: state.signals.map(signal => within(scope, signal)), templates: ruleTemplates };
    },
  }),
];

const within = (scope: Scope, signal: KnownSignal): KnownSignal => ({
  ...signal,
  counted: signal.counted.filter(({ site }) => coversSite(scope, site)),
});
