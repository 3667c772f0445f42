import { createServer, type RequestListener } from 'node:http';
import { ManualClock, ManualTimers } from '@platform/kernel';
import { Webhook } from 'standardwebhooks';
import type { DeliveryResult } from '../port';
import { certificate } from '../testing/certificate';
import { LocalServer } from '../testing/local-server';
import { raised } from '../testing/messages';
import { answering, WebhookReceiver } from '../testing/webhook-receiver';
import { readCidr } from './address-guard';
import { WebhookChannel, type WebhookOptions } from './webhook-channel';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const loopback = [readCidr('127.0.0.0/8')!];

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

async function receiver(answer: RequestListener, options: { tls?: boolean } = {}): Promise<WebhookReceiver> {
  const started = await WebhookReceiver.start(answer, options);
  closing.push(started);
  return started;
}

function channelWith(options: Partial<WebhookOptions> = {}) {
  const clock = ManualClock.at('2024-03-05T08:16:00.000Z');
  const timers = new ManualTimers(clock);
  const resolve = async (): Promise<readonly string[]> => ['127.0.0.1'];
  const given = { clock, timers, allow: loopback, ca: certificate.cert, resolve, ...options };
  const channel = new WebhookChannel(given);
  closing.push(channel);
  const send = (url: string, message = raised, key = secret): Promise<DeliveryResult> =>
    channel.deliver(message, { channel: 'webhook', url, secret: key });
  return { clock, timers, send };
}

