import type { Publication } from '../domain/trial';
import type { TrialDetails } from '../domain/trial-details';
import type { DatedStatus } from '../domain/trial-status';
import type { Reason } from '@platform/kernel';
import { nct05794425Definition, nct05794425Details } from './nct05794425';
import { nct05794425Sites, type BuiltInSite } from './nct05794425-sites';

/** What an empty data folder begins with, as the bodies of the commands that write it, in their order. */
export interface InitialTrial {
  readonly trial: string;
  readonly define: TrialDetails;
  readonly publish: Publication;
  readonly changeStatus: DatedStatus & { readonly reason: Reason };
  readonly sites: readonly BuiltInSite[];
}

const builtIn: Readonly<Record<string, InitialTrial>> = {
  NCT05794425: {
    trial: 'NCT05794425',
    define: nct05794425Details,
    publish: { definition: nct05794425Definition, effectiveFrom: '2023-08-01' },
    changeStatus: {
      status: 'recruiting',
      effectiveOn: '2023-08-01',
      reason: {
        code: 'registry',
        text: "Overall status of the registry entry, verified in November 2023; the day is the entry's study start.",
      },
    },
    sites: nct05794425Sites,
  },
};

/** The trials that this software brings along. */
export const initialTrials: readonly string[] = Object.keys(builtIn);

/** Undefined for a trial that is not built in. */
export const initialTrial = (trial: string): InitialTrial | undefined =>
  Object.hasOwn(builtIn, trial) ? builtIn[trial] : undefined;
