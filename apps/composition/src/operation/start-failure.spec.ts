import { EventStoreUnfit, LogUnavailable, NewerEventLog } from '@platform/event-log';
import { SecretsUnavailable } from '@platform/secrets';
import { ViewsDamaged, ViewsUnavailable, ViewsUnfit } from '@platform/views';
import { ConfigurationError } from '../configuration';
import { startFailureOf } from './start-failure';

const configuration = { dataFolder: '/srv/trial', host: '127.0.0.1', port: 80 };
const system = (code: string, syscall: string): Error => Object.assign(new Error('raw'), { code, syscall });

describe('a failed start', () => {
  it.each([
    [system('EADDRINUSE', 'listen'), '127.0.0.1:80 is in use by another program.', 2],
    [system('EADDRNOTAVAIL', 'listen'), '127.0.0.1:80 is no address of this machine.', 2],
    [system('EACCES', 'listen'), '127.0.0.1:80 may not be listened on by this user.', 2],
    [
      new SecretsUnavailable('ECONNREFUSED'),
      'The storage of secrets does not answer (ECONNREFUSED). It is what SECRETS_URL names: start it,',
      2,
    ],
    [system('EACCES', 'mkdir'), 'The data folder /srv/trial cannot be written by this user.', 1],
    [system('ENOTDIR', 'mkdir'), 'The data folder /srv/trial is no folder.', 1],
    [system('ENOSPC', 'open'), 'The data folder /srv/trial has no room left.', 1],
    [system('SQLITE_CANTOPEN_ISDIR', ''), 'The data folder /srv/trial cannot be written by this user.', 1],
    [new LogUnavailable('corrupt storage', 'not written'), 'holds an event log that is damaged.', 1],
    [new LogUnavailable('no answer', 'not written'), 'is kept busy by another program', 1],
    [new LogUnavailable('storage error', 'not written'), 'cannot be used: storage error.', 1],
    [new NewerEventLog(9), 'Use the release that wrote it.', 1],
    [new ViewsDamaged('views.sqlite'), 'Nothing is lost', 1],
    [new ViewsUnfit('its texts are LATIN1.'), 'It is what VIEWS_URL names.', 2],
    [new ViewsUnavailable({ cause: new Error('connect ECONNREFUSED') }), 'Start PostgreSQL, or set', 1],
    [new EventStoreUnfit('Run `ledger provision eventstore`.'), 'Run `ledger provision eventstore`.', 2],
    [new ConfigurationError(['LEDGER_PORT is wrong.']), 'LEDGER_PORT is wrong.', 2],
  ])('by %s is one sentence with what to do', (error, text, exitCode) => {
    const failure = startFailureOf(error, configuration);
    expect(failure?.text).toContain(text);
    expect(failure?.text).not.toContain('raw');
    expect(failure?.exitCode).toBe(exitCode);
  });

  it('by a server that does not answer is told of the server', () => {
    const eventStore = {
      hosts: 'db1.example.org:2113',
      secure: true,
      url: '',
      credentials: undefined as never,
    };
    const failure = startFailureOf(new LogUnavailable('no answer', 'not written'), {
      ...configuration,
      eventStore,
    });
    expect(failure).toEqual({
      text: 'The EventStoreDB at db1.example.org:2113 does not answer. Start it, or correct EVENTSTORE_URL.',
      exitCode: 1,
    });
  });

  it('by a defect is not dressed up', () => {
    expect(startFailureOf(new TypeError('x is not a function'), configuration)).toBeUndefined();
  });
});
