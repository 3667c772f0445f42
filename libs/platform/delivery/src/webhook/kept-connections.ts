import http from 'node:http';
import https from 'node:https';

declare module 'http' {
  interface Agent {
    /** Which connections are alike; documented, and missing in the types. */
    getName(options?: http.RequestOptions): string;
  }
}

/** Those that nobody uses are kept so long, and so many of them for one receiver. */
const idleMs = 5_000;
const idleAtMost = 8;

/** What a connection may be used again for: requests to the same server that were just checked to go where it goes. */
interface Pinned {
  readonly pinned?: readonly string[];
}

const nameOf = (name: string, { pinned = [] }: Pinned): string => [name, ...pinned.toSorted()].join(' ');

class PinnedHttp extends http.Agent {
  override getName(options?: http.RequestOptions & Pinned): string {
    return nameOf(super.getName(options), options ?? {});
  }
}

class PinnedHttps extends https.Agent {
  override getName(options?: http.RequestOptions & Pinned): string {
    return nameOf(super.getName(options), options ?? {});
  }
}

/**
 * Connections that are kept for the next message to the same receiver, which saves a handshake for each of a burst. A
 * connection belongs to the addresses that were checked when it was made; as soon as the receiver's name stands for
 * others, it is not used again (DNS rebinding).
 */
export class KeptConnections {
  private readonly settings = { keepAlive: true, timeout: idleMs, maxFreeSockets: idleAtMost };
  private readonly http = new PinnedHttp(this.settings);
  private readonly https = new PinnedHttps(this.settings);

  /** The options of a request that may use a kept connection, after its addresses were checked. */
  optionsFor({ protocol }: URL, addresses: readonly string[]): { readonly agent: http.Agent } & Pinned {
    return { agent: protocol === 'https:' ? this.https : this.http, pinned: addresses };
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}
