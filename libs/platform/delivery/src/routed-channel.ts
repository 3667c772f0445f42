import { failedForGood } from './failed';
import type { Address, Channel, DeliveryResult, OutgoingMessage } from './port';

/** All channels of a server as one: each address to its own. What is not set up says so. */
export class RoutedChannel implements Channel {
  constructor(private readonly channels: Readonly<Partial<Record<Address['channel'], Channel>>>) {}

  async deliver(message: OutgoingMessage, address: Address, signal?: AbortSignal): Promise<DeliveryResult> {
    const channel = this.channels[address.channel];
    return channel ? channel.deliver(message, address, signal) : failedForGood('not-configured');
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.channels).map(channel => channel.close()));
  }
}
