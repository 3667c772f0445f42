import type { ValidationError } from 'class-validator';
import type { Violation } from '../problems/errors';

/** More failures than this help nobody. */
export const maxViolations = 200;

export const violation = (field: string, rule: string, message: string): Violation => ({
  field,
  rule,
  message,
});

export const unknownField = (field: string): Violation =>
  violation(field, 'INPUT-UNKNOWN-FIELD', `${field} is no field of this request.`);

/** A client's own key, kept short and well-formed in the answer. */
export const shown = (text: string): string => text.slice(0, 200).replace(/\0|\p{Surrogate}/gu, '?');

export const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** `isPartialDate` → `INPUT-PARTIAL-DATE`. */
const ruleOf = (constraint: string): string =>
  `INPUT-${constraint
    .replace(/^is(?=[A-Z])/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toUpperCase()}`;

/** class-validator's nested errors as one list, each with its whole path in place of its last name. */
export function flatten({ property, constraints, children }: ValidationError, parent: string): Violation[] {
  const index = /^\d+$/.test(property) && parent !== '';
  const field = shown(index ? `${parent}[${property}]` : joined(parent, property));
  // What a value is comes before how large it is: "must be a number" helps more than "must not be above 100".
  const ranked = Object.entries(constraints ?? {}).toSorted(([a], [b]) => rankOf(a) - rankOf(b));
  const own = ranked.map(([constraint, message]) => {
    if (constraint === 'whitelistValidation') return unknownField(field);
    if (constraint === 'unknownValue' || constraint === 'nestedValidation') {
      return violation(field, 'INPUT-OBJECT', `${field} must be a JSON object.`);
    }
    const text = message.startsWith(property) ? `${field}${message.slice(property.length)}` : message;
    return violation(field, ruleOf(constraint), `${text}.`);
  });
  return [...own, ...(children ?? []).flatMap(child => flatten(child, field))];
}

const rankOf = (constraint: string): number => (/^is[A-Z]/.test(constraint) ? 0 : 1);

/** Whether a field is one of those that are wrong already, or inside one. */
export const isWithin = (violations: readonly Violation[], field: string): boolean =>
  violations.some(
    ({ field: outer }) => field === outer || field.startsWith(`${outer}.`) || field.startsWith(`${outer}[`),
  );
