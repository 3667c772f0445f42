import { logStart } from '@platform/kernel';
import { openViewsInMemory, ViewEngine } from '@platform/views';
import { counted, recorded, RecordedLog, sums } from '@platform/views/testing';
import { NotYetVisible } from './errors';
import { FactReader } from './fact-reader';
import { factViews, ReplayedFactViews } from './fact-views';
import { StreamCache } from './stream-cache';

const log = new RecordedLog(recorded([counted('a', 1), counted('a', 2)]));
const readerWith = (views?: ReturnType<typeof factViews>) =>
  new FactReader(new StreamCache(log), () => Promise.reject(new Error('not asked for')), views);

test('a decision is given its views once they have reached the position, and never before', async () => {
  const database = await openViewsInMemory();
  const engine = new ViewEngine({ log, database, views: [sums] });
  try {
    const head = await log.head();
    const impatient = readerWith(factViews(database, engine, 1));
    await expect(impatient.viewsAt(head, ['sums'])).rejects.toThrow(NotYetVisible);
    await engine.start();
    const patient = readerWith(factViews(database, engine, 20_000));
    const views = await patient.viewsAt(head, ['sums']);
    expect(await views.reader().selectFrom('sum').select('total').execute()).toEqual([{ total: 3 }]);
  } finally {
    await engine.stop();
    await database.close();
  }
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
