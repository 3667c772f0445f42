import * as fc from 'fast-check';
import { formatPosition, laterOf, logStart, parsePosition, toPosition } from './position';

const anyPosition = fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(toPosition);

describe('a position', () => {
  test('comes back from its text', () => {
    fc.assert(
      fc.property(anyPosition, position => expect(parsePosition(formatPosition(position))).toBe(position)),
    );
  });

  test('is behind the start of the log, unless it is the start', () => {
    fc.assert(fc.property(anyPosition, position => expect(laterOf(position, logStart)).toBe(position)));
  });

  test('is the later of two when it is not the earlier', () => {
    fc.assert(
      fc.property(anyPosition, anyPosition, (a, b) => {
        expect(laterOf(a, b)).toBe(laterOf(b, a));
        expect(laterOf(a, b) >= a && laterOf(a, b) >= b).toBe(true);
      }),
    );
  });

  test.each(['', ' 1', '1 ', '+1', '-2', '1.0', '1e3', '0x10', '١', '12345678901234567890', 'head'])(
    'is not what "%s" says',
    text => expect(parsePosition(text)).toBeUndefined(),
  );
});
