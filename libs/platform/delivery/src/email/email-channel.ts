import { createTransport, type SendMailOptions, type SMTPTransportOptions } from 'nodemailer';
import type { Timers } from '@platform/kernel';
import { Attempts, type Attempt } from '../attempts';
import { messageProblem } from '../check-message';
import { failedForGood } from '../failed';
import {
  defaultDeliveryLimits,
  type Address,
  type Channel,
  type DeliveryLimits,
  type DeliveryResult,
  type OutgoingMessage,
} from '../port';
import { acceptedAs, mailFailure } from './mail-outcome';
import { isMailbox } from './mailbox';
import type { SmtpServerAddress } from './smtp-server-address';

export interface EmailOptions {
  readonly timers: Timers;
  readonly server: SmtpServerAddress;
  /** The mailbox that messages come from, and answers go to. */
  readonly from: string;
  readonly limits?: DeliveryLimits;
  /** Certificates to trust instead of those that Node trusts; PEM. */
  readonly ca?: string;
}

/** Messages as plain text by SMTP (RFC 5321), each over a connection of its own. */
export class EmailChannel implements Channel {
  private readonly attempts: Attempts;
  private readonly transport: SMTPTransportOptions;

  /** @throws RangeError when `from` is no mailbox */
  constructor(private readonly options: EmailOptions) {
    if (!isMailbox(options.from)) throw new RangeError('The sender is not the address of one mailbox.');
    const limits = options.limits ?? defaultDeliveryLimits;
    this.attempts = new Attempts(options.timers, limits.totalMs);
    this.transport = transportOptions(options, limits);
  }

  async deliver(message: OutgoingMessage, address: Address, signal?: AbortSignal): Promise<DeliveryResult> {
    const refused = messageProblem(message);
    if (refused !== undefined) return failedForGood('message-refused', { detail: refused });
    const problem = emailAddressProblem(address);
    if (problem !== undefined || address.channel !== 'email') {
      return failedForGood('address-unusable', { detail: problem });
    }
    return this.attempts.run(signal, attempt => this.send(message, address.to, attempt), mailFailure);
  }

  close(): Promise<void> {
    return this.attempts.close();
  }

  private async send(message: OutgoingMessage, to: string, attempt: Attempt): Promise<DeliveryResult> {
    const mail = { ...mailOf(message, this.options.from, to), signal: attempt.signal };
    const { response } = await createTransport(this.transport).sendMail(mail);
    return acceptedAs(response);
  }
}

/** Why an address cannot be sent to, without quoting it; undefined when it can, as far as its form tells. */
export const emailAddressProblem = (address: Address): string | undefined =>
  address.channel === 'email' && isMailbox(address.to) ? undefined : 'no mailbox';

function transportOptions(
  { server, ca }: EmailOptions,
  { connectMs, totalMs }: DeliveryLimits,
): SMTPTransportOptions {
  const { host, port, secure, user, password } = server;
  return {
    host,
    port,
    secure,
    // A password never goes over the line in the clear.
    requireTLS: user !== undefined && !secure,
    auth: user === undefined ? undefined : { user, pass: password },
    tls: { ca },
    connectionTimeout: connectMs,
    dnsTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: totalMs,
    // Whether the server says goodbye does not matter to anybody.
    socketCloseTimeout: 0,
  };
}

function mailOf({ id, at, subject, text }: OutgoingMessage, from: string, to: string): SendMailOptions {
  return {
    // As objects and with the envelope spelled out: a text would be searched for further addresses.
    from: { name: '', address: from },
    to: { name: '', address: to },
    envelope: { from, to: [to] },
    subject,
    text,
    // The same for each attempt, so that mail programs and people can tell repetitions.
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    date: new Date(at),
    // RFC 3834: no automatic answers, please.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
