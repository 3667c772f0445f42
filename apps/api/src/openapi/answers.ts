import type { JsonSchema } from './schemas';

/** What every accepted command answers with. */
const receipt: JsonSchema = {
  type: 'object',
  required: ['commandId', 'stream', 'revision', 'position', 'recordedAt', 'repeated', 'ids', 'events'],
  properties: {
    commandId: { type: 'string', format: 'uuid' },
    stream: { type: 'string', description: 'The stream that the events went to.' },
    revision: { type: 'integer', description: 'Revision of the last event in its stream.' },
    position: { type: 'string', description: 'Give it to a query as `after` to read your own write.' },
    recordedAt: { type: 'string', format: 'date-time' },
    repeated: { type: 'boolean', description: 'Whether this answers an earlier command with the same key.' },
    ids: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Ids to go on with: of what came into being.',
    },
    events: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'type'],
        properties: { id: { type: 'string', format: 'uuid' }, type: { type: 'string' } },
      },
    },
  },
  examples: [
    {
      commandId: '018e0dab-6c00-7000-8000-000000000001',
      stream: 'participant-NCT05794425.03-007',
      revision: 4,
      position: '1207',
      recordedAt: '2024-03-05T08:15:00.000Z',
      repeated: false,
      ids: { participant: '03-007' },
      events: [{ id: 'b3d1f7a2-5f57-5d0c-9a1e-0a6f7d2e9c11', type: 'ConsentSigned' }],
    },
  ],
};

/** Every answer to a question says where in the log it stands. */
const answer: JsonSchema = {
  type: 'object',
  required: ['standsAt'],
  properties: {
    standsAt: {
      type: 'object',
      required: ['position', 'recordedAt', 'asOf'],
      properties: {
        position: { type: 'string' },
        recordedAt: { type: ['string', 'null'], format: 'date-time' },
        asOf: { type: 'boolean', description: 'Whether it was asked for as of an earlier moment.' },
      },
    },
  },
};

/** RFC 9457. */
const problem: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong and what to do about it.' },
    instance: { type: 'string' },
    rule: { type: 'string', description: 'Stable id of the rule that said no.' },
    field: { type: 'string', description: 'Path of the field that is to blame.' },
    evidence: { type: 'object', description: 'What the rule stood on.' },
    violations: {
      type: 'array',
      description: 'Everything that is wrong with an input.',
      items: {
        type: 'object',
        required: ['field', 'rule', 'message'],
        properties: { field: { type: 'string' }, rule: { type: 'string' }, message: { type: 'string' } },
      },
    },
    wanted: { type: 'string', description: 'With 202: the position that was asked for.' },
    reached: { type: 'string', description: 'With 202: the position that is reached.' },
    correlationId: { type: 'string', description: 'With 500: the number of the cause in the host’s log.' },
  },
  examples: [
    {
      type: '/problems/refused',
      title: 'Refused by a rule',
      status: 422,
      detail: 'All 100 places of the trial are taken.',
      instance: '/trials/NCT05794425/participants/03-007/enrollment',
      rule: 'ENROLL-CAP',
    },
  ],
};

const session: JsonSchema = {
  type: 'object',
  required: ['accessToken', 'tokenType', 'expiresIn', 'user', 'roles', 'passwordTemporary'],
  properties: {
    accessToken: { type: 'string', description: 'Send it as `Authorization: Bearer …`.' },
    tokenType: { const: 'Bearer' },
    expiresIn: { type: 'integer', description: 'Seconds.' },
    user: { type: 'string' },
    roles: { type: 'array', items: { $ref: '#/components/schemas/GrantRole' } },
    passwordTemporary: {
      type: 'boolean',
      description: 'Whether an own password has to be chosen before anything else.',
    },
  },
};

const health: JsonSchema = {
  type: 'object',
  required: ['status', 'log', 'views', 'reactions'],
  properties: {
    status: { enum: ['ready', 'not ready'] },
    log: {
      type: 'object',
      properties: { position: { type: 'string' }, problem: { type: 'string' } },
    },
    views: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          state: { type: 'string' },
          lag: { type: 'integer', description: 'Events that the view has not taken yet.' },
        },
      },
    },
    reactions: {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' }, state: { type: 'string' } } },
    },
  },
};

/** The shapes of answers, as `components.schemas` names them. */
export const answerSchemas: Readonly<Record<string, JsonSchema>> = {
  Receipt: receipt,
  Answer: answer,
  Problem: problem,
  Session: session,
  Health: health,
};

/** What goes wrong, by status. */
export const refusals = {
  202: 'The view has not reached `after` yet; both positions are in the answer. Ask again in a moment.',
  400: 'The input is wrong; the problem names every field and its rule.',
  401: 'Nobody is logged in, or the token holds no longer.',
  403: 'No role of the caller allows this here. The same whether the thing exists or not.',
  404: 'There is no such thing.',
  409: 'The Idempotency-Key was used for another content, or the present state does not allow it.',
  413: 'The body is larger than this host takes.',
  415: 'The body is not sent as application/json.',
  422: 'A rule of the trial refuses it; the problem names the rule.',
  429: 'Too many attempts; `Retry-After` says when to try again.',
  503: 'The log cannot answer; nothing acknowledged is lost. Repeat with the same Idempotency-Key.',
} as const;

export type RefusalStatus = keyof typeof refusals;
