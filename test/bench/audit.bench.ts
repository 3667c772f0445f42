import Database from 'better-sqlite3';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  logStart,
  parsePosition,
  toPosition,
  type Position,
  type RecordedEvent,
  type Scope,
} from '@platform/kernel';
import { eachPage, type EventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import type { ViewDatabase } from '@platform/views';
import { readTrail, trailLines, trailSorts, type TrailQuestion, type TrailSort } from '@trial/audit';
import { numbersFrom } from '@trial/audit/testing';
import type { Row } from './row';

export interface AuditBench {
  readonly log: EventLog;
  /** In step with the log. */
  readonly views: ViewDatabase;
  /** Printed with the figures; the same one asks the same questions of the same log. 2024 unless given. */
  readonly seed?: number;
  /** 200 unless given. */
  readonly queries?: number;
  /** Whether the raw engine answers too; building its tables takes about a minute for a million events. */
  readonly raw?: boolean;
}

interface Asked {
  readonly question: TrailQuestion & { readonly sort: TrailSort };
  readonly scope: Scope;
}

type Answerer = (asked: Asked) => Promise<readonly Position[]>;

const pageSize = 50;
const warmUp = 20;

/**
 * First pages of the audit trail under mixed filters and sorts, some without any result, against plain SQL with an
 * index for each filter over the same events. Both read the shown events from the log. A page on which the two differ
 * is an error.
 */
export async function benchAudit(given: AuditBench): Promise<Row[]> {
  const { log, views, seed = 2024, queries = 200 } = given;
  const standsAt = await log.head();
  const asked = await questionsFor(log, standsAt, seed, queries + warmUp);
  const ours = await timed(asked, async ({ question, scope }) => {
    const context = { log, views, scope, standsAt };
    const { entries } = await readTrail({ ...question, limit: pageSize }, context);
    return entries.map(({ position }) => parsePosition(position)!);
  });
  if (given.raw === false) return rowsOf(seed, ours.milliseconds, ours.milliseconds);
  const plain = await PlainTrail.over(log, standsAt);
  const raw = await timed(asked, question => plain.answer(question));
  plain.close();
  asked.forEach((one, index) => {
    const [a, b] = [ours.pages[index], raw.pages[index]];
    if (a!.join() !== b!.join())
      throw new Error(`Both answer differently: ${JSON.stringify(one)}: ${a} and ${b}`);
  });
  return rowsOf(seed, ours.milliseconds, raw.milliseconds);
}

async function timed(asked: readonly Asked[], answer: Answerer) {
  const milliseconds: number[] = [];
  const pages: (readonly Position[])[] = [];
  for (const [index, question] of asked.entries()) {
    const started = performance.now();
    pages.push(await answer(question));
    // The first ones warm the compiler up.
    if (index >= warmUp) milliseconds.push(performance.now() - started);
  }
  return { milliseconds: milliseconds.toSorted((a, b) => a - b), pages };
}

function rowsOf(seed: number, ours: readonly number[], raw: readonly number[]): Row[] {
  const at = (sorted: readonly number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1]!;
  const row = (name: string, part: number): Row => ({
    what: `first page of the audit trail, ${ours.length} mixed questions (seed ${seed}), ${name}`,
    ours: Number(at(ours, part).toFixed(2)),
    raw: Number(at(raw, part).toFixed(2)),
    unit: 'ms',
    ratio: Number((at(ours, part) / at(raw, part)).toFixed(2)),
    p99Ms: Number(at(ours, 0.99).toFixed(2)),
  });
  return [row('median', 0.5), row('p99', 0.99), row('worst', 1)];
}

/** Questions whose values stand in the log: all of one event, so that there is an answer, or of several ones. */
async function questionsFor(log: EventLog, head: Position, seed: number, count: number): Promise<Asked[]> {
  const number = numbersFrom(seed);
  const places = Array.from({ length: 2_000 }, () => toPosition(Math.floor(number() * (Number(head) + 1))));
  const events = await log.readAt([...new Set(places)].toSorted((a, b) => (a < b ? -1 : 1)));
  const ofTrials = events.filter(({ metadata: { subject } }) => subject.trial !== undefined);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(number() * values.length)]!;
  return Array.from({ length: count }, (): Asked => {
    const one = pick(ofTrials);
    const another = () => (number() < 0.7 ? one : pick(ofTrials));
    const values = (chance: number, of: (event: RecordedEvent) => string | undefined) =>
      number() < chance ? [of(another()) ?? 'nobody'] : undefined;
    const from = pick(events).position;
    const sites = [one, pick(ofTrials)].map(({ metadata }) => metadata.subject.site ?? 'none');
    const scope: Scope = { trial: one.metadata.subject.trial!, sites: number() < 0.3 ? sites : 'all' };
    const question = {
      participant: values(0.2, event => event.metadata.subject.participant),
      site: values(0.2, event => event.metadata.subject.site),
      user: values(0.25, event => event.metadata.actor.user),
      role: values(0.25, event => event.metadata.actor.role),
      type: values(0.3, event => (number() < 0.05 ? 'NothingOfThisKind' : event.type)),
      field: values(0.25, event => pick(trailLines(event))?.field.replaceAll(/\[\d+\]/g, '[]')),
      reason: number() < 0.15 ? pick(['given', 'missing'] as const) : undefined,
      fromPosition: number() < 0.2 ? String(from) : undefined,
      to: number() < 0.2 ? pick(events).metadata.recordedAt : undefined,
      sort: pick(trailSorts),
    };
    return { question, scope };
  });
}

