import Database, { SqliteError } from 'better-sqlite3';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf, NewerEventLog, openReader, openWriter, schemaVersion } from './open-database';
import { temporaryFolder } from '../testing';

describe('the database of the event log', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  const fileOf = (name: string) => join(folder.path, name, 'events.sqlite');

  const opened = (file: string) => {
    const db = openWriter(file, 0);
    const settings = ['journal_mode', 'synchronous', 'user_version'].map(each =>
      db.pragma(each, { simple: true }),
    );
    db.close();
    return settings;
  };

  test('every open, not only the first, is write-ahead and fully synchronous', () => {
    const file = fileOf('durable');
    const full = ['wal', 2, schemaVersion];
    expect([opened(file), opened(file), opened(file)]).toEqual([full, full, full]);
  });

  test('a file of a newer release is refused and left alone', () => {
    const file = fileOf('newer');
    opened(file);
    const db = new Database(file);
    db.pragma(`user_version = ${schemaVersion + 1}`);
    db.pragma('journal_mode = DELETE');
    expect(() => openWriter(file, 0)).toThrow(NewerEventLog);
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
    db.close();
  });

  test('a file that is no database is corrupt, and no message names it', () => {
    const file = join(folder.path, 'text.sqlite');
    writeFileSync(file, 'Minutes of the meeting. '.repeat(100));
    const failure = expect.objectContaining({
      failure: 'corrupt storage',
      outcome: 'not written',
      message: 'The event log is unavailable: corrupt storage.',
    });
    expect(() => openWriter(file, 0)).toThrow(failure);
  });

  test('a folder that cannot be made is a failure of the storage', () => {
    const inTheWay = join(folder.path, 'file');
    writeFileSync(inTheWay, '');
    expect(() => openWriter(join(inTheWay, 'events.sqlite'), 0)).toThrow(
      expect.objectContaining({
        failure: 'storage error',
        message: expect.not.stringContaining(folder.path),
      }),
    );
  });

  test('a reader cannot write', () => {
    const file = fileOf('reader');
    opened(file);
    const reader = openReader(file);
    expect(() => reader.exec('DELETE FROM event')).toThrow('readonly');
    reader.close();
  });

  test.each([
    ['SQLITE_FULL', 'storage full'],
    ['SQLITE_READONLY_DBMOVED', 'read-only storage'],
    ['SQLITE_CORRUPT_INDEX', 'corrupt storage'],
    ['SQLITE_NOTADB', 'corrupt storage'],
    ['SQLITE_BUSY', 'no answer'],
    ['SQLITE_IOERR_FSYNC', 'storage error'],
    ['SQLITE_NOMEM', 'storage error'],
  ])('%s is %s', (code, failure) => {
    expect(failureOf(new SqliteError('', code))).toBe(failure);
  });

  test.each([
    ['ENOSPC', 'storage full'],
    ['EROFS', 'read-only storage'],
    ['EACCES', 'read-only storage'],
    ['EIO', 'storage error'],
  ])('%s of the system is %s', (code, failure) => {
    expect(failureOf(Object.assign(new Error(), { code }))).toBe(failure);
  });
});
