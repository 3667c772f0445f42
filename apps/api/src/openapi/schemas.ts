import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The inputs that only this software knows; each as the schema of the text that it accepts. */
const ownInputs: Readonly<Record<string, JsonSchema>> = {
  isPartialDate: {
    type: 'string',
    pattern: '^\\d{4}(-\\d{2}(-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?)?)?)?$',
    description:
      'A date that exists, as precise as it is known: 2013, 2013-08, 2013-08-14, 2013-08-14T10:30.',
  },
  isZone: { type: 'string', description: 'A zone of the IANA database, such as Asia/Shanghai.' },
  isUnit: {
    type: 'string',
    description: 'A unit in the case-sensitive UCUM code, such as umol/L or 10*9/L.',
  },
  isStreamId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$', description: 'A coded id.' },
  isInstant: { type: 'string', format: 'date-time', description: 'An instant with Z or an offset.' },
  isText: { type: 'string', minLength: 1 },
};

/** A JSON schema for every class-validator class of the process, from the very decorators that check the input. */
export function inputSchemas(): Record<string, JsonSchema> {
  return validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/components/schemas/',
    additionalConverters: Object.fromEntries(
      Object.entries(ownInputs).map(([name, schema]) => [
        name,
        (meta: { readonly each?: boolean }) =>
          meta.each ? { type: 'array', items: { ...schema } } : { ...schema },
      ]),
    ),
  }) as Record<string, JsonSchema>;
}

/** What every accepted command answers with. */
export const receiptSchema: JsonSchema = {
  type: 'object',
  required: ['commandId', 'stream', 'revision', 'position', 'recordedAt', 'repeated', 'ids', 'events'],
  properties: {
    commandId: { type: 'string', format: 'uuid' },
    stream: { type: 'string', description: 'The stream that the events went to.' },
    revision: { type: 'integer', description: 'Revision of the last event in its stream.' },
    position: { type: 'string', description: 'Give it to a query as `after` to read your own write.' },
    recordedAt: { type: 'string', format: 'date-time' },
    repeated: { type: 'boolean', description: 'Whether this answers an earlier command with the same key.' },
    ids: { type: 'object', additionalProperties: { type: 'string' } },
    events: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'string' }, type: { type: 'string' } } },
    },
  },
  example: {
    commandId: '018e0dab-6c00-7000-8000-000000000001',
    stream: 'participant-NCT05794425.03-007',
    revision: 4,
    position: '1207',
    recordedAt: '2024-03-05T08:15:00.000Z',
    repeated: false,
    ids: { participant: '03-007' },
    events: [{ id: 'b3d1f7a2-5f57-5d0c-9a1e-0a6f7d2e9c11', type: 'ConsentSigned' }],
  },
};

/** Every answer to a question says where in the log it stands. */
export const answerSchema: JsonSchema = {
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
export const problemSchema: JsonSchema = {
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
    violations: {
      type: 'array',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, rule: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
  example: {
    type: '/problems/refused',
    title: 'Refused by a rule',
    status: 422,
    detail: 'All 100 places of the trial are taken.',
    instance: '/trials/NCT05794425/participants/03-007/enrollment',
    rule: 'ENROLL-CAP',
  },
};
