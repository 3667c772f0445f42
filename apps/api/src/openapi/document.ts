import { software } from '../../../composition/src/software';
import { answerSchemas, refusals } from './answers';
import { examples } from './examples/all';
import { operationIds } from './operation-ids';
import { operationOf, sharedParameters, type Operation } from './operations';
import { routesOf, type Controller, type Route } from './routes';
import { inputSchemas, type JsonSchema } from './schemas';

/** A description by the OpenAPI Specification 3.1, as JSON. */
export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly [other: string]: unknown;
}

const introduction =
  'Every accepted command is durable when it is answered. Send an `Idempotency-Key` with a command and repeat it ' +
  'freely. Every answer says at which position of the log it stands; `asOf` asks for an earlier one.';

/**
 * The description of the HTTP interface. Paths come from the controllers, schemas from the decorators that check the
 * input, permissions from the command tables: nothing of it is written down a second time. The same controllers give
 * the same text.
 */
export function apiDocument(controllers: readonly Controller[]): ApiDocument {
  const routes = routesOf(controllers);
  const inputs = inputSchemas(routes.flatMap(({ body, query }) => [body ?? [], query ?? []].flat()));
  const paths = pathsOf(routes, inputs);
  return {
    openapi: '3.1.0',
    info: { title: 'Trial Ledger', version: software.split('/')[1] ?? '', description: introduction },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: tagsOf(paths),
    paths,
    components: {
      schemas: sorted({ ...bodySchemas(routes, inputs), ...answerSchemas }),
      responses: responses(),
      parameters: sharedParameters,
      headers: {
        Position: {
          schema: { type: 'string' },
          description: 'The place in the log that the answer stands at.',
        },
      },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function pathsOf(
  routes: readonly Route[],
  inputs: Readonly<Record<string, JsonSchema>>,
): ApiDocument['paths'] {
  const ids = operationIds(routes);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = operationOf(route, ids.get(route)!, inputs);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
  }
  return sorted(paths);
}

const tagsOf = (paths: ApiDocument['paths']): { readonly name: string }[] => {
  const operations = Object.values(paths).flatMap(path => Object.values(path));
  const names = new Set(operations.flatMap(({ tags }) => tags as string[]));
  return [...names].toSorted().map(name => ({ name }));
};

/** The bodies' schemas and what they hold; those of query strings stand with their parameters. */
function bodySchemas(
  routes: readonly Route[],
  inputs: Readonly<Record<string, JsonSchema>>,
): Record<string, JsonSchema> {
  const queries = new Set(routes.flatMap(({ query }) => (query ? [query.name] : [])));
  const kept = Object.entries(inputs).filter(([name]) => !queries.has(name));
  return Object.fromEntries(
    kept.map(([name, schema]) => {
      const example = examples[name];
      return [name, example ? { ...schema, examples: [example] } : schema];
    }),
  );
}

function responses(): Record<string, JsonSchema> {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    Object.entries(refusals).map(([status, description]) => [status, { description, content }]),
  );
}

const sorted = <Value>(values: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
