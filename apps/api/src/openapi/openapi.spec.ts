import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020';
import { IsString } from 'class-validator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownCommands } from '@platform/commands';
import { validationPipe } from '@platform/http';
import { validateDefinition } from '@trial/protocol';
import { apiControllers } from '../api.module';
import { apiDocument, type ApiDocument } from './document';
import { examples } from './examples/all';
import { protocolExamples } from './examples/protocol';
import { routesOf, type InputClass } from './routes';
import { inputSchemas } from './schemas';

const documentFile = join(__dirname, '../../../../docs/openapi.json');

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
}

const routes = routesOf(apiControllers);
const bodies = [...new Set(routes.flatMap(({ body }) => body ?? []))];

describe('the examples', () => {
  const classes = new Map(
    [...knownCommands(), ...bodies].map((each): [string, InputClass] => [each.name, each]),
  );

  it('are there for every command and every body, and for nothing else', () => {
    expect(Object.keys(examples).toSorted()).toEqual([...classes.keys()].toSorted());
  });

  it.each([...classes])('of %s is accepted by the checks of its class', async (name, metatype) => {
    const input = await validationPipe().transform(examples[name], { type: 'body', metatype });
    expect(input).toBeInstanceOf(metatype);
  });

  it('of a protocol is one', () => {
    expect(validateDefinition(protocolExamples.PublishProtocolVersion.definition)).toEqual([]);
  });
});

describe('the description', () => {
  let document: ApiDocument;
  let operations: { path: string; method: string; operation: Record<string, unknown> }[];

  beforeAll(() => {
    document = apiDocument(apiControllers);
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
  });

  const resolve = (pointer: string): unknown =>
    pointer
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);

  it('stands in docs/openapi.json; after a change, run `npm run openapi` and look at the difference', () => {
    expect(JSON.parse(readFileSync(documentFile, 'utf8'))).toEqual(document);
  });

  it('knows every route once', () => {
    const described = operations.map(({ path, method }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(described.toSorted()).toEqual(
      routes.map(({ path, method }) => `${method.toLowerCase()} ${path}`).toSorted(),
    );
  });

  it('points at nothing that is not there', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, pointer = '']) => pointer,
    );
    expect(pointers.length).toBeGreaterThan(100);
    expect([...new Set(pointers)].filter(pointer => resolve(pointer) === undefined)).toEqual([]);
  });

  it('gives every operation a name of its own that a program can use', () => {
    const ids = operations.map(({ operation }) => operation.operationId as string);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter(id => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  });

  it('declares each id of a path once, and no parameter twice', () => {
    for (const { path, operation } of operations) {
      const parameters = ((operation.parameters ?? []) as Parameter[]).map(each =>
        each.$ref === undefined ? each : (resolve(each.$ref) as Parameter),
      );
      const keys = parameters.map(({ name, in: place }) => `${place} ${name}`);
      expect(new Set(keys).size).toBe(keys.length);
      const inPath = parameters.filter(each => each.in === 'path').map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it('tells of a login where one is needed, and of none where none is', () => {
    for (const { operation } of operations) {
      const isPublic = Array.isArray(operation.security) && operation.security.length === 0;
      const responses = Object.keys(operation.responses as object);
      expect({ of: operation.operationId, login: responses.includes('401'), forbidden: isPublic }).toEqual({
        of: operation.operationId,
        // A login itself fails with 401.
        login: !isPublic || operation.operationId === 'logIn',
        forbidden: isPublic && !responses.includes('403'),
      });
    }
  });

  it('says of every field of a body what it takes; only a corrected value may be anything', () => {
    const schemas = document.components.schemas as Record<string, { properties?: Record<string, object> }>;
    const silent = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([field, schema]) =>
        Object.keys(schema).length === 0 ? [`${name}.${field}`] : [],
      ),
    );
    expect(silent.filter(field => !/^Correct\w+Value\.value$/.test(field))).toEqual([]);
  });

  it('holds for its own examples', () => {
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
    addFormats(ajv);
    ajv.addVocabulary(['components']);
    ajv.addSchema({ $id: 'api', components: { schemas: document.components.schemas! } });
    const schemas = document.components.schemas as Record<string, { examples?: readonly unknown[] }>;
    const given = Object.entries(schemas).flatMap(([name, schema]) =>
      (schema.examples ?? []).map(example => ({ name, example })),
    );
    expect(given.length).toBeGreaterThan(60);
    for (const { name, example } of given) {
      const validate = ajv.compile({ $ref: `api#/components/schemas/${name}` });
      validate(example);
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });
});

describe('schemas of inputs', () => {
  const named = (): InputClass => {
    class SameName {
      @IsString()
      text: string;
    }
    return SameName;
  };

  it('are not made of two classes with one name', () => {
    const one = named();
    expect(Object.keys(inputSchemas([one, one]))).toEqual(['SameName']);
    expect(() => inputSchemas([one, named()])).toThrow('Two input classes are called SameName.');
  });
});
