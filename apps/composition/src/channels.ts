import { EmailChannel, RoutedChannel, WebhookChannel, type Channel } from '@platform/delivery';
import type { Clock, Timers } from '@platform/kernel';
import type { Configuration } from './configuration';

/** The ways out of a server, as it is configured: webhooks always, mail where there is a mail server. */
export function channelsOf(
  { mail, webhooks }: Pick<Configuration, 'mail' | 'webhooks'>,
  ports: { readonly clock: Clock; readonly timers: Timers },
): Channel {
  return new RoutedChannel({
    webhook: new WebhookChannel({ ...ports, ...webhooks }),
    ...(mail && { email: new EmailChannel({ timers: ports.timers, ...mail }) }),
  });
}