describe('a webhook', () => {
  test('is a POST that the reference library verifies, byte for byte', async () => {
    const to = await receiver(answering(202));
    const { clock, send } = channelWith({ clock: new ManualClock(Date.now()), userAgent: 'sender/1' });
    expect(clock).toBeDefined();
    const data = { of: 'Śniadanie – 早餐 "§ 4"', b: 1, a: [null, true] };
    expect(await send(to.url(), { ...raised, data })).toEqual({ outcome: 'delivered', reference: '202' });
    const [request] = to.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hooks/1?of=ledger' });
    expect(request?.headers).toMatchObject({
      host: `receiver.example:${to.server.port}`,
      'content-type': 'application/json',
      'user-agent': 'sender/1',
      'webhook-id': raised.id,
    });
    const verified = new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>);
    const { type, at, subject, text } = raised;
    expect(verified).toEqual({ type, timestamp: at, subject, text, data });
  });

  test('sent again has the same id and the same bytes, and the time of its attempt', async () => {
    const to = await receiver(answering(503));
    const { clock, send } = channelWith();
    await send(to.url());
    clock.advance(61_000);
    await send(to.url(), { ...raised, data: { site: '03', obligation: '17' } });
    const [first, second] = to.requests;
    expect(second?.body).toBe(first?.body);
    expect(to.requests.map(({ headers }) => headers['webhook-id'])).toEqual([raised.id, raised.id]);
    expect(to.requests.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
      '1709626560',
      '1709626621',
    ]);
  });

  test('goes over the connection of the one before, as long as the name stands for the same addresses', async () => {
    const to = await receiver(answering(200));
    const answers = [['127.0.0.1'], ['127.0.0.1'], ['127.0.0.1', '127.0.0.2'], ['127.0.0.1']];
    const { send } = channelWith({ resolve: async () => answers.shift() ?? [] });
    const connections: number[] = [];
    for (let sent = 0; sent < 4; sent++) {
      expect(await send(to.url())).toMatchObject({ outcome: 'delivered' });
      connections.push(to.server.connections);
    }
    expect(connections).toEqual([1, 1, 2, 2]);
  });

  test('does not use a connection again whose address may not be connected to any more', async () => {
    const to = await receiver(answering(200));
    const answers = [['127.0.0.1'], ['10.0.0.7']];
    const { send } = channelWith({ resolve: async () => answers.shift() ?? [] });
    expect(await send(to.url())).toMatchObject({ outcome: 'delivered' });
    expect(await send(to.url())).toMatchObject({ failure: 'address-forbidden', retry: false });
    expect(to.requests).toHaveLength(1);
  });

  test.each([false, true])(
    'is sent over a new connection when the kept one has ended; TLS: %s',
    async tls => {
      let cut = false;
      const to = await receiver(
        (request, response) => {
          if (cut) {
            cut = false;
            request.socket.destroy();
          } else response.writeHead(200).end('taken');
        },
        { tls },
      );
      const { send } = channelWith({ http: !tls });
      expect(await send(to.url())).toMatchObject({ outcome: 'delivered' });
      cut = true;
      expect(await send(to.url())).toMatchObject({ outcome: 'delivered' });
      expect([to.server.connections, cut]).toEqual([2, false]);
      expect(new Set(to.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([raised.id]));
    },
  );

  test('has a signature for each secret', async () => {
    const to = await receiver(answering(200));
    await channelWith().send(to.url(), raised, `${secret} whsec_${Buffer.alloc(24, 1).toString('base64')}`);
    expect(to.requests[0]?.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
  });

  test('does not follow a redirect', async () => {
    const elsewhere = await receiver(answering(200));
    const to = await receiver(answering(307, { location: elsewhere.url() }));
    expect(await channelWith().send(to.url())).toEqual({
      outcome: 'failed',
      failure: 'redirected',
      retry: false,
      detail: '307',
    });
    expect(elsewhere.server.connections).toBe(0);
  });

  test('hands on when to try again, and nothing of what the answer says', async () => {
    const to = await receiver(answering(429, { 'retry-after': '90', 'x-note': 'quoted' }, 'quoted'));
    expect(await channelWith().send(to.url())).toEqual({
      outcome: 'failed',
      failure: 'rate-limited',
      retry: true,
      retryAfterMs: 90_000,
      detail: '429',
    });
  });

  test('is delivered when the receiver said so, however long it goes on talking', async () => {
    const endless: RequestListener = (_request, response) => {
      response.writeHead(200);
      const talk = (): void => void (!response.destroyed && response.write('a'.repeat(1_000), talk));
      talk();
    };
    const to = await receiver(endless);
    expect(await channelWith().send(to.url())).toEqual({ outcome: 'delivered', reference: '200' });
  });

  test('is delivered when the receiver said so and then fell silent, once its time is over', async () => {
    let said = (): void => {};
    const answered = new Promise<void>(resolve => (said = resolve));
    const to = await receiver((_request, response) => {
      response.writeHead(200).write('one moment', () => said());
    });
    const { timers, send } = channelWith({ limits: { connectMs: 1_000, totalMs: 5_000 } });
    const result = send(to.url());
    await answered;
    // Both ends turn in this loop: what one has written, the other has read a few turns later.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    await timers.advance(5_000);
    expect(await result).toEqual({ outcome: 'delivered', reference: '200' });
  });

  test('may take longer to be answered than a connection may', async () => {
    let arrived = (_answer: () => void): void => {};
    const arrival = new Promise<() => void>(resolve => (arrived = resolve));
    const to = await receiver((_request, response) => arrived(() => response.writeHead(200).end()));
    const { timers, send } = channelWith({ limits: { connectMs: 1_000, totalMs: 5_000 } });
    const result = send(to.url());
    const answer = await arrival;
    await timers.advance(4_000);
    answer();
    expect(await result).toMatchObject({ outcome: 'delivered' });
  });

  test('takes a name service that does not answer for as long as a connection may take', async () => {
    const { timers, send } = channelWith({ resolve: () => new Promise(() => {}) });
    const result = send('https://receiver.example/');
    await timers.advance(10_000);
    expect(await result).toEqual({ outcome: 'failed', failure: 'timed-out', retry: true });
  });

  test('takes a handshake that is not answered for as long as a connection may take', async () => {
    const silent = await LocalServer.listen(createServer());
    closing.push(silent);
    const { timers, send } = channelWith({ limits: { connectMs: 1_000, totalMs: 50_000 } });
    const reached = silent.connected();
    const result = send(`https://receiver.example:${silent.port}/`);
    await reached;
    await timers.advance(1_000);
    expect(await result).toMatchObject({ failure: 'timed-out', retry: true });
  });
});

