import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Gate, ReactionEngine, type Command } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { JOB_QUEUE, type JobQueue } from '@platform/jobs';
import { CLOCK, type Clock, type Position } from '@platform/kernel';
import { AlertOffice } from '@trial/alerting';
import { ViewEngine } from '@platform/views';
import { AccountOpening, operatorCaller, type AccountRole, type OpenedAccount } from '@trial/access';
import { startHost, type Host } from '../../apps/api/src/host';
import type { Ports } from '../../apps/composition/src/engines';
import { placeOf, removeLedger } from './modes/places';

/** What came back: the status, the headers, and the body as JSON (text where it is none). */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into any shape of answer
  readonly body: any;
}

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'trial-ledger-'));

/** A host of its own on a ledger of its own, over real HTTP on a free port of the loopback. */
export class RunningLedger {
  private constructor(
    private host: Host,
    readonly folder: string,
    private readonly ports: Ports,
  ) {}

  static start(ports: Ports = {}): Promise<RunningLedger> {
    return RunningLedger.on(newFolder(), ports);
  }

  /** On a folder that another one has left. */
  static async on(folder: string, ports: Ports = {}): Promise<RunningLedger> {
    return new RunningLedger(await open(folder, ports), folder, ports);
  }

  get url(): string {
    return this.host.url;
  }

  get app(): Host['app'] {
    return this.host.app;
  }

  async restart(): Promise<void> {
    await this.host.stop();
    this.host = await open(this.folder, this.ports);
  }

  /** Stops the host and removes its folder. */
  async stop(): Promise<void> {
    await this.host.stop();
    await removeLedger(this.folder);
  }

  /** Stops the host and leaves its folder, which the caller removes by `removeLedger`. */
  async leave(): Promise<string> {
    await this.host.stop();
    return this.folder;
  }

  /** Whether nothing is due now; a queue whose clock was moved by hand is made to look. */
  private async jobsAreDone(): Promise<boolean> {
    const queue = this.app.get<JobQueue>(JOB_QUEUE);
    const now = this.app.get<Clock>(CLOCK).now();
    const refs = { alert: 'none', trial: 'none', step: '0' };
    await queue.schedule({ id: 'look', kind: 'alert-step', refs, runAt: now });
    const jobs = await Promise.all(['alert-step', 'alert-delivery'].map(kind => queue.pending(kind)));
    const isDue = jobs.flat().some(({ id, runAt }) => id !== 'look' && runAt <= now);
    return !isDue && this.app.get(AlertOffice).deliverer.isIdle;
  }

  call(method: string, path: string, call: Call = {}): Promise<Answer> {
    return send(`${this.url}${path}`, method, call);
  }

  /** Sends a command as whoever owns the data folder: for what a test needs and is not about. */
  async asOperator(command: Command, target: Readonly<Record<string, string>>): Promise<void> {
    await this.app.get(Gate).submit(command, { caller: operatorCaller(), target, source: 'person' });
  }

  /** Opens an account with one role and logs it in. @returns an access token */
  async login(
    user: string,
    role: AccountRole,
    trial: string,
    sites: 'all' | readonly string[],
  ): Promise<string> {
    const opened = await this.app.get(AccountOpening).open({
      user,
      printedName: `Test account ${user}`,
      roles: [{ role, trial, sites }],
      temporary: false,
    });
    return this.tokenFor(opened);
  }

  /** Logs in with a password. @returns an access token */
  async tokenFor(opened: OpenedAccount): Promise<string> {
    const { status, body } = await this.call('POST', '/auth/login', { body: opened });
    if (status !== 201 && status !== 200)
      throw new Error(`${opened.user} cannot log in: ${JSON.stringify(body)}`);
    return body.accessToken as string;
  }

  /**
   * Resolves when reactions and views have taken everything that is in the log, jobs that are due are done, and nothing
   * more followed from it.
   */
  async settled(): Promise<Position> {
    const log = this.app.get<EventLog>(EVENT_LOG);
    for (;;) {
      const head = await log.head();
      const seen = await this.app.get(ViewEngine).waitFor(head, 'all', 1_000);
      const states = this.app.get(ReactionEngine).status();
      const failed = states.find(({ state }) => state === 'failed');
      if (failed) throw new Error(`The reaction ${failed.name} has failed: ${failed.problem}`);
      const followed = states.every(({ position }) => BigInt(position) >= head);
      if (seen && followed && (await this.jobsAreDone()) && (await log.head()) === head) return head;
      await pause(5);
    }
  }
}

/** One request, to a host in this process or in another. @throws when the connection breaks before the answer's end */
export async function send(
  url: string,
  method: string,
  { token, body, headers }: Call = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const json = /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text };
}

async function open(dataFolder: string, ports: Ports): Promise<Host> {
  const place = await placeOf(dataFolder);
  const fixed = { host: '127.0.0.1', port: 0, logLevel: 'silent', trustProxy: false } as const;
  return startHost({ dataFolder, ...fixed, ...place }, ports);
}
