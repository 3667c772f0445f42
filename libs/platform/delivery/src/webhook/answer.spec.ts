import { resultOf, retryAfterOf } from './answer';

const now = Date.parse('2024-03-05T08:15:00.000Z');

test.each([200, 201, 202, 204, 299])('%i is delivered', status => {
  expect(resultOf(status, undefined, now)).toEqual({ outcome: 'delivered', reference: String(status) });
});

test.each([
  [300, 'redirected', false],
  [301, 'redirected', false],
  [304, 'redirected', false],
  [308, 'redirected', false],
  [400, 'rejected', false],
  [401, 'rejected', false],
  [404, 'rejected', false],
  [408, 'deferred', true],
  [409, 'deferred', true],
  [410, 'gone', false],
  [422, 'rejected', false],
  [425, 'deferred', true],
  [429, 'rate-limited', true],
  [500, 'server-error', true],
  [501, 'server-error', true],
  [502, 'server-error', true],
  [503, 'server-error', true],
  [504, 'server-error', true],
  [999, 'server-error', true],
])('%i is %s, to be tried again: %s', (status, failure, retry) => {
  expect(resultOf(status, undefined, now)).toEqual({
    outcome: 'failed',
    failure,
    retry,
    detail: String(status),
  });
});

test('takes the time that the other side asks for along, where trying again has a point', () => {
  expect(resultOf(503, '120', now)).toMatchObject({ retry: true, retryAfterMs: 120_000 });
  expect(resultOf(404, '120', now)).not.toHaveProperty('retryAfterMs');
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['2024-03-05', undefined],
  ['0', 1_000],
  ['30', 30_000],
  [' 30 ', 30_000],
  ['9'.repeat(400), 86_400_000],
  ['Tue, 05 Mar 2024 08:20:00 GMT', 300_000],
  ['Tue, 05 Mar 2024 08:00:00 GMT', 1_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
  ['Tue, 05 Mar 2024 99:99:99 GMT', undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(retryAfterOf(header, now)).toBe(expected);
});
