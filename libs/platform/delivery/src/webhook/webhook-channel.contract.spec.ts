import { createServer } from 'node:net';
import { ManualClock } from '@platform/kernel';
import { certificate } from '../testing/certificate';
import { channelContract, type Behaviour, type MakeLine } from '../testing/channel-contract';
import { freePort, LocalServer } from '../testing/local-server';
import { answering, WebhookReceiver } from '../testing/webhook-receiver';
import { readCidr } from './address-guard';
import { WebhookChannel } from './webhook-channel';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const loopback = readCidr('127.0.0.0/8')!;

/** Who is at the other side: a receiver that answers, or a socket that does something else. */
function otherSide(behaviour: Behaviour): Promise<WebhookReceiver | LocalServer> {
  if (behaviour === 'hangs up') return LocalServer.listen(createServer(socket => socket.destroy()));
  if (behaviour === 'talks gibberish') {
    return LocalServer.listen(createServer(socket => socket.end('220 mail.example ESMTP\r\n')));
  }
  const statuses: Partial<Record<Behaviour, number>> = { 'takes it': 204, 'refuses for good': 403 };
  return WebhookReceiver.start(
    behaviour === 'never answers' ? () => {} : answering(statuses[behaviour] ?? 409),
  );
}

const makeLine: MakeLine = async (behaviour, timers, limits) => {
  const side = await otherSide(behaviour);
  const server = side instanceof WebhookReceiver ? side.server : side;
  const scheme = behaviour === 'talks gibberish' ? 'http' : 'https';
  const port = behaviour === 'does not listen' ? await freePort(createServer) : server.port;
  const channel = new WebhookChannel({
    clock: new ManualClock(0),
    timers,
    limits,
    allow: [loopback],
    http: true,
    ca: behaviour === 'is encrypted by a stranger' ? undefined : certificate.cert,
    resolve: () =>
      behaviour === 'has no such name'
        ? Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
        : Promise.resolve(['127.0.0.1']),
  });
  return {
    channel,
    address: { channel: 'webhook', url: `${scheme}://receiver.example:${port}/`, secret },
    reached: server.connected(),
    taken: () => (behaviour === 'takes it' && side instanceof WebhookReceiver ? side.requests.length : 0),
    hangUp: () => side.close(),
  };
};

channelContract('webhook', makeLine, 'rejected');
