import { seenBefore, withImported } from './source-record';

const row = { file: 'ex.csv', key: '701-1015/1' };
const content = { treatment: 'PLACEBO', dose: 0, unit: 'mg', end: undefined };

describe('an imported row', () => {
  const imported = withImported({}, row, content);

  test.each<[string, Parameters<typeof seenBefore>, unknown]>([
    ['never seen', [{}, row, content], 'fresh'],
    ['seen, and the same', [imported, row, content], 'known'],
    [
      'seen, with its fields in another order',
      [imported, row, { unit: 'mg', dose: 0, treatment: 'PLACEBO' }],
      'known',
    ],
    ['another key of the file', [imported, { ...row, key: '701-1015/2' }, content], 'fresh'],
    ['the same key of another file', [imported, { ...row, file: 'ec.csv' }, content], 'fresh'],
    ['from no file', [imported, undefined, content], 'fresh'],
  ])('%s', (_what, question, answer) => {
    expect(seenBefore(...question)).toEqual(answer);
  });

  test('is refused when its content has changed', () => {
    expect(seenBefore(imported, row, { ...content, dose: 54 })).toMatchObject({
      rejected: 'refused',
      rule: 'IMPORT-KEY-CHANGED',
    });
  });

  test('is remembered only when it came from a file', () => {
    expect(withImported(imported, undefined, content)).toBe(imported);
  });
});
