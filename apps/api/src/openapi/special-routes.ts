import type { RefusalStatus } from './answers';
import type { Route } from './routes';
import type { JsonSchema } from './schemas';

/** What is told of a route besides what its decorators say. */
export interface DescribedRoute {
  readonly summary: string;
  readonly description?: string;
  /** Media type → schema of the answer when all goes well. */
  readonly answer: Readonly<Record<string, JsonSchema>>;
  readonly refusals: readonly RefusalStatus[];
  /** An answer with 503 that is no problem document. */
  readonly unavailable?: Readonly<Record<string, JsonSchema>>;
}

/** A route that takes neither a command nor a query, so that nothing can be read off one. */
interface SpecialRoute extends DescribedRoute {
  readonly operationId: string;
}

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema) => ({ 'application/json': schema });

/** By controller and handler. */
const specialRoutes: Readonly<Record<string, SpecialRoute>> = {
  'HealthController.live': {
    operationId: 'readLiveness',
    summary: 'Whether the process answers',
    answer: json({ type: 'object', properties: { status: { const: 'live' } } }),
    refusals: [],
  },
  'HealthController.ready': {
    operationId: 'readReadiness',
    summary: 'Whether requests can be served',
    description: 'The log can be read and written, and nothing that follows it has failed.',
    answer: json(ref('Health')),
    refusals: [],
    unavailable: json(ref('Health')),
  },
  'HealthController.figures': {
    operationId: 'readMetrics',
    summary: 'Figures for Prometheus',
    answer: { 'text/plain': { type: 'string' } },
    refusals: [],
  },
  'DescriptionController.read': {
    operationId: 'readDescription',
    summary: 'This description',
    answer: json({ type: 'object' }),
    refusals: [],
  },
  'AuthController.logIn': {
    operationId: 'logIn',
    summary: 'Log in',
    description: 'Gives an access token that lasts fifteen minutes.',
    answer: json(ref('Session')),
    refusals: [400, 401, 413, 415, 429, 503],
  },
  'AuthController.renew': {
    operationId: 'renewSession',
    summary: 'Renew the session',
    description: 'Gives a new token for one that still holds, until eight hours after the login.',
    answer: json(ref('Session')),
    refusals: [401, 403, 503],
  },
  'AuthController.me': {
    operationId: 'readOwnSession',
    summary: 'Who is logged in',
    answer: json({
      type: 'object',
      required: ['user', 'printedName', 'roles', 'passwordTemporary', 'expiresAt'],
      properties: {
        user: { type: 'string' },
        printedName: { type: 'string' },
        organisation: { type: 'string' },
        roles: { type: 'array', items: ref('GrantRole') },
        passwordTemporary: { type: 'boolean' },
        expiresAt: { type: 'string', format: 'date-time' },
      },
    }),
    refusals: [401, 503],
  },
  'AuthController.changePassword': {
    operationId: 'changeOwnPassword',
    summary: 'Change the own password',
    description: 'Ends all other sessions of the account and answers with a new one.',
    answer: json(ref('Session')),
    refusals: [400, 401, 413, 415, 422, 429, 503],
  },
  'AccountsController.setPassword': {
    operationId: 'setTemporaryPassword',
    summary: 'Set a temporary password',
    description:
      'Needs the permission `account.manage`. The holder has to choose another one at the next login.',
    answer: json(ref('Receipt')),
    refusals: [400, 401, 403, 404, 409, 413, 415, 422, 503],
  },
  'ContactsController.add': {
    operationId: 'addContactPoint',
    summary: 'Add contact point',
    description:
      'Everybody’s on the own account. The answer to a webhook that was added holds its secret, once: `whsec_…`, ' +
      'as Standard Webhooks writes it.',
    answer: json({
      allOf: [ref('Receipt'), { type: 'object', properties: { secret: { type: 'string' } } }],
    }),
    refusals: [400, 401, 403, 404, 409, 413, 415, 422, 503],
  },
};

export const specialRouteOf = ({ controller, handler }: Route): SpecialRoute | undefined =>
  specialRoutes[`${controller.name}.${handler}`];

/** Questions that are answered with a file as well as with JSON, by name: the file's media type. */
export const tabularAnswers: Readonly<Record<string, string>> = {
  ReadSafetyTabulation: 'text/csv',
};

/** Questions that are answered piece by piece, by name: their media types. */
export const streamedAnswers: Readonly<Record<string, readonly string[]>> = {
  ExportAuditTrail: ['application/x-ndjson', 'text/csv'],
  FollowAlerts: ['text/event-stream'],
};
