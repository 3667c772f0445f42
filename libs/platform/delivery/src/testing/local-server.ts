import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server on a free port of this machine that can be cut off, whatever its connections are doing. */
export class LocalServer {
  private readonly sockets = new Set<Socket>();
  connections = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      // Connections that break are what these tests are about.
      socket.on('error', () => {});
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async listen(server: Server): Promise<LocalServer> {
    const local = new LocalServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return local;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves with the next connection. */
  connected(): Promise<unknown> {
    return once(this.server, 'connection');
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

/** A port of this machine at which nobody listens. */
export async function freePort(makeServer: () => Server): Promise<number> {
  const local = await LocalServer.listen(makeServer());
  const { port } = local;
  await local.close();
  return port;
}
