import Database, { SqliteError } from 'better-sqlite3';
import { join } from 'node:path';
import { logStart, type ChainedEvent } from '@platform/kernel';
import { writeEvents } from './event-text';
import { GroupWriter, type GroupResult, type PendingAppend } from './group-writer';
import { openReader, openWriter } from './open-database';
import { EventIdReused, WrongExpectedRevision } from '../port';
import { SqliteEventLog } from './sqlite-event-log';
import { headBehind, participantStream, someEvents, temporaryFolder } from '../testing';

const pending = (events: readonly ChainedEvent[]): PendingAppend => {
  const [{ stream, revision }] = events as [ChainedEvent];
  return { stream, expected: revision - 1, events: writeEvents(stream, revision - 1, events) };
};

const [one, two, three] = ['1', '2', '3'].map(code => someEvents(participantStream(code), { count: 2 })) as [
  ChainedEvent[],
  ChainedEvent[],
  ChainedEvent[],
];

describe('a group of appends', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  let files = 0;
  const newFile = () => join(folder.path, `${files++}.sqlite`);

  const positionsIn = (file: string) => {
    const reader = openReader(file);
    const positions = reader.prepare('SELECT position FROM event ORDER BY position').pluck().all();
    reader.close();
    return positions;
  };

  const outcomesOf = (result: GroupResult) => (result.kind === 'committed' ? result.outcomes : result);

  test('a conflict, a reused id and a row that the file refuses fail nobody else', () => {
    const file = newFile();
    const db = openWriter(file, 0);
    const writer = new GroupWriter(db);
    const rival = pending(someEvents(participantStream('1'), { command: 'a rival' }));
    const reused = pending(someEvents(participantStream('1'), { count: 2, value: 7 }));
    const broken = {
      ...pending(three),
      events: pending(three).events.map((each, i) => ({ ...each, recordedAt: i ? NaN : 0 })),
    };
    const outcomes = outcomesOf(writer.write([pending(one), rival, reused, broken, pending(two)]));
    expect(outcomes).toEqual([
      { appended: { firstRevision: 0, lastRevision: 1, position: 1n, repeated: false } },
      { refused: expect.any(WrongExpectedRevision) },
      { refused: expect.any(EventIdReused) },
      { refused: expect.objectContaining({ code: 'SQLITE_CONSTRAINT_NOTNULL' }) },
      { appended: { firstRevision: 0, lastRevision: 1, position: 3n, repeated: false } },
    ]);
    expect(positionsIn(file)).toEqual([0, 1, 2, 3]);
    db.close();
  });

  test('appends of one stream may follow each other within it, and repeat each other', () => {
    const db = openWriter(newFile(), 0);
    const next = pending(someEvents(participantStream('1'), { head: headBehind(one) }));
    expect(outcomesOf(new GroupWriter(db).write([pending(one), next, pending(one)]))).toMatchObject([
      { appended: { lastRevision: 1, position: 1n, repeated: false } },
      { appended: { lastRevision: 2, position: 2n, repeated: false } },
      { appended: { lastRevision: 1, position: 1n, repeated: true } },
    ]);
    db.close();
  });

  /**
   * Where SQLite fails × whether what failed took effect all the same, and what follows: what the callers are told,
   * whether the log goes on, and what a repeated append finds after the log was opened again.
   */
  const failures = [
    { at: 'BEGIN', code: 'SQLITE_BUSY', tookEffect: false, told: 'locked', goesOn: true },
    {
      at: 'BEGIN',
      code: 'SQLITE_IOERR_SHORT_READ',
      tookEffect: false,
      told: 'storage error, not written',
      goesOn: false,
    },
    {
      at: 'BEGIN',
      code: 'SQLITE_READONLY',
      tookEffect: false,
      told: 'read-only storage, not written',
      goesOn: true,
    },
    { at: 'INSERT', code: 'SQLITE_FULL', tookEffect: false, told: 'storage full, not written', goesOn: true },
    { at: 'INSERT', code: 'SQLITE_FULL', tookEffect: true, told: 'storage full, not written', goesOn: true },
    {
      at: 'INSERT',
      code: 'SQLITE_IOERR_WRITE',
      tookEffect: false,
      told: 'storage error, not written',
      goesOn: false,
    },
    {
      at: 'INSERT',
      code: 'SQLITE_CORRUPT',
      tookEffect: false,
      told: 'corrupt storage, not written',
      goesOn: false,
    },
    { at: 'COMMIT', code: 'SQLITE_FULL', tookEffect: false, told: 'storage full, not written', goesOn: true },
    {
      at: 'COMMIT',
      code: 'SQLITE_IOERR_FSYNC',
      tookEffect: false,
      told: 'storage error, unknown',
      goesOn: false,
    },
    {
      at: 'COMMIT',
      code: 'SQLITE_IOERR_FSYNC',
      tookEffect: true,
      told: 'storage error, unknown',
      goesOn: false,
    },
    {
      at: 'COMMIT',
      code: 'SQLITE_IOERR_SHMSIZE',
      tookEffect: true,
      told: 'storage error, unknown',
      goesOn: false,
    },
    {
      at: 'ROLLBACK',
      code: 'SQLITE_IOERR',
      tookEffect: false,
      told: 'storage error, unknown',
      goesOn: false,
    },
  ] as const;

  test.each(failures)(
    '$at fails with $code, took effect: $tookEffect',
    async ({ at, code, tookEffect, told, goesOn }) => {
      const file = newFile();
      const db = openWriter(file, 0);
      const fault = new Fault();
      const writer = new GroupWriter(fault.around(db));
      writer.write([pending(one)]);

      fault.arm(at, new SqliteError('', code), tookEffect);
      if (at === 'ROLLBACK') fault.arm('COMMIT', new SqliteError('', 'SQLITE_FULL'), false);
      const result = writer.write([pending(two), pending(three)]);
      fault.disarm();

      const answer = result.kind === 'failed' ? `${result.failure}, ${result.outcome}` : result.kind;
      expect(answer).toBe(told);
      const later = writer.write([pending(someEvents(participantStream('4')))]);
      expect(later).toMatchObject(
        goesOn ? { kind: 'committed' } : { kind: 'failed', outcome: 'not written' },
      );
      db.close();

      const log = SqliteEventLog.open({ file });
      const persisted = tookEffect && at === 'COMMIT';
      for (const events of [one, two, three]) {
        const { repeated } = await log.append(events[0]?.stream as ChainedEvent['stream'], -1, events);
        expect(repeated).toBe(events === one || persisted);
      }
      const all = await log.readAll({ after: logStart, limit: 100 });
      expect(all).toHaveLength(6 + Number(goesOn));
      await log.close();
    },
  );

  test('after a checkpoint that failed nothing more is written', () => {
    const db = openWriter(newFile(), 0);
    const fault = new Fault();
    const writer = new GroupWriter(fault.around(db));
    fault.arm('PRAGMA wal_checkpoint', new SqliteError('', 'SQLITE_IOERR_FSYNC'), false);
    writer.checkpoint();
    expect(writer.write([pending(one)])).toMatchObject({ failure: 'storage error', outcome: 'not written' });
    db.close();
  });
});

/** A connection whose statements fail on demand, before or after they have done their work. */
class Fault {
  private readonly armed = new Map<string, { error: Error; tookEffect: boolean }>();

  arm(statement: string, error: Error, tookEffect: boolean): void {
    this.armed.set(statement, { error, tookEffect });
  }

  disarm(): void {
    this.armed.clear();
  }

  around(db: Database.Database): Database.Database {
    return new Proxy(db, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (key === 'prepare') return (sql: string) => this.aroundStatement(sql, target.prepare(sql));
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  private aroundStatement(sql: string, statement: Database.Statement): Database.Statement {
    const failing =
      <Args extends unknown[], Result>(run: (...args: Args) => Result) =>
      (...args: Args): Result => {
        const fault = [...this.armed].find(
          ([start]) => sql.startsWith(start) && sql !== 'ROLLBACK TO one_append',
        )?.[1];
        if (fault && !fault.tookEffect) throw fault.error;
        const result = run(...args);
        if (fault) throw fault.error;
        return result;
      };
    return Object.assign(statement, {
      run: failing(statement.run.bind(statement)),
      get: failing(statement.get.bind(statement)),
    });
  }
}
