import { LogUnavailable } from '@platform/event-log';
import { logStart, type Position } from '@platform/kernel';
import { openViewsInMemory, ViewEngine } from '@platform/views';
import { counted, recorded, RecordedLog, sums } from '@platform/views/testing';
import { NotYetVisible } from '../errors';
import { FactReader } from './fact-reader';
import { factViews, ReplayedFactViews } from './fact-views';
import { StreamCache } from '../running/stream-cache';

const log = new RecordedLog(recorded([counted('a', 1), counted('a', 2)]));
const readerWith = (views?: ReturnType<typeof factViews>) =>
  new FactReader(new StreamCache(log), () => Promise.reject(new Error('not asked for')), views);

test('a decision is given its views once they have reached the position, and never before', async () => {
  const database = await openViewsInMemory();
  const engine = new ViewEngine({ log, database, views: [sums] });
  try {
    const head = await log.head();
    const impatient = readerWith(factViews(log, database, engine, 1));
    await expect(impatient.viewsAt(head, ['sums'])).rejects.toThrow(NotYetVisible);
    await engine.start();
    const patient = readerWith(factViews(log, database, engine, 20_000));
    const views = await patient.viewsAt(head, ['sums']);
    expect(await views.reader().selectFrom('sum').select('total').execute()).toEqual([{ total: 3 }]);
  } finally {
    await engine.stop();
    await database.close();
  }
});

test('the latest views are those that have come to where the log ended at first, and may lag later', async () => {
  const database = await openViewsInMemory();
  const asked: string[] = [];
  let reach: (reached: boolean) => void = () => undefined;
  const engine = {
    waitFor: (position: Position, views: readonly string[]) => {
      asked.push(`${String(position)} ${views.join()}`);
      return new Promise<boolean>(resolve => (reach = resolve));
    },
    positionOf: async () => logStart,
  };
  let away = true;
  const head = async (): Promise<Position> => {
    if (!away) return log.head();
    throw new LogUnavailable('no answer', 'not written');
  };
  try {
    const reader = readerWith(factViews({ head }, database, engine));
    await expect(reader.latestViews(['sums'])).rejects.toThrow(LogUnavailable);
    away = false;
    let given = 0;
    const both = [1, 2].map(() => reader.latestViews(['sums']).then(() => (given += 1)));
    await new Promise(setImmediate);
    expect({ asked, given }).toEqual({ asked: [`${await log.head()} sums`], given: 0 });
    // A view that does not come is used as it is.
    reach(false);
    await Promise.all(both);
    expect(await reader.latestViews(['sums'])).toBe(database);
    expect(asked).toHaveLength(1);
  } finally {
    await database.close();
  }
});

test('a process in which nothing follows has no latest views', async () => {
  expect(await readerWith(new ReplayedFactViews(log, [sums])).latestViews(['sums'])).toBeUndefined();
  expect(await readerWith().latestViews(['sums'])).toBeUndefined();
});

test('a process without views says so', () => {
  expect(() => readerWith().viewsAt(1n as never, ['sums'])).toThrow('no views');
});

test('a process in which nothing follows computes them, as of the position', async () => {
  const views = new ReplayedFactViews(log, [sums]);
  const totals = [];
  for (const { position } of await log.readAll({ after: logStart, limit: 2 })) {
    const database = await views.reached(position, ['sums']);
    totals.push(...(await database.reader().selectFrom('sum').select('total').execute()));
  }
  await views.close();
  expect(totals).toEqual([{ total: 1 }, { total: 3 }]);
});
