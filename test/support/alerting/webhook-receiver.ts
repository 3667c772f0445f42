import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { Address, Channel, DeliveryResult, OutgoingMessage } from '@platform/delivery';

/** What a receiver got. */
export interface Received {
  readonly id: string;
  /** When the request had arrived whole; milliseconds of this process's clock. */
  readonly at: number;
  readonly message: OutgoingMessage;
  readonly signature: string;
}

/** How a receiver answers: a status, or never. */
export type Behaviour = number | 'hangs';

/** Somebody's own HTTP server, on a free port of the loopback, that takes webhooks. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Requests, whatever became of them. */
  requests = 0;
  behaviour: Behaviour = 204;
  /** Whether each fourth message is refused once, so that it has to be tried again. */
  refusesSome = false;
  private readonly refused = new Set<string>();
  /** When it is known, a request whose signature does not stand up to it is refused, and is not received. */
  secret: string | undefined;
  private readonly server: Server;
  private readonly waiting = new Set<() => void>();

  private constructor() {
    this.server = createServer((request, response) => void this.take(request, response));
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>(resolve => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Ids of the messages that were taken, each once. */
  get ids(): Set<string> {
    return new Set(this.received.map(({ id }) => id));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  /** Resolves when something holds of what was received; asked again with each request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>(resolve => this.waiting.add(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests += 1;
    if (typeof this.behaviour === 'number') {
      const body = Buffer.concat(chunks).toString();
      const status = this.isGenuine(request, body) ? this.answerTo(request, this.behaviour) : 401;
      if (status < 300) this.keep(request, body);
      response.writeHead(status).end();
    }
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private answerTo({ headers }: IncomingMessage, usual: number): number {
    const id = String(headers['webhook-id']);
    if (!this.refusesSome || !/^[0-3]/.test(id) || this.refused.has(id)) return usual;
    this.refused.add(id);
    return 503;
  }

  /** By the reference library, over the exact bytes; a signature of another time is none. */
  private isGenuine({ headers }: IncomingMessage, body: string): boolean {
    if (this.secret === undefined) return true;
    try {
      new Webhook(this.secret).verify(body, headers as Record<string, string>);
      return true;
    } catch (error) {
      if (error instanceof WebhookVerificationError) return false;
      throw error;
    }
  }

  private keep({ headers }: IncomingMessage, body: string): void {
    const message = JSON.parse(body) as OutgoingMessage;
    const [id, signature] = [String(headers['webhook-id']), String(headers['webhook-signature'])];
    this.received.push({ id, signature, message, at: performance.now() });
  }
}

/** Plain HTTP to wherever the address says, with the headers of Standard Webhooks: the least that a receiver knows. */
export class PlainWebhooks implements Channel {
  async deliver(message: OutgoingMessage, address: Address, signal?: AbortSignal): Promise<DeliveryResult> {
    if (address.channel !== 'webhook') return { outcome: 'failed', failure: 'not-configured', retry: false };
    const body = JSON.stringify(message);
    const timestamp = String(Math.floor(Date.parse(message.at) / 1_000));
    const key = Buffer.from(address.secret.replace('whsec_', ''), 'base64');
    const signed = createHmac('sha256', key).update(`${message.id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signed}`,
    };
    try {
      const { status } = await fetch(address.url, {
        method: 'POST',
        body,
        headers,
        signal,
        redirect: 'manual',
      });
      if (status < 300) return { outcome: 'delivered', reference: String(status) };
      return { outcome: 'failed', failure: 'server-error', retry: status !== 410, detail: String(status) };
    } catch {
      return { outcome: 'failed', failure: 'connection-refused', retry: true };
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
