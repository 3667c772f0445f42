import { PostgresVault, SecretsUnavailable } from '@platform/secrets';
import { someKind, vaultContract } from '@platform/secrets/testing';
import { describeWithPostgres, ownDatabase, type OwnDatabase } from '../support/postgresql/server';

describeWithPostgres('secrets in PostgreSQL', () => {
  let database: OwnDatabase;
  beforeAll(async () => {
    database = await ownDatabase();
  });
  afterAll(() => database.remove());
  afterEach(() => database.query('DROP SCHEMA IF EXISTS ledger_secrets CASCADE'));

  const open = () => PostgresVault.open({ url: database.url });

  vaultContract('in PostgreSQL', async () => ({ vault: await open(), again: open }));

  test('are made ready by any number of processes that start at once', async () => {
    const vaults = await Promise.all(Array.from({ length: 8 }, open));
    const told = await Promise.all(
      vaults.map((vault, index) => vault.of(someKind).keep('r-1', `secret ${index}`)),
    );
    expect(new Set(told).size).toBe(1);
    for (const vault of vaults) await vault.close();
  });

  test('stand in a schema of their own, and are not touched when everything else is made anew', async () => {
    const vault = await open();
    await vault.of(someKind).keep('r-1', 'one');
    await database.query('CREATE TABLE public.view_checkpoint (name text)');
    await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    expect(await vault.of(someKind).secretOf('r-1')).toBe('one');
    const tables = `SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'ledger%'`;
    expect(await database.query(tables)).toEqual([{ table_schema: 'ledger_secrets', table_name: 'secret' }]);
    await vault.close();
  });

  test('are kept durably, whatever the server’s default is', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const vault = await open();
    await vault.of(someKind).keep('r-1', 'one');
    expect(await settingOf(vault)).toBe('on');
    await database.query(`ALTER DATABASE ${name} RESET synchronous_commit`);
    await vault.close();
  });

  test('go on after their connections were cut, and say meanwhile that they do not answer, and no value', async () => {
    const problems: string[] = [];
    const vault = await PostgresVault.open({ url: database.url, onProblem: each => problems.push(each) });
    const store = vault.of(someKind);
    await store.keep('r-1', 'one');
    await database.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() ' +
        'AND pid <> pg_backend_pid()',
    );
    for (;;) {
      try {
        expect(await store.secretOf('r-1')).toBe('one');
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(SecretsUnavailable);
      }
    }
    expect(problems.every(problem => /^[\w ]+$/.test(problem))).toBe(true);
    await vault.close();
  });

  test('that cannot be reached say so, without the password of the address', async () => {
    const url = Object.assign(new URL(database.url), { port: '1', password: 'swordfish' }).toString();
    const refusal = PostgresVault.open({ url });
    await expect(refusal).rejects.toThrow('The storage of secrets does not answer (ECONNREFUSED).');
  });
});

/** How the vault's own connections commit. */
async function settingOf(vault: PostgresVault): Promise<unknown> {
  const { pool } = vault as unknown as {
    readonly pool: { query(text: string): Promise<{ rows: object[] }> };
  };
  const { rows } = await pool.query('SHOW synchronous_commit');
  return (rows[0] as { synchronous_commit: unknown }).synchronous_commit;
}
