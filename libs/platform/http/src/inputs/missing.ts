import { getMetadataStorage } from 'class-validator';
import type { Violation } from '../problems/errors';
import { joined, violation } from './violations';

interface Check {
  readonly type: string;
  readonly propertyName: string;
  readonly constraints?: readonly unknown[];
}

/**
 * Fields that have to be there and are not, where class-validator would not notice: it does not look into an object
 * that is undefined, and a field that may hold anything has no check that could fail. A reason for a change could be
 * left out otherwise.
 */
export function missingIn(input: object, path: string): Violation[] {
  const own = mandatoryOf(input.constructor)
    .filter(name => (input as Readonly<Record<string, unknown>>)[name] === undefined)
    .map(name => violation(joined(path, name), 'INPUT-MISSING', `${joined(path, name)} is missing.`));
  const nested = Object.entries(input).flatMap(([name, value]: [string, unknown]): Violation[] => {
    const field = joined(path, name);
    if (Array.isArray(value)) {
      return value.flatMap((item: unknown, index) =>
        isObject(item) ? missingIn(item, `${field}[${index}]`) : [],
      );
    }
    return isObject(value) ? missingIn(value, field) : [];
  });
  return [...own, ...nested];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const known = new WeakMap<object, readonly string[]>();

function mandatoryOf(type: object): readonly string[] {
  let names = known.get(type);
  if (names === undefined) {
    const checks: readonly Check[] =
      type === Object
        ? []
        : getMetadataStorage().getTargetValidationMetadatas(type as () => void, '', false, false);
    const omittable = new Set(checks.filter(letsUndefinedThrough).map(({ propertyName }) => propertyName));
    const unnoticed = checks.filter(({ type: check }) =>
      ['nestedValidation', 'whitelistValidation'].includes(check),
    );
    names = [...new Set(unnoticed.map(({ propertyName }) => propertyName))].filter(
      name => !omittable.has(name),
    );
    known.set(type, names);
  }
  return names;
}

function letsUndefinedThrough({ type, constraints: [condition] = [] }: Check): boolean {
  return type === 'conditionalValidation' && typeof condition === 'function' && !condition({}, undefined);
}
