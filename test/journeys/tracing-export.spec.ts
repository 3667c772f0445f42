import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { TalkingProcess } from '../support/child-process';
import { newFolder, send } from '../support/running-ledger';
import { OtlpReceiver } from '../support/tracing/otlp-receiver';

const root = join(__dirname, '../..');
const program = ['-r', join(root, 'test/support/run-typescript.cjs'), join(root, 'apps/api/src/main.ts')];

/*
 * Traces of a real process on their way to a receiver that speaks OTLP.
 */

describe('traces', () => {
  let receiver: OtlpReceiver;
  let folder: string;

  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    folder = newFolder();
  });

  afterEach(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a host with these variables, asks it once, and stops it. @returns its log */
  async function askedOnce(environment: Record<string, string>): Promise<Record<string, unknown>[]> {
    const env = { ...process.env, LEDGER_DATA: folder, LEDGER_PORT: '0', ...environment };
    const server = spawn(process.execPath, program, { env });
    const ended = once(server, 'close');
    const host = new TalkingProcess(server);
    try {
      await host.firstLine();
      const url = /http:\S+/.exec(host.lines[0]!)?.[0] ?? '';
      expect((await send(`${url}/health/live`, 'GET')).status).toBe(200);
    } finally {
      server.kill('SIGTERM');
    }
    expect((await ended)[0]).toBe(0);
    return host.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as never);
  }

  it('go to the configured receiver under the configured name, the last ones before the host ends', async () => {
    const lines = await askedOnce({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s%2Fecret',
      OTEL_SERVICE_NAME: 'ledger-of-shandong',
    });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ path: '/v1/traces', headers: { 'api-key': 's/ecret' } });
    expect(request!.headers['content-type']).toContain('application/json');
    const requestId = lines.find(({ route }) => route === '/health/live')!.requestId as string;
    expect(request!.spans).toContainEqual(
      expect.objectContaining({
        service: 'ledger-of-shandong',
        name: 'GET /health/live',
        traceId: requestId.replaceAll('-', ''),
      }),
    );
    expect(JSON.stringify(lines)).not.toContain('s/ecret');
  });

  it('that the receiver refuses are told, and hold up nothing', async () => {
    receiver.status = 401;
    const lines = await askedOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    expect(receiver.requests.length).toBeGreaterThan(0);
    const told = lines.filter(({ msg }) => msg === 'traces are not taken');
    expect(told).toMatchObject([{ level: 40, problem: 'OTLPExporterError' }]);
  });

  it('are not sent when they are off', async () => {
    await askedOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SDK_DISABLED: 'true' });
    await askedOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER: 'always_off' });
    expect(receiver.requests).toEqual([]);
  });
});
