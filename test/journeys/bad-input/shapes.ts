import { protocolExamples } from '../../../apps/api/src/openapi/examples/protocol';
import type { Attempt } from './attempt';

const person = 'POST /trials/:trial/participants/01-099';
const of = (path: string): string => `POST /trials/:trial/participants/:participant/${path}`;
const site = (path = ''): string => `administrator POST /trials/:trial/sites/01${path}`;
const reason = { code: 'typingError', text: 'Typed wrongly.' };
const event = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';
const result = (given: object) => ({ results: [{ analyte: 'ALT', collectedAt: '2024-03-04', ...given }] });
const deep = (levels: number): object => (levels === 0 ? {} : { of: deep(levels - 1) });

/** A definition that holds, of more than 256 KiB. */
const enormous = {
  ...protocolExamples.PublishProtocolVersion.definition,
  version: '9.0',
  sourceNotes: Array.from({ length: 80 }, () => 'x'.repeat(4_000)),
};

/** Bodies of another shape than their route takes: no object, unknown, missing and empty fields. */
export const badShapes: readonly Attempt[] = [
  // Not an object
  ['a body that is a list', person, { body: [] }, '400 INPUT-OBJECT'],
  ['a body that is a text', person, { body: '"prescreen"' }, '400 INPUT-OBJECT'],
  ['a body that is null', person, { body: 'null' }, '400 INPUT-OBJECT'],
  ['a body that is cut off', person, { body: '{"sex": "female"' }, '400 INPUT-MALFORMED'],
  ['a body with a trailing comma', person, { body: '{"sex": "female",}' }, '400 INPUT-MALFORMED'],
  [
    'an empty body that is said to be JSON',
    person,
    { body: '', headers: { 'content-type': 'application/json' } },
    '400 INPUT-MALFORMED',
  ],
  [
    'a body of more than a mebibyte',
    of('statements'),
    { body: { statements: 'x'.repeat(1_100_000) } },
    '413 INPUT-TOO-LARGE',
  ],
  [
    'a record of more than the log takes',
    'administrator POST /trials/:trial/protocol/versions',
    { body: { definition: enormous, effectiveFrom: '2024-03-01', reason } },
    '413 INPUT-TOO-LARGE',
  ],
  // Unknown fields, prototypes, depth
  ['an unknown field', person, { body: { gender: 'female' } }, '400 INPUT-UNKNOWN-FIELD gender'],
  [
    'an unknown field in an item of a list',
    of('laboratory-results'),
    { body: result({ quantity: { value: 1, unit: 'U/L', note: 'x' } }) },
    '400 INPUT-UNKNOWN-FIELD results[0].quantity.note',
  ],
  [
    'a command’s own attachments',
    person,
    { body: { submission: { source: 'import' }, grant: { role: 'system' } } },
    '400 INPUT-UNKNOWN-FIELD submission',
  ],
  ['the name of a prototype', person, { body: '{"__proto__": {"sex": "female"}}' }, '400 INPUT-MALFORMED'],
  [
    'the name of a constructor',
    person,
    { body: '{"constructor": {"prototype": {"sex": "female"}}}' },
    '400 INPUT-MALFORMED',
  ],
  [
    'a constructor inside an item',
    of('measurements'),
    { body: { measurements: [{ code: 'WEIGHT', constructor: 1 }] } },
    '400 INPUT-UNKNOWN-FIELD measurements[0].constructor',
  ],
  [
    'a field of every object as the field to correct',
    of('corrections'),
    { body: { event: ':event', field: 'toString', value: 1, reason } },
    '422 CORRECTION-FIELD field',
  ],
  [
    'forty levels',
    'administrator POST /trials/:trial/protocol/versions',
    { body: { definition: deep(40), effectiveFrom: '2024-03-01' } },
    `400 INPUT-TOO-DEEP definition${'.of'.repeat(31)}`,
  ],
  [
    'a definition that is none',
    'administrator POST /trials/:trial/protocol/versions',
    { body: { definition: { version: '9.0' }, effectiveFrom: '2024-03-01' } },
    '400 PROTOCOL-SHAPE definition.title',
  ],
  [
    'a list in a list',
    of('statements'),
    { body: { statements: [[{ key: 'x', holds: true, attestedAt: '2024' }]] } },
    '400 INPUT-LIST-IN-LIST statements[0]',
  ],
  [
    'too long a list',
    of('statements'),
    {
      body: {
        statements: Array.from({ length: 101 }, () => ({ key: 'x', holds: true, attestedAt: '2024' })),
      },
    },
    '400 INPUT-ARRAY-MAX-SIZE statements',
  ],
  ['an empty list', of('visits'), { body: { visits: [] } }, '400 INPUT-ARRAY-NOT-EMPTY visits'],
  ['null in a list', of('visits'), { body: { visits: [null] } }, '400 INPUT-OBJECT visits[0]'],
  ['an object for a list', of('visits'), { body: { visits: { visit: 'V1' } } }, '400 INPUT-LIST visits'],
  [
    'a list for an object',
    of('corrections'),
    { body: { event, field: 'version', value: '1', reason: [reason] } },
    '400 INPUT-NO-LIST reason',
  ],
  [
    'a text for an object',
    'POST /trials/:trial/participants/:participant/infusions/:infusion/cancellation',
    { body: { reason: 'no more' } },
    '400 INPUT-OBJECT reason',
  ],
  // Missing, empty, null
  ['nothing of what is needed', of('consents'), { body: {} }, '400 INPUT-TEXT version'],
  [
    'a change without its reason',
    site('/delegations/revocations'),
    { body: { user: 'u-1', role: 'coordinator', revokedOn: '2024-03-01' } },
    '400 INPUT-MISSING reason',
  ],
  [
    'a cancellation without its reason',
    of('infusions/:infusion/cancellation'),
    { body: {} },
    '400 INPUT-MISSING reason',
  ],
  [
    'a correction without its value',
    of('corrections'),
    { body: { event: ':event', field: 'version', reason } },
    '400 INPUT-MISSING value',
  ],
  [
    'a correction to a value that its field cannot have',
    of('corrections'),
    { body: { event: ':event', field: 'signedAt', value: { at: 'today' }, reason } },
    '400 CORRECTION-VALUE value',
  ],
  [
    'a dose without its time',
    of('treatment/drug-doses'),
    { body: { drug: 'CSA', dose: 1, unit: 'mg', frequency: 'BID' } },
    '400 INPUT-MISSING at',
  ],
  [
    'an empty text',
    of('consents'),
    { body: { version: '', signedAt: '2024-03-02' } },
    '400 INPUT-TEXT version',
  ],
  ['a text of white space', of('adverse-events'), { body: { term: ' \t ' } }, '400 INPUT-TEXT term'],
  ['null for a text', of('adverse-events'), { body: { term: null } }, '400 INPUT-TEXT term'],
  [
    'null for an optional field',
    of('adverse-events'),
    { body: { term: 'Fever', onset: null } },
    '400 INPUT-PARTIAL-DATE onset',
  ],
  ['a text with NUL', of('adverse-events'), { body: { term: 'Fever\u0000' } }, '400 INPUT-CHARACTERS term'],
  [
    'half a character',
    of('adverse-events'),
    { body: '{"term": "Fever \\ud800"}' },
    '400 INPUT-CHARACTERS term',
  ],
  ['too long a text', of('adverse-events'), { body: { term: 'x'.repeat(501) } }, '400 INPUT-TEXT term'],
];
