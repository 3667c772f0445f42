import { resolve } from 'node:path';
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
      logLevel: 'info',
      trustProxy: false,
    });
  });

  it('takes the environment, and the command line before it', () => {
    const environment = {
      LEDGER_DATA: '/srv/trial',
      LEDGER_PORT: '8080',
      LEDGER_HOST: '0.0.0.0',
      LEDGER_TRUST_PROXY: 'true',
    };
    expect(readConfiguration(environment)).toMatchObject({
      dataFolder: '/srv/trial',
      port: 8080,
      trustProxy: true,
    });
    expect(readConfiguration(environment, { dataFolder: '/srv/other' }).dataFolder).toBe('/srv/other');
  });

  it.each([
    [{ LEDGER_PORT: '70000' }, 'LEDGER_PORT'],
    [{ LEDGER_PORT: 'http' }, 'LEDGER_PORT'],
    [{ LEDGER_HOST: 'not a host' }, 'LEDGER_HOST'],
    [{ LEDGER_LOG_LEVEL: 'loud' }, 'LEDGER_LOG_LEVEL'],
    [{ LEDGER_TRUST_PROXY: 'yes' }, 'LEDGER_TRUST_PROXY'],
    [{ LEDGER_DATA: ' ' }, 'LEDGER_DATA'],
    [{ EVENTSTORE_URL: 'esdb://localhost:2113' }, 'EVENTSTORE_URL'],
  ])('refuses %j and names the variable', (environment, name) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(name)]);
  });

  it('tells all that is wrong at once', () => {
    expect(problemsOf({ LEDGER_PORT: '-1', LEDGER_HOST: '?', REDIS_URL: 'redis://localhost' })).toHaveLength(
      3,
    );
  });
});
