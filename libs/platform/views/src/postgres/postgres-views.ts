import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { ViewPeers } from '../follow/peers';
import { createMetaTables } from '../sql/schema';
import type { ViewWriter } from '../sql/writer';
import { ViewDatabase, type AnyTables, type ViewReader, type ViewSnapshot } from '../view-database';
import { answerMs, readViewsUrl, type SessionSettings, type ViewsAddress } from './address';
import { namesLock, writersLock } from './locks';
import { openPool, poolLender } from './pools';
import { kyselyOver, onlyOne } from './postgres-connection';
import { asFailure, codeOf, notAllowed } from './postgres-dialect';
import { PostgresPeers } from './postgres-peers';
import { PostgresWriter } from './postgres-writer';

export interface PostgresViewsOptions {
  /** `postgresql://user:password@host:5432/database?schema=trial_ledger`; the schema is made when there is none. */
  readonly url: string;
  /** Connections that queries are asked over; 10 unless given. */
  readonly readers?: number;
  /** Milliseconds after which a query is ended; a minute unless given. */
  readonly queryMs?: number;
}

const usualReaders = 10;
const usualQueryMs = 60_000;
/** Within a snapshot a check may compute for long before it asks again. */
const snapshotIdleMs = 30 * 60_000;
/** One that a transaction is on, and others for what is looked up meanwhile. */
const writingConnections = 3;
const writing: SessionSettings = {
  readOnly: false,
  statementMs: 60_000,
  idleInTransactionMs: 60_000,
  byKey: true,
};
/** An index over a large table takes minutes. */
const rebuilding: SessionSettings = { ...writing, statementMs: 30 * 60_000 };

/** The oldest that this was tested on. */
const oldestServer = 15;

/** Why a database cannot hold views, and what to do. Names no password. */
export class ViewsUnfit extends Error {
  constructor(reason: string) {
    super(`The PostgreSQL database of the views cannot be used: ${reason}`);
    this.name = 'ViewsUnfit';
  }
}

/**
 * Views in a schema of a PostgreSQL database, which is made when there is none, once, however many processes start.
 * @throws ViewsUnfit for an address that is none, a server that is too old or texts that are not UTF-8;
 *   ViewsUnavailable
 */
export async function openPostgresViews(options: PostgresViewsOptions): Promise<ViewDatabase> {
  const address = readViewsUrl(options.url);
  if (!address)
    throw new ViewsUnfit('its address is not like postgresql://user:password@host:5432/database.');
  const views = new PostgresViews(address, options);
  try {
    await views.prepare();
    return views;
  } catch (error) {
    await views.close();
    throw asFailure(error);
  }
}

class PostgresViews extends ViewDatabase {
  readonly writer: PostgresWriter;
  private readonly reading: Pool;
  private readonly settings: SessionSettings;
  private readonly db: Kysely<AnyTables>;
  private readonly peers = new Set<ViewPeers>();

  constructor(
    private readonly address: ViewsAddress,
    { readers = usualReaders, queryMs = usualQueryMs }: PostgresViewsOptions,
  ) {
    super();
    this.settings = { readOnly: true, statementMs: queryMs, idleInTransactionMs: snapshotIdleMs };
    this.reading = openPool(address, this.settings, readers);
    this.db = kyselyOver(poolLender(this.reading, this.settings), address.schema);
    this.writer = this.writerWith(writing);
  }

  /** If we die in here, the next start does what is missing. */
  async prepare(): Promise<void> {
    const pool = openPool(this.address, writing, 1);
    try {
      const { rows } = await pool.query<{ version: string; encoding: string }>(
        "select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding",
      );
      checkServer(rows[0]!);
      await makeSchema(pool, this.address.schema);
    } finally {
      await pool.end();
    }
    await this.writer.transaction(within => createMetaTables(within, this.writer.dialect));
  }

  reader<Tables = AnyTables>(): ViewReader<Tables> {
    return this.db as ViewReader<Tables>;
  }

  /**
   * Names are looked up as they are, not as they stood in the snapshot: so while it is open none of them comes to mean
   * other tables, whose rows it would not see. The lock comes first, because the snapshot is taken with the statement
   * that follows.
   */
  async snapshot<Result>(work: (snapshot: ViewSnapshot) => Promise<Result>): Promise<Result> {
    const client = await this.reading.connect().catch((error: unknown) => {
      throw asFailure(error);
    });
    const key = namesLock(this.address.schema);
    let isClean = false;
    try {
      await client.query(`select pg_advisory_lock_shared(${key})`);
      await client.query('begin isolation level repeatable read; select 1');
      const db = kyselyOver<AnyTables>(onlyOne(client, answerMs(this.settings)), this.address.schema);
      const result = await work({ reader: <Tables>() => db as ViewReader<Tables> });
      await client.query(`commit; select pg_advisory_unlock_shared(${key})`);
      isClean = true;
      return result;
    } catch (error) {
      throw asFailure(error);
    } finally {
      // One that failed is closed, and with it whatever it holds.
      client.release(!isClean);
    }
  }

  override openPeers(): ViewPeers {
    const peers = new PostgresPeers(this.address);
    this.peers.add(peers);
    return peers;
  }

  /** It waits for the network, not for the processor: a thread of its own would gain nothing. */
  openWriter(): ViewWriter {
    return this.writerWith(rebuilding);
  }

  private writerWith(settings: SessionSettings): PostgresWriter {
    const pool = openPool(this.address, settings, writingConnections);
    return new PostgresWriter(pool, this.address.schema, settings);
  }

  async close(): Promise<void> {
    for (const peers of this.peers) await peers.close();
    await this.writer.close();
    await this.reading.end();
  }
}

/** Alone: two that make the same schema at once would fail on each other. */
async function makeSchema(pool: Pool, schema: string): Promise<void> {
  const lock = `select pg_advisory_xact_lock(${writersLock(schema)})`;
  try {
    // Whoever finds it made need not be allowed to make it.
    const { rows } = await pool.query('select from pg_namespace where nspname = $1', [schema]);
    if (rows.length === 0)
      await pool.query(`begin; ${lock}; create schema if not exists "${schema}"; commit`);
  } catch (error) {
    if (codeOf(error) !== notAllowed) throw error;
    throw new ViewsUnfit(
      `its user may not make the schema "${schema}"; make it with: create schema "${schema}" authorization USER.`,
    );
  }
}

export function checkServer({
  version,
  encoding,
}: {
  readonly version: string;
  readonly encoding: string;
}): void {
  const major = Math.floor(Number(version) / 10_000);
  if (major < oldestServer)
    throw new ViewsUnfit(`the server is version ${major}; use ${oldestServer} or newer.`);
  if (encoding !== 'UTF8') {
    throw new ViewsUnfit(`its texts are ${encoding}; make one with: create database NAME encoding 'UTF8'.`);
  }
}
