import { RowReader, RowRefused } from './values';

const read = (values: Record<string, string>, domain = 'LB') =>
  new RowReader({ file: 'lb.csv', line: 7, values }, domain);

const ruleOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof RowRefused) return error.rule;
    throw error;
  }
  throw new Error('The row was not refused.');
};

describe('a row of an SDTM table', () => {
  it('is silent where a value is blank or missing', () => {
    const row = read({ LBORRES: '  ', LBDTC: '' });
    expect([row.text('LBORRES'), row.date('LBDTC'), row.number('LBSTRESN'), row.flag('LBBLFL')]).toEqual(
      Array(4).fill(undefined),
    );
    expect(ruleOf(() => row.required('LBORRES'))).toBe('IMPORT-MISSING');
  });

  it('keeps partial dates and refuses those that do not exist', () => {
    expect(read({ A: '2013' }).date('A')).toBe('2013');
    expect(read({ A: '2013-08' }).date('A')).toBe('2013-08');
    expect(read({ A: '2013-12-26T14:45' }).date('A')).toBe('2013-12-26T14:45');
    for (const A of ['2013-02-30', '2013-13', '26.12.2013', '2013---05', '2013-W05']) {
      expect(ruleOf(() => read({ A }).date('A'))).toBe('IMPORT-DATE');
    }
  });

  it('reads plain numbers only', () => {
    expect(read({ A: '-3.50' }).number('A')).toBe(-3.5);
    for (const A of ['3,5', '0x10', '<0.2', 'Infinity', '1 2'])
      expect(ruleOf(() => read({ A }).number('A'))).toBe('IMPORT-NUMBER');
  });

  it('reads Y and N only', () => {
    expect([read({ A: 'Y' }).flag('A'), read({ A: 'N' }).flag('A')]).toEqual([true, false]);
    expect(ruleOf(() => read({ A: 'yes' }).flag('A'))).toBe('IMPORT-FLAG');
  });

  it('needs a known unit beside a number', () => {
    expect(read({ A: '38', U: 'g/L' }).quantity('A', 'U')).toEqual({ value: 38, unit: 'g/L' });
    expect(ruleOf(() => read({ A: '38', U: 'stones' }).quantity('A', 'U'))).toBe('IMPORT-UNIT');
    expect(ruleOf(() => read({ A: '38', U: '' }).quantity('A', 'U'))).toBe('IMPORT-MISSING');
  });

  it('is known by its subject and sequence number', () => {
    expect(read({ USUBJID: '01-701-1015', LBSEQ: '39' }).source()).toEqual({
      file: 'LB',
      key: '01-701-1015/39',
    });
    expect(read({ USUBJID: '01-701-1015' }, 'DM').source()).toEqual({ file: 'DM', key: '01-701-1015' });
    expect(ruleOf(() => read({ LBSEQ: '39' }).source())).toBe('IMPORT-MISSING');
  });
});
