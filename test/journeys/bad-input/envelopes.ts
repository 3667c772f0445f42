import type { Attempt } from './attempt';

const consent = 'POST /trials/:trial/participants/:participant/consents';
const signed = { version: '2.0', signedAt: '2024-03-02' };
const list = (query: string): string => `GET /trials/:trial/participants?${query}`;
const trail = (query: string): string => `GET /trials/:trial/audit-trail?${query}`;
const key = 'k'.repeat(129);

/** Requests whose address, method, headers or query string are wrong. */
export const badEnvelopes: readonly Attempt[] = [
  // Addresses
  ['an address that is none of ours', 'GET /admin', {}, '404 INPUT-ROUTE'],
  ['the parent folder', 'GET /trials/%2e%2e/participants', {}, '404 INPUT-ROUTE'],
  ['a path of a file', 'GET /trials/..%2F..%2Fetc%2Fpasswd', {}, '400 INPUT-ID trial'],
  ['an id with a traversal', 'GET /trials/:trial/participants/..%2F02-001', {}, '400 INPUT-ID participant'],
  ['an id with a dot', 'GET /trials/:trial/participants/01.001', {}, '400 INPUT-ID participant'],
  ['an id with NUL', 'GET /trials/:trial/participants/01%00001', {}, '400 INPUT-ID participant'],
  ['an id with a quote', "GET /trials/:trial/sites/01'--", {}, '400 INPUT-ID site'],
  [
    'an id of another script',
    'GET /trials/:trial/participants/01-%D9%A0%D9%A0%D9%A1',
    {},
    '400 INPUT-ID participant',
  ],
  ['an id of every object', 'GET /trials/__proto__', {}, '400 INPUT-ID trial'],
  ['an id of 65 characters', `GET /trials/${'a'.repeat(65)}`, {}, '400 INPUT-ID trial'],
  ['an id of 300 characters', `GET /trials/${'a'.repeat(300)}`, {}, '414 INPUT-TOO-LARGE'],
  ['bytes that are no text', 'GET /trials/%E0%A4%A', {}, '400 INPUT-MALFORMED'],
  [
    'a participant without a site',
    'POST /trials/:trial/participants/001',
    { body: {} },
    '403 ACCESS-NO-GRANT',
  ],
  ['an empty id', 'GET /trials/:trial/sites//board', {}, '404 INPUT-ROUTE'],
  // Methods and media types
  ['deleting a participant', 'DELETE /trials/:trial/participants/:participant', {}, '404 INPUT-ROUTE'],
  [
    'replacing a site',
    'PUT /trials/:trial/sites/01',
    { body: { name: 'N', zone: 'UTC' } },
    '404 INPUT-ROUTE',
  ],
  [
    'patching an adverse event',
    'PATCH /trials/:trial/participants/:participant/adverse-events/:adverseEvent',
    { body: { term: 'x' } },
    '404 INPUT-ROUTE',
  ],
  [
    'reading where one only writes',
    'GET /trials/:trial/participants/:participant/consents',
    {},
    '404 INPUT-ROUTE',
  ],
  ['writing where one only reads', 'POST /trials/:trial/audit-trail', { body: {} }, '404 INPUT-ROUTE'],
  [
    'a form',
    consent,
    {
      body: 'version=2.0&signedAt=2024-03-02',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    '415 INPUT-MEDIA-TYPE',
  ],
  [
    'plain text',
    consent,
    { body: JSON.stringify(signed), headers: { 'content-type': 'text/plain' } },
    '415 INPUT-MEDIA-TYPE',
  ],
  [
    'XML',
    consent,
    { body: '<consent/>', headers: { 'content-type': 'application/xml' } },
    '415 INPUT-MEDIA-TYPE',
  ],
  [
    'a file of many parts',
    consent,
    { body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    '415 INPUT-MEDIA-TYPE',
  ],
  [
    'no media type of this world',
    consent,
    { body: JSON.stringify(signed), headers: { 'content-type': 'json' } },
    '415 INPUT-MEDIA-TYPE',
  ],
  // Headers
  [
    'an empty Idempotency-Key',
    consent,
    { body: signed, headers: { 'idempotency-key': '' } },
    '400 INPUT-IDEMPOTENCY-KEY Idempotency-Key',
  ],
  [
    'an Idempotency-Key with a space',
    consent,
    { body: signed, headers: { 'idempotency-key': 'a b' } },
    '400 INPUT-IDEMPOTENCY-KEY Idempotency-Key',
  ],
  [
    'an Idempotency-Key of 129 characters',
    consent,
    { body: signed, headers: { 'idempotency-key': key } },
    '400 INPUT-IDEMPOTENCY-KEY Idempotency-Key',
  ],
  [
    'an Idempotency-Key that was used for another content',
    consent,
    { body: { ...signed, version: '9.0' }, headers: { 'idempotency-key': 'used' } },
    '409 INPUT-IDEMPOTENCY-KEY-REUSED Idempotency-Key',
  ],
  [
    'X-Entered-At without a zone',
    consent,
    { body: signed, headers: { 'x-entered-at': '2024-03-05T08:00:00' } },
    '400 INPUT-ENTERED-AT X-Entered-At',
  ],
  [
    'X-Entered-At with an offset',
    consent,
    { body: signed, headers: { 'x-entered-at': '2024-03-05T16:00:00+08:00' } },
    '400 INPUT-ENTERED-AT X-Entered-At',
  ],
  [
    'X-Entered-At on a day that does not exist',
    consent,
    { body: signed, headers: { 'x-entered-at': '2024-02-30T08:00:00Z' } },
    '400 INPUT-ENTERED-AT X-Entered-At',
  ],
  // Query strings
  ['a limit in words', list('limit=many'), {}, '400 INPUT-INT limit'],
  ['a limit of zero', list('limit=0'), {}, '400 INPUT-MIN limit'],
  ['a limit below zero', list('limit=-1'), {}, '400 INPUT-MIN limit'],
  ['half a row', list('limit=1.5'), {}, '400 INPUT-INT limit'],
  ['too large a limit', list('limit=1001'), {}, '400 INPUT-MAX limit'],
  ['an empty limit', list('limit='), {}, '400 INPUT-MIN limit'],
  ['two limits', list('limit=1&limit=2'), {}, '400 INPUT-NO-LIST limit'],
  ['an unknown parameter', list('order=asc'), {}, '400 INPUT-UNKNOWN-FIELD order'],
  ['a parameter of every object', list('__proto__=x'), {}, '400 INPUT-UNKNOWN-FIELD __proto__'],
  ['an unknown status', list('status=vanished'), {}, '400 INPUT-IN status'],
  ['yes for true', list('enrolled=yes'), {}, '400 INPUT-BOOLEAN enrolled'],
  ['after in words', list('after=yesterday'), {}, '400 INPUT-POSITION after'],
  ['after below the log', list('after=-2'), {}, '400 INPUT-POSITION after'],
  ['after twice', list('after=1&after=2'), {}, '400 INPUT-POSITION after'],
  ['after beyond all positions', list(`after=${'9'.repeat(40)}`), {}, '400 INPUT-POSITION after'],
  ['asOf in words', list('asOf=yesterday'), {}, '400 INPUT-AS-OF asOf'],
  ['asOf on a day that does not exist', list('asOf=2026-02-31'), {}, '400 INPUT-AS-OF asOf'],
  ['asOf in a month', list('asOf=2026-02'), {}, '400 INPUT-AS-OF asOf'],
  ['asOf at a local time', list('asOf=2024-03-05T08:00:00'), {}, '400 INPUT-AS-OF asOf'],
  ['an empty asOf', list('asOf='), {}, '400 INPUT-AS-OF asOf'],
  ['a cursor in words', 'GET /trials/:trial/deviations?cursor=next', {}, '400 INPUT-MATCHES cursor'],
  ['a cursor of another list', trail('cursor=01-001'), {}, '400 AUDIT-CURSOR cursor'],
  ['a cursor that was tampered with', trail('cursor=eyJwb3NpdGlvbiI6IjEifQ'), {}, '400 AUDIT-CURSOR cursor'],
  ['an unknown order', trail('sort=patient'), {}, '400 INPUT-IN sort'],
  ['a position below the log', trail('fromPosition=-5'), {}, '400 INPUT-MATCHES fromPosition'],
  ['a position beyond 64 bits', trail('toPosition=99999999999999999999'), {}, '400 INPUT-MATCHES toPosition'],
  ['a time without a zone', trail('from=2024-03-05T08:00:00'), {}, '400 INPUT-INSTANT from'],
  ['an empty filter', trail('site='), {}, '400 INPUT-LENGTH site'],
  [
    'too many values of a filter',
    trail(Array.from({ length: 101 }, (_, n) => `user=u${n}`).join('&')),
    {},
    '400 INPUT-ARRAY-MAX-SIZE user',
  ],
  [
    'a format that is none',
    'dataManager GET /trials/:trial/audit-trail/export?format=xlsx',
    {},
    '400 INPUT-IN format',
  ],
  ['no format', 'dataManager GET /trials/:trial/audit-trail/export', {}, '400 INPUT-IN format'],
  [
    'a data point of no stream',
    'GET /trials/:trial/audit-trail/data-points?stream=x&field=y',
    {},
    '400 INPUT-MATCHES stream',
  ],
  ['a protocol version on no day', 'GET /trials/:trial/protocol?on=someday', {}, '400 INPUT-PARTIAL-DATE on'],
];
