import { quietUntil } from './quiet-hours';

const night = { from: '22:00', to: '07:00', zone: 'Europe/Berlin' };
const noon = { from: '12:00', to: '13:30', zone: 'Asia/Shanghai' };

test.each([
  ['before they begin', night, '2024-03-05T20:59:59.000Z', undefined],
  ['in the evening', night, '2024-03-05T21:00:00.000Z', '2024-03-06T06:00:00.000Z'],
  ['after midnight', night, '2024-03-06T05:59:00.000Z', '2024-03-06T06:00:00.000Z'],
  ['at their end', night, '2024-03-06T06:00:00.000Z', undefined],
  ['in the night in which clocks go forward', night, '2024-03-30T22:00:00.000Z', '2024-03-31T05:00:00.000Z'],
  ['at noon', noon, '2024-03-05T04:10:00.000Z', '2024-03-05T05:30:00.000Z'],
  ['after noon', noon, '2024-03-05T05:30:00.000Z', undefined],
])('%s', (_, quiet, instant, until) => {
  expect(quietUntil(quiet, 'deviation', instant)).toBe(until);
});

test.each(['sae', 'susar', 'death'] as const)('never hold back %s', kind => {
  expect(quietUntil(night, kind, '2024-03-05T23:00:00.000Z')).toBeUndefined();
});

test('hold back nothing for somebody who has set none', () => {
  expect(quietUntil(undefined, 'deviation', '2024-03-05T23:00:00.000Z')).toBeUndefined();
});
