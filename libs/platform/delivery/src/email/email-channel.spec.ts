import { createServer, type Socket } from 'node:net';
import { ManualClock, ManualTimers } from '@platform/kernel';
import type { SMTPServerOptions } from 'smtp-server';
import { RoutedChannel } from '../routed-channel';
import { certificate } from '../testing/certificate';
import { LocalServer } from '../testing/local-server';
import { MailReceiver, refusing } from '../testing/mail-receiver';
import { raised } from '../testing/messages';
import type { DeliveryResult } from '../port';
import { EmailChannel } from './email-channel';
import { SmtpServerAddress } from './smtp-server-address';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

async function receiver(options: SMTPServerOptions = {}): Promise<MailReceiver> {
  const started = await MailReceiver.start(options);
  closing.push(started);
  return started;
}

interface Way {
  readonly secure?: boolean;
  readonly user?: string;
}

function sender({ server: { port } }: { readonly server: { readonly port: number } }, way: Way = {}) {
  const timers = new ManualTimers(new ManualClock(0));
  const channel = new EmailChannel({
    timers,
    server: new SmtpServerAddress('127.0.0.1', port, way.secure ?? false, way.user, way.user && 'swordfish'),
    from: 'ledger@trial.example',
    ca: certificate.cert,
  });
  closing.push(channel);
  return (message = raised, to = 'officer@hospital.example'): Promise<DeliveryResult> =>
    channel.deliver(message, { channel: 'email', to });
}

const password: SMTPServerOptions = {
  authOptional: false,
  onAuth(auth, _session, done) {
    if (auth.password === 'swordfish') done(null, { user: auth.username });
    else done(new Error('no'));
  },
};

/** A server that talks by a list of answers, one for each line that it gets. */
async function scripted(greeting: string, ...answers: readonly string[]): Promise<LocalServer> {
  const talk = (socket: Socket): void => {
    const left = [...answers];
    socket.write(`${greeting}\r\n`);
    socket.on('data', () => {
      const next = left.shift();
      if (next === undefined) socket.destroy();
      else socket.write(`${next}\r\n`);
    });
  };
  const server = await LocalServer.listen(createServer(talk));
  closing.push(server);
  return server;
}

describe('a mail', () => {
  test('is plain text with a Message-ID of its message, and the same each time', async () => {
    const to = await receiver();
    const send = sender(to);
    expect(await send()).toEqual({ outcome: 'delivered', reference: '4XyZ01' });
    await send();
    const [first, second] = to.mails;
    expect(second).toEqual(first);
    expect(first).toMatchObject({ from: 'ledger@trial.example', to: ['officer@hospital.example'] });
    const [head = '', body = ''] = first!.text.split(/\r\n\r\n(.*)/s);
    expect(head.split(/\r\n(?! )/)).toEqual(
      expect.arrayContaining([
        'From: ledger@trial.example',
        'To: officer@hospital.example',
        'Subject: A report is due: obligation 17',
        'Message-ID: <alert-0190b7a2-1@trial.example>',
        'Date: Tue, 05 Mar 2024 08:15:00 +0000',
        'Auto-Submitted: auto-generated',
        'Content-Type: text/plain; charset=utf-8',
      ]),
    );
    expect(body).toContain('Obligation 17 of site 03');
  });

  test('is encrypted where the server can', async () => {
    const [able, unable] = [await receiver(), await receiver({ hideSTARTTLS: true })];
    for (const to of [able, unable]) expect(await sender(to)()).toMatchObject({ outcome: 'delivered' });
    expect([able, unable].map(({ mails }) => mails[0]?.encrypted)).toEqual([true, false]);
  });

  test.each([
    ['of two lines', 'officer@hospital.example\r\nBcc: everybody@hospital.example'],
    ['with a line break', 'officer@hospital.example\n'],
    ['with a name', 'Officer <officer@hospital.example>'],
    ['of two people', 'officer@hospital.example, everybody@hospital.example'],
    ['of two people', 'officer@hospital.example;everybody@hospital.example'],
    ['with quotes', '"everybody@hospital.example"@hospital.example'],
    ['with a remark', 'officer@hospital.example (everybody@hospital.example)'],
    ['in brackets', '<everybody@hospital.example>'],
    ['of a group', 'all:officer@hospital.example;'],
    ['without a host', 'officer'],
    ['of nobody', ''],
  ])('does not go to an address %s', async (_what, address) => {
    const to = await receiver();
    expect(await sender(to)(raised, address)).toEqual({
      outcome: 'failed',
      failure: 'address-unusable',
      retry: false,
      detail: 'no mailbox',
    });
    expect(to.server.connections).toBe(0);
  });

  test('comes from one mailbox', () => {
    const server = new SmtpServerAddress('127.0.0.1', 25, false);
    const timers = new ManualTimers(new ManualClock(0));
    expect(() => new EmailChannel({ timers, server, from: 'a@b.example\r\nBcc: c@d.example' })).toThrow(
      RangeError,
    );
  });
});

