import { Controller, Get, type Provider } from '@nestjs/common';
import { Query, queryHandlers, queryRow } from '@platform/commands';
import { LogUnavailable } from '@platform/event-log';
import { Edge, EdgeRequest } from '@platform/http';
import { randomPassword } from './login/secrets';
import { firstAdministrator } from './opening';
import { AccessHost } from './testing/access-host';

const trial = 'NCT05794425';
const coordinator = { role: 'coordinator', trial, sites: ['03'] } as const;
const reason = { code: 'left', text: 'Left the institution.' };

/** A question of another context, to see what a role opens. */
class ReadSites extends Query {}

const readSites = queryRow<ReadSites, object>({
  query: ReadSites,
  permission: 'site.read',
  views: [],
  answer: (_, { scope }) => Promise.resolve({ scope }),
});

@Controller('trials/:trial/sites')
class SitesController {
  @Get()
  list(@Edge() edge: EdgeRequest) {
    return edge.ask(new ReadSites());
  }

  @Get(':site')
  read(@Edge() edge: EdgeRequest) {
    return edge.ask(new ReadSites());
  }
}

const host = new AccessHost();
const providers: Provider[] = queryHandlers([readSites]);

beforeAll(async () => {
  await host.start({ controllers: [SitesController], providers });
  await host.person('administrator-02', [{ role: 'administrator', trial: '*', sites: 'all' }]);
});
afterAll(() => host.stop());

const admin = (url: string, body: object, headers?: object) =>
  host.as('administrator-02', 'POST', url, body, headers);
const sites = `/trials/${trial}/sites`;

describe('a role', () => {
  test('counts with the next request, and is gone with the next one after it is revoked', async () => {
    await host.person('coordinator-03', []);
    const look = async (): Promise<number> => (await host.as('coordinator-03', 'GET', sites)).status;
    expect(await look()).toBe(403);
    expect((await admin('/accounts/coordinator-03/roles', coordinator)).status).toBe(201);
    expect(await look()).toBe(200);
    const revoked = await admin('/accounts/coordinator-03/roles/revocations', {
      role: 'coordinator',
      trial,
      reason,
    });
    expect(revoked.status).toBe(201);
    expect(await look()).toBe(403);
  });

  test('reaches its own sites of its own trial, and says nothing of the others', async () => {
    await host.person('coordinator-04', [{ ...coordinator, sites: ['04'] }]);
    const look = (url: string) => host.as('coordinator-04', 'GET', url);
    expect((await look(`${sites}/04`)).body.scope).toEqual({ trial, sites: ['04'] });
    expect((await look(sites)).body.scope).toEqual({ trial, sites: ['04'] });
    const refused = await Promise.all(
      [`${sites}/05`, `${sites}/nowhere`, '/trials/other/sites', '/trials/other/sites/04'].map(look),
    );
    expect(refused.map(({ status, body }) => [status, body.rule, body.detail])).toEqual(
      refused.map(() => [403, 'ACCESS-NO-GRANT', expect.any(String)]),
    );
  });

  test('that begins later opens nothing before, whatever zone its start was written in', async () => {
    await host.person('monitor-01', []);
    const later = { role: 'monitor', trial, sites: 'all', validFrom: '2024-03-05T16:05:00+08:00' };
    await admin('/accounts/monitor-01/roles', later);
    expect((await host.as('monitor-01', 'GET', sites)).status).toBe(403);
    host.clock.set('2024-03-05T08:05:00.000Z');
    expect((await host.as('monitor-01', 'GET', sites)).status).toBe(200);
  });

  test('leaves reads and refused attempts in the journal of the day', async () => {
    const before = (await host.events()).length;
    await host.as('coordinator-04', 'GET', `${sites}/04`);
    await host.as('coordinator-04', 'GET', `${sites}/05`);
    const entries = (await host.events()).slice(before);
    expect(
      entries.map(({ type, metadata: { actor, subject } }) => [type, actor.user, actor.role, subject]),
    ).toEqual([
      ['RecordRead', 'coordinator-04', 'coordinator', { trial, site: '04' }],
      ['AccessAttemptRefused', 'coordinator-04', 'none', { trial, site: '05' }],
    ]);
  });
});

test('who cannot be written down does not read', async () => {
  const append = jest.spyOn(host.log, 'append');
  append.mockRejectedValueOnce(new LogUnavailable('storage full', 'not written'));
  const { status, body } = await host.as('coordinator-04', 'GET', `${sites}/04`);
  append.mockRestore();
  expect([status, body.type, body.scope]).toEqual([503, '/problems/log-unavailable', undefined]);
});

