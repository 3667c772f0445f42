import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an OTLP receiver was sent: JSON of an ExportTraceServiceRequest (opentelemetry-proto, collector/trace/v1). */
export interface TraceRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly spans: readonly { readonly service: string; readonly name: string; readonly traceId: string }[];
}

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface ExportTraceServiceRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly { name: string; traceId: string }[] }[];
  }[];
}

/** Somebody's own receiver of traces over HTTP, on a free port of the loopback. */
export class OtlpReceiver {
  readonly requests: TraceRequest[] = [];
  status = 200;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void this.take(request).then(() =>
        response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}'),
      );
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>(resolve => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ExportTraceServiceRequest;
    const spans = body.resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const name = resource.attributes.find(({ key }) => key === 'service.name');
      const service = name?.value.stringValue ?? '';
      return scopeSpans.flatMap(scope => scope.spans.map(span => ({ ...span, service })));
    });
    this.requests.push({ path: request.url ?? '', headers: request.headers, spans });
  }
}
