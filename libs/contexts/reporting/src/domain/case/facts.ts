import { localTimeIn, type ClinicalTime } from '@platform/kernel';
import {
  awareFrom,
  combinedCausality,
  isFatal,
  isFatalOrLifeThreatening,
  isMinimumValidCase,
  isRelated,
  isSeriousOrMeets,
  seriousnessCriteria,
  unexpectednessOf,
  type AdverseEventState,
  type CourseStep,
} from '@trial/safety';
import { conditionsOf, type Conditions } from '../rules/trigger';
import type { Trigger } from '../rules/rule';

/** A case as it was known after one of the adverse event's events. */
export interface CaseFacts extends Conditions {
  readonly event: string;
  /** When this came to be known here: the server's instant, UTC. */
  readonly at: string;
  readonly voided: boolean;
  readonly minimumInformation: boolean;
  /** When the investigator knew of a serious event. */
  readonly awareAt?: ClinicalTime;
  /** The event's end, which stands for the end of its treatment: see the README. */
  readonly treatmentEnd?: ClinicalTime;
  /** What each condition stands on, in a few words. */
  readonly because: Readonly<Partial<Record<keyof Conditions, string>>>;
}

/**
 * Every stage of an adverse event as the rules see it. What a stage was is never changed by a later one, so that "when
 * did the sponsor first know" has one answer.
 */
export function caseFacts(
  steps: readonly CourseStep[],
  { zone, cellProduct }: { readonly zone: string; readonly cellProduct: boolean },
): CaseFacts[] {
  const facts: CaseFacts[] = [];
  for (const [index, step] of steps.entries()) {
    const { state } = step;
    const [serious, related, unexpectedness] = [
      isSeriousOrMeets(state),
      isRelated(state),
      unexpectednessOf(state),
    ];
    const fatal = isFatal(state);
    const living = facts.filter(mayBeLivingSusar);
    const turnedFatal = fatal && living.length > 0;
    facts.push({
      ...{ event: step.event, at: step.recordedAt, voided: state.voided !== undefined },
      ...{ serious, related, fatal, turnedFatal, cellProduct },
      unexpected: related && (unexpectedness === 'notJudged' ? 'notJudged' : unexpectedness === 'unexpected'),
      fatalOrLifeThreatening: fatal || isFatalOrLifeThreatening(state),
      turnedFatalAtOnce: turnedFatal && !living.some(({ fatalOrLifeThreatening }) => fatalOrLifeThreatening),
      minimumInformation: isMinimumValidCase(state),
      awareAt: awarenessOf(steps.slice(0, index + 1), zone),
      treatmentEnd: endOf(state),
      because: reasonsOf(state),
    });
  }
  return facts;
}

function endOf({ details }: AdverseEventState): ClinicalTime | undefined {
  return details?.end === undefined ? undefined : { at: details.end, zone: details.zone };
}

const mayBeLivingSusar = ({ serious, related, unexpected, fatal, voided }: CaseFacts): boolean =>
  serious && related && unexpected !== false && !fatal && !voided;

/**
 * From when on the investigator knew of a *serious* event: from when the event was known, unless it had been assessed
 * as not serious before, for then nobody could have known.
 */
function awarenessOf(steps: readonly CourseStep[], zone: string): ClinicalTime | undefined {
  const first = steps.findIndex(({ state }) => isSeriousOrMeets(state));
  const upgraded = steps.slice(0, Math.max(first, 0)).some(({ state }) => state.seriousness !== undefined);
  const step = steps[first];
  if (upgraded && step) return step.occurredAt ?? { at: localTimeIn(zone, step.recordedAt), zone };
  const { state } = steps.at(-1)!;
  const instant = awareFrom(state);
  if (state.details?.awareAt) return state.details.awareAt;
  return instant === undefined ? undefined : { at: localTimeIn(zone, instant), zone };
}

/** The facts of the case that made a trigger hold, for whoever asks years later. */
export const becauseOf = (trigger: Trigger, { because }: CaseFacts): string[] =>
  conditionsOf(trigger).flatMap(condition => because[condition] ?? []);

function reasonsOf(state: AdverseEventState): CaseFacts['because'] {
  const { seriousness, severity, outcome } = state;
  const criteria = seriousnessCriteria.filter(criterion => seriousness?.[criterion] === true);
  const words = criteria.length > 0 ? criteria.join(', ') : 'the word of whoever assessed it';
  const signs = [
    seriousness?.death === true && 'the criterion death',
    seriousness?.lifeThreatening === true && 'the criterion lifeThreatening',
    (severity?.grade ?? 0) >= 4 && `grade ${severity?.grade}`,
    outcome?.outcome === 'fatal' && 'the outcome fatal',
  ].filter(sign => sign !== false);
  const lethal =
    signs.length > 0
      ? `fatal or life-threatening by ${signs.join(', ')}`
      : 'neither fatal nor life-threatening';
  const turned = 'it turned fatal after it was known as serious';
  return {
    serious: isSeriousOrMeets(state) ? `serious by ${words}` : 'not serious',
    related: relatedBecause(state),
    unexpected: unexpectedBecause(state),
    fatal: lethal,
    fatalOrLifeThreatening: lethal,
    turnedFatal: turned,
    cellProduct: 'the protocol gives a cell product',
  };
}

function relatedBecause(state: AdverseEventState): string {
  const views = combinedCausality(state).map(({ product, investigator, sponsor, related }) => {
    const of = product === undefined ? '' : ` to ${product}`;
    if (!investigator) return `related${of}: not assessed by the investigator, which counts as related`;
    const said = `the investigator says ${investigator.term}${sponsor ? `, the sponsor ${sponsor.term}` : ''}`;
    return `${related ? 'related' : 'not related'}${of}: ${said}`;
  });
  return views.join('; ');
}

function unexpectedBecause(state: AdverseEventState): string {
  switch (unexpectednessOf(state)) {
    case 'unexpected': {
      const versions = state.expectedness.filter(({ expected }) => !expected).map(each => each.rsiVersion);
      return `unexpected against ${[...new Set(versions)].join(', ')}`;
    }
    case 'expected':
      return 'expected';
    case 'notJudged':
      return 'expectedness not judged against the reference safety information in force at onset: provisional';
  }
}
