import { getMetadataStorage } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import type { InputClass } from './routes';

export type JsonSchema = Readonly<Record<string, unknown>>;

export const coded = '[A-Za-z0-9][A-Za-z0-9_-]{0,63}';

/** The checks that only this software knows; each as the schema of what it accepts. */
const ownChecks: Readonly<Record<string, JsonSchema | ((meta: Check) => JsonSchema)>> = {
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
  isStreamId: { type: 'string', pattern: `^${coded}$`, description: 'A coded id.' },
  isInstant: { type: 'string', format: 'date-time', description: 'An instant with Z or an offset.' },
  isText: ({ constraints: [max] = [] }) => ({ type: 'string', minLength: 1, maxLength: max }),
  isTrialOrEvery: {
    type: 'string',
    pattern: `^(\\*|${coded})$`,
    description: 'The id of a trial, or * for every trial.',
  },
  isSitesOrAll: {
    oneOf: [
      { const: 'all' },
      { type: 'array', minItems: 1, maxItems: 500, items: { type: 'string', pattern: `^${coded}$` } },
    ],
  },
};

interface Check {
  readonly type: string;
  readonly propertyName: string;
  readonly constraints?: readonly unknown[];
}

type Options = NonNullable<Parameters<typeof targetConstructorToSchema>[1]>;

const options: Options = {
  classTransformerMetadataStorage: defaultMetadataStorage,
  refPointerPrefix: '#/components/schemas/',
  // The package's own type of a schema is that of OpenAPI 3.0, which knows no `const`.
  additionalConverters: ownChecks,
};

/**
 * A schema for each input class and all that it holds, by class name, from the very decorators that check the input.
 * @throws Error when two classes have one name: the description would tell of one what the other takes
 */
export function inputSchemas(classes: Iterable<InputClass>): Record<string, JsonSchema> {
  const seen = new Map<string, InputClass>();
  const waiting = [...classes];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const known = seen.get(next.name);
    if (known !== undefined && known !== next) throw new Error(`Two input classes are called ${next.name}.`);
    if (known === undefined) waiting.push(...nestedIn(next));
    seen.set(next.name, next);
  }
  return Object.fromEntries([...seen.values()].map(each => [each.name, schemaOf(each)]));
}

const checksOf = (input: InputClass): Check[] =>
  getMetadataStorage().getTargetValidationMetadatas(input, '', true, false);

function nestedIn(input: InputClass): InputClass[] {
  return checksOf(input).flatMap(({ type, propertyName }) => {
    if (type !== 'nestedValidation') return [];
    const nested = typeOf(input, propertyName);
    return nested ? [nested] : [];
  });
}

/** The class that `@Type` names, on the class itself or on one that it extends. */
function typeOf(input: InputClass, property: string): InputClass | undefined {
  for (let each: unknown = input; typeof each === 'function'; each = Object.getPrototypeOf(each)) {
    const found = defaultMetadataStorage.findTypeMetadata(each, property);
    if (found) return found.typeFunction() as InputClass;
  }
  return undefined;
}

function schemaOf(input: InputClass): JsonSchema {
  const checks = checksOf(input);
  const { properties = {} } = checks.length > 0 ? targetConstructorToSchema(input, options) : {};
  const lets = (value: unknown, name: string): boolean =>
    checks.some(check => check.propertyName === name && letsThrough(check, value));
  const required = Object.keys(properties).filter(name => !lets(undefined, name));
  const typed = Object.entries(properties).map(([name, schema]) => [
    name,
    lets(null, name) ? { anyOf: [schema, { type: 'null' }] } : schema,
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(typed),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** Whether a condition keeps the other checks of a field from looking at a value. */
function letsThrough({ type, constraints = [] }: Check, value: unknown): boolean {
  const [condition] = constraints;
  return type === 'conditionalValidation' && typeof condition === 'function' && !condition({}, value);
}
