import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { temporaryFolder } from '@platform/event-log/testing';
import { FileVault } from './file-vault';
import { MemoryVault } from './memory-vault';
import { SecretsUnavailable } from './port';
import { someKind, vaultContract } from './testing';

const folders: { remove(): void }[] = [];
const newFolder = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
};
afterEach(() => folders.splice(0).forEach(folder => folder.remove()));

vaultContract('in memory', async () => {
  const vault = new MemoryVault();
  return { vault, again: async () => ({ ...vault, of: kind => vault.of(kind), close: async () => {} }) };
});

vaultContract('in files', async () => {
  const folder = newFolder();
  return { vault: new FileVault(folder), again: async () => new FileVault(folder) };
});

describe('a vault in files', () => {
  test('has files that are their owner’s only', async () => {
    const folder = newFolder();
    const vault = new FileVault(folder);
    await vault.of(someKind).keep('r-1', 'one');
    await vault.close();
    expect(statSync(join(folder, 'credentials.sqlite')).mode & 0o777).toBe(0o600);
  });

  test('reads a file of the names that it has always had', async () => {
    const folder = newFolder();
    const database = new Sqlite(join(folder, 'credentials.sqlite'));
    database.exec(
      'CREATE TABLE credentials (credential TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID',
    );
    database.exec("INSERT INTO credentials VALUES ('c-1', 'hash 1')");
    database.close();
    const vault = new FileVault(folder);
    expect(await vault.of(someKind).secretOf('c-1')).toBe('hash 1');
    await vault.close();
  });

  test('leaves nothing of what is forgotten in the file', async () => {
    const folder = newFolder();
    const vault = new FileVault(folder);
    await vault.of(someKind).keep('r-1', 'to be forgotten');
    const file = join(folder, 'credentials.sqlite');
    expect(readFileSync(file, 'latin1')).toContain('to be forgotten');
    await vault.of(someKind).forget(['r-1']);
    expect(readFileSync(file, 'latin1')).not.toContain('to be forgotten');
    await vault.close();
  });

  test('says that it cannot answer, and no value', async () => {
    const folder = newFolder();
    const vault = new FileVault(folder);
    const store = vault.of(someKind);
    await store.keep('r-1', 'one');
    const other = new Sqlite(join(folder, 'credentials.sqlite'));
    other.exec('BEGIN EXCLUSIVE');
    const refusal = store.keep('r-2', 'sword and fish');
    await expect(refusal).rejects.toThrow(SecretsUnavailable);
    await expect(refusal).rejects.toThrow(/^The storage of secrets does not answer \(SQLITE_BUSY\)\.$/);
    other.close();
    expect(await store.keep('r-2', 'sword and fish')).toBe('sword and fish');
    await vault.close();
  });
});
