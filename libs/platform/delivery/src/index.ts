import type { JsonObject } from '@platform/kernel';

export interface OutgoingMessage {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly subject: string;
  readonly text: string;
  readonly data: JsonObject;
}

export type Address =
  | { readonly channel: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly channel: 'email'; readonly to: string };

export type DeliveryResult =
  | { readonly outcome: 'delivered'; readonly reference?: string }
  | {
      readonly outcome: 'failed';
      readonly failure: string;
      readonly retry: boolean;
      readonly retryAfterMs?: number;
      readonly detail?: string;
    };

export interface Channel {
  deliver(message: OutgoingMessage, address: Address, signal?: AbortSignal): Promise<DeliveryResult>;
  close(): Promise<void>;
}
