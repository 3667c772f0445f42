import type { Caller } from '@platform/commands';
import { Command } from '@platform/commands';
import {
  InputInvalid,
  askingOf,
  instantOf,
  setCaller,
  submissionOf,
  targetOf,
  type HttpRequest,
} from './index';

class TidyUp extends Command {}

function requestFrom(user: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const request = { method: 'POST', url: '/rooms/r1?x=y', ip: '192.0.2.1', headers: {}, ...more };
  const caller: Caller = { user, printedName: user, rights: undefined };
  setCaller(request, caller);
  return request;
}

const zoneOf = (zone: string) => ({ zoneOf: () => Promise.resolve(zone) });

describe('a command’s id', () => {
  const idOf = (user: string, key: string, target = { room: 'r1' }) =>
    submissionOf(requestFrom(user, { headers: { 'idempotency-key': key } }), new TidyUp(), target).commandId;

  test('follows from user, command, target and key, and from nothing else', () => {
    const id = idOf('u-1', 'k-1');
    expect(idOf('u-1', 'k-1')).toBe(id);
    expect(
      new Set([id, idOf('u-2', 'k-1'), idOf('u-1', 'k-2'), idOf('u-1', 'k-1', { room: 'r2' })]).size,
    ).toBe(4);
  });

  test('is left to the runner without a key', () => {
    expect(submissionOf(requestFrom('u-1'), new TidyUp(), {}).commandId).toBeUndefined();
  });
});

describe('the end of a day', () => {
  test.each([
    ['2024-03-05', 'Asia/Shanghai', '2024-03-05T15:59:59.999Z'],
    ['2024-03-05', 'UTC', '2024-03-05T23:59:59.999Z'],
    // Twenty-three hours long.
    ['2024-03-10', 'America/New_York', '2024-03-11T03:59:59.999Z'],
    ['2024-02-29', 'Pacific/Kiritimati', '2024-02-29T09:59:59.999Z'],
  ])('%s in %s is %s', async (day, zone, instant) => {
    const { asOf } = await askingOf(requestFrom('u-1', { query: { asOf: day } }), {}, zoneOf(zone));
    expect(asOf).toEqual({ instant });
  });

  test('is UTC’s where no zone is provided', async () => {
    const { asOf } = await askingOf(requestFrom('u-1', { query: { asOf: '2024-03-05' } }), {});
    expect(asOf).toEqual({ instant: '2024-03-05T23:59:59.999Z' });
  });
});

test('the target is all ids of the path and what the controller adds, each of them an id', () => {
  const request = requestFrom('u-1', { params: { room: 'r1' } });
  expect(targetOf(request, { shelf: 's1' })).toEqual({ room: 'r1', shelf: 's1' });
  expect(() => targetOf(request, { shelf: 'a shelf' })).toThrow(InputInvalid);
});

test.each([
  ['2024-03-05T08:15:00Z', '2024-03-05T08:15:00.000Z'],
  ['2024-03-05T08:15Z', '2024-03-05T08:15:00.000Z'],
  ['2024-03-05T08:15:00.1234Z', '2024-03-05T08:15:00.123Z'],
  ['2024-03-05T08:15:00+08:00', '2024-03-05T00:15:00.000Z'],
  ['2024-03-05T08:15:00-03:30', '2024-03-05T11:45:00.000Z'],
  ['2024-02-30T08:15:00Z', undefined],
  ['2024-03-05T24:00:00Z', undefined],
  ['2024-03-05T08:15:60Z', undefined],
  ['2024-03-05T08:15:00', undefined],
  ['2024-03-05T08:15:00+15:00', undefined],
  ['2024-03-05T08:15:00+08', undefined],
  ['2024-03-05', undefined],
  ['20240305T081500Z', undefined],
  ['', undefined],
  [1709626500000, undefined],
])('the instant %p is %p', (text, instant) => {
  expect(instantOf(text)).toBe(instant);
});
