import * as fc from 'fast-check';
import { categoryOf, idsOf, isStreamId, streamName } from './stream';

const anyId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);

describe('the name of a stream', () => {
  test('tells its category and ids', () => {
    expect(streamName('site', 'NCT05794425', '03')).toBe('site-NCT05794425.03');
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][A-Za-z]{0,20}$/),
        fc.array(anyId, { minLength: 1, maxLength: 3 }),
        (category, ids) => {
          const name = streamName(category, ...ids);
          expect(categoryOf(name)).toBe(category);
          expect(idsOf(name)).toEqual(ids);
        },
      ),
    );
  });

  test('is another one for other ids', () => {
    const twoIds = fc.tuple(anyId, anyId);
    fc.assert(
      fc.property(twoIds, twoIds, (a, b) => {
        expect(streamName('site', ...a) === streamName('site', ...b)).toBe(a[0] === b[0] && a[1] === b[1]);
      }),
    );
  });

  test.each(['', '-03', '_03', 'a.b', 'a/b', 'a b', 'é', 'a\n', '$all', 'x'.repeat(65)])(
    'cannot hold "%s"',
    id => {
      expect(isStreamId(id)).toBe(false);
      expect(() => streamName('site', 'NCT05794425', id)).toThrow("part of a stream's name");
    },
  );

  test('needs an id', () => {
    expect(() => streamName('site')).toThrow("part of a stream's name");
  });
});
