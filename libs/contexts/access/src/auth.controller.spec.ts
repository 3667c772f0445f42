import { verify } from 'argon2';
import { AccessHost } from './testing/access-host';

jest.mock<object>('argon2', () => {
  const real = jest.requireActual<typeof import('argon2')>('argon2');
  return { ...real, verify: jest.fn(real.verify) };
});

const host = new AccessHost();
const trial = 'NCT05794425';
const coordinator = { role: 'coordinator', trial, sites: ['03'] } as const;
let password: string;

beforeAll(async () => {
  await host.start({}, { limits: { perAccount: 4, perAddress: 1_000, windowSeconds: 60 } });
  password = await host.person('coordinator-03', [coordinator]);
  await host.person('administrator-02', [{ role: 'administrator', trial: '*', sites: 'all' }]);
});
afterAll(() => host.stop());

const reason = { code: 'test', text: 'For the test.' };

describe('logging in', () => {
  test('gives a token that names its holder, and an entry of the day', async () => {
    const { status, body } = await host.logIn('coordinator-03', password, '192.0.2.7');
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 900,
      user: 'coordinator-03',
      roles: [coordinator],
      passwordTemporary: false,
    });
    const me = await host.as('coordinator-03', 'GET', '/auth/me');
    expect(me.body).toEqual({
      user: 'coordinator-03',
      printedName: 'Name of coordinator-03',
      roles: [coordinator],
      passwordTemporary: false,
      expiresAt: '2024-03-05T08:15:00.000Z',
    });
    const entry = (await host.events('LoggedIn')).at(-1);
    expect(entry).toMatchObject({
      stream: 'access-2024-03-05',
      data: { session: expect.any(String), method: 'password' },
      metadata: {
        actor: { user: 'coordinator-03', printedName: 'Name of coordinator-03', role: 'coordinator' },
        address: '192.0.2.7',
        subject: { user: 'coordinator-03' },
      },
    });
    expect(await host.text()).not.toContain(body.accessToken);
  });

  test('fails alike for a wrong password, an unknown user, a locked one and no id at all', async () => {
    const locked = await host.person('coordinator-04', [coordinator]);
    await host.as('administrator-02', 'POST', '/accounts/coordinator-04/lock', { reason });
    const compare = jest.mocked(verify);
    compare.mockClear();
    const failures = [
      await host.logIn('coordinator-03', 'not the password'),
      await host.logIn('coordinator-99', 'not the password'),
      await host.logIn('coordinator-04', locked),
      await host.logIn('my password, typed too early', 'not the password'),
    ];
    // The same work for each: one comparison, with a hash of the same cost.
    const costs = compare.mock.calls.map(([hash]) => hash.split('$').slice(1, 4).join());
    expect(costs).toEqual(costs.map(() => 'argon2id,v=19,m=19456,p=1,t=2'));
    expect(costs).toHaveLength(4);
    const [first] = failures;
    expect(first).toMatchObject({ status: 401, body: { rule: 'AUTH-LOGIN-FAILED' } });
    expect(failures.map(({ body }) => body)).toEqual(failures.map(() => first?.body));
  });

  test('leaves a trace of each failure, and never what was typed as a name', async () => {
    const entries = (await host.events('LoginFailed')).slice(-4).map(({ data }) => data);
    const unknown = {
      method: 'password',
      outcome: 'refused',
      nameFingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    };
    expect(entries).toEqual([
      { method: 'password', outcome: 'refused', account: 'coordinator-03' },
      unknown,
      { method: 'password', outcome: 'refused', account: 'coordinator-04' },
      unknown,
    ]);
    expect(entries[1]).not.toEqual(entries[3]);
    const text = await host.text();
    expect(text).not.toContain('typed too early');
    expect(text).not.toContain('coordinator-99');
    expect(text).not.toContain('not the password');
  });

  test('is limited for each account, and one entry tells of the flood', async () => {
    const own = await host.person('coordinator-05', [coordinator]);
    for (const _ of [1, 2, 3, 4]) expect((await host.logIn('coordinator-05', 'wrong')).status).toBe(401);
    for (const _ of [1, 2, 3]) {
      const blocked = await host.logIn('coordinator-05', own);
      expect(blocked).toMatchObject({ status: 429, body: { rule: 'ACCESS-RATE-LIMIT' } });
      expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    }
    const outcomes = (await host.events('LoginFailed'))
      .filter(({ data }) => data.account === 'coordinator-05')
      .map(({ data }) => data.outcome);
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused', 'blocked']);
  });

  test.each([
    [{}, 'user'],
    [{ user: 'coordinator-03' }, 'password'],
    [{ user: 'coordinator-03', password: 1 }, 'password'],
    [{ user: { $ne: null }, password: 'x' }, 'user'],
    [{ user: 'coordinator-03', password: 'x'.repeat(2_000) }, 'password'],
    [{ user: 'coordinator-03', password: 'x', role: 'administrator' }, 'role'],
  ])('refuses %j', async (body, field) => {
    expect(await host.send('POST', '/auth/login', body)).toMatchObject({ status: 400, body: { field } });
  });
});

