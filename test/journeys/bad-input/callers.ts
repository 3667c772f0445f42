import type { Attempt } from './attempt';

const reason = { code: 'typingError', text: 'Typed wrongly.' };
const mine = 'GET /trials/:trial/participants/:participant';
const bearer = (token: string) => ({ authorization: token });
const event = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';

/**
 * Requests by somebody who may not. Tokens stand for themselves: `{expired}`, `{garbled}`, `{unsigned}`, `{temporary}`,
 * `{locked}`, `{symmetric}`, `{valid}`.
 */
export const badCallers: readonly Attempt[] = [
  // Tokens
  ['no token', mine, { headers: bearer('') }, '401 AUTH-TOKEN-REQUIRED'],
  ['another scheme', mine, { headers: bearer('Basic dTpw') }, '401 AUTH-TOKEN-REQUIRED'],
  ['a token that is no token', mine, { headers: bearer('Bearer garbage') }, '401 AUTH-TOKEN-INVALID'],
  ['two tokens', mine, { headers: bearer('Bearer {valid} {valid}') }, '401 AUTH-TOKEN-REQUIRED'],
  ['a token that has expired', mine, { headers: bearer('Bearer {expired}') }, '401 AUTH-TOKEN-INVALID'],
  ['a token with another signature', mine, { headers: bearer('Bearer {garbled}') }, '401 AUTH-TOKEN-INVALID'],
  [
    'a token that says it needs no signature',
    mine,
    { headers: bearer('Bearer {unsigned}') },
    '401 AUTH-TOKEN-INVALID',
  ],
  ['a token with a shared secret', mine, { headers: bearer('Bearer {symmetric}') }, '401 AUTH-TOKEN-INVALID'],
  ['the token of a locked account', mine, { headers: bearer('Bearer {locked}') }, '401 AUTH-TOKEN-INVALID'],
  [
    'the token of a temporary password',
    mine,
    { headers: bearer('Bearer {temporary}') },
    '403 AUTH-PASSWORD-CHANGE-FIRST',
  ],
  [
    'a login with a wrong password',
    'POST /auth/login',
    { headers: bearer(''), body: { user: 'investigator-01', password: 'guessed wrongly' } },
    '401 AUTH-LOGIN-FAILED',
  ],
  [
    'a login of nobody',
    'POST /auth/login',
    { headers: bearer(''), body: { user: 'nobody', password: 'guessed wrongly' } },
    '401 AUTH-LOGIN-FAILED',
  ],
  [
    'a login without a password',
    'POST /auth/login',
    { headers: bearer(''), body: { user: 'investigator-01' } },
    '400 INPUT-STRING password',
  ],
  [
    'a login with an object for a password',
    'POST /auth/login',
    { headers: bearer(''), body: { user: 'x', password: { $ne: '' } } },
    '400 INPUT-STRING password',
  ],
  [
    'a new password without the old one',
    'POST /auth/password',
    { body: { currentPassword: 'wrong', password: 'long enough, and other' } },
    '401 AUTH-LOGIN-FAILED',
  ],
  // Roles
  [
    'a coordinator who decides on eligibility',
    'coordinator POST /trials/:trial/participants/:participant/screening/decisions',
    { body: { decision: 'eligible' } },
    '403 ACCESS-NO-GRANT',
  ],
  [
    'a monitor who records a consent',
    'monitor POST /trials/:trial/participants/:participant/consents',
    { body: { version: '2.0', signedAt: '2024-03-02' } },
    '403 ACCESS-NO-GRANT',
  ],
  [
    'an inspector who corrects',
    'inspector POST /trials/:trial/participants/:participant/corrections',
    { body: { event, field: 'version', value: '1', reason } },
    '403 ACCESS-NO-GRANT',
  ],
  ['an administrator who reads a participant', `administrator ${mine}`, {}, '403 ACCESS-NO-GRANT'],
  [
    'a pharmacist who reads adverse events',
    'pharmacist GET /trials/:trial/adverse-events',
    {},
    '403 ACCESS-NO-GRANT',
  ],
  [
    'a coordinator who reads the trail',
    'coordinator GET /trials/:trial/audit-trail',
    {},
    '403 ACCESS-NO-GRANT',
  ],
  [
    'an investigator who exports the trail',
    'GET /trials/:trial/audit-trail/export?format=csv',
    {},
    '403 ACCESS-NO-GRANT',
  ],
  [
    'an investigator who selects a site',
    'POST /trials/:trial/sites/09',
    { body: { name: 'N', zone: 'UTC' } },
    '403 ACCESS-NO-GRANT',
  ],
  [
    'an investigator who amends the protocol',
    'POST /trials/:trial/protocol/versions',
    { body: { definition: {}, effectiveFrom: '2024' } },
    '403 ACCESS-NO-GRANT',
  ],
  [
    'an administrator of one trial who opens an account',
    'administrator POST /accounts/u-77',
    { body: { printedName: 'N' } },
    '403 ACCESS-NO-GRANT',
  ],
  ['an investigator who lists accounts', 'GET /accounts', {}, '403 ACCESS-NO-GRANT'],
  ['the trail of all trials by somebody of one', 'dataManager GET /audit-trail', {}, '403 ACCESS-NO-GRANT'],
  [
    'an investigator who assesses for the sponsor',
    'POST /trials/:trial/participants/:participant/adverse-events/:adverseEvent/sponsor-causality',
    { body: { term: 'possible' } },
    '403 ACCESS-NO-GRANT',
  ],
  // Sites and trials of others
  ['a participant of another site', 'GET /trials/:trial/participants/02-001', {}, '403 ACCESS-NO-GRANT'],
  [
    'a participant of another site who is not',
    'GET /trials/:trial/participants/02-999',
    {},
    '403 ACCESS-NO-GRANT',
  ],
  [
    'a result for another site',
    'POST /trials/:trial/participants/02-001/visits',
    { body: { visits: [{ visit: 'V1' }] } },
    '403 ACCESS-NO-GRANT',
  ],
  [
    'an adverse event of another site under an own participant',
    'GET /trials/:trial/participants/:participant/adverse-events/:foreignAdverseEvent',
    {},
    '404 AE-UNKNOWN',
  ],
  [
    'an amendment of it',
    'POST /trials/:trial/participants/:participant/adverse-events/:foreignAdverseEvent/amendments',
    { body: { term: 'Mine now', reason } },
    '404 AE-UNKNOWN',
  ],
  ['another site', 'GET /trials/:trial/sites/02', {}, '403 ACCESS-NO-GRANT'],
  ['the board of another site', 'GET /trials/:trial/sites/02/board', {}, '403 ACCESS-NO-GRANT'],
  [
    'a staff member for another site',
    'POST /trials/:trial/sites/02/delegations',
    { body: { user: 'u-1', role: 'coordinator', duties: ['all'], trainedOn: '2024', delegatedOn: '2024' } },
    '403 ACCESS-NO-GRANT',
  ],
  [
    'a deviation of another site at the own one',
    'POST /trials/:trial/sites/01/deviations/:foreignDeviation/closing',
    { body: { closedAt: '2024-03-05', conclusion: 'Not ours.' } },
    '404 DEVIATION-UNKNOWN',
  ],
  ['another trial', 'GET /trials/NCT00000000', {}, '403 ACCESS-NO-GRANT'],
  [
    'a participant of another trial',
    'GET /trials/NCT00000000/participants/01-001',
    {},
    '403 ACCESS-NO-GRANT',
  ],
  [
    'a consent in another trial',
    'POST /trials/NCT00000000/participants/01-001/consents',
    { body: { version: '2.0', signedAt: '2024-03-02' } },
    '403 ACCESS-NO-GRANT',
  ],
  // What is not there
  ['a participant who is not', 'GET /trials/:trial/participants/01-999', {}, '404 PARTICIPANT-UNKNOWN'],
  [
    'a consent of nobody',
    'POST /trials/:trial/participants/01-999/consents',
    { body: { version: '2.0', signedAt: '2024-03-02' } },
    '404 PARTICIPANT-UNKNOWN',
  ],
  [
    'a number that was never given',
    'POST /trials/:trial/participants/01-999',
    { body: {} },
    '422 PARTICIPANT-NUMBER',
  ],
  [
    'an adverse event of nobody',
    'POST /trials/:trial/participants/01-999/adverse-events',
    { body: { term: 'Fever' } },
    '404 PARTICIPANT-UNKNOWN',
  ],
  [
    'an adverse event that is not',
    'GET /trials/:trial/participants/:participant/adverse-events/404',
    {},
    '404 AE-UNKNOWN',
  ],
  [
    'an assessment of it',
    'POST /trials/:trial/participants/:participant/adverse-events/404/severity',
    { body: { grade: 2 } },
    '404 AE-UNKNOWN',
  ],
  [
    'an infusion that is not',
    'POST /trials/:trial/participants/:participant/infusions/404/start',
    { body: {} },
    '404 TRT-INFUSION-UNKNOWN',
  ],
  [
    'a dose for nobody',
    'POST /trials/:trial/participants/01-999/treatment/drug-doses',
    { body: { drug: 'CSA', dose: 100, unit: 'mg', frequency: 'BID', at: { at: '2024-03-05', zone: 'UTC' } } },
    '404 PARTICIPANT-UNKNOWN',
  ],
  [
    'a site that is not',
    'administrator POST /trials/:trial/sites/98/status',
    { body: { status: 'activated' } },
    '404 SITE-UNKNOWN',
  ],
  [
    'a protocol version that is not',
    'GET /trials/:trial/protocol?version=99',
    {},
    '404 PROTOCOL-VERSION-UNKNOWN',
  ],
  // What may not be now
  [
    'a trial that is defined twice',
    'administrator POST /trials/:trial',
    {
      body: {
        registryNumber: 'X',
        otherIds: [],
        title: 'T',
        sponsor: 'S',
        collaborators: [],
        locations: [],
        zone: 'UTC',
        plannedDates: {},
      },
    },
    '409 TRIAL-DEFINED',
  ],
  [
    'a number from a site of one’s own choice',
    'POST /trials/:trial/sites/01/participant-numbers',
    { body: { participant: '01-500' } },
    '400 NUMBER-GIVEN participant',
  ],
  [
    'a second enrollment',
    'POST /trials/:trial/participants/:participant/enrollment',
    { body: { enrolledAt: '2024-03-04' } },
    '409 ENROLL-ALREADY',
  ],
  [
    'an infusion that ends before it begins',
    'POST /trials/:trial/participants/:participant/infusions/:infusion/end',
    { body: {} },
    '409 TRT-STEP-ORDER',
  ],
];
