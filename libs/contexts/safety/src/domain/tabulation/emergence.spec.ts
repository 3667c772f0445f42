import { isEmergent } from './emergence';

const zone = 'Asia/Shanghai';

describe('treatment emergence', () => {
  test.each<[string | null, string | null, string | undefined, boolean]>([
    ['2024-03-04', null, '2024-03-05', false],
    ['2024-03-05', null, '2024-03-05', true],
    ['2024-03-05', null, '2024-03-05T10:00', true],
    ['2024-03-05T09:59', null, '2024-03-05T10:00', false],
    ['2024-03-05T10:00', null, '2024-03-05T10:00', true],
    ['2024-03-06', null, '2024-03-05', true],
    // Known in part: emergent, unless the known part proves otherwise.
    ['2024-03', null, '2024-03-05', true],
    ['2024-02', null, '2024-03-05', false],
    ['2024', null, '2024-03-05', true],
    ['2023', null, '2024-03-05', false],
    [null, null, '2024-03-05', true],
    // It had ended before.
    [null, '2024-03-04', '2024-03-05', false],
    ['2024', '2024-02', '2024-03-05', false],
    ['2024', '2024-03', '2024-03-05', true],
    // When the first dose was is known in part, or not at all.
    ['2024-02-28', null, '2024-03', false],
    ['2024-03-01', null, '2024-03', true],
    ['1999', '1999', undefined, true],
  ])('onset %s, end %s, first dose %s: %s', (onset, end, at, expected) => {
    expect(isEmergent({ onset, end, zone }, at === undefined ? { zone } : { at, zone })).toBe(expected);
  });

  it('compares instants where the zones are not the same', () => {
    const firstDose = { at: '2024-03-05T10:00', zone };
    const utc = (onset: string) => isEmergent({ onset, end: null, zone: 'UTC' }, firstDose);
    expect([utc('2024-03-05T01:59'), utc('2024-03-05T02:00'), utc('2024-03-05')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is not told of somebody who received nothing', () => {
    expect(isEmergent({ onset: '2024-03-05', end: null, zone }, undefined)).toBeUndefined();
  });
});
