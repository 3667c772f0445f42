import type { RecordedEvent, Scope } from '@platform/kernel';
import { eachFieldName, fieldName } from './trail-lines';

/** What the trail is filtered by. An event has one value of each, and any number of fields. */
export const dimensions = [
  'trial',
  'site',
  'participant',
  'user',
  'role',
  'type',
  'source',
  'reason',
  'field',
] as const;

export type Dimension = (typeof dimensions)[number];

/** What entries can be sorted by besides their position. */
export const sortDimensions = ['participant', 'user', 'type'] as const satisfies readonly Dimension[];

export type SortDimension = (typeof sortDimensions)[number];

/** One thing that an entry must have: any of the values. */
export interface Condition {
  readonly dimension: Dimension;
  readonly values: readonly string[];
}

/** What was asked for; every list means "any of these", a missing one "whatever". */
export interface TrailFilter {
  readonly participant?: readonly string[];
  readonly site?: readonly string[];
  readonly user?: readonly string[];
  readonly role?: readonly string[];
  readonly type?: readonly string[];
  readonly source?: readonly string[];
  readonly field?: readonly string[];
  readonly reason?: 'given' | 'missing';
}

/** Site numbers are unique within a trial only. Ids of trials and sites hold no slash. */
const siteValue = (trial: string, site: string): string => `${trial}/${site}`;

/**
 * Calls back with every dimension and value of an event, some of them more than once; what an event does not have is
 * the empty text.
 */
export function eachValue(event: RecordedEvent, visit: (dimension: Dimension, value: string) => void): void {
  const { subject, actor, source, reason } = event.metadata;
  const trial = subject.trial ?? '';
  visit('trial', trial);
  visit('site', subject.site === undefined ? '' : siteValue(trial, subject.site));
  visit('participant', subject.participant ?? '');
  visit('user', actor.user);
  visit('role', actor.role);
  visit('type', event.type);
  visit('source', source);
  visit('reason', reason ? 'given' : 'missing');
  eachFieldName(event, name => visit('field', name));
}

/**
 * A scope and a filter as conditions that must all hold, those that usually leave least first. A condition without
 * values holds for nothing: so does a filter for a site that the scope does not cover.
 */
export function conditionsOf(scope: Scope, filter: TrailFilter): Condition[] {
  const asked: Condition[] = [];
  for (const dimension of ['participant', 'user', 'type', 'role', 'source'] as const) {
    const values = filter[dimension];
    if (values) asked.push({ dimension, values });
  }
  if (filter.field) asked.push({ dimension: 'field', values: filter.field.map(fieldName) });
  if (filter.reason) asked.push({ dimension: 'reason', values: [filter.reason] });
  return [...asked, ...placeOf(scope, filter.site)];
}

/** The same reach as `isVisible`, as conditions. */
function placeOf({ trial, sites }: Scope, wanted: readonly string[] | undefined): Condition[] {
  if (trial === '*') return sites === 'all' && !wanted ? [] : [{ dimension: 'site', values: [] }];
  const reach = sites === 'all' ? wanted : (wanted?.filter(site => sites.includes(site)) ?? sites);
  if (!reach) return [{ dimension: 'trial', values: [trial] }];
  return [{ dimension: 'site', values: reach.map(site => siteValue(trial, site)) }];
}

/** Whether an event meets all conditions: what the index answers for millions of them, said of one. */
export function meets(event: RecordedEvent, conditions: readonly Condition[]): boolean {
  const values = new Map<Dimension, string[]>();
  eachValue(event, (dimension, value) => {
    const known = values.get(dimension);
    if (known) known.push(value);
    else values.set(dimension, [value]);
  });
  return conditions.every(({ dimension, values: wanted }) =>
    values.get(dimension)?.some(value => wanted.includes(value)),
  );
}
