import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { ConfigurationError, readConfiguration } from './configuration';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
};

describe('the configuration', () => {
  it('needs nothing to be set', () => {
    expect(readConfiguration({})).toEqual({
      dataFolder: resolve('data'),
      host: '127.0.0.1',
      port: 3000,
      role: 'all',
      workerPort: 3001,
      logLevel: 'info',
      trustProxy: false,
      mail: undefined,
      webhooks: { allow: [], http: false },
      redisPrefix: 'trial-ledger',
      viewPartitions: 1,
    });
  });

  it('takes the environment, and the command line before it', () => {
    const environment = {
      LEDGER_DATA: '/srv/trial',
      LEDGER_PORT: '8080',
      LEDGER_HOST: '0.0.0.0',
      LEDGER_TRUST_PROXY: 'true',
      LEDGER_ROLE: 'api',
      LEDGER_WORKER_PORT: '0',
      LEDGER_REDIS_PREFIX: 'phase-2_ledger',
      LEDGER_VIEW_PARTITIONS: '4',
    };
    expect(readConfiguration(environment)).toMatchObject({
      dataFolder: '/srv/trial',
      port: 8080,
      role: 'api',
      workerPort: 0,
      redisPrefix: 'phase-2_ledger',
      viewPartitions: 4,
      trustProxy: true,
    });
    expect(readConfiguration(environment, { dataFolder: '/srv/other' }).dataFolder).toBe('/srv/other');
  });

  it('takes a mail server and a sender, and where webhooks may go', () => {
    const { mail, webhooks } = readConfiguration({
      LEDGER_SMTP_URL: 'smtp://ledger:sword%2Ffish@mail.example.org',
      LEDGER_MAIL_FROM: 'ledger@example.org',
      LEDGER_WEBHOOK_ALLOW: '10.20.0.0/16, fd12::/16',
      LEDGER_WEBHOOK_HTTP: 'true',
    });
    expect(mail?.from).toBe('ledger@example.org');
    expect(mail?.server).toMatchObject({ host: 'mail.example.org', port: 587, user: 'ledger' });
    expect(mail?.server.password).toBe('sword/fish');
    expect(webhooks?.allow.map(([network, length]) => `${network.toString()}/${length}`)).toEqual([
      '10.20.0.0/16',
      'fd12::/16',
    ]);
    expect(webhooks?.http).toBe(true);
  });

  it('takes empty texts for no mail and no networks', () => {
    const empty = { LEDGER_SMTP_URL: '', LEDGER_MAIL_FROM: '', LEDGER_WEBHOOK_ALLOW: '' };
    expect(readConfiguration(empty)).toEqual(readConfiguration({}));
  });

  it('tells no password, neither when it is wrong nor when it is printed', () => {
    const from = { LEDGER_MAIL_FROM: 'ledger@example.org' };
    const wrong = problemsOf({ ...from, LEDGER_SMTP_URL: 'smtp://ledger:swordfish@mail.example.org/x' });
    const right = readConfiguration({ ...from, LEDGER_SMTP_URL: 'smtp://ledger:swordfish@mail.example.org' });
    expect(wrong).toHaveLength(1);
    for (const each of [wrong, right]) {
      expect(JSON.stringify(each)).not.toContain('swordfish');
      expect(inspect(each, { depth: 9, showHidden: true })).not.toContain('swordfish');
    }
  });

  it('takes a PostgreSQL database for the views, and tells no password of a wrong one', () => {
    const url =
      'postgresql://ledger:sword%2Ffish@postgres.example.org/ledger?schema=other&sslmode=verify-full';
    expect(readConfiguration({ VIEWS_URL: url }).viewsUrl).toBe(url);
    expect(readConfiguration({ VIEWS_URL: '' }).viewsUrl).toBeUndefined();
    const wrong = problemsOf({ VIEWS_URL: 'postgresql://ledger:swordfish@postgres.example.org' });
    expect(wrong).toHaveLength(1);
    expect(wrong.join()).not.toContain('swordfish');
  });

  it('takes a server for the event log, and tells no password of it', () => {
    const url = 'esdb://ledger:quax%2Ffizz@db1.example.org:2113,db2.example.org:2113';
    const { eventStore } = readConfiguration({ EVENTSTORE_URL: url });
    expect(eventStore).toMatchObject({ hosts: 'db1.example.org:2113,db2.example.org:2113', secure: true });
    expect(eventStore?.credentials.password).toBe('quax/fizz');
    const wrong = problemsOf({ EVENTSTORE_URL: `${url}?tls=false` });
    expect(wrong).toHaveLength(1);
    for (const each of [wrong, eventStore]) {
      const shown = JSON.stringify(each) + inspect(each, { depth: 9, showHidden: true });
      expect(shown).not.toMatch(/quax|fizz/);
    }
  });

  it.each([
    [{ LEDGER_SMTP_URL: 'mail.example.org', LEDGER_MAIL_FROM: 'ledger@example.org' }, 'LEDGER_SMTP_URL'],
    [{ LEDGER_SMTP_URL: 'smtp://mail.example.org' }, 'LEDGER_MAIL_FROM'],
    [
      { LEDGER_SMTP_URL: 'smtp://mail.example.org', LEDGER_MAIL_FROM: 'a@b.example, c@d.example' },
      'LEDGER_MAIL_FROM',
    ],
    [{ LEDGER_MAIL_FROM: 'ledger@example.org' }, 'LEDGER_SMTP_URL'],
    [{ LEDGER_WEBHOOK_ALLOW: '10.20.0.0' }, 'LEDGER_WEBHOOK_ALLOW'],
    [{ LEDGER_WEBHOOK_ALLOW: '10.20.0.0/16;fd12::/16' }, 'LEDGER_WEBHOOK_ALLOW'],
    [{ LEDGER_WEBHOOK_HTTP: 'yes' }, 'LEDGER_WEBHOOK_HTTP'],
    [{ LEDGER_PORT: '70000' }, 'LEDGER_PORT'],
    [{ LEDGER_PORT: 'http' }, 'LEDGER_PORT'],
    [{ LEDGER_WORKER_PORT: '-1' }, 'LEDGER_WORKER_PORT'],
    [{ LEDGER_ROLE: 'worker' }, 'LEDGER_ROLE'],
    [{ LEDGER_REDIS_PREFIX: 'a:b' }, 'LEDGER_REDIS_PREFIX'],
    [{ LEDGER_REDIS_PREFIX: '' }, 'LEDGER_REDIS_PREFIX'],
    [{ LEDGER_HOST: 'not a host' }, 'LEDGER_HOST'],
    [{ LEDGER_LOG_LEVEL: 'loud' }, 'LEDGER_LOG_LEVEL'],
    [{ LEDGER_TRUST_PROXY: 'yes' }, 'LEDGER_TRUST_PROXY'],
    [{ LEDGER_DATA: ' ' }, 'LEDGER_DATA'],
    [{ EVENTSTORE_URL: 'esdb://localhost:2113' }, 'EVENTSTORE_URL'],
    [{ EVENTSTORE_URL: 'kurrentdb://localhost:2113?tls=false' }, 'EVENTSTORE_URL'],
    [{ VIEWS_URL: 'postgres://localhost' }, 'VIEWS_URL'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL'],
    [{ REDIS_URL: 'http://localhost:6379' }, 'REDIS_URL'],
    [{ VIEWS_URL: 'localhost:5432' }, 'VIEWS_URL'],
    [{ VIEWS_URL: 'postgresql://localhost' }, 'VIEWS_URL'],
    [{ VIEWS_URL: 'postgresql://localhost/ledger?schema=pg_catalog' }, 'VIEWS_URL'],
    [{ LEDGER_VIEW_PARTITIONS: '0' }, 'LEDGER_VIEW_PARTITIONS'],
    [{ LEDGER_VIEW_PARTITIONS: '65' }, 'LEDGER_VIEW_PARTITIONS'],
    [{ LEDGER_VIEW_PARTITIONS: 'many' }, 'LEDGER_VIEW_PARTITIONS'],
    [{ SECRETS_URL: 'localhost:5432/secrets' }, 'SECRETS_URL'],
    [{ SECRETS_URL: 'mysql://ledger:swordfish@localhost/secrets' }, 'SECRETS_URL'],
  ])('refuses %j and names the variable', (environment, name) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(name)]);
  });

  it('tells all that is wrong at once', () => {
    expect(problemsOf({ LEDGER_PORT: '-1', LEDGER_HOST: '?', REDIS_URL: 'localhost' })).toHaveLength(3);
  });
});