describe('an account', () => {
  test('that is locked ends its sessions at once, and goes on when it is unlocked', async () => {
    const password = await host.person('coordinator-05', [coordinator]);
    const look = async (): Promise<number> => (await host.as('coordinator-05', 'GET', '/auth/me')).status;
    await admin('/accounts/coordinator-05/lock', { reason });
    expect(await look()).toBe(401);
    expect((await host.logIn('coordinator-05', password)).status).toBe(401);
    await admin('/accounts/coordinator-05/unlock', { reason });
    expect(await look()).toBe(200);
    await admin('/accounts/coordinator-05/close', { reason });
    expect(await look()).toBe(401);
    expect((await host.logIn('coordinator-05', password)).status).toBe(401);
  });

  test('is opened once; its id is a code', async () => {
    const profile = { printedName: 'Coordinator Six', organisation: 'Site 06' };
    const { status, headers, body } = await admin('/accounts/coordinator-06', profile);
    expect([status, headers.location, body.ids]).toEqual([201, undefined, { user: 'coordinator-06' }]);
    expect((await admin('/accounts/coordinator-06', { printedName: 'Another' })).body.rule).toBe(
      'ACCOUNT-EXISTS',
    );
    expect((await admin('/accounts/maria', profile)).body.rule).toBe('ACCOUNT-ID-CODED');
  });

  test('is the administrators’ business alone', async () => {
    const open = await host.as('coordinator-04', 'POST', '/accounts/coordinator-90', {
      printedName: 'Ninety',
    });
    const grant = await host.as('coordinator-04', 'POST', '/accounts/coordinator-04/roles', coordinator);
    const set = await host.as('coordinator-04', 'POST', '/accounts/coordinator-05/password', {
      password: 'x',
    });
    const list = await host.as('coordinator-04', 'GET', '/accounts');
    expect([open, grant, set, list].map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    const self = await admin('/accounts/administrator-02/roles', { ...coordinator, role: 'investigator' });
    expect(self).toMatchObject({ status: 422, body: { rule: 'ACCOUNT-ROLE-SELF' } });
  });
});

describe('a password that an administrator sets', () => {
  const given = 'given by somebody else';

  test('is good for nothing but choosing another one', async () => {
    await host.person('coordinator-07', [coordinator]);
    expect((await admin('/accounts/coordinator-07/password', { password: given })).status).toBe(201);
    expect((await host.as('coordinator-07', 'GET', '/auth/me')).status).toBe(401);
    expect((await host.logIn('coordinator-07', given)).body.passwordTemporary).toBe(true);
    expect((await host.as('coordinator-07', 'GET', sites)).body.rule).toBe('AUTH-PASSWORD-CHANGE-FIRST');
    expect((await host.as('coordinator-07', 'POST', '/auth/renew')).status).toBe(403);
    expect((await host.as('coordinator-07', 'GET', '/auth/me')).body.passwordTemporary).toBe(true);
    const change = { currentPassword: given, password: 'chosen by myself' };
    expect((await host.as('coordinator-07', 'POST', '/auth/password', change)).body.passwordTemporary).toBe(
      false,
    );
    await host.logIn('coordinator-07', 'chosen by myself');
    expect((await host.as('coordinator-07', 'GET', sites)).status).toBe(200);
  });

  test('is set once for a key, and another one under the same key is refused', async () => {
    await host.person('coordinator-08', []);
    const set = (password: string) =>
      admin('/accounts/coordinator-08/password', { password }, { 'idempotency-key': 'reset-1' });
    const first = await set(given);
    expect(await set(given)).toMatchObject({ status: 201, body: { ...first.body, repeated: true } });
    expect(await set('something else, long')).toMatchObject({
      status: 409,
      body: { rule: 'INPUT-IDEMPOTENCY-KEY-REUSED' },
    });
    expect((await host.logIn('coordinator-08', given)).status).toBe(200);
  });

  test('is not set for who is not there, and nothing of it is kept', async () => {
    expect(await admin('/accounts/coordinator-77/password', { password: given })).toMatchObject({
      status: 404,
      body: { rule: 'ACCOUNT-UNKNOWN' },
    });
    expect(await host.text()).not.toContain(given);
  });
});

describe('the list of accounts', () => {
  test('shows roles as of any moment', async () => {
    await host.person('coordinator-09', [coordinator]);
    const { body: moved } = await admin('/accounts/coordinator-09/roles', { ...coordinator, sites: ['09'] });
    const list = async (query: string) => {
      const { body } = await host.as(
        'administrator-02',
        'GET',
        `/accounts?behind=coordinator-08&limit=1&${query}`,
      );
      return body.accounts;
    };
    const before = BigInt(moved.position) - 1n;
    const account = {
      user: 'coordinator-09',
      printedName: 'Name of coordinator-09',
      organisation: null,
      status: 'active',
      password: 'own',
    };
    expect(await list(`after=${moved.position}`)).toEqual([
      { ...account, roles: [{ ...coordinator, sites: ['09'] }] },
    ]);
    expect(await list(`asOf=${before}`)).toEqual([{ ...account, roles: [coordinator] }]);
    const read = await host.as('administrator-02', 'GET', `/accounts/coordinator-09?asOf=${before}`);
    expect(read.body).toMatchObject({ user: 'coordinator-09', assignments: [coordinator], password: 'own' });
    expect(JSON.stringify(read.body)).not.toContain('credential');
  });

  test('can be narrowed to a status', async () => {
    const { body: receipt } = await admin('/accounts/coordinator-09/lock', { reason });
    const { body } = await host.as(
      'administrator-02',
      'GET',
      `/accounts?status=locked&after=${receipt.position}`,
    );
    expect(body.accounts.map(({ user }: { user: string }) => user)).toEqual(['coordinator-09']);
  });

  test('knows nothing of what was never opened', async () => {
    expect(await host.as('administrator-02', 'GET', '/accounts/coordinator-77')).toMatchObject({
      status: 404,
      body: { rule: 'ACCOUNT-UNKNOWN' },
    });
  });
});

describe('the first administrator', () => {
  test('is opened once, with a password that must be changed', async () => {
    const opened = await host.opening.openFirstAdministrator();
    expect(opened?.user).toBe(firstAdministrator);
    expect(opened?.password).toHaveLength(randomPassword().length);
    expect(await host.opening.openFirstAdministrator()).toBeUndefined();
    expect((await host.logIn(firstAdministrator, opened?.password ?? '')).body).toMatchObject({
      passwordTemporary: true,
      roles: [{ role: 'administrator', trial: '*', sites: 'all' }],
    });
  });
});
