import { RecordedLog } from '../testing';
import { arrive, closeAll, engineOf, alone, thirtyEvents as events } from '../testing/engines';

afterEach(closeAll);

/** Something more urgent, until it is over. */
function urgency() {
  const waiting = new Set<() => void>();
  const state = { isOver: false, asked: 0 };
  const standBack = (signal: AbortSignal): Promise<void> => {
    state.asked += 1;
    if (state.isOver || signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      waiting.add(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  };
  const end = (): void => {
    state.isOver = true;
    for (const resolve of waiting) resolve();
  };
  return { state, standBack, end };
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
};

describe('while something more urgent is under way, views', () => {
  test('take the page at hand and stand back, and go on when it is over', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const { state, standBack, end } = urgency();
    const batches: number[] = [];
    const onBatch = (batch: { readonly events: number }) => batches.push(batch.events);
    const engine = engineOf({ log, database, pageSize: 10, standBack, onBatch });
    await engine.start();
    while (state.asked === 0) await turns(1);
    await turns(50);
    expect(batches).toEqual([10, 10]);
    end();
    while (batches.length < 6) await turns(1);
    expect(batches).toEqual([10, 10, 10, 10, 10, 10]);
  });

  test('go on at once as soon as somebody waits for them', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const { state, standBack } = urgency();
    const engine = engineOf({ log, database, pageSize: 10, standBack });
    await engine.start();
    while (state.asked === 0) await turns(1);
    await arrive(engine, log);
    expect(state.isOver).toBe(false);
  });

  test('stop when they are told to', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const { state, standBack } = urgency();
    const engine = engineOf({ log, database, pageSize: 10, standBack });
    await engine.start();
    while (state.asked === 0) await turns(1);
    await engine.stop();
    expect((await engine.status()).map(({ position }) => position < 90n)).toEqual([true, true]);
  });
});
