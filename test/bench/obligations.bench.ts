import Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import {
  chainEvents,
  derivedId,
  emptyStream,
  toInstant,
  toPosition,
  type RecordedEvent,
} from '@platform/kernel';
import { openViewsInMemory, rebuildViews } from '@platform/views';
import { RecordedLog } from '@platform/views/testing';
import {
  obligationsToCheck,
  reportingCaseStream,
  reportingViews,
  ruleSetOf,
  type OpenedObligation,
} from '@trial/reporting';
import { percentile, rowOf, type Row } from './row';

const open = 10_000;
const checks = 300;
const trial = 'NCT05794425';
const begin = Date.parse('2024-03-05T00:00:00.000Z');
const limitMs = 15 * 86_400_000;

/**
 * What the watch asks each minute, with 10,000 open obligations whose time comes to nothing in most minutes and to a
 * few of them in some; beside it, the same question to SQLite by its bare driver.
 */
export async function benchObligations(): Promise<Row[]> {
  const database = await openViewsInMemory();
  const raw = new Database(':memory:');
  try {
    const log = new RecordedLog(Array.from({ length: open }, (_, index) => opened(index)));
    await rebuildViews({ log, database, all: reportingViews, views: 'all' });
    const first = await obligationsToCheck(database, '9999-12-31T00:00:00.000Z', { limit: open });
    raw.exec('create table watch (obligation text primary key, next_check_at text)');
    raw.exec('create index by_time on watch (next_check_at, obligation)');
    const insert = raw.prepare('insert into watch values (?, ?)');
    for (const { obligation, nextCheckAt } of first) insert.run(obligation, nextCheckAt);
    const select = raw.prepare(
      'select * from watch where next_check_at <= ? order by next_check_at, obligation limit 500',
    );
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let minute = 0; minute < checks; minute++) {
      const now = toInstant(begin + limitMs / 2 + minute * 60_000);
      const began = performance.now();
      await obligationsToCheck(database, now, { limit: 500 });
      const asked = performance.now();
      select.all(now);
      ours.push(asked - began);
      bare.push(performance.now() - asked);
    }
    const p99 = percentile(ours, 0.99);
    const what = `a check of ${open.toLocaleString('en-GB')} open obligations, p50`;
    return [rowOf(what, percentile(ours, 0.5), percentile(bare, 0.5), 'ms', p99)];
  } finally {
    raw.close();
    await database.close();
  }
}

/** One obligation of a case of its own, each a minute after the one before. */
function opened(index: number): RecordedEvent {
  const obligation = derivedId('bench', String(index));
  const [start, due] = [begin + index * 60_000, begin + index * 60_000 + limitMs].map(toInstant) as [
    string,
    string,
  ];
  const set = ruleSetOf('CN-DRUG', '1')!;
  const rule = set.rules.find(({ id }) => id === 'CN-SUSAR-15')!;
  const anchorAt = { at: start.slice(0, 19), zone: 'UTC' };
  const clock = {
    number: 1,
    anchor: rule.anchor,
    anchorAt,
    start,
    due,
    dueLocal: due.slice(0, 19),
    zone: 'UTC',
  };
  const data: OpenedObligation = {
    ...{ obligation, trial, site: '03', ruleSet: set.id, ruleSetVersion: set.version, rule },
    ...{ because: ['serious'], provisional: true },
    clock: { ...clock, readings: [{ reading: 'limit', from: start, limit: '15 days, inclusive', due }] },
  };
  const stream = reportingCaseStream(obligation);
  const [event] = chainEvents(stream, emptyStream, [{ type: 'ObligationOpened', data }], {
    recordedAt: start,
    actor: { user: 'system-bench', printedName: 'Bench', role: 'system' },
    source: 'system',
    subject: { trial, site: '03', reportingCase: obligation, obligation },
    command: { id: obligation, type: 'ReviewCase', fingerprint: '' },
    correlationId: obligation,
    software: 'bench',
  });
  return { ...event!, position: toPosition(index) };
}
