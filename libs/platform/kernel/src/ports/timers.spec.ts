import { ManualClock } from '../time/clock';
import { ManualTimers, systemTimers } from './timers';

describe('ManualTimers', () => {
  const start = Date.parse('2024-03-05T08:00:00.000Z');
  let clock: ManualClock;
  let timers: ManualTimers;
  let called: string[];
  const call = (what: string) => () => void called.push(`${what}@${clock.now() - start}`);

  beforeEach(() => {
    clock = new ManualClock(start);
    timers = new ManualTimers(clock);
    called = [];
  });

  test('call nothing before its time, and each task once, at its moment, in order', async () => {
    timers.after(300, call('c'));
    timers.after(100, call('a'));
    timers.after(200, call('b1'));
    timers.after(200, call('b2'));
    await timers.advance(99);
    expect(called).toEqual([]);
    await timers.advance(1);
    expect(called).toEqual(['a@100']);
    await timers.advance(1000);
    expect(called).toEqual(['a@100', 'b1@200', 'b2@200', 'c@300']);
    expect([clock.now() - start, timers.size]).toEqual([1100, 0]);
  });

  test('call at once what is due now or was due before', async () => {
    timers.after(0, call('now'));
    timers.after(-50, call('before'));
    await timers.advance(0);
    expect(called).toEqual(['now@0', 'before@0']);
  });

  test('call no task that was cancelled, even by one of the same instant', async () => {
    const late = timers.after(100, call('late'));
    timers.after(50, call('early')).cancel();
    const twin = { cancel: () => {} };
    timers.after(70, () => twin.cancel());
    twin.cancel = timers.after(70, call('twin')).cancel;
    late.cancel();
    late.cancel();
    await timers.advance(1000);
    expect(called).toEqual([]);
  });

  test('call what tasks set up, also after waiting for promises', async () => {
    const first = async (): Promise<void> => {
      call('first')();
      for (let i = 0; i < 50; i++) await Promise.resolve();
      timers.after(100, call('second'));
    };
    timers.after(100, () => void first());
    await timers.advance(150);
    expect(called).toEqual(['first@100']);
    await timers.advance(50);
    expect(called).toEqual(['first@100', 'second@200']);
  });

  test('notice a task that never lets time pass', async () => {
    const settingItselfUp = jest.spyOn(global, 'setImmediate').mockImplementation(((task: () => void) => {
      queueMicrotask(task);
    }) as never);
    const again = (): void => void timers.after(0, again);
    again();
    await expect(timers.advance(1)).rejects.toThrow('without letting time pass');
    settingItselfUp.mockRestore();
  });
});

describe('systemTimers', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('call a task once, at its time', () => {
    const task = jest.fn();
    systemTimers.after(100, task);
    jest.advanceTimersByTime(99);
    expect(task).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1000);
    expect(task).toHaveBeenCalledTimes(1);
  });

  test('wait for months, which Node alone does not', () => {
    const dayMs = 86_400_000;
    const task = jest.fn();
    systemTimers.after(90 * dayMs, task);
    jest.advanceTimersByTime(90 * dayMs - 1);
    expect(task).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('can be cancelled at any time', () => {
    const task = jest.fn();
    const soon = systemTimers.after(100, task);
    const inMonths = systemTimers.after(2 ** 32, task);
    soon.cancel();
    jest.advanceTimersByTime(2 ** 31 + 5);
    inMonths.cancel();
    inMonths.cancel();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(2 ** 33);
    expect(task).not.toHaveBeenCalled();
  });
});
