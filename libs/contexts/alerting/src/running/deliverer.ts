import { setMaxListeners } from 'node:events';
import { filled, type Command, type Receipt, type StreamCache, type Target } from '@platform/commands';
import type { Address, Channel, DeliveryFailure, DeliveryResult } from '@platform/delivery';
import type { Job } from '@platform/jobs';
import type { Timers } from '@platform/kernel';
import type { SecretStore } from '@platform/secrets';
import { RecordAlertDelivery } from '../alerting.commands';
import { alertDecider, alertStream, deliveryOf, type AlertState, type DeliveryKey } from '../domain/alert';
import { contactDecider, contactStream } from '../domain/contact';
import { messageOf, type AlertMessage } from '../domain/message';
import { LimitedLanes } from './limited-lanes';

export interface DelivererOptions {
  readonly streams: StreamCache;
  readonly channel: Channel;
  readonly secrets: Pick<SecretStore, 'secretOf'>;
  readonly timers: Timers;
  /** As the system; a command that records how an attempt ended. */
  submit(command: Command, target: Target): Promise<Receipt>;
  /** What went wrong on this side: the class of it, for the host's log. */
  onProblem?(problem: string): void;
}

/** Of one contact point at once, and of all. */
const perPoint = 16;
const inAll = 128;
/** More than a burst of alerts. */
const roomFor = 512;
/** A channel has limits of its own; one that does not keep them is given up here. */
const patienceMs = 45_000;

/**
 * Sends messages, each attempt once, and writes down how it ended. A job is taken as a hint: what is to be sent, and
 * whether at all, follows from the alert's stream. If we die after the receiver took a message and before that is
 * written down, it is sent once more under the same id, by which receivers tell.
 */
export class AlertDeliverer {
  private readonly lanes = new LimitedLanes(perPoint, inAll);
  private readonly underWay = new Map<string, Job>();
  private readonly recording = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: DelivererOptions) {
    // Each message that is under way listens.
    setMaxListeners(0, this.stopping.signal);
  }

  /**
   * Returns at once: a job is done when its work waits here, and whatever is lost here is scheduled again.
   * @throws DelivererStopped: the job is for another process
   */
  take(job: Job): void {
    const { id, refs } = job;
    if (this.stopping.signal.aborted) throw new DelivererStopped();
    if (this.underWay.has(id)) return;
    this.underWay.set(id, job);
    this.lanes.add(refs.point!, async () => {
      const sent = this.attempt(refs);
      const ended = sent
        .then(report => report && this.options.submit(...report))
        // Nothing is lost: the delivery is still open in the log, and the reconciler comes back to it.
        .catch((error: unknown) => this.options.onProblem?.(error instanceof Error ? error.name : 'unknown'))
        .finally(() => this.underWay.delete(id) && this.recording.delete(ended));
      this.recording.add(ended);
      // The next message of the lane does not wait until this one is written down.
      await sent.catch(() => undefined);
    });
  }

  /** Whether another message goes out soon, and does not wait behind many. */
  get hasRoom(): boolean {
    return !this.stopping.signal.aborted && this.underWay.size < roomFor;
  }

  get isIdle(): boolean {
    return this.underWay.size === 0;
  }

  /**
   * Ends what is under way, and waits for it.
   * @returns the jobs that were not through when it began: another process finds out which of them are left to be done
   */
  async stop(): Promise<readonly Job[]> {
    this.stopping.abort();
    const taken = [...this.underWay.values()];
    await this.lanes.drop();
    await Promise.all(this.recording);
    return taken;
  }

  /** Sends. @returns what is to be written down of it; nothing when there was nothing to send */
  private async attempt(refs: Job['refs']): Promise<[Command, Target] | undefined> {
    const { alert = '', recipient = '', point = '' } = refs;
    const key: DeliveryKey = { step: Number(refs.step), recipient, point };
    const attempt = Number(refs.attempt);
    const { state } = await this.options.streams.load(alertStream(alert), alertDecider);
    const delivery = deliveryOf(state, key);
    // Sent, given up, dropped when the alert was closed, or a job of an attempt that is over.
    if (delivery?.status !== 'pending' || delivery.attempts !== attempt - 1) return undefined;
    const message = messageOf(alert, state, delivery)!;
    const result = await this.send(message, await this.addressOf(recipient, point));
    if (this.stopping.signal.aborted && result.outcome === 'failed') return undefined;
    return [filled(RecordAlertDelivery, reportOf(key, attempt, result)), placeOf(alert, state)];
  }

  private async addressOf(recipient: string, point: string): Promise<Address | undefined> {
    const { state } = await this.options.streams.load(contactStream(recipient), contactDecider);
    const address = state.points.find(each => each.point === point)?.address;
    if (address?.channel !== 'webhook') return address;
    const secret = await this.options.secrets.secretOf(address.secret);
    return secret === undefined ? undefined : { channel: 'webhook', url: address.url, secret };
  }

  private async send(message: AlertMessage, address: Address | undefined): Promise<DeliveryResult> {
    if (!address) return { outcome: 'failed', failure: 'address-unusable', retry: false };
    const { channel, timers } = this.options;
    const ending = new AbortController();
    const { signal } = this.stopping;
    let timer = { cancel: (): void => undefined };
    let stop = (): void => undefined;
    const given = new Promise<DeliveryResult>(resolve => {
      const giveUp = (failure: DeliveryFailure) => (): void => (ending.abort(), resolve(failedFor(failure)));
      timer = timers.after(patienceMs, giveUp('timed-out'));
      stop = giveUp('interrupted');
      signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([channel.deliver(message, address, ending.signal), given]);
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', stop);
    }
  }
}

/** The process is about to end; the job is tried again, elsewhere. */
export class DelivererStopped extends Error {
  constructor() {
    super('Messages are not delivered any more by this process.');
    this.name = 'DelivererStopped';
  }
}

const failedFor = (failure: DeliveryFailure): DeliveryResult => ({ outcome: 'failed', failure, retry: true });

function reportOf(key: DeliveryKey, attempt: number, result: DeliveryResult): Partial<RecordAlertDelivery> {
  if (result.outcome === 'delivered') return { ...key, attempt, reference: result.reference };
  const { failure, retry, retryAfterMs, detail } = result;
  return { ...key, attempt, failure, retry, retryAfterMs, detail };
}

/** Whom the events of an alert are about, as a command's target. */
export function placeOf(alert: string, { raised }: AlertState): Target {
  const { trial = '', site, participant } = raised ?? {};
  return {
    trial,
    alert,
    ...(site !== undefined && { site }),
    ...(participant !== undefined && { participant }),
  };
}
