import { evolveUpTo, Query, QueryRejected, queryRow, type QueryContext } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsText } from '@platform/http';
import { absent } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { evidenceNeeded, type EvidenceNeeded } from './domain/conditions';
import {
  trialDecider,
  trialStream,
  versionInForce,
  type PublishedVersion,
  type TrialState,
} from './domain/trial';

export class ReadTrial extends Query {}

export class ListProtocolVersions extends Query {}

/** One version: by its label, or the one in force on a day; the last one published when neither is given. */
export class ReadProtocolVersion extends Query {
  @IsOmittable()
  @IsText(40)
  version?: string;

  @IsOmittable()
  @IsPartialDate()
  on?: string;
}

/** A version in a list: everything but the definition itself. */
export type VersionListed = Omit<PublishedVersion, 'definition'> & { readonly criteria: number };

const reading: Permission = 'trial.read';

/** @throws QueryRejected for a trial that was not defined at that moment */
async function stateOf({ log, target, standsAt }: QueryContext): Promise<TrialState> {
  const { state } = await evolveUpTo(log, trialStream(target.trial!), trialDecider, standsAt);
  if (!state.details)
    throw new QueryRejected(absent('TRIAL-UNKNOWN', 'No such trial was defined at that moment.'));
  return state;
}

const listed = ({ definition, ...published }: PublishedVersion): VersionListed => ({
  ...published,
  criteria: definition.criteria.length,
});

function chosen(state: TrialState, { version, on }: ReadProtocolVersion): PublishedVersion {
  const found =
    version !== undefined
      ? state.versions.find(published => published.version === version)
      : on !== undefined
        ? versionInForce(state, on)
        : state.versions.at(-1);
  if (found) return found;
  throw new QueryRejected(absent('PROTOCOL-VERSION-UNKNOWN', 'No such protocol version at that moment.'));
}

export const protocolQueries = [
  queryRow<ReadTrial, Omit<TrialState, 'versions'> & { trial: string; versions: VersionListed[] }>({
    query: ReadTrial,
    permission: reading,
    views: [],
    async answer(_, context) {
      const state = await stateOf(context);
      return { trial: context.target.trial!, ...state, versions: state.versions.map(listed) };
    },
  }),
  queryRow<ListProtocolVersions, { versions: VersionListed[] }>({
    query: ListProtocolVersions,
    permission: reading,
    views: [],
    async answer(_, context) {
      return { versions: (await stateOf(context)).versions.map(listed) };
    },
  }),
  queryRow<ReadProtocolVersion, PublishedVersion & { evidenceNeeded: EvidenceNeeded }>({
    query: ReadProtocolVersion,
    permission: reading,
    views: [],
    async answer(query, context) {
      const published = chosen(await stateOf(context), query);
      return { ...published, evidenceNeeded: evidenceNeeded(published.definition) };
    },
  }),
];
