import type { INestApplication } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { permissionOf } from '@platform/commands';
import { software } from '../../../composition/src/software';
import { examples } from './examples';
import { routesOf, type InputClass, type Route } from './routes';
import { answerSchema, inputSchemas, problemSchema, receiptSchema, type JsonSchema } from './schemas';

/**
 * The description of the HTTP interface, OpenAPI 3.1. Paths come from the controllers, schemas from the decorators that
 * check the input, permissions from the command tables: nothing of it is written down a second time.
 */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const schemas = inputSchemas();
  for (const route of routesOf(app)) decorate(route, schemas);
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Trial Ledger')
    .setDescription(
      'Every accepted command is durable when it is answered. Send an `Idempotency-Key` with a command and repeat it ' +
        'freely. Every answer says at which position of the log it stands; `asOf` asks for an earlier one.',
    )
    .setVersion(software.split('/')[1] ?? '')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: (_, handler) => handler,
    autoTagControllers: false,
  });
  const own = { Receipt: receiptSchema, Answer: answerSchema, Problem: problemSchema };
  document.components = {
    ...document.components,
    schemas: sorted({ ...withExamples(schemas), ...own }) as never,
  };
  return document;
}

/** Serves the description at `/openapi.json`. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const document = apiDocument(app);
  app
    .getHttpAdapter()
    .get('/openapi.json', (_: unknown, reply: { send(body: object): void }) => reply.send(document));
  return document;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Puts the library's decorators on a route, from what is known of it. */
function decorate(route: Route, schemas: Readonly<Record<string, JsonSchema>>): void {
  const { controller, handler, body, query } = route;
  const input = body ?? query;
  const permission = input && permissionOf(input);
  const decorators = [
    ApiTags(tagOf(controller)),
    ApiOperation({
      summary: sentenceOf(input?.name ?? handler),
      operationId: input?.name ?? `${controller.name}.${handler}`,
      description: permission && `Needs the permission \`${permission}\`.`,
    }),
    ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) =>
      ApiParam({ name: name!, schema: { type: 'string' } }),
    ),
    ...(query ? queryDecorators(schemas[query.name]) : []),
    ...(body ? [ApiBody({ schema: ref(body.name) })] : []),
    ...responseDecorators(route, permission !== undefined),
  ];
  const prototype = controller.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, handler)!;
  for (const decorator of decorators) (decorator as MethodDecorator)(prototype, handler, descriptor);
}

function queryDecorators(schema: JsonSchema | undefined): MethodDecorator[] {
  const properties = (schema?.properties ?? {}) as Record<string, never>;
  const required = (schema?.required ?? []) as string[];
  const own = Object.entries(properties).map(([name, property]) =>
    ApiQuery({ name, required: required.includes(name), schema: property }),
  );
  const after = 'Waits until the answer includes this position; 202 when that takes too long.';
  const asOf = 'Answers as it was known at a position, an instant, or the end of a day in the trial’s zone.';
  return [
    ...own,
    ApiQuery({ name: 'after', required: false, schema: { type: 'string' }, description: after }),
    ApiQuery({ name: 'asOf', required: false, schema: { type: 'string' }, description: asOf }),
  ];
}

function responseDecorators({ method, body }: Route, guarded: boolean): MethodDecorator[] {
  const problem = { content: { 'application/problem+json': { schema: ref('Problem') } } };
  const refusals: [number, string][] = [
    [400, 'The input is wrong; the problem names the field.'],
    ...(guarded
      ? ([
          [401, 'Nobody is logged in.'],
          [403, 'No role of the caller allows this here.'],
          [404, 'There is no such thing.'],
        ] as [number, string][])
      : []),
    ...(body && guarded
      ? ([
          [409, 'The Idempotency-Key was used for another content, or the state has changed.'],
          [422, 'A rule of the trial refuses it; the problem names the rule.'],
        ] as [number, string][])
      : []),
    [503, 'The log cannot answer; nothing acknowledged is lost.'],
  ];
  const success =
    method === 'POST'
      ? {
          status: 201,
          description: 'Accepted and durable.',
          schema: guarded ? ref('Receipt') : { type: 'object' },
        }
      : {
          status: 200,
          description: 'The answer, and where it stands.',
          schema: guarded ? ref('Answer') : { type: 'object' },
        };
  return [
    ...(guarded ? [ApiBearerAuth()] : []),
    ApiResponse(success as never),
    ...refusals.map(([status, description]) => ApiResponse({ status, description, ...problem })),
  ];
}

const withExamples = (schemas: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      examples[name] ? { ...schema, example: examples[name] } : schema,
    ]),
  );

const sorted = (schemas: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** `ReportAdverseEvent` → `Report adverse event`. */
const sentenceOf = (name: string): string => {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const tagOf = (controller: InputClass | Route['controller']): string =>
  sentenceOf(controller.name.replace(/Controller$/, ''));
