/** One thing that is wrong with a piece of data: where, under which rule, and what is expected instead. */
export interface ShapeFailure {
  readonly rule: string;
  /** Path from the root: `criteria[3].condition.of[0].limit.unit`. */
  readonly field: string;
  readonly reason: string;
}

/** Looks at one value and answers everything that is wrong with it; nothing when it holds. */
export type Shape = (value: unknown, field: string, depth: number) => readonly ShapeFailure[];

const shapeRule = 'PROTOCOL-SHAPE';
const fail = (field: string, reason: string, rule = shapeRule): ShapeFailure[] => [{ rule, field, reason }];

/** Text of 1 to `max` UTF-16 units that is not blank. */
export const text =
  (max: number): Shape =>
  (value, field) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= max
      ? []
      : fail(field, `must be text of 1 to ${max} characters.`);

/** Text that another test accepts, under a rule of its own. */
export const textThat =
  (holds: (value: string) => boolean, rule: string, reason: string): Shape =>
  (value, field) =>
    typeof value === 'string' && holds(value) ? [] : fail(field, reason, rule);

export const yesOrNo: Shape = (value, field) =>
  typeof value === 'boolean' ? [] : fail(field, 'must be true or false.');

export const oneOf =
  (...values: readonly string[]): Shape =>
  (value, field) =>
    typeof value === 'string' && values.includes(value) ? [] : fail(field, `must be ${values.join(' or ')}.`);

/** A finite number, whole when asked for, within inclusive limits. */
export const number =
  ({ min = -Infinity, max = 1e15, whole = false }: { min?: number; max?: number; whole?: boolean }): Shape =>
  (value, field) =>
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
      ? []
      : fail(
          field,
          `must be a ${whole ? 'whole ' : ''}number${min > -Infinity ? ` of at least ${min}` : ''}.`,
        );

/** A list of at most `max` items; an empty one is refused under a rule when one is given. */
export const list =
  (item: Shape, { max, emptyRule }: { max: number; emptyRule?: string }): Shape =>
  (value, field, depth) => {
    if (!Array.isArray(value)) return fail(field, 'must be a list.');
    if (value.length > max) return fail(field, `may hold at most ${max} items.`);
    if (value.length === 0 && emptyRule) return fail(field, 'must name at least one.', emptyRule);
    return value.flatMap((each, index) => item(each, `${field}[${index}]`, depth));
  };

export type Fields = Readonly<Record<string, Shape>>;

/** A JSON object with exactly these fields: the needed ones present, the others present or left out. */
export const object =
  (needed: Fields, others: Fields = {}): Shape =>
  (value, field, depth) => {
    if (!isPlainObject(value)) return fail(field, 'must be a JSON object.');
    const at = (name: string): string => (field === '' ? name : `${field}.${name}`);
    const shapeOf = (name: string): Shape | undefined => own(needed, name) ?? own(others, name);
    const missing = Object.keys(needed).filter(name => own(value, name) === undefined);
    return [
      ...missing.flatMap(name => fail(at(name), 'is missing.')),
      ...Object.entries(value).flatMap(([name, inner]) => {
        if (inner === undefined) return [];
        return (
          shapeOf(name)?.(inner, at(name), depth) ?? fail(at(name), 'is no field of a protocol definition.')
        );
      }),
    ];
  };

/** Objects of several kinds, told apart by their `kind`. */
export const kindOf =
  (kinds: Readonly<Record<string, Shape>>): Shape =>
  (value, field, depth) => {
    const kind = isPlainObject(value) ? value.kind : undefined;
    const shape = typeof kind === 'string' ? own(kinds, kind) : undefined;
    return shape
      ? shape(value, field, depth)
      : fail(`${field}.kind`, `must be ${Object.keys(kinds).join(' or ')}.`);
  };

/** A shape that contains itself, down to a depth that no honest input reaches and every recursion survives. */
export const nested =
  (shape: () => Shape, maxDepth: number, rule: string): Shape =>
  (value, field, depth) =>
    depth < maxDepth
      ? shape()(value, field, depth + 1)
      : fail(field, `may be nested at most ${maxDepth} levels deep.`, rule);

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of the object itself: an input may not reach what every object inherits. */
const own = <Value>(from: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined;
