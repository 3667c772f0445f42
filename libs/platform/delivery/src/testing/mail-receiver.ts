import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { certificate } from './certificate';
import { LocalServer } from './local-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the line, headers first. */
  readonly text: string;
  readonly encrypted: boolean;
  readonly user: string | undefined;
}

/** A mail server on this machine. Takes everything unless told otherwise; asks for nobody's name. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];

  private constructor(
    private readonly smtp: SMTPServer,
    readonly server: LocalServer,
  ) {}

  static async start(options: SMTPServerOptions = {}): Promise<MailReceiver> {
    const smtp = new SMTPServer({
      ...certificate,
      authOptional: true,
      disableReverseLookup: true,
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          receiver.mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString(),
            encrypted: session.secure,
            user: typeof session.user === 'string' ? session.user : undefined,
          });
          done(null, 'Ok: queued as 4XyZ01');
        });
      },
      ...options,
    });
    // A caller who does not trust the certificate is a case like any other.
    smtp.on('error', () => {});
    const receiver: MailReceiver = new MailReceiver(smtp, await LocalServer.listen(smtp.server));
    return receiver;
  }

  async close(): Promise<void> {
    await this.server.close();
    // Its own list of connections, and their timers.
    await new Promise<void>(resolve => {
      this.smtp.close(resolve);
    });
  }
}

/** Answers a command with a reply code. */
export const refusing =
  (responseCode: number) =>
  (_address: unknown, _session: unknown, done: (error?: Error | null) => void): void =>
    done(
      Object.assign(new Error('The words of a server may quote officer@hospital.example.'), { responseCode }),
    );
