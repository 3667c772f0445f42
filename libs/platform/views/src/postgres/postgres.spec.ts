import { clientConfig, readViewsUrl } from './address';
import { lineOf } from './copy-rows';
import { lockKey } from './locks';
import { postgresDialect } from './postgres-dialect';
import { checkServer } from './postgres-views';

/* What needs no server; the rest is in test/contracts and test/faults. */

describe('an address', () => {
  test('names a database and, if it wants, a schema; other parameters stay', () => {
    expect(readViewsUrl('postgresql://u:p@h:5433/d?schema=a_1&sslmode=require')).toEqual({
      url: 'postgresql://u:p@h:5433/d?sslmode=require',
      schema: 'a_1',
    });
    expect(readViewsUrl('postgres://h/d')?.schema).toBe('trial_ledger');
  });

  test.each([
    '',
    'h/d',
    'mysql://h/d',
    'postgresql://h',
    'postgresql://h/d?schema=A',
    'postgresql://h/d?schema=pg_a',
  ])('is not %j', text => expect(readViewsUrl(text)).toBeUndefined());

  test('keeps options of its own beside those of the connection', () => {
    const address = readViewsUrl('postgresql://h/d?schema=s&options=-c%20work_mem%3D8MB')!;
    const { options } = clientConfig(address, { readOnly: true, statementMs: 5, idleInTransactionMs: 7 });
    expect(options).toMatch(/^-c work_mem=8MB -c search_path=s -c default_transaction_read_only=on/);
    expect(options).toContain('-c statement_timeout=5 -c idle_in_transaction_session_timeout=7');
  });
});

test.each([
  ['140009', 'UTF8', 'the server is version 14; use 15 or newer.'],
  ['150001', 'SQL_ASCII', 'its texts are SQL_ASCII'],
])('a server of version %s with texts in %s is refused', (version, encoding, text) => {
  expect(() => checkServer({ version, encoding })).toThrow(text);
  expect(() => checkServer({ version: '170002', encoding: 'UTF8' })).not.toThrow();
});

test('a row to be copied has no character that means something else', () => {
  const bytes = new Uint8Array([0, 92, 255]);
  expect(lineOf(['a\tb\\c\nd\r', null, 1.5, bytes])).toBe('a\\tb\\\\c\\nd\\r\t\\N\t1.5\t\\\\x005cff\n');
});

test('two ledgers, and two things of one, have different locks', () => {
  const keys = [
    lockKey('a', 'writers'),
    lockKey('b', 'writers'),
    lockKey('a', 'view', 'x'),
    lockKey('a', 'view', 'y'),
  ];
  expect(new Set(keys).size).toBe(4);
});

test.each([
  ['57P01', true],
  ['53300', true],
  ['08006', true],
  ['40P01', true],
  ['ECONNREFUSED', true],
  ['42P01', false],
  ['23505', false],
  ['22021', false],
])('an error of code %s is an outage: %s', (code, isOutage) => {
  expect(postgresDialect.isOutage(Object.assign(new Error('raw'), { code }))).toBe(isOutage);
});

test('a connection that ends without a code is an outage, and a defect is none', () => {
  expect(postgresDialect.isOutage(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(postgresDialect.isOutage(new TypeError('x is not a function'))).toBe(false);
});
