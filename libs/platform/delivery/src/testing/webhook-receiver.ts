import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { certificate } from './certificate';
import { LocalServer } from './local-server';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on this machine, with the certificate of `receiver.example`. */
export class WebhookReceiver {
  readonly requests: ReceivedRequest[] = [];

  private constructor(
    readonly server: LocalServer,
    private readonly scheme: string,
  ) {}

  static async start(answer: RequestListener, { tls = true } = {}): Promise<WebhookReceiver> {
    const listener: RequestListener = (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.once('end', () => {
        const { method = '', url: path = '', headers } = request;
        receiver.requests.push({ method, path, headers, body });
        answer(request, response);
      });
    };
    const server = tls ? createHttpsServer(certificate, listener) : createHttpServer(listener);
    // A caller who does not trust the certificate is a case like any other.
    server.on('tlsClientError', () => {});
    const receiver = new WebhookReceiver(await LocalServer.listen(server), tls ? 'https' : 'http');
    return receiver;
  }

  url(host = 'receiver.example', path = '/hooks/1?of=ledger'): string {
    return `${this.scheme}://${host}:${this.server.port}${path}`;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

export const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
