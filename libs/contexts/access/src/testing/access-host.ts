import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventLog, eachPage } from '@platform/event-log';
import { startTestHost, type TestHost, type TestHostOptions } from '@platform/http/testing';
import { ManualClock, logStart, type RecordedEvent } from '@platform/kernel';
import { FileVault, VAULT } from '@platform/secrets';
import { ACCESS_OPTIONS, AccessModule, type AccessOptions } from '../access.module';
import type { AccountRoleAssignment } from '../domain/assignment';
import { AccountOpening } from '../opening';
import { accountList } from '../views/account-list';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test names the members that it looks at
  readonly body: any;
}

/** A host with the access context in memory, its files in a temporary folder, and one administrator who can log in. */
export class AccessHost {
  readonly clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  readonly log = new MemoryEventLog();
  private readonly folder = mkdtempSync(join(tmpdir(), 'access-'));
  private readonly vault = new FileVault(this.folder);
  private host: TestHost;
  /** Tokens of those who are logged in. */
  private readonly tokens = new Map<string, string>();

  async start(
    more: Pick<TestHostOptions, 'controllers' | 'providers'> = {},
    options: Partial<AccessOptions> = {},
  ) {
    const { clock, log, folder } = this;
    const access: AccessOptions = { dataFolder: folder, software: 'test/1', ...options };
    this.host = await startTestHost({
      imports: [AccessModule],
      controllers: more.controllers,
      providers: [
        { provide: ACCESS_OPTIONS, useValue: access },
        { provide: VAULT, useValue: this.vault },
        ...(more.providers ?? []),
      ],
      views: [accountList],
      log,
      clock,
    });
  }

  async stop(): Promise<void> {
    await this.host.close();
    await this.vault.close();
    rmSync(this.folder, { recursive: true });
  }

  get opening(): AccountOpening {
    return this.host.app.get(AccountOpening);
  }

  get app(): TestHost['app'] {
    return this.host.app;
  }

  /** Opens an account and logs its holder in. */
  async person(user: string, roles: readonly AccountRoleAssignment[]): Promise<string> {
    const opened = await this.opening.open({ user, printedName: `Name of ${user}`, roles, temporary: false });
    await this.logIn(user, opened.password);
    return opened.password;
  }

  async logIn(user: string, password: string, address = '127.0.0.1'): Promise<Answer> {
    const reply = await this.send('POST', '/auth/login', { user, password }, {}, address);
    if (reply.status === 200) this.tokens.set(user, reply.body.accessToken);
    return reply;
  }

  tokenOf(user: string): string {
    return this.tokens.get(user) ?? '';
  }

  /** A request in somebody's name. */
  as(
    user: string,
    method: 'GET' | 'POST',
    url: string,
    body?: object,
    headers: object = {},
  ): Promise<Answer> {
    return this.send(method, url, body, { authorization: `Bearer ${this.tokenOf(user)}`, ...headers });
  }

  async send(
    method: 'GET' | 'POST',
    url: string,
    payload?: object,
    headers: object = {},
    remoteAddress = '127.0.0.1',
  ): Promise<Answer> {
    const request = { method, url, payload, headers: { ...headers }, remoteAddress };
    const reply = await this.host.app.inject(request);
    return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
  }

  async events(type?: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of eachPage(this.log, { after: logStart })) events.push(...page);
    return type === undefined ? events : events.filter(event => event.type === type);
  }

  /** All that the log holds, as text. */
  async text(): Promise<string> {
    const events = await this.events();
    return JSON.stringify(events, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
  }
}
