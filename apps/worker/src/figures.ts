import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from '../../composition/src/operation/health';

export interface FiguresOptions {
  readonly host: string;
  readonly port: number;
  readonly health: () => Promise<Health>;
  readonly metrics: () => Promise<string>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** All that a worker answers: `GET /health/live`, `/health/ready` and `/metrics`, as those of the HTTP host. */
export class Figures {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @throws the system's error when the address cannot be listened on */
  static async listen(options: FiguresOptions): Promise<Figures> {
    const server = createServer((request, response) => {
      const { method = '', url = '' } = request;
      // What came with the request is not looked at.
      request.resume();
      void answerTo(method, url, options)
        .catch(() => json(500, { status: 'unknown' }))
        .then(({ status, type, body }) => {
          response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
        });
    });
    server.listen(options.port, options.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new Figures(server, `http://${options.host}:${port}`);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function answerTo(method: string, url: string, { health, metrics }: FiguresOptions): Promise<Answer> {
  if (method !== 'GET') return json(405, { status: 'only GET' });
  switch (url.split('?', 1)[0]) {
    case '/health/live':
      return json(200, { status: 'live' });
    case '/health/ready': {
      const found = await health();
      return json(found.status === 'not ready' ? 503 : 200, found);
    }
    case '/metrics':
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics() };
    default:
      return json(404, { status: 'nothing here' });
  }
}

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});
