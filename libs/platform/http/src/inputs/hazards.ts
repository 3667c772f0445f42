import type { Violation } from '../problems/errors';
import { joined, maxViolations, shown, unknownField, violation } from './violations';

const maxDepth = 32;
const maxValues = 100_000;

const namesOfPrototypes = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What no field may hold, wherever it stands: text that has no canonical form or that a store refuses (lone surrogates,
 * NUL), numbers beyond the finite, and structures made to exhaust the recursions behind this check.
 */
export function hazardsOf(root: object): Violation[] {
  const found: Violation[] = [];
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  let seen = 0;
  for (let next = waiting.pop(); next && found.length < maxViolations; next = waiting.pop()) {
    const { value, path, depth } = next;
    if (++seen > maxValues)
      return [violation(path, 'INPUT-TOO-MANY', `At most ${maxValues} values are taken.`)];
    if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value)) {
      found.push(violation(path, 'INPUT-CHARACTERS', `${path} holds characters that cannot be stored.`));
    } else if (typeof value === 'number' && !Number.isFinite(value)) {
      found.push(violation(path, 'INPUT-NUMBER', `${path} is not a finite number.`));
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= maxDepth)
        return [violation(path, 'INPUT-TOO-DEEP', `At most ${maxDepth} levels are taken.`)];
      for (const [key, inner] of Object.entries(value)) {
        const field = Array.isArray(value) ? `${path}[${key}]` : joined(path, key);
        if (Array.isArray(value) && Array.isArray(inner)) {
          found.push(violation(field, 'INPUT-LIST-IN-LIST', `${field} must not be a list.`));
        } else if (namesOfPrototypes.has(key) || /\0|\p{Surrogate}/u.test(key))
          found.push(unknownField(shown(field)));
        else waiting.push({ value: inner, path: field, depth: depth + 1 });
      }
    }
  }
  return found;
}

/**
 * Lists where the class declares something else, and the other way round. class-validator goes through a list given for
 * a nested object item by item, and takes a single value for a list whose rules say `each`.
 */
export function misshapenIn(input: object, path: string): Violation[] {
  return Object.entries(input).flatMap(([name, value]: [string, unknown]): Violation[] => {
    if (value === undefined) return [];
    const field = joined(path, name);
    const declared: unknown = Reflect.getMetadata('design:type', input, name);
    const isList = Array.isArray(value);
    if (declared === Array && !isList && value !== null) {
      return [violation(field, 'INPUT-LIST', `${field} must be a list.`)];
    }
    if (isList && declared !== undefined && declared !== Array && declared !== Object) {
      return [violation(field, 'INPUT-NO-LIST', `${field} must not be a list.`)];
    }
    const items: [unknown, string][] = isList
      ? value.map((item: unknown, index) => [item, `${field}[${index}]`])
      : [[value, field]];
    return items.flatMap(([item, at]) =>
      typeof item === 'object' && item !== null ? misshapenIn(item, at) : [],
    );
  });
}
