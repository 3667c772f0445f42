import { permissionOf, signatureOf } from '@platform/commands';
import { permissionsOf } from '@trial/access';
import type { RefusalStatus } from './answers';
import type { Route } from './routes';
import { coded, type JsonSchema } from './schemas';
import { specialRouteOf, streamedAnswers, tabularAnswers, type DescribedRoute } from './special-routes';

/** An operation of OpenAPI, as JSON. */
export type Operation = Readonly<Record<string, unknown>>;

const ref = (kind: string, name: string | number) => ({ $ref: `#/components/${kind}/${name}` });

/**
 * One route as an operation.
 * @throws Error for a route that neither takes a command or a query of a table nor stands among the special ones
 */
export function operationOf(
  route: Route,
  operationId: string,
  schemas: Readonly<Record<string, JsonSchema>>,
): Operation {
  const { controller, body, query, params, status, isPublic } = route;
  const { summary, description, answer, refusals, unavailable } = detailsOf(route);
  return {
    operationId,
    tags: [wordsOf(controller.name.replace(/Controller$/, ''))],
    summary,
    ...(description !== undefined && { description }),
    ...(isPublic && { security: [] }),
    ...parametersOf([
      ...params.map(pathParameter),
      ...(query ? queryParameters(schemas[query.name]) : []),
      ...(body && !isPublic ? commandHeaders : []),
    ]),
    ...(body && { requestBody: bodyOf(schemas, body.name) }),
    responses: {
      [status]: {
        description: body ? 'Accepted and durable.' : 'The answer, and where it stands.',
        ...(permitted(route) !== undefined && { headers: { 'Ledger-Position': ref('headers', 'Position') } }),
        content: contentOf(answer),
      },
      ...Object.fromEntries(refusals.map(each => [each, ref('responses', each)])),
      ...(unavailable && { 503: { description: 'Not ready.', content: contentOf(unavailable) } }),
    },
  };
}

const permitted = ({ body, query }: Route): string | undefined => {
  const input = body ?? query;
  return input && permissionOf(input);
};

/** Every route takes a command, a question, or is told of apart. */
function detailsOf(route: Route): DescribedRoute {
  const { controller, handler, body, query, params } = route;
  const special = specialRouteOf(route);
  if (special) return special;
  const input = body ?? query;
  const permission = permitted(route);
  if (!input || permission === undefined) {
    throw new Error(`${controller.name}.${handler} takes no command and no query that stands in a table.`);
  }
  const absent: RefusalStatus[] = params.length > 0 ? [404] : [];
  const refusals: RefusalStatus[] = body
    ? [400, 401, 403, ...absent, 409, 413, 415, 422, ...(signatureOf(input) ? [429 as const] : []), 503]
    : [202, 400, 401, 403, ...absent, 503];
  const description = needs(permission) + signs(input);
  return { summary: wordsOf(input.name), description, answer: answerOf(route), refusals };
}

/** What somebody signs with the request, when it is one to be signed. */
function signs(input: new () => object): string {
  const signature = signatureOf(input);
  if (!signature) return '';
  const may = signature.asked === 'always' ? 'Is signed' : 'May be signed';
  return ` ${may} with the user id and the password: “${signature.meaning}”.`;
}

function answerOf({ body, query }: Route): DescribedRoute['answer'] {
  const streamed = query && streamedAnswers[query.name];
  if (streamed) return Object.fromEntries(streamed.map(type => [type, { type: 'string' }]));
  const file = query && tabularAnswers[query.name];
  return {
    'application/json': ref('schemas', body ? 'Receipt' : 'Answer'),
    ...(file !== undefined && { [file]: { type: 'string' } }),
  };
}

/** Which permission, and which roles of people have it. */
function needs(permission: string): string {
  if (permission === 'account.own') return 'Needs no role: everybody’s on the own account.';
  const holders = Object.entries(permissionsOf)
    .filter(
      ([role, held]) => !['importer', 'system'].includes(role) && held.some(each => each === permission),
    )
    .map(([role]) => role);
  return `Needs the permission \`${permission}\` at this trial and site. Roles that have it: ${holders.join(', ')}.`;
}

const contentOf = (answer: DescribedRoute['answer']) =>
  Object.fromEntries(Object.entries(answer).map(([type, schema]) => [type, { schema }]));

const bodyOf = (schemas: Readonly<Record<string, JsonSchema>>, name: string) => ({
  // A command without mandatory fields may come without a body.
  required: Array.isArray(schemas[name]?.required),
  content: { 'application/json': { schema: ref('schemas', name) } },
});

const parametersOf = (parameters: readonly object[]) => (parameters.length > 0 ? { parameters } : {});

const pathParameter = (name: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: `^${coded}$` },
});

function queryParameters(schema: JsonSchema | undefined): object[] {
  const properties = (schema?.properties ?? {}) as Record<string, JsonSchema>;
  const required = (schema?.required ?? []) as string[];
  const own = Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    ...(required.includes(name) && { required: true }),
    schema: property,
  }));
  return [...own, ref('parameters', 'after'), ref('parameters', 'asOf')];
}

const commandHeaders = [ref('parameters', 'idempotencyKey'), ref('parameters', 'enteredAt')];

/** Parameters that many operations share. */
export const sharedParameters = {
  after: {
    name: 'after',
    in: 'query',
    schema: { type: 'string', pattern: '^\\d{1,19}$' },
    description: 'Waits until the answer includes this position; 202 when that takes too long.',
  },
  asOf: {
    name: 'asOf',
    in: 'query',
    schema: { type: 'string' },
    description:
      'Answers as it was known at a position (1207), an instant (2024-03-05T08:15:00Z), or the end of a day in the ' +
      'trial’s zone (2024-03-05).',
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string', pattern: '^[!-~]{1,128}$' },
    description: 'The same key with the same content answers as the first time; with another content, 409.',
  },
  enteredAt: {
    name: 'X-Entered-At',
    in: 'header',
    schema: { type: 'string', format: 'date-time' },
    description: 'When it was entered at the client, UTC.',
  },
};

/** `ReportAdverseEvent` → `Report adverse event`. */
function wordsOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
