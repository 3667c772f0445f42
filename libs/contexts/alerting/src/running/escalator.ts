import { filled, type Command, type Receipt, type StreamCache, type Target } from '@platform/commands';
import type { Job } from '@platform/jobs';
import { EscalateAlert } from '../alerting.commands';
import { alertDecider, alertStream, hasBegun } from '../domain/alert';
import { placeOf } from './deliverer';

export interface EscalatorOptions {
  readonly streams: StreamCache;
  submit(command: Command, target: Target): Promise<Receipt>;
}

/** Begins the steps of ladders when their time has come. */
export class AlertEscalator {
  constructor(private readonly options: EscalatorOptions) {}

  /** @throws whatever the command throws; the job is then tried again */
  async take({ refs }: Job): Promise<void> {
    const { alert = '' } = refs;
    const step = Number(refs.step);
    const { state } = await this.options.streams.load(alertStream(alert), alertDecider);
    if (state.status !== 'open' || hasBegun(state, step)) return;
    const { roles = [], users = [] } = state.raised?.ladder[step] ?? {};
    const command = filled(EscalateAlert, { step, roles: [...roles], users: [...users] });
    await this.options.submit(command, placeOf(alert, state));
  }
}
