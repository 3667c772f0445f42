import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filled, Gate } from '@platform/commands';
import { LogUnavailable, MemoryEventLog, type Appended, type EventLog } from '@platform/event-log';
import { ManualClock } from '@platform/kernel';
import { AccountOpening, operatorCaller } from '@trial/access';
import { DefineTrial, initialTrial } from '@trial/protocol';
import { SelectSite } from '@trial/sites';
import { startHost, type Host } from '../../apps/api/src/host';
import { send, type Call } from '../support/running-ledger';

const trial = 'NCT05794425';

/** A log whose disk can be taken away. */
class FragileLog extends MemoryEventLog {
  broken: 'not at all' | 'full' | 'unreadable' | 'odd' = 'not at all';

  override append(...call: Parameters<EventLog['append']>): Promise<Appended> {
    if (this.broken === 'full') return Promise.reject(new LogUnavailable('storage full', 'not written'));
    return super.append(...call);
  }

  override head(): ReturnType<EventLog['head']> {
    if (this.broken === 'unreadable')
      return Promise.reject(new LogUnavailable('storage error', 'not written'));
    return super.head();
  }

  override readStream(...call: Parameters<EventLog['readStream']>): ReturnType<EventLog['readStream']> {
    if (this.broken === 'odd' && call[0].startsWith('site-')) {
      return Promise.reject(new TypeError('Cannot read Jane Roe of 01-001'));
    }
    return super.readStream(...call);
  }
}