describe('a session', () => {
  test('ends after fifteen minutes, can be renewed before, and for eight hours', async () => {
    const own = await host.person('coordinator-06', [coordinator]);
    await host.logIn('coordinator-06', own);
    const minutes = (count: number): void => host.clock.advance(count * 60_000);
    let token = host.tokenOf('coordinator-06');
    const ask = (method: 'GET' | 'POST', url: string) =>
      host.send(method, url, undefined, { authorization: `Bearer ${token}` });
    for (let passed = 0; passed < 8 * 60; passed += 14) {
      const { status, body } = await ask('POST', '/auth/renew');
      expect([passed, status]).toEqual([passed, 200]);
      token = body.accessToken;
      minutes(14);
    }
    expect((await ask('GET', '/auth/me')).status).toBe(200);
    expect(await ask('POST', '/auth/renew')).toMatchObject({
      status: 401,
      body: { rule: 'AUTH-SESSION-ENDED' },
    });
    minutes(1);
    expect(await ask('GET', '/auth/me')).toMatchObject({ status: 401, body: { rule: 'AUTH-TOKEN-INVALID' } });
    expect(await host.events('SessionRenewed')).toHaveLength(35);
  });

  test.each(['', 'Basic eDp5', 'Bearer', 'Bearer x', 'Bearer a.b.c', 'Bearer a b'])(
    'is not opened by "%s"',
    async text => {
      const { status, headers, body } = await host.send('GET', '/auth/me', undefined, {
        authorization: text,
      });
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(['AUTH-TOKEN-REQUIRED', 'AUTH-TOKEN-INVALID']).toContain(body.rule);
    },
  );
});

describe('changing the own password', () => {
  const change = (currentPassword: string, next: string) =>
    host.as('coordinator-07', 'POST', '/auth/password', { currentPassword, password: next });

  test('ends all sessions but the new one; the former password is gone, hash and all', async () => {
    const own = await host.person('coordinator-07', [coordinator]);
    const stale = { authorization: `Bearer ${host.tokenOf('coordinator-07')}` };
    const { status, body } = await change(own, 'a longer one, my own');
    expect(status).toBe(200);
    expect((await host.send('GET', '/auth/me', undefined, stale)).status).toBe(401);
    const fresh = { authorization: `Bearer ${body.accessToken}` };
    expect((await host.send('GET', '/auth/me', undefined, fresh)).status).toBe(200);
    expect((await host.logIn('coordinator-07', own)).status).toBe(401);
    expect((await host.logIn('coordinator-07', 'a longer one, my own')).status).toBe(200);
    const text = await host.text();
    expect(text).not.toContain('a longer one');
    expect(text).not.toContain('argon2');
    const last = (await host.events('PasswordSet')).at(-1);
    expect(last?.metadata.actor).toMatchObject({ user: 'coordinator-07', role: 'accountHolder' });
  });

  test('needs the current one, and a new one that is long enough', async () => {
    const before = (await host.events('PasswordSet')).length;
    expect(await change('wrong', 'a longer one, my own 2')).toMatchObject({ status: 401 });
    expect(await change('a longer one, my own', 'short')).toMatchObject({
      status: 400,
      body: { rule: 'AUTH-PASSWORD-LENGTH', field: 'password' },
    });
    expect(await host.events('PasswordSet')).toHaveLength(before);
  });
});
