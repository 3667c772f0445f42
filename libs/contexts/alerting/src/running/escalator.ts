import { filled, type Command, type Receipt, type StreamCache, type Target } from '@platform/commands';
import type { Job } from '@platform/jobs';
import { toInstant, type Clock } from '@platform/kernel';
import { EscalateAlert } from '../alerting.commands';
import { alertDecider, alertStream, hasBegun } from '../domain/alert';
import { policyDecider, policyStream } from '../domain/policy';
import { placeOf } from './deliverer';

export interface EscalatorOptions {
  readonly streams: StreamCache;
  readonly clock: Clock;
  /** Ids of the accounts that may have a role in a trial. */
  usersOf(trial: string): Promise<readonly string[]>;
  submit(command: Command, target: Target): Promise<Receipt>;
}

/** Begins the steps of ladders when their time has come. */
export class AlertEscalator {
  constructor(private readonly options: EscalatorOptions) {}

  /** @throws whatever the command throws; the job is then tried again */
  async take({ refs }: Job): Promise<void> {
    const { streams, clock } = this.options;
    const { alert = '', trial = '' } = refs;
    const step = Number(refs.step);
    const { state } = await streams.load(alertStream(alert), alertDecider);
    if (state.status !== 'open' || hasBegun(state, step)) return;
    const named = state.raised?.ladder[step]?.users ?? [];
    const { onCall } = (await streams.load(policyStream(trial), policyDecider)).state;
    // The list may lag; who is named is asked about in any case, and the account itself decides.
    const candidates = [...new Set([...(await this.options.usersOf(trial)), ...named, ...onCall])];
    const command = filled(EscalateAlert, { step, candidates, now: toInstant(clock.now()) });
    await this.options.submit(command, placeOf(alert, state));
  }
}
