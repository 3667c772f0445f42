import type { Channel } from '@platform/delivery';

/** What the host tells this context. Provided by the host, in a global module, under `ALERTING_OPTIONS`. */
export interface AlertingOptions {
  /** Takes messages to people; closed with the application. */
  readonly channel: Channel;
  /** Whether this process escalates and delivers. */
  readonly runsJobs: boolean;
}

export const ALERTING_OPTIONS = Symbol('AlertingOptions');
