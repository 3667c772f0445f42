import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { postgresUrl } from './server';

/** A way to the server that can be cut, as a network is. */
export interface SeverableWay {
  readonly url: string;
  /** Breaks all connections, and takes no new ones. */
  cut(): void;
  mend(): void;
  /** Keeps connections and takes new ones, and carries nothing. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export async function severableWay(): Promise<SeverableWay> {
  const { hostname, port } = new URL(postgresUrl);
  const open = new Set<Socket>();
  let isCut = false;
  let isFrozen = false;
  const way = createServer(near => {
    if (isCut) return void near.destroy();
    const far = connect(Number(port || 5432), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.on('data', (chunk: Buffer) => void other.write(chunk));
      if (isFrozen) one.pause();
    }
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
  const url = new URL(postgresUrl);
  url.host = `127.0.0.1:${(way.address() as AddressInfo).port}`;
  const breakAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      breakAll();
    },
    mend: () => {
      isCut = false;
    },
    freeze: () => {
      isFrozen = true;
      for (const socket of open) socket.pause();
    },
    thaw: () => {
      isFrozen = false;
      for (const socket of open) socket.resume();
    },
    close: async () => {
      way.close();
      breakAll();
      await once(way, 'close');
    },
  };
}
