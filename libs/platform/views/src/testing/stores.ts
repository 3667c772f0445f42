import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { EventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import { openPostgresViews } from '../postgres/postgres-views';
import { replayInto, type ReplayOptions } from '../replay';
import type { View } from '../view';
import { openViews, openViewsInMemory, type ViewDatabase } from '../view-database';

/** A place for views that a test makes and removes again. */
export interface MadeViews {
  /** Opens it, as often as there would be processes. */
  open(): Promise<ViewDatabase>;
  /** After everything that was opened has been closed. */
  remove(): Promise<void>;
}

/** An engine that holds views. Suites run on every one of them. */
export interface ViewStore {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** How many runs of a property to make, for so many where an empty database costs nothing. */
  runs(usual: number): number;
  make(): Promise<MadeViews>;
  /** Empty, and gone when it is closed. */
  openAlone(): Promise<ViewDatabase>;
}

export const sqlite: ViewStore = {
  name: 'SQLite',
  runs: usual => usual,
  make: async () => {
    const folder = temporaryFolder();
    return { open: () => openViews({ folder: folder.path }), remove: async () => folder.remove() };
  },
  openAlone: openViewsInMemory,
};

/** @param url of a server where a schema can be made for each test */
export function postgresAt(url: string): ViewStore {
  const make = async (): Promise<MadeViews> => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const own = new URL(url);
    own.searchParams.set('schema', schema);
    return {
      open: () => openPostgresViews({ url: own.href, readers: 4 }),
      remove: () => ask(url, `drop schema if exists "${schema}" cascade`),
    };
  };
  return {
    name: 'PostgreSQL',
    runs: usual => Math.ceil(usual / 8),
    make,
    openAlone: async () => {
      const made = await make();
      const database = await made.open();
      const close = database.close.bind(database);
      database.close = async () => {
        await close();
        await made.remove();
      };
      return database;
    },
  };
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

let used: ViewStore = sqlite;

/** What the suites of this file run on: SQLite, unless they are run once more on another engine. */
export const viewStore = (): ViewStore => used;

/** Runs suites on an engine: all that a `describe` has. */
export function runOn(store: ViewStore): void {
  beforeAll(() => {
    used = store;
  });
  afterAll(() => {
    used = sqlite;
  });
}

/** Empty views of the engine that the suite runs on. */
export const openTestViews = (): Promise<ViewDatabase> => used.openAlone();

/** Views of the engine that the suite runs on, as they stand after a log's events. */
export async function viewsAfter(
  log: EventLog,
  views: readonly View[],
  options: Omit<ReplayOptions, 'folder'> = {},
): Promise<ViewDatabase> {
  const database = await openTestViews();
  try {
    await replayInto(database, log, views, options);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