describe('a host, as its operators see it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
  const log = new FragileLog();
  const clock = ManualClock.at('2024-03-04T20:00:00.000Z');
  const lines: string[] = [];
  let host: Host;
  let token: string;

  const configuration = {
    dataFolder: folder,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'trace',
    trustProxy: false,
  } as const;
  const call = (method: string, path: string, more: Call = {}) =>
    send(`${host.url}${path}`, method, { token, ...more });

  beforeAll(async () => {
    host = await startHost(configuration, { log, clock }, { write: (line: string) => void lines.push(line) });
    const submission = { caller: operatorCaller(), source: 'person' } as const;
    const { define } = initialTrial(trial)!;
    await host.app.get(Gate).submit(filled(DefineTrial, define), { ...submission, target: { trial } });
    const site = { name: 'Linyi People’s Hospital', zone: 'Asia/Shanghai' };
    await host.app
      .get(Gate)
      .submit(filled(SelectSite, site), { ...submission, target: { trial, site: '01' } });
    const roles = [{ role: 'coordinator', trial, sites: ['01'] }] as const;
    const account = { user: 'coordinator-01', printedName: 'Wang Min', roles, temporary: false };
    const opened = await host.app.get(AccountOpening).open(account);
    token = (await send(`${host.url}/auth/login`, 'POST', { body: opened })).body.accessToken as string;
  });

  afterEach(() => {
    log.broken = 'not at all';
    // Longer than a failed append is remembered.
    clock.advance(60_000);
  });

  afterAll(async () => {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lives, and is ready', async () => {
    expect((await call('GET', '/health/live')).body).toEqual({ status: 'live' });
    const { status, body } = await call('GET', '/health/ready');
    expect([status, body.status, body.log]).toEqual([
      200,
      'ready',
      { position: expect.stringMatching(/^\d+$/) },
    ]);
    expect(body.views.map(({ name }: { name: string }) => name)).toContain('site-list');
    expect(body.reactions.length).toBeGreaterThan(0);
  });

  it('is not ready while its log cannot be read, and says no more than the kind of trouble', async () => {
    log.broken = 'unreadable';
    expect((await call('GET', '/health/live')).status).toBe(200);
    const { status, body } = await call('GET', '/health/ready');
    expect([status, body.status, body.log]).toEqual([503, 'not ready', { problem: 'LogUnavailable' }]);
    const figures = await call('GET', '/metrics');
    expect([figures.status, figures.body]).toEqual([200, expect.stringContaining('ledger_log_readable 0')]);
  });

  it('is not ready for a while after its disk was full, and answers 503 meanwhile', async () => {
    log.broken = 'full';
    const refused = await call('GET', `/trials/${trial}/sites/01`);
    expect([refused.status, refused.body.type, refused.headers.get('retry-after')]).toEqual([
      503,
      '/problems/log-unavailable',
      '5',
    ]);
    const { status, body } = await call('GET', '/health/ready');
    expect([status, body.log]).toEqual([503, { problem: 'storage full' }]);
    log.broken = 'not at all';
    expect((await call('GET', `/trials/${trial}/sites/01`)).status).toBe(200);
    expect((await call('GET', '/health/ready')).status).toBe(200);
    const figures = (await call('GET', '/metrics')).body as string;
    expect(figures).toContain('ledger_append_failures_total{failure="storage full"} 1');
  });

  it('counts appends, tells the lag of each view and how many jobs there are', async () => {
    const figures = (await call('GET', '/metrics')).body as string;
    expect(figures).toMatch(/^ledger_appends_total\{category="site",repeated="false"\} 1$/m);
    expect(figures).toMatch(/^ledger_events_appended_total [1-9]\d*$/m);
    const { body } = await call('GET', '/health/ready');
    for (const { name } of body.views) {
      expect(figures).toMatch(
        new RegExp(`^ledger_view_lag_events\\{view="${name}",state="[a-z ]+"\\} \\d+$`, 'm'),
      );
    }
    for (const state of ['waiting', 'running', 'dead']) {
      expect(figures).toMatch(new RegExp(`^ledger_job_queue_depth\\{state="${state}"\\} 0$`, 'm'));
    }
    expect(figures).toMatch(
      /^ledger_http_request_duration_seconds_count\{method="GET",route="\/health\/live",status="200"\}/m,
    );
    expect(figures).toContain('ledger_reaction_rejected_commands{');
    expect(figures).toContain('ledger_obligation_check_failed 0');
    expect(figures).not.toMatch(/coordinator|01-001|NCT05794425/);
  });

  it('takes a day for one of the trial’s own', async () => {
    // It was defined at four in the morning of 5 March in Shandong, which is still 4 March in Greenwich.
    const on = (day: string) => call('GET', `/trials/${trial}?asOf=${day}`);
    expect((await on('2024-03-04')).body.rule).toBe('TRIAL-UNKNOWN');
    expect((await on('2024-03-05')).status).toBe(200);
  });

  it('writes a line for each answer, in which nobody and nothing entered is named', async () => {
    lines.length = 0;
    await call('GET', `/trials/${trial}/participants/01-001?asOf=2024-03-04`);
    await call('POST', `/trials/${trial}/participants/01-001/adverse-events`, {
      body: { term: 'Fever', gender: 'x' },
    });
    await call('GET', '/trials/%E0%A4%A/participants/01-001');
    await call('GET', '/nowhere/01-001?name=Fever');
    const records = lines.map(line => JSON.parse(line) as Record<string, unknown>);
    expect(
      records.map(({ method, route, status }) => `${String(method)} ${String(route)} ${String(status)}`),
    ).toEqual([
      'GET /trials/:trial/participants/:participant 404',
      'POST /trials/:trial/participants/:participant/adverse-events 400',
      'GET unknown 400',
      'GET unknown 404',
    ]);
    const known = ['level', 'time', 'requestId', 'method', 'route', 'status', 'duration', 'msg'];
    for (const record of records) expect(Object.keys(record).filter(key => !known.includes(key))).toEqual([]);
    expect(lines.join('')).not.toMatch(/01-001|NCT05794425|asOf|Fever|gender|Wang|coordinator|Bearer/);
  });

  it('tells a caller of an unforeseen error by a number, under which the log has its places', async () => {
    lines.length = 0;
    log.broken = 'odd';
    const { status, body } = await call('GET', `/trials/${trial}/sites/01`);
    expect([status, body.type, body.rule]).toEqual([500, '/problems/internal', undefined]);
    expect(JSON.stringify(body)).not.toContain('Jane');
    const record = lines
      .map(line => JSON.parse(line) as Record<string, unknown>)
      .find(({ level }) => level === 50);
    expect(record).toMatchObject({ correlationId: body.correlationId, name: 'TypeError' });
    expect(lines.join('')).not.toMatch(/Jane|01-001/);
  });

  it('lets no browser keep, guess or frame an answer, whatever became of the request', async () => {
    for (const path of [
      '/health/live',
      '/openapi.json',
      '/nowhere',
      '/trials/%E0%A4%A',
      `/trials/${'x'.repeat(300)}`,
    ]) {
      const { headers } = await call('GET', path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });

  it('answers what is no HTTP with a problem, too', async () => {
    const { hostname, port } = new URL(host.url);
    const socket = connect(Number(port), hostname);
    socket.write('HELLO\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ status: 400, rule: 'INPUT-MALFORMED' });
  });
});
