import { readCidr, type Channel } from '@platform/delivery';
import { systemClock, systemTimers } from '@platform/kernel';
import { channelsOf } from '../../../apps/composition/src/channels';

/** The way out that a server has whose webhooks may go to this machine, unencrypted: signed, guarded, pinned. */
export const loopbackWebhooks = (): Channel =>
  channelsOf(
    { mail: undefined, webhooks: { allow: [readCidr('127.0.0.0/8')!], http: true } },
    { clock: systemClock, timers: systemTimers },
  );
