import { readConfiguration } from '../configuration';
import { engineLines } from './engine-lines';

describe('what a process says of its engines', () => {
  it('is where each of them is', () => {
    const lines = engineLines(readConfiguration({ LEDGER_DATA: '/srv/trial' }), 'in this process');
    expect(lines).toEqual([
      '  event log: embedded, in /srv/trial',
      '  views: embedded, in /srv/trial',
      '  secrets: embedded, in /srv/trial',
      '  jobs: in this process',
      '  log level: info',
    ]);
  });

  it('names servers, and no password', () => {
    const configuration = readConfiguration({
      EVENTSTORE_URL: 'esdb://ledger:swordfish@log.example.org:2113',
      VIEWS_URL: 'postgresql://ledger:swordfish@views.example.org/ledger',
      SECRETS_URL: 'postgresql://ledger:swordfish@secrets.example.org/ledger',
      REDIS_URL: 'redis://:swordfish@jobs.example.org:6380',
    });
    const text = engineLines(configuration, 'in this process').join('\n');
    for (const server of [
      'EventStoreDB at log',
      'PostgreSQL at views',
      'PostgreSQL at secrets',
      'Redis at jobs',
    ]) {
      expect(text).toContain(`${server}.example.org`);
    }
    expect(text).not.toContain('swordfish');
  });
});
