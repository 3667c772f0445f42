import { isUnit } from '@platform/kernel';

/**
 * Units as SDTM tables write them, in UCUM. Left: submission values of CDISC's UNIT code list, and what older studies
 * wrote before it. A unit that stands in neither list is refused; none is guessed.
 */
const ucumOf: Readonly<Record<string, string>> = {
  '%': '%',
  '10^12/L': '10*12/L',
  '10^3/uL': '10*3/uL',
  '10^6/uL': '10*6/uL',
  '10^9/L': '10*9/L',
  'BEATS/MIN': '/min',
  'BREATHS/MIN': '/min',
  C: 'Cel',
  F: '[degF]',
  FRACTION: '1',
  'GI/L': '10*9/L',
  IN: '[in_i]',
  'IU/L': '[IU]/L',
  'IU/mL': '[IU]/mL',
  LB: '[lb_av]',
  MILLIMETER: 'mm',
  'MILL/uL': '10*6/uL',
  'NO UNITS': '1',
  RATIO: '1',
  'TI/L': '10*12/L',
  'THOU/uL': '10*3/uL',
  'beats/min': '/min',
  'breaths/min': '/min',
  'cells/uL': '/uL',
  'copies/mL': '{copies}/mL',
  'g/day': 'g/d',
  hours: 'h',
  'mEq/L': 'meq/L',
  'mIU/L': 'm[IU]/L',
  'mg/day': 'mg/d',
  'mg/kg/day': 'mg/kg/d',
  mmHg: 'mm[Hg]',
  'uIU/mL': 'u[IU]/mL',
};

/** The UCUM code of a unit as a source writes it; undefined for a unit that is not known. */
export const unitFromSdtm = (text: string): string | undefined =>
  Object.hasOwn(ucumOf, text) ? ucumOf[text] : isUnit(text) ? text : undefined;
