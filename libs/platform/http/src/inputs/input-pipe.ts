import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { InputInvalid, type Violation } from '../problems/errors';
import { hazardsOf, misshapenIn } from './hazards';
import { missingIn } from './missing';
import { checkedId } from './path-id';
import { flatten, isWithin, maxViolations } from './violations';

type InputClass = new () => object;

/** The parameters that every query may carry besides its own; the validation of a query string leaves them out. */
const positionParameters = ['after', 'asOf'] as const;

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
    const errors = hasFields(metatype) ? await validate(input, validationOptions) : unknownFieldsOf(plain);
    const misshapen = [...missingIn(input, ''), ...misshapenIn(input, '')];
    const others = errors
      .flatMap(error => flatten(error, ''))
      .filter(({ field }) => !isWithin(misshapen, field));
    refuseAny([...misshapen, ...others]);
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
function hasFields(metatype: InputClass): boolean {
  const known = withFields.get(metatype);
  if (known !== undefined) return known;
  const has = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false).length > 0;
  withFields.set(metatype, has);
  return has;
}

/** Asked once for each class: its decorators have run before its first request. */
const withFields = new WeakMap<InputClass, boolean>();

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

/** @throws InputInvalid when there is any */
function refuseAny([first, ...others]: readonly Violation[]): void {
  if (first) throw new InputInvalid([first, ...others.slice(0, maxViolations - 1)]);
}