describe('signing in', () => {
  test.each([false, true])('is done encrypted, from the first byte: %s', async secure => {
    const to = await receiver({ ...password, secure });
    expect(await sender(to, { secure, user: 'ledger' })()).toMatchObject({ outcome: 'delivered' });
    expect(to.mails).toMatchObject([{ encrypted: true, user: 'ledger' }]);
  });

  test('is not done where the server offers no encryption', async () => {
    const heard: string[] = [];
    const to = await receiver({
      ...password,
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ password: word }, _session, done) => {
        heard.push(word ?? '');
        done(null, { user: 'ledger' });
      },
    });
    expect(await sender(to, { user: 'ledger' })()).toMatchObject({ failure: 'tls-failed', retry: true });
    expect({ heard, mails: to.mails }).toEqual({ heard: [], mails: [] });
  });

  test('that is refused can be mended by the operator, and tells no password', async () => {
    const to = await receiver({
      ...password,
      onAuth: (_auth, _session, done) => done(new Error('swordfish')),
    });
    const result = await sender(to, { user: 'ledger' })();
    expect(result).toMatchObject({ failure: 'sign-in-refused', retry: true, detail: '535' });
  });

  test('that is missing can be mended, too', async () => {
    const to = await receiver(password);
    expect(await sender(to)()).toMatchObject({ failure: 'sign-in-refused', retry: true });
  });
});

describe('a refusal', () => {
  test.each([
    [450, 'deferred', true],
    [451, 'deferred', true],
    [452, 'deferred', true],
    [503, 'server-error', true],
    [550, 'mailbox-refused', false],
    [552, 'mailbox-refused', false],
    [554, 'mailbox-refused', false],
  ])('of the mailbox with %i is %s, to be tried again: %s', async (reply, failure, retry) => {
    const to = await receiver({ onRcptTo: refusing(reply) });
    expect(await sender(to)()).toEqual({ outcome: 'failed', failure, retry, detail: String(reply) });
  });

  test.each([
    [421, 'deferred', true],
    [550, 'rejected', false],
  ])('of the sender with %i is %s, to be tried again: %s', async (reply, failure, retry) => {
    const to = await receiver({ onMailFrom: refusing(reply) });
    expect(await sender(to)()).toMatchObject({ failure, retry, detail: String(reply) });
  });

  test.each([
    [451, 'deferred', true],
    [554, 'rejected', false],
  ])('of the text with %i is %s, to be tried again: %s', async (reply, failure, retry) => {
    const to = await receiver({
      onData(stream, session, done) {
        stream.once('end', () => refusing(reply)(undefined, session, done)).resume();
      },
    });
    expect(await sender(to)()).toMatchObject({ failure, retry, detail: String(reply) });
  });

  test('hands on its numbers and none of its words', async () => {
    const to = await scripted(
      '220 mail.example',
      '250 mail.example',
      '250 2.1.0 Ok',
      '550 5.1.1 <officer@hospital.example>: unknown',
    );
    expect(await sender({ server: to })()).toEqual({
      outcome: 'failed',
      failure: 'mailbox-refused',
      retry: false,
      detail: '550 5.1.1',
    });
  });

  test('as a greeting is for now or for good, as it says', async () => {
    const [busy, closed] = [await scripted('421 4.3.2 Busy'), await scripted('554 5.3.2 No mail here')];
    expect(await sender({ server: busy })()).toMatchObject({ failure: 'deferred', retry: true });
    expect(await sender({ server: closed })()).toMatchObject({ failure: 'rejected', retry: false });
  });

  test('by hanging up in the middle is a lost connection', async () => {
    const to = await scripted('220 mail.example', '250 mail.example', '250 2.1.0 Ok');
    expect(await sender({ server: to })()).toMatchObject({ failure: 'connection-lost', retry: true });
  });
});

test('a channel that is not set up says so, and another one does not mind', async () => {
  const channel = new RoutedChannel({});
  expect(await channel.deliver(raised, { channel: 'email', to: 'officer@hospital.example' })).toEqual({
    outcome: 'failed',
    failure: 'not-configured',
    retry: false,
  });
  await channel.close();
});
