import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { canonicalJson, type Clock, type Timers } from '@platform/kernel';
import { Attempts, type Attempt } from '../attempts';
import { messageProblem } from '../check-message';
import { failedForGood } from '../failed';
import { codeOf, networkFailure } from '../network-failure';
import {
  defaultDeliveryLimits,
  type Address,
  type Channel,
  type DeliveryLimits,
  type DeliveryResult,
  type OutgoingMessage,
} from '../port';
import { AddressGuard, type Cidr } from './address-guard';
import { resultOf } from './answer';
import { checkedAddresses, pinnedTo, systemResolve, urlProblem, type Resolve } from './endpoint';
import { KeptConnections } from './kept-connections';
import { secretsOf, signedHeaders } from './sign';

export interface WebhookOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Private networks that may be sent to; none unless given. */
  readonly allow?: readonly Cidr[];
  /** Whether unencrypted `http:` is taken. */
  readonly http?: boolean;
  readonly limits?: DeliveryLimits;
  readonly resolve?: Resolve;
  /** Certificates to trust instead of those that the system trusts; PEM. */
  readonly ca?: string;
  readonly userAgent?: string;
}

/** So much of an answer is read, for the sake of receivers that want to finish it; what it says is not looked at. */
const answerBytes = 4 * 1024;

/** Messages as signed HTTP requests, after Standard Webhooks 1.0.0. */
export class WebhookChannel implements Channel {
  private readonly limits: DeliveryLimits;
  private readonly attempts: Attempts;
  private readonly guard: AddressGuard;
  private readonly connections = new KeptConnections();

  constructor(private readonly options: WebhookOptions) {
    this.limits = options.limits ?? defaultDeliveryLimits;
    this.attempts = new Attempts(options.timers, this.limits.totalMs);
    this.guard = new AddressGuard(options.allow ?? []);
  }

  async deliver(message: OutgoingMessage, address: Address, signal?: AbortSignal): Promise<DeliveryResult> {
    const refused = messageProblem(message);
    if (refused !== undefined) return failedForGood('message-refused', { detail: refused });
    const problem = webhookAddressProblem(address, this.options);
    if (problem !== undefined || address.channel !== 'webhook') {
      return failedForGood('address-unusable', { detail: problem });
    }
    return this.attempts.run(
      signal,
      attempt => this.send(message, new URL(address.url), secretsOf(address.secret) ?? [], attempt),
      error => networkFailure(codeOf(error)),
    );
  }

  async close(): Promise<void> {
    await this.attempts.close();
    this.connections.close();
  }

  private async send(
    message: OutgoingMessage,
    url: URL,
    secrets: readonly string[],
    attempt: Attempt,
  ): Promise<DeliveryResult> {
    const connecting = attempt.limit(this.limits.connectMs);
    const resolve = this.options.resolve ?? systemResolve;
    const addresses = await attempt.during(checkedAddresses(url, this.guard, resolve));
    const body = bodyOf(message);
    const call = {
      url,
      body,
      addresses,
      headers: {
        ...signedHeaders(secrets, message.id, this.options.clock.now(), body),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(this.options.userAgent === undefined ? {} : { 'user-agent': this.options.userAgent }),
      },
      onConnected: () => connecting.cancel(),
    };
    const kept = this.connections.optionsFor(url, addresses);
    try {
      return await this.exchange(call, attempt, kept);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      // The receiver had given up what was kept. If it has taken the message all the same, it knows it by its id.
      return this.exchange(call, attempt, { agent: false });
    }
  }

  /** @throws StaleConnection when a connection that was kept broke before anything was answered */
  private async exchange(
    { url, body, addresses, headers, onConnected }: Call,
    attempt: Attempt,
    connection: ConnectionOptions,
  ): Promise<DeliveryResult> {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      ...connection,
      ...{
        method: 'POST',
        lookup: pinnedTo(addresses),
        ca: this.options.ca,
        signal: attempt.signal,
        headers,
      },
    });
    // Errors come to `once`; one that comes later, such as when what is left is thrown away, tells nothing more.
    request.on('error', () => {});
    request.once('socket', socket => {
      if (request.reusedSocket) onConnected();
      else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', onConnected);
    });
    let answer: IncomingMessage | undefined;
    try {
      request.end(body);
      [answer] = (await once(request, 'response')) as [IncomingMessage];
      await attempt.during(readSome(answer)).catch(() => {});
      const { statusCode = 0, headers: told } = answer;
      return resultOf(statusCode, told['retry-after'], this.options.clock.now());
    } catch (error) {
      const isStale = request.reusedSocket && !attempt.signal.aborted && lost.includes(codeOf(error) ?? '');
      throw isStale ? new StaleConnection() : error;
    } finally {
      // A connection whose answer was not read to its end is of no more use.
      if (!answer?.complete) request.destroy();
    }
  }
}

interface Call {
  readonly url: URL;
  readonly body: string;
  readonly addresses: readonly string[];
  readonly headers: http.OutgoingHttpHeaders;
  readonly onConnected: () => void;
}

type ConnectionOptions = Pick<http.RequestOptions, 'agent'>;

const lost: readonly string[] = ['ECONNRESET', 'EPIPE'];

class StaleConnection extends Error {}

/** Why an address cannot be sent to, without quoting it; undefined when it can, as far as its form tells. */
export function webhookAddressProblem(
  address: Address,
  rules: { readonly http?: boolean },
): string | undefined {
  if (address.channel !== 'webhook') return 'no webhook';
  const problem = urlProblem(address.url, rules.http ?? false);
  return problem ?? (secretsOf(address.secret) ? undefined : 'no whsec_ secret of 24 to 64 bytes');
}

/** The same bytes for the same message, whenever it is sent. */
const bodyOf = ({ type, at, subject, text, data }: OutgoingMessage): string =>
  canonicalJson({ type, timestamp: at, subject, text, data });

/** Rejects when the connection breaks; the status has been read by then, and counts. */
async function readSome(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytes) return;
  }
}