type Placed = { readonly position: number };

/** What one would write without an index of one's own: a row for each event and field, an index for each filter. */
class PlainTrail {
  private constructor(
    private readonly log: EventLog,
    private readonly head: Position,
    private readonly db: Database.Database,
    private readonly remove: () => void,
  ) {}

  static async over(log: EventLog, head: Position): Promise<PlainTrail> {
    const folder = temporaryFolder();
    const db = new Database(join(folder.path, 'plain.sqlite'));
    db.pragma('journal_mode = off');
    db.pragma('synchronous = off');
    db.exec(`create table entry (position integer primary key, trial text, site text, participant text, user text,
      role text, type text, reason text) strict; create table entry_field (field text, position integer) strict`);
    const entry = db.prepare('insert into entry values (?, ?, ?, ?, ?, ?, ?, ?)');
    const field = db.prepare('insert into entry_field values (?, ?)');
    for await (const page of eachPage(log, { after: logStart, upTo: head })) {
      db.exec('begin');
      for (const event of page) insert(event, entry, field);
      db.exec('commit');
    }
    for (const columns of ['trial, site', 'trial', 'participant', 'user', 'role', 'type', 'reason']) {
      db.exec(`create index "by ${columns}" on entry (${columns}, position)`);
    }
    db.exec('create index by_field on entry_field (field, position); analyze');
    return new PlainTrail(log, head, db, () => folder.remove());
  }

  async answer({ question, scope }: Asked): Promise<readonly Position[]> {
    const upTo = question.to === undefined ? this.head : await this.log.positionAt(Date.parse(question.to));
    const conditions: [sql: string, values: readonly (string | number)[]][] = [
      ['trial = ?', [scope.trial]],
      ['position >= ?', [Number(question.fromPosition ?? -1)]],
      ['position <= ?', [Number(upTo < this.head ? upTo : this.head)]],
    ];
    const any = (column: string, values: readonly string[] | undefined) => {
      if (values) conditions.push([`${column} in (${values.map(() => '?').join()})`, values]);
    };
    if (scope.sites !== 'all') any('site', scope.sites);
    for (const column of ['site', 'participant', 'user', 'role', 'type'] as const)
      any(column, question[column]);
    any('reason', question.reason && [question.reason]);
    if (question.field) {
      const having = 'exists (select 1 from entry_field f where f.position = entry.position and f.field = ?)';
      conditions.push([having, question.field]);
    }
    const positions = this.positions(conditions, question.sort);
    const events = await this.log.readAt(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    if (events.length < positions.length) throw new Error('The log has lost events.');
    return positions;
  }

  private positions(
    conditions: readonly (readonly [string, readonly (string | number)[]])[],
    sort: TrailSort,
  ): Position[] {
    const order = sort.startsWith('-') ? 'desc' : 'asc';
    const column = sort.replace('-', '').replace('time', 'position');
    const by =
      column === 'position' ? `position ${order}` : `coalesce(${column}, '') ${order}, position ${order}`;
    const where = conditions.map(([sql]) => sql).join(' and ');
    const found = this.db
      .prepare(`select position from entry where ${where} order by ${by} limit ${pageSize}`)
      .all(...conditions.flatMap(([, values]) => values)) as Placed[];
    return found.map(({ position }) => toPosition(position));
  }

  close(): void {
    this.db.close();
    this.remove();
  }
}

function insert(
  { position, type, metadata, ...event }: RecordedEvent,
  entry: Database.Statement,
  field: Database.Statement,
) {
  const { trial, site, participant } = metadata.subject;
  const { user, role } = metadata.actor;
  const place = Number(position);
  const values = [trial, site, participant, user, role, type].map(value => value ?? null);
  entry.run(place, ...values, metadata.reason ? 'given' : 'missing');
  const lines = trailLines({ position, type, metadata, ...event }).map(line =>
    line.field.replaceAll(/\[\d+\]/g, '[]'),
  );
  for (const name of new Set(lines)) field.run(name, place);
}
