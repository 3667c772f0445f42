import { fingerprintOf } from '../rebuild/drift';
import { replayViews } from '../replay';
import type { View } from '../view';
import type { ViewDatabase } from '../view-database';
import { ViewEngine, type ViewEngineOptions } from '../view-engine';
import { counted, recorded, RecordedLog } from './recorded-log';
import { openTestViews, viewStore } from './stores';
import { sums, trail } from './toy-views';

/** Long enough for any machine; a test that waits so long has failed. */
export const patienceMs = 20_000;

/** Thirty events of three keys in turn, at positions 3 to 90. */
export const thirtyEvents = recorded(Array.from({ length: 30 }, (_, index) => counted('abc'[index % 3]!, 1)));

const engines: ViewEngine[] = [];
const cleanUps: (() => Promise<void>)[] = [];

/** For `afterEach`: what the functions below have opened. */
export async function closeAll(): Promise<void> {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
}

export async function alone(): Promise<ViewDatabase> {
  const database = await openTestViews();
  cleanUps.push(() => database.close());
  return database;
}

/** The same views as often as there are processes that have them. */
export async function madeViews(): Promise<{ open(): Promise<ViewDatabase> }> {
  const made = await viewStore().make();
  const opened: ViewDatabase[] = [];
  cleanUps.push(async () => {
    for (const database of opened) await database.close();
    await made.remove();
  });
  return {
    open: async () => {
      const database = await made.open();
      opened.push(database);
      return database;
    },
  };
}

/** The same views twice, as two processes have them. */
export async function twice(): Promise<[ViewDatabase, ViewDatabase]> {
  const made = await madeViews();
  return [await made.open(), await made.open()];
}

export function engineOf(
  options: Omit<ViewEngineOptions, 'views'> & { readonly views?: readonly View[] },
): ViewEngine {
  const engine = new ViewEngine({ views: [sums, trail], ...options });
  engines.push(engine);
  return engine;
}

/** Expects some views to reach the log's end. */
export async function arrive(
  engine: ViewEngine,
  log: RecordedLog,
  views: readonly string[] | 'all' = 'all',
): Promise<void> {
  expect(await engine.waitFor(await log.head(), views, patienceMs)).toBe(true);
}

/** What a view's fingerprint has to be after all events of a log. */
export async function replayedFingerprint(log: RecordedLog, view: View): Promise<string> {
  const database = await replayViews(new RecordedLog(log.all), [view]);
  const found = await fingerprintOf(database, view);
  await database.close();
  return found;
}

export async function statusOf(engine: ViewEngine, name: string) {
  const all = await engine.status();
  return all.find(status => status.name === name)!;
}