describe('a receiver', () => {
  test('has to be who the name says', async () => {
    const to = await receiver(answering(200));
    expect(await channelWith().send(to.url('other.example'))).toEqual({
      outcome: 'failed',
      failure: 'tls-failed',
      retry: true,
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(to.requests).toEqual([]);
  });

  test.each([
    ['no URL', 'receiver.example/hooks'],
    ['no URL', ''],
    ['no URL', `https://receiver.example/${'a'.repeat(2_048)}`],
    ['no https', 'http://receiver.example/'],
    ['no https', 'file:///etc/hosts'],
    ['no https', 'gopher://receiver.example/'],
    ['user or password in the URL', 'https://user@receiver.example/'],
    ['user or password in the URL', 'https://user:word@receiver.example/'],
  ])('has an address with %s', async (detail, url) => {
    expect(await channelWith().send(url)).toEqual({
      outcome: 'failed',
      failure: 'address-unusable',
      retry: false,
      detail,
    });
  });

  test('without encryption is written to only where that is allowed', async () => {
    const to = await receiver(answering(200), { tls: false });
    expect(await channelWith().send(to.url())).toMatchObject({ failure: 'address-unusable' });
    expect(await channelWith({ http: true }).send(to.url())).toMatchObject({ outcome: 'delivered' });
    expect(to.requests).toHaveLength(1);
  });

  test('with a secret that is none is not written to, and the secret not told', async () => {
    const to = await receiver(answering(200));
    const result = await channelWith().send(to.url(), raised, 'whsec_c2hvcnQ=');
    expect(result).toMatchObject({ failure: 'address-unusable', retry: false });
    expect(JSON.stringify(result)).not.toContain('c2hvcnQ');
  });
});

describe('a network that messages may not be sent to', () => {
  // The port is that of a server that would answer.
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '１２７.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '0.0.0.0',
    '0',
    '[::]',
    '169.254.169.254',
  ])('is not reached as %s', async host => {
    const to = await receiver(answering(200), { tls: false });
    const { send } = channelWith({ allow: [], http: true });
    expect(await send(to.url(host))).toEqual({
      outcome: 'failed',
      failure: 'address-forbidden',
      retry: false,
    });
    expect(to.server.connections).toBe(0);
  });

  test.each([[['127.0.0.1']], [['93.184.215.14', '127.0.0.1']], [['2606:4700::1', '::1']], [['fd00::1']]])(
    'is not reached by a name that stands for %j',
    async addresses => {
      const to = await receiver(answering(200));
      const { send } = channelWith({ allow: [], resolve: async () => addresses });
      expect(await send(to.url())).toMatchObject({ failure: 'address-forbidden', retry: false });
      expect(to.server.connections).toBe(0);
    },
  );

  test('is not reached by localhost, as this machine resolves it', async () => {
    const to = await receiver(answering(200));
    const { send } = channelWith({ allow: [], resolve: undefined });
    expect(await send(to.url('localhost'))).toMatchObject({ failure: 'address-forbidden' });
    expect(to.server.connections).toBe(0);
  });

  // DNS rebinding: a name server that is the receiver's own answers differently the second time.
  test('is not reached by a name that stands for something else a moment later', async () => {
    const to = await receiver(answering(200));
    const answers = [['127.0.0.1'], ['127.66.66.66']];
    let asked = 0;
    const resolve = async (): Promise<readonly string[]> => answers[asked++] ?? [];
    const only = [readCidr('127.0.0.1/32')!];
    const { send } = channelWith({ allow: only, resolve });
    expect(await send(to.url())).toMatchObject({ outcome: 'delivered' });
    // It was asked once, and the connection went to what had been checked.
    expect(asked).toBe(1);
    expect(await send(to.url())).toMatchObject({ failure: 'address-forbidden' });
    expect(to.requests).toHaveLength(1);
  });

  test('is not reached when the first answer is public and every further one is this machine', async () => {
    const to = await receiver(answering(200));
    let asked = 0;
    const resolve = async (): Promise<readonly string[]> => [asked++ === 0 ? '3ffe::1' : '127.0.0.1'];
    const caller = channelWith({ allow: [], resolve, limits: { connectMs: 1_000, totalMs: 2_000 } });
    const result = caller.send(to.url());
    await caller.timers.advance(2_000);
    // That part of the public space belongs to nobody, so nobody answers.
    // What matters is that it, and nothing else, was tried.
    expect(await result).toMatchObject({ outcome: 'failed', retry: true });
    expect(asked).toBe(1);
    expect(to.server.connections).toBe(0);
  });

  test('is reached where it is allowed', async () => {
    const to = await receiver(answering(200));
    expect(await channelWith().send(to.url('127.0.0.1'))).toMatchObject({ outcome: 'delivered' });
  });
});
