import type { RecordedEvent } from '@platform/kernel';
import type { Key, Row, RowStore, View, ViewTable } from '@platform/views';
import {
  caseTypes,
  clocksAfter,
  datedEntry,
  lateAfterDays,
  nearestClock,
  safetyChange,
  type DatedEntry,
  type RunningClock,
} from '../domain/entry-review';

/** How many entries somebody made at a site on a day, by how late they were. */
export const lagTable = {
  name: 'review_lag',
  columns: {
    trial: 'text',
    site: 'text',
    user: 'text',
    role: 'text',
    day: 'text',
    entries: 'integer',
    /** On the day itself; 1 to 3 days after; 4 to 7; later. */
    same_day: 'integer',
    within_3: 'integer',
    within_7: 'integer',
    later: 'integer',
    /** Sum of all lags in days, for the mean. */
    total_days: 'integer',
    longest_days: 'integer',
  },
  key: ['trial', 'site', 'user', 'role', 'day'],
} as const satisfies ViewTable;

/** One entry that wants a second look. It never changes: as of a position there are those up to there. */
export const findingTable = {
  name: 'review_finding',
  columns: {
    event: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    adverse_event: 'text',
    user: 'text',
    role: 'text',
    position: 'position',
    recorded_at: 'text',
    type: 'text',
    lag_days: 'integer',
    fields: 'json',
    rule: 'text',
    due: 'text',
    elapsed: 'real',
  },
  key: ['event'],
  indexes: [['trial', 'position']],
} as const satisfies ViewTable;

/** Clocks that run for an adverse event. */
const clockTable = {
  name: 'review_clock',
  columns: { trial: 'text', adverse_event: 'text', clocks: 'json' },
  key: ['trial', 'adverse_event'],
} as const satisfies ViewTable;

const isOfCase = (event: RecordedEvent): boolean => caseTypes.some(type => type === event.type);

/** Entries that were made late, and changes of what safety clocks stand on. Holds no clinical value. */
export const entryReview: View = {
  name: 'entry-review',
  version: 1,
  tables: [lagTable, findingTable, clockTable],
  takes: 'all',
  async project(events, rows) {
    const steps = events.flatMap(event => stepOf(event) ?? []);
    await rows.load(
      lagTable.name,
      steps.flatMap(({ lagKey }) => (lagKey ? [lagKey] : [])),
    );
    await rows.load(
      clockTable.name,
      steps.flatMap(({ clockKey }) => (clockKey ? [clockKey] : [])),
    );
    for (const step of steps) take(step, rows);
  },
};

interface Step {
  readonly event: RecordedEvent;
  readonly entry?: DatedEntry;
  readonly lagKey?: Key;
  readonly changed: readonly string[];
  readonly clockKey?: Key;
}

function stepOf(event: RecordedEvent): Step | undefined {
  const { trial, site = '', adverseEvent } = event.metadata.subject;
  if (trial === undefined) return undefined;
  const entry = datedEntry(event);
  const changed = safetyChange(event);
  const ofClock = adverseEvent !== undefined && (changed.length > 0 || isOfCase(event));
  if (!entry && !ofClock) return undefined;
  return {
    event,
    entry,
    lagKey: entry && [trial, site, entry.user, entry.role, entry.day],
    changed,
    clockKey: ofClock ? [trial, adverseEvent] : undefined,
  };
}

function take({ event, entry, lagKey, changed, clockKey }: Step, rows: RowStore): void {
  const at = event.position;
  if (entry && lagKey) {
    rows.put(lagTable.name, counted(rows.get(lagTable.name, lagKey), lagKey, entry), at);
  }
  const lag_days = entry && entry.lagDays >= lateAfterDays ? entry.lagDays : null;
  const clocks = ((clockKey && rows.get(clockTable.name, clockKey)?.clocks) ?? []) as readonly RunningClock[];
  if (lag_days !== null || changed.length > 0) {
    rows.put(findingTable.name, { ...foundIn(event), lag_days, ...changeIn(event, changed, clocks) }, at);
  }
  if (!clockKey || changed.length > 0) return;
  const [trial, adverse_event] = clockKey;
  rows.put(clockTable.name, { trial, adverse_event, clocks: clocksAfter(clocks, event) }, at);
}

function changeIn(event: RecordedEvent, changed: readonly string[], clocks: readonly RunningClock[]): Row {
  if (changed.length === 0) return { fields: null, rule: null, due: null, elapsed: null };
  const nearest = nearestClock(clocks, event.metadata.recordedAt);
  const { rule = null, due = null } = nearest?.clock ?? {};
  return { fields: changed, rule, due, elapsed: nearest?.elapsed ?? null };
}

function foundIn({ id, type, position, metadata }: RecordedEvent): Row {
  const { subject, actor, recordedAt } = metadata;
  const { trial, site = '', participant = null, adverseEvent = null } = subject;
  return {
    ...{ event: id, trial, site, participant, adverse_event: adverseEvent },
    ...{ user: actor.user, role: actor.role, position, recorded_at: recordedAt, type },
  };
}

function counted(row: Row | undefined, [trial, site, user, role, day]: Key, { lagDays }: DatedEntry): Row {
  const before = (column: string): number => Number(row?.[column] ?? 0);
  const plus = (column: string, counts: boolean): number => before(column) + (counts ? 1 : 0);
  return {
    ...{ trial, site, user, role, day },
    entries: before('entries') + 1,
    same_day: plus('same_day', lagDays === 0),
    within_3: plus('within_3', lagDays >= 1 && lagDays <= 3),
    within_7: plus('within_7', lagDays >= 4 && lagDays < lateAfterDays),
    later: plus('later', lagDays >= lateAfterDays),
    total_days: before('total_days') + lagDays,
    longest_days: Math.max(before('longest_days'), lagDays),
  };
}
