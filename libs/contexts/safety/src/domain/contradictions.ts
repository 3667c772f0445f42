import { orderOf } from '@platform/kernel';
import type { AdverseEventState } from './adverse-event';
import { isOutOfForceAt, meetsSeriousness } from './conclusions';

/** What two parts of a record say against each other. Ids are stable: they go to lists, to the trail and to imports. */
export const contradictionIds = [
  'SERIOUSNESS-CONTRADICTION',
  'FATAL-WITHOUT-DEATH-CRITERION',
  'DEATH-CRITERION-NOT-FATAL',
  'GRADE-5-WITHOUT-DEATH',
  'END-BEFORE-ONSET',
  'AWARE-BEFORE-ONSET',
  'RSI-NOT-IN-FORCE-AT-ONSET',
] as const;

export type ContradictionId = (typeof contradictionIds)[number];

interface Contradiction {
  readonly id: ContradictionId;
  readonly holds: (state: AdverseEventState) => boolean;
}

const contradictions: readonly Contradiction[] = [
  {
    // Three deaths of the CDISC pilot study are not serious by their own word.
    id: 'SERIOUSNESS-CONTRADICTION',
    holds: ({ seriousness }) =>
      seriousness !== undefined && seriousness.serious !== meetsSeriousness(seriousness),
  },
  {
    id: 'FATAL-WITHOUT-DEATH-CRITERION',
    holds: ({ outcome, seriousness }) => outcome?.outcome === 'fatal' && seriousness?.death !== true,
  },
  {
    id: 'DEATH-CRITERION-NOT-FATAL',
    holds: ({ outcome, seriousness }) =>
      seriousness?.death === true && outcome !== undefined && outcome.outcome !== 'fatal',
  },
  {
    id: 'GRADE-5-WITHOUT-DEATH',
    holds: ({ severity, seriousness, outcome }) =>
      severity?.grade === 5 &&
      (seriousness?.death !== true || (outcome !== undefined && outcome.outcome !== 'fatal')),
  },
  {
    id: 'END-BEFORE-ONSET',
    holds: ({ details }) =>
      details?.onset !== undefined &&
      details.end !== undefined &&
      orderOf(details.end, details.onset) === 'before',
  },
  {
    id: 'AWARE-BEFORE-ONSET',
    holds: ({ details }) =>
      details?.onset !== undefined &&
      details.awareAt !== undefined &&
      orderOf(details.awareAt.at, details.onset) === 'before',
  },
  {
    id: 'RSI-NOT-IN-FORCE-AT-ONSET',
    holds: ({ details, expectedness }) =>
      expectedness.some(judgement => isOutOfForceAt(details?.onset, judgement)),
  },
];

/** Everything that the record says against itself. */
export const contradictionsOf = (state: AdverseEventState): ContradictionId[] =>
  contradictions.filter(({ holds }) => holds(state)).map(({ id }) => id);
