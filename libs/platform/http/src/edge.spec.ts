import { LogUnavailable, MemoryEventLog, type EventLog } from '@platform/event-log';
import { ManualClock, streamName } from '@platform/kernel';
import { ViewsUnavailable } from '@platform/views';
import { DAY_ZONES } from './index';
import { BooksController, RememberedJournal, libraryGuard, libraryProviders } from './testing/library';
import { startTestHost, type TestHost } from './testing';

class BreakableLog extends MemoryEventLog {
  failure: Error | undefined;

  override append(...wanted: Parameters<EventLog['append']>): ReturnType<EventLog['append']> {
    return this.failure ? Promise.reject(this.failure) : super.append(...wanted);
  }
}

let host: TestHost;
const log = new BreakableLog();
const journal = new RememberedJournal();

beforeAll(async () => {
  const shanghai = { provide: DAY_ZONES, useValue: { zoneOf: () => Promise.resolve('Asia/Shanghai') } };
  host = await startTestHost({
    controllers: [BooksController],
    providers: [...libraryProviders(journal), shanghai],
    enhancers: [libraryGuard],
    log,
    clock: ManualClock.at('2024-03-05T16:30:00.000Z'),
    bodyLimit: 200_000,
  });
});
afterAll(() => host.close());

type Headers = Record<string, string>;

async function call(method: 'GET' | 'POST', url: string, payload?: string | object, headers: Headers = {}) {
  const reply = await host.app.inject({ method, url, payload, headers: { 'x-user': 'reader', ...headers } });
  return { status: reply.statusCode, headers: reply.headers, body: reply.json<Record<string, unknown>>() };
}

const post = (url: string, payload: string | object, headers?: Headers) =>
  call('POST', url, payload, headers);
const get = (url: string, headers?: Headers) => call('GET', url, undefined, headers);
const book = (title: string, more: object = {}) => ({ title, ...more });
const json = { 'content-type': 'application/json' };

const shelf = '/shelves/a/books';

describe('a command', () => {
  test('is answered with 201, its receipt and its position', async () => {
    const { status, headers, body } = await post(`${shelf}/b1`, book('Dune'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ stream: 'book-a.b1', revision: 0, repeated: false, ids: {} });
    expect(headers['ledger-position']).toBe(body.position);
    expect(headers.location).toBeUndefined();
  });

  test('that makes something readable names its address', async () => {
    const { headers, body } = await post(`${shelf}?a=b`, { title: 'Emma' });
    expect(headers.location).toBe(`${shelf}/${String(body.commandId)}`);
    expect((await get(String(headers.location))).body).toMatchObject({ title: 'Emma' });
  });

  test('names no address that no route reads', async () => {
    const { status, headers } = await post(`${shelf}/b1/dust`, {});
    expect([status, headers.location]).toEqual([201, undefined]);
  });

  test('is carried out once for a key, and the key is the user’s, the target’s and the body’s own', async () => {
    const key = { 'idempotency-key': 'key-1' };
    const first = await post(`${shelf}/b2`, book('Emma'), key);
    const again = await post(`${shelf}/b2`, book('Emma'), key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ ...first.body, repeated: true });
    const otherBody = await post(`${shelf}/b2`, book('Dune'), key);
    expect(otherBody.status).toBe(409);
    expect(otherBody.body).toMatchObject({ rule: 'INPUT-IDEMPOTENCY-KEY-REUSED', field: 'Idempotency-Key' });
    const otherTarget = await post(`${shelf}/b3`, book('Dune'), key);
    expect(otherTarget.body).toMatchObject({ repeated: false });
    expect(otherTarget.body.commandId).not.toBe(first.body.commandId);
  });

  test.each([[''], ['two words'], ['é'], ['k'.repeat(129)]])('is refused with the key "%s"', async key => {
    const { status, body } = await post(`${shelf}/b4`, book('Dune'), { 'idempotency-key': key });
    expect([status, body.rule, body.field]).toEqual([400, 'INPUT-IDEMPOTENCY-KEY', 'Idempotency-Key']);
  });

  test('carries address and time of entry into the log', async () => {
    const entered = { 'x-entered-at': '2024-03-05T16:29:59Z' };
    await post(`${shelf}/b5`, book('Dune'), entered);
    const [event] = await log.readStream(streamName('book', 'a', 'b5'));
    expect(event?.metadata).toMatchObject({
      enteredAt: '2024-03-05T16:29:59.000Z',
      address: '127.0.0.1',
      source: 'person',
      actor: { user: 'reader', role: 'reader' },
    });
  });

  test.each(['2024-03-05', '2024-03-05T16:29:59+08:00', '2024-02-31T00:00:00Z', 'now', ''])(
    'is refused with the time of entry "%s"',
    async time => {
      const { status, body } = await post(`${shelf}/b6`, book('Dune'), { 'x-entered-at': time });
      expect([status, body.rule]).toEqual([400, 'INPUT-ENTERED-AT']);
    },
  );
});

