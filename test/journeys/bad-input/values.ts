import type { Attempt } from './attempt';

const person = 'POST /trials/:trial/participants/01-099';
const of = (path: string): string => `POST /trials/:trial/participants/:participant/${path}`;
const site = (path = ''): string => `administrator POST /trials/:trial/sites/01${path}`;
const zone = 'Asia/Shanghai';
const reason = { code: 'typingError', text: 'Typed wrongly.' };
const event = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';
const result = (given: object) => ({ results: [{ analyte: 'ALT', collectedAt: '2024-03-04', ...given }] });
const numeral = (text: string): string =>
  `{"results":[{"analyte":"ALT","collectedAt":"2024-03-04","quantity":{"value":${text},"unit":"U/L"}}]}`;

/** Bodies with values that their fields cannot have: types, numbers, dates, units, ids. */
export const badValues: readonly Attempt[] = [
  // Wrong types
  [
    'a number for a text',
    of('consents'),
    { body: { version: 2, signedAt: '2024-03-02' } },
    '400 INPUT-TEXT version',
  ],
  [
    'a text for a number',
    of('laboratory-results'),
    { body: result({ quantity: { value: '31', unit: 'U/L' } }) },
    '400 INPUT-NUMBER results[0].quantity.value',
  ],
  [
    'a text for yes or no',
    of('statements'),
    { body: { statements: [{ key: 'x', holds: 'true', attestedAt: '2024' }] } },
    '400 INPUT-BOOLEAN statements[0].holds',
  ],
  [
    'a number for yes or no',
    of('adverse-events/:adverseEvent/seriousness'),
    { body: { death: 0 } },
    '400 INPUT-BOOLEAN death',
  ],
  [
    'an object for a word',
    of('status'),
    { body: { status: { toString: 'died' }, since: '2024' } },
    '400 INPUT-IN status',
  ],
  [
    'an unknown word',
    of('status'),
    { body: { status: 'vanished', since: '2024-03-01' } },
    '400 INPUT-IN status',
  ],
  ['a known word in capitals', site('/status'), { body: { status: 'ACTIVATED' } }, '400 INPUT-IN status'],
  // Numbers
  [
    'a number beyond all numbers',
    of('laboratory-results'),
    { body: numeral('1e999') },
    '400 INPUT-NUMBER results[0].quantity.value',
  ],
  ['NaN', of('laboratory-results'), { body: numeral('NaN') }, '400 INPUT-MALFORMED'],
  [
    'a number below its limit',
    of('treatment/drug-doses'),
    { body: { drug: 'CSA', dose: -1, unit: 'mg', frequency: 'BID', at: { at: '2024-03-05', zone } } },
    '400 INPUT-MIN dose',
  ],
  [
    'a number above its limit',
    of('adverse-events/:adverseEvent/severity'),
    { body: { grade: 6 } },
    '400 INPUT-MAX grade',
  ],
  [
    'half a grade',
    of('adverse-events/:adverseEvent/severity'),
    { body: { grade: 2.5 } },
    '400 INPUT-INT grade',
  ],
  ['a birth in the future', person, { body: { birthYear: 2101 } }, '400 INPUT-MAX birthYear'],
  // Dates and zones
  [
    'a day that does not exist',
    of('consents'),
    { body: { version: '2.0', signedAt: '2026-02-31' } },
    '400 INPUT-PARTIAL-DATE signedAt',
  ],
  [
    'a week',
    of('consents'),
    { body: { version: '2.0', signedAt: '2026-W01' } },
    '400 INPUT-PARTIAL-DATE signedAt',
  ],
  [
    'hour 24',
    of('consents'),
    { body: { version: '2.0', signedAt: '2024-03-02T24:00' } },
    '400 INPUT-PARTIAL-DATE signedAt',
  ],
  [
    'month 13',
    site('/ethics-approvals'),
    { body: { committee: 'C', reference: 'R', approvedOn: '2024-13' } },
    '400 INPUT-PARTIAL-DATE approvedOn',
  ],
  [
    'an instant for a local time',
    of('consents'),
    { body: { version: '2.0', signedAt: '2024-03-02T09:30:00Z' } },
    '400 INPUT-PARTIAL-DATE signedAt',
  ],
  [
    'a number for a date',
    of('consents'),
    { body: { version: '2.0', signedAt: 20240302 } },
    '400 INPUT-PARTIAL-DATE signedAt',
  ],
  [
    'a date in words',
    of('diagnoses'),
    { body: { code: 'AA', diagnosedAt: 'March 2024' } },
    '400 INPUT-PARTIAL-DATE diagnosedAt',
  ],
  [
    'a consent in the future',
    of('consents'),
    { body: { version: '2.0', signedAt: '2031-03-02' } },
    '400 RECORD-FUTURE signedAt',
  ],
  [
    'a zone that does not exist',
    'administrator POST /trials/:trial/sites/09',
    { body: { name: 'N', zone: 'Asia/Atlantis' } },
    '400 INPUT-ZONE zone',
  ],
  [
    'an offset for a zone',
    of('adverse-events'),
    { body: { term: 'Fever', onset: '2024-03-05', zone: '+08:00' } },
    '400 INPUT-ZONE zone',
  ],
  [
    'a local time for an instant',
    'administrator POST /accounts/coordinator-01/roles',
    {
      body: { role: 'coordinator', trial: 'T', sites: ['01'], validFrom: '2024-03-01T00:00:00' },
    },
    '400 INPUT-INSTANT validFrom',
  ],
  // Units
  [
    'a unit that does not exist',
    of('laboratory-results'),
    { body: result({ quantity: { value: 1, unit: 'blorps' } }) },
    '400 INPUT-UNIT results[0].quantity.unit',
  ],
  [
    'a unit in wrong capitals',
    of('laboratory-results'),
    { body: result({ quantity: { value: 1, unit: 'UMOL/L' } }) },
    '400 INPUT-UNIT results[0].quantity.unit',
  ],
  [
    'a mass for an enzyme’s activity',
    of('laboratory-results'),
    { body: result({ quantity: { value: 1, unit: 'kg' } }) },
    '400 RESULT-UNIT-KIND results[0].quantity.unit',
  ],
  [
    'a length for a weight',
    of('measurements'),
    {
      body: {
        measurements: [{ code: 'WEIGHT', quantity: { value: 61, unit: 'cm' }, takenAt: '2024-03-04' }],
      },
    },
    '400 RESULT-UNIT-KIND measurements[0].quantity.unit',
  ],
  [
    'a quantity without a unit',
    of('measurements'),
    { body: { measurements: [{ code: 'WEIGHT', quantity: { value: 61 }, takenAt: '2024-03-04' }] } },
    '400 INPUT-UNIT measurements[0].quantity.unit',
  ],
  [
    'a range upside down',
    site('/reference-ranges'),
    {
      body: {
        laboratory: 'central',
        analyte: 'ALT',
        unit: 'U/L',
        low: 40,
        high: 7,
        effectiveFrom: '2024-03-01',
      },
    },
    '400 SITE-RANGE-LIMITS low',
  ],
  [
    'a range of an enzyme in kilograms',
    site('/reference-ranges'),
    {
      body: { laboratory: 'central', analyte: 'ALT', unit: 'kg', high: 7, effectiveFrom: '2024-03-01' },
    },
    '400 SITE-RANGE-UNIT unit',
  ],
  [
    'a dose in blanks',
    of('treatment/drug-doses'),
    { body: { drug: 'CSA', dose: 1, unit: ' mg', frequency: 'BID', at: { at: '2024-03-05', zone } } },
    '400 INPUT-UNIT unit',
  ],
  [
    'a pressure in millimetres without mercury',
    of('infusions/:infusion/vital-signs'),
    { body: { phase: 'before', values: [{ code: 'SYSBP', value: 120, unit: 'mmHg' }] } },
    '400 INPUT-UNIT values[0].unit',
  ],
  // What is not there
  [
    'a correction of an event that is not',
    of('corrections'),
    { body: { event, field: 'version', value: '3.0', reason } },
    '404 CORRECTION-UNKNOWN-EVENT',
  ],
  [
    'a correction of an event by another kind of id',
    of('treatment/corrections'),
    { body: { event: '17', field: 'dose', value: 1, reason } },
    '400 INPUT-UUID event',
  ],
  [
    'an assessment of no deviation',
    'POST /trials/:trial/sites/01/deviations/d-404/assessments',
    {
      body: {
        category: 'safety',
        severity: 'minor',
        assessment: 'None.',
        reportable: false,
        assessedAt: '2024-03-05',
      },
    },
    '404 DEVIATION-UNKNOWN',
  ],
];
