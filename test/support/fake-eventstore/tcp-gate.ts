import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on this machine that can be blocked, and cut, without the server or its callers being asked. */
export interface TcpGate {
  readonly port: number;
  /** Neither side hears of the other any more, and neither is told: a half-open connection. */
  block(): void;
  unblock(): void;
  /** Cuts what is open. */
  cut(): void;
  close(): Promise<void>;
}

export async function openTcpGate(to: number): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  let isBlocked = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer(caller => {
    const callee = connect(to, '127.0.0.1');
    for (const [from, towards] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      keep(from);
      from.on('data', chunk => void (isBlocked || towards.write(chunk)));
      from.on('close', () => towards.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => sockets.forEach(socket => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    block: () => (isBlocked = true),
    unblock: () => {
      // What was lost on the way cannot be made up for: those connections are of no use any more.
      isBlocked = false;
      cut();
    },
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
