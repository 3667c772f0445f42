import { isUnit } from '@platform/kernel';
import { unitFromSdtm } from './units';

describe('a unit of an SDTM table', () => {
  it.each([
    ['mg/dL', 'mg/dL'],
    ['THOU/uL', '10*3/uL'],
    ['MILL/uL', '10*6/uL'],
    ['10^9/L', '10*9/L'],
    ['uIU/mL', 'u[IU]/mL'],
    ['mmHg', 'mm[Hg]'],
    ['F', '[degF]'],
    ['C', 'Cel'],
    ['LB', '[lb_av]'],
    ['NO UNITS', '1'],
  ])('%s is %s in UCUM', (text, unit) => {
    expect(unitFromSdtm(text)).toBe(unit);
    expect(isUnit(unit)).toBe(true);
  });

  it.each(['furlongs', 'mmhg', '', 'toString', 'mg per dL'])('"%s" is not guessed', text => {
    expect(unitFromSdtm(text)).toBeUndefined();
  });
});
