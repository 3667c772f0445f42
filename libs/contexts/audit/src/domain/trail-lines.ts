import type { JsonObject, JsonValue, RecordedEvent } from '@platform/kernel';

/** One field of one event: what it holds now and what it held before. */
export interface TrailLine {
  /** Path in the event's data: `weightKg`, `results[0].value`. */
  readonly field: string;
  /** The new value; null where the field was emptied, removed, or recorded as having none. */
  readonly value: JsonValue;
  /** What stood there; missing when the field was entered for the first time, null when it was known to be empty. */
  readonly previous?: JsonValue;
  /** UCUM code that stands beside the value in the same object. */
  readonly unit?: string;
  readonly change: 'entered' | 'changed' | 'unchanged' | 'removed';
}

/** A correction's place: the event whose value it puts right, and the field as that event names it. */
export interface Corrects {
  readonly event: string;
  readonly field: string;
}

/**
 * What an event put right, when it is a correction. Its lines are then those of the corrected field under that field's
 * own name, so that the field's whole life reads under one name.
 */
export function correctedBy({ type, data }: RecordedEvent): Corrects | undefined {
  const { event, field } = data;
  if (type !== 'ValueCorrected' || typeof event !== 'string' || typeof field !== 'string') return undefined;
  return { event, field };
}

/** The two sides of an event that its lines compare. */
function sidesOf(event: RecordedEvent): { readonly data: JsonObject; readonly previous: JsonObject } {
  const { data, metadata } = event;
  const corrects = correctedBy(event);
  if (!corrects) return { data, previous: metadata.previous ?? {} };
  const { field } = corrects;
  return { data: { [field]: data.value ?? null }, previous: { [field]: metadata.previous?.value } };
}

/**
 * The lines of one event, in the order of its fields: nested objects as `a.b`, lists as `a[0].b`, null as null. A
 * field that only the earlier side has is a removal. Where one side is a structure and the other a plain value, the
 * line shows the structure whole.
 */
export function trailLines(event: RecordedEvent): TrailLine[] {
  const lines: TrailLine[] = [];
  compareFields(event, numbered, (field, value, before, unit) => {
    lines.push(lineOf(field, value, before, unit));
  });
  return lines;
}

function lineOf(field: string, value: Maybe, before: Maybe, unit: string | undefined): TrailLine {
  const line = { field, value: value ?? null, ...(before !== undefined && { previous: before }) };
  return { ...line, ...(unit !== undefined && { unit }), change: changeOf(value, before) };
}

function changeOf(value: Maybe, before: Maybe): TrailLine['change'] {
  if (before === undefined) return 'entered';
  if (value === undefined) return 'removed';
  return JSON.stringify(value) === JSON.stringify(before) ? 'unchanged' : 'changed';
}

/**
 * Calls back with the names under which an event's lines are found, some of them more than once: each line's field with
 * `[]` for every index, and the field of the data that it belongs to. `results[0].value` is found under
 * `results[].value` and `results`.
 */
export function eachFieldName(event: RecordedEvent, visit: (name: string) => void): void {
  const { data, previous } = sidesOf(event);
  for (const field in data) if (data[field] !== undefined) visit(field);
  for (const field in previous) if (previous[field] !== undefined) visit(field);
  compareFields(event, unnumbered, visit);
}

/** A field as somebody may write it, under the name by which it is found. */
export const fieldName = (field: string): string => field.replace(/\[\d+\]/g, '[]');

type Maybe = JsonValue | undefined;
type Visit = (field: string, value: Maybe, before: Maybe, unit: string | undefined) => void;

/** How the parts of a structure are called. */
interface Names {
  member(object: string, key: string): string;
  item(list: string, index: number): string;
}

const numbered: Names = {
  member: (object, key) => `${object}.${key}`,
  item: (list, index) => `${list}[${index}]`,
};

/**
 * The same text for the same name every time, so that a million events make a few hundred names and no more. Bounded,
 * because the keys of some structure might be data.
 */
const knownNames = new Map<string, Map<string, string>>();
const mostNames = 10_000;
let countOfNames = 0;

const unnumbered: Names = {
  member: (object, key) => named(object, key, '.'),
  item: list => named(list, '[]', ''),
};

function named(parent: string, key: string, separator: string): string {
  const children = knownNames.get(parent);
  const known = children?.get(key);
  if (known !== undefined) return known;
  const name = parent + separator + key;
  if (countOfNames < mostNames) {
    countOfNames++;
    if (children) children.set(key, name);
    else knownNames.set(parent, new Map([[key, name]]));
  }
  return name;
}

function compareFields(event: RecordedEvent, names: Names, visit: Visit): void {
  const { data, previous } = sidesOf(event);
  const unit = unitIn(data);
  for (const field in data) {
    if (data[field] !== undefined) compare(data[field], previous[field], field, names, visit, unit);
  }
  for (const field in previous) {
    if (data[field] === undefined && previous[field] !== undefined) {
      compare(undefined, previous[field], field, names, visit);
    }
  }
}

function compare(value: Maybe, before: Maybe, path: string, names: Names, visit: Visit, unit?: string): void {
  if (isFilledList(value) && (isNothing(before) || isList(before))) {
    compareItems(value, before, path, names, visit);
  } else if (isFilledObject(value) && (isNothing(before) || isObject(before))) {
    compareMembers(value, before, path, names, visit);
  } else if (value === undefined && isFilledList(before)) {
    compareItems([], before, path, names, visit);
  } else if (value === undefined && isFilledObject(before)) {
    compareMembers({}, before, path, names, visit);
  } else {
    visit(path, value, before, typeof value === 'number' ? unit : undefined);
  }
}

/** @param before null when the whole was known to be empty, and so each of its parts */
function compareItems(
  value: readonly JsonValue[],
  before: readonly JsonValue[] | null | undefined,
  path: string,
  names: Names,
  visit: Visit,
): void {
  const length = Math.max(value.length, before?.length ?? 0);
  for (let index = 0; index < length; index++) {
    compare(value[index], before === null ? null : before?.[index], names.item(path, index), names, visit);
  }
}

/** @param before as above */
function compareMembers(
  value: JsonObject,
  before: JsonObject | null | undefined,
  path: string,
  names: Names,
  visit: Visit,
): void {
  const unit = unitIn(value);
  for (const key in value) {
    if (value[key] === undefined) continue;
    compare(value[key], before === null ? null : before?.[key], names.member(path, key), names, visit, unit);
  }
  for (const key in before) {
    if (value[key] === undefined && before[key] !== undefined) {
      compare(undefined, before[key], names.member(path, key), names, visit);
    }
  }
}

const unitIn = (members: JsonObject): string | undefined =>
  typeof members.unit === 'string' ? members.unit : undefined;

const isNothing = (value: Maybe): value is null | undefined => value === undefined || value === null;

const isList = (value: Maybe): value is readonly JsonValue[] => Array.isArray(value);

const isObject = (value: Maybe): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFilledList = (value: Maybe): value is readonly JsonValue[] => isList(value) && value.length > 0;

function isFilledObject(value: Maybe): value is JsonObject {
  if (!isObject(value)) return false;
  for (const _ in value) return true;
  return false;
}
