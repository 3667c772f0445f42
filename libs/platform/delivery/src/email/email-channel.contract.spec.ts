import { createServer } from 'node:net';
import { certificate } from '../testing/certificate';
import { channelContract, type Behaviour, type MakeLine } from '../testing/channel-contract';
import { freePort, LocalServer } from '../testing/local-server';
import { MailReceiver, refusing } from '../testing/mail-receiver';
import { EmailChannel } from './email-channel';
import { SmtpServerAddress } from './smtp-server-address';

function otherSide(behaviour: Behaviour): Promise<MailReceiver | LocalServer> {
  if (behaviour === 'never answers') return LocalServer.listen(createServer());
  if (behaviour === 'hangs up') return LocalServer.listen(createServer(socket => socket.destroy()));
  if (behaviour === 'talks gibberish') {
    return LocalServer.listen(createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  }
  if (behaviour === 'refuses for good') return MailReceiver.start({ onRcptTo: refusing(550) });
  return MailReceiver.start(behaviour === 'refuses for now' ? { onRcptTo: refusing(451) } : {});
}

const makeLine: MakeLine = async (behaviour, timers, limits) => {
  const side = await otherSide(behaviour);
  const server = side instanceof MailReceiver ? side.server : side;
  const host = behaviour === 'has no such name' ? 'mail.invalid' : '127.0.0.1';
  const port = behaviour === 'does not listen' ? await freePort(createServer) : server.port;
  const channel = new EmailChannel({
    timers,
    limits,
    server: new SmtpServerAddress(host, port, false),
    from: 'ledger@trial.example',
    ca: behaviour === 'is encrypted by a stranger' ? undefined : certificate.cert,
  });
  return {
    channel,
    address: { channel: 'email', to: 'officer@hospital.example' },
    reached: server.connected(),
    taken: () => (side instanceof MailReceiver ? side.mails.length : 0),
    hangUp: () => side.close(),
  };
};

channelContract('e-mail', makeLine, 'mailbox-refused');
