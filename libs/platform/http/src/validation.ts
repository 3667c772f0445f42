import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { InputInvalid, type Violation } from './errors';
import { checkedId, positionParameters } from './submissions';

type InputClass = new () => object;

/** More failures than this help nobody. */
const maxViolations = 200;
const maxDepth = 32;
const maxValues = 100_000;

/**
 * Checks bodies and query strings against the class of the handler's parameter: every field is known and holds what
 * its decorators say, all failures are listed with their full path. Nothing is converted unless a field says so
 * (`@Type(() => Number)` on a query's number).
 *
 * Stands in for Nest's ValidationPipe, which lets a body typed as an interface, a union or an array through unchecked,
 * takes a class without any decorator for an unknown value, and gives messages without rule ids.
 */
@Injectable()
export class InputPipe implements PipeTransform<unknown> {
  /** @throws InputInvalid; Error for a parameter whose type cannot be checked, which is a mistake in the controller */
  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    if (type !== 'body' && type !== 'query') return value;
    if (!isInputClass(metatype) || data !== undefined) {
      throw new Error(
        `A ${type} parameter must be the whole ${type}, typed as a class with decorated fields.`,
      );
    }
    const plain = plainOf(value, type);
    refuseAny(hazardsOf(plain));
    const input = plainToInstance(metatype, plain, {
      enableImplicitConversion: false,
      exposeDefaultValues: true,
    });
    const known = hasFields(metatype) ? await validate(input, validationOptions) : unknownFieldsOf(plain);
    refuseAny(known.flatMap(error => flatten(error, '')));
    return input;
  }
}

export const validationPipe = (): InputPipe => new InputPipe();

/** Checks one id of a path: `@Param('site', StreamIdPipe) site: string`. */
@Injectable()
export class StreamIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    return checkedId(data ?? 'id', value);
  }
}

const validationOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
} as const;

const builtIn: readonly unknown[] = [Object, Array, String, Number, Boolean, Map, Set, Promise];

const isInputClass = (metatype: ArgumentMetadata['metatype']): metatype is InputClass =>
  metatype !== undefined && !builtIn.includes(metatype);

/** Whether a class says anything of its fields. One that does not takes none, which class-validator cannot express. */
const hasFields = (metatype: InputClass): boolean =>
  getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false).length > 0;

const unknownFieldsOf = (plain: object): ValidationError[] =>
  Object.keys(plain).map(property => ({ property, constraints: { whitelistValidation: '' } }));

/** The input as an object of its own; an absent one has no fields. */
function plainOf(value: unknown, type: 'body' | 'query'): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw InputInvalid.of('', 'INPUT-OBJECT', `The ${type} must be a JSON object.`);
  }
  const plain: Record<string, unknown> = { ...value };
  if (type === 'query') for (const name of positionParameters) delete plain[name];
  return plain;
}

const namesOfPrototypes = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What no field may hold, wherever it stands: text that has no canonical form or that a store refuses (lone surrogates,
 * NUL), numbers beyond the finite, and structures made to exhaust the recursions behind this check.
 */
function hazardsOf(root: object): Violation[] {
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
        if (namesOfPrototypes.has(key) || /\0|\p{Surrogate}/u.test(key))
          found.push(unknownField(shown(field)));
        else waiting.push({ value: inner, path: field, depth: depth + 1 });
      }
    }
  }
  return found;
}

/** @throws InputInvalid when there is any */
function refuseAny([first, ...others]: readonly Violation[]): void {
  if (first) throw new InputInvalid([first, ...others.slice(0, maxViolations - 1)]);
}

const violation = (field: string, rule: string, message: string): Violation => ({ field, rule, message });

const unknownField = (field: string): Violation =>
  violation(field, 'INPUT-UNKNOWN-FIELD', `${field} is no field of this request.`);

/** A client's own key, kept short and well-formed in the answer. */
const shown = (text: string): string => text.slice(0, 200).replace(/\0|\p{Surrogate}/gu, '?');

const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** `isPartialDate` → `INPUT-PARTIAL-DATE`. */
const ruleOf = (constraint: string): string =>
  `INPUT-${constraint
    .replace(/^is(?=[A-Z])/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toUpperCase()}`;

function flatten({ property, constraints, children }: ValidationError, parent: string): Violation[] {
  const index = /^\d+$/.test(property) && parent !== '';
  const field = shown(index ? `${parent}[${property}]` : joined(parent, property));
  const own = Object.entries(constraints ?? {}).map(([constraint, message]) => {
    if (constraint === 'whitelistValidation') return unknownField(field);
    if (constraint === 'unknownValue')
      return violation(field, 'INPUT-OBJECT', `${field} must be a JSON object.`);
    return violation(field, ruleOf(constraint), messageOf(constraint, message, property, field));
  });
  return [...own, ...(children ?? []).flatMap(child => flatten(child, field))];
}

/** class-validator's text, with the field's whole path in place of its last name. */
function messageOf(constraint: string, message: string, property: string, field: string): string {
  if (constraint === 'nestedValidation') return `${field} must be a JSON object, or a list of them.`;
  return message.startsWith(property) ? `${field}${message.slice(property.length)}.` : `${message}.`;
}