describe('a question', () => {
  beforeAll(() => post(`${shelf}/q1`, book('Dune')));

  test('is answered with where the answer stands', async () => {
    const { status, headers, body } = await get(`${shelf}/q1`);
    expect([status, headers['ledger-position']]).toEqual([200, (await log.head()).toString()]);
    expect(body.standsAt).toMatchObject({ position: headers['ledger-position'], asOf: false });
  });

  test.each([
    ['a position', '0', '0'],
    ['an instant', '2024-03-05T16:30:00Z', 'head'],
    ['an instant with an offset', '2024-03-06T00:30:00%2B08:00', 'head'],
    ['an offset whose + was not escaped', '2024-03-06T00:30:00+08:00', 'head'],
    ['an instant before all', '2024-03-05T16:29:59.999Z', '-1'],
    // Half past midnight of the 6th in Shanghai: still the 5th in UTC.
    ['the day in the zone of the target', '2024-03-06', 'head'],
    ['the day before', '2024-03-05', '-1'],
  ])('as of %s', async (_, asOf, expected) => {
    const { status, body } = await get(`${shelf}/q1?asOf=${asOf}`);
    const head = (await log.head()).toString();
    expect([status, body.asOf]).toEqual([200, expected === 'head' ? head : expected]);
  });

  test.each([
    '2024-02-31',
    '2024-13-01T00:00:00Z',
    '2024-03-05T16:30',
    'yesterday',
    '',
    '2024-W10',
    '1&asOf=2',
  ])('as of "%s" is none', async asOf => {
    const { status, body } = await get(`${shelf}/q1?asOf=${asOf}`);
    expect([status, body.rule, body.field]).toEqual([400, 'INPUT-AS-OF', 'asOf']);
  });

  test.each(['x', '1.5', '', '12345678901234567890'])('after "%s" is none', async after => {
    const { status, body } = await get(`${shelf}/q1?after=${after}`);
    expect([status, body.rule, body.field]).toEqual([400, 'INPUT-POSITION', 'after']);
  });

  test('for something that is not there is answered with 404 and a rule', async () => {
    expect(await get(`${shelf}/none`)).toMatchObject({ status: 404, body: { rule: 'BOOK-UNKNOWN' } });
  });
});

describe('the errors of a decision and of the log', () => {
  test.each([
    [
      'refused',
      422,
      { rule: 'BOOK-REFUSED', evidence: { shelf: 'full' }, detail: 'This book is not taken.' },
    ],
    ['invalid', 400, { rule: 'BOOK-TITLE', field: 'title' }],
    ['conflict', 409, { rule: 'BOOK-TAKEN' }],
    ['contended', 503, { type: '/problems/contended' }],
  ])('%s → %i', async (title, status, document) => {
    const reply = await post(`${shelf}/e1`, book(title));
    expect(reply).toMatchObject({ status, body: { status, instance: `${shelf}/e1`, ...document } });
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  test.each([
    ['not written', 'Nothing was saved.'],
    ['unknown', 'Idempotency-Key'],
  ] as const)('a log that does not answer → 503 with the class of the cause (%s)', async (outcome, text) => {
    log.failure = new LogUnavailable('storage full', outcome, { cause: new Error('/secret/path') });
    const { status, headers, body } = await post(`${shelf}/e2`, book('Dune'));
    log.failure = undefined;
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(body.detail).toContain('storage full');
    expect(body.detail).toContain(text);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test('views that do not answer → 503 without their address', async () => {
    log.failure = new ViewsUnavailable({ cause: new Error('connect ECONNREFUSED 10.1.2.3:5432') });
    const { status, headers, body } = await post(`${shelf}/e2`, book('Dune'));
    log.failure = undefined;
    expect([status, headers['retry-after'], body.type]).toEqual([503, '5', '/problems/views-unavailable']);
    expect(JSON.stringify(body)).not.toContain('10.1.2.3');
  });

  test('what nobody foresaw → 500 with a number and nothing else', async () => {
    const { status, body } = await post(`${shelf}/e3`, book('crash'));
    expect(status).toBe(500);
    expect(Object.keys(body).toSorted()).toEqual([
      'correlationId',
      'detail',
      'instance',
      'status',
      'title',
      'type',
    ]);
    expect(JSON.stringify(body)).not.toMatch(/Jane|var/);
  });
});

describe('who may', () => {
  test('nobody without a caller, and the answer says how to log in', async () => {
    const reply = await host.app.inject({ method: 'GET', url: `${shelf}/b1` });
    expect([reply.statusCode, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(reply.json()).toMatchObject({ rule: 'AUTH-TOKEN-REQUIRED' });
  });

  test('a foreign shelf is refused alike whether the book exists or not, and written down', async () => {
    const before = journal.entries.length;
    const there = await get('/shelves/b/books/b1');
    const nowhere = await get('/shelves/b/books/none');
    expect(there.body).toEqual({ ...nowhere.body, instance: '/shelves/b/books/b1' });
    expect([there.status, there.body.rule]).toEqual([403, 'ACCESS-NO-GRANT']);
    expect(journal.entries.slice(before).map(({ kind }) => kind)).toEqual(['refused', 'refused']);
  });

  test('the caller is the controller’s to have, but not on a public route', async () => {
    expect((await get(`${shelf}/b1/caller`)).body).toEqual({ user: 'reader' });
    expect((await get(`${shelf}/b1/nobody`)).status).toBe(500);
    const cover = await host.app.inject({ method: 'GET', url: `${shelf}/b1/cover` });
    expect(cover.json()).toEqual({ book: 'b1' });
  });
});

describe('bad input', () => {
  const nested = (levels: number): string => '{"title":'.repeat(levels) + '1' + '}'.repeat(levels);

  test.each<[string, string, Headers, number, string]>([
    ['broken JSON', '{"title":', json, 400, 'INPUT-MALFORMED'],
    ['no JSON', 'title=Dune', { 'content-type': 'text/csv' }, 415, 'INPUT-MEDIA-TYPE'],
    ['a prototype', '{"__proto__":{"title":"Dune"}}', json, 400, 'INPUT-MALFORMED'],
    ['a huge body', JSON.stringify(book('x'.repeat(300_000))), json, 413, 'INPUT-TOO-LARGE'],
    ['a list', '[{"title":"Dune"}]', json, 400, 'INPUT-OBJECT'],
    ['null', 'null', json, 400, 'INPUT-OBJECT'],
    ['a text', '"Dune"', json, 400, 'INPUT-OBJECT'],
    ['deep nesting', nested(40), json, 400, 'INPUT-TOO-DEEP'],
    ['very deep nesting', nested(15_000), json, 400, 'INPUT-TOO-DEEP'],
    ['an infinite number', '{"title":"Dune","pages":1e999}', json, 400, 'INPUT-NUMBER'],
    ['half a character', '{"title":"\\ud800"}', json, 400, 'INPUT-CHARACTERS'],
    ['a NUL', '{"title":"a\\u0000"}', json, 400, 'INPUT-CHARACTERS'],
    ['a constructor', '{"title":"Dune","constructor":{"name":"Object"}}', json, 400, 'INPUT-UNKNOWN-FIELD'],
  ])('%s', async (_, payload, headers, status, rule) => {
    const head = await log.head();
    expect(await post(`${shelf}/i1`, payload, headers)).toMatchObject({ status, body: { status, rule } });
    expect(await log.head()).toBe(head);
  });

  test.each([
    ['GET', '/nowhere', 404],
    ['POST', `${shelf}/b1/cover`, 404],
    ['GET', '/shelves/a%20b/books/b1', 400],
    ['GET', `${shelf}/${'b'.repeat(65)}`, 400],
    ['GET', `${shelf}/..%2Fb1`, 400],
    ['GET', `${shelf}/%E0%A4%A`, 400],
  ] as const)('%s %s → %i', async (method, url, status) => {
    const reply = await call(method, url, method === 'POST' ? {} : undefined);
    expect(reply).toMatchObject({ status, body: { status } });
  });

  test('names the part of the path that is no id', async () => {
    expect((await get('/shelves/a/books/b%00')).body).toMatchObject({ rule: 'INPUT-ID', field: 'book' });
  });

  test('a controller whose body has no class to be checked against answers nothing', async () => {
    expect((await post(`${shelf}/b1/unchecked`, { any: 'thing' })).status).toBe(500);
  });
});

test('ids of commands without a key are new each time', async () => {
  const ids = await Promise.all([1, 2].map(async () => (await post(`${shelf}/b9/dust`, {})).body.commandId));
  expect(new Set(ids).size).toBe(2);
});
