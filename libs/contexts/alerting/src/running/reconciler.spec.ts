import type { Job } from '@platform/jobs';
import { ManualClock, ManualTimers } from '@platform/kernel';
import type { AlertWork } from '../domain/work';
import { AlertReconciler, everyMs, type ReconcilerOptions } from './reconciler';

const start = Date.parse('2024-03-05T08:00:00.000Z');
const work = (id: string, runAt: number): AlertWork => ({ id, kind: 'alert-step', refs: {}, runAt });

describe('the reconciler', () => {
  let clock: ManualClock;
  let timers: ManualTimers;
  let scheduled: string[];
  let open: AlertWork[];
  let problems: string[];
  let comeBack: () => void;

  const reconciler = (more: Partial<ReconcilerOptions> = {}): AlertReconciler =>
    new AlertReconciler({
      clock,
      timers,
      queue: {
        schedule: async ({ id }: Job) => void scheduled.push(id),
        onReturn: listener => (comeBack = listener),
      },
      workDueBy: async due => open.filter(({ runAt }) => runAt <= due),
      caughtUp: async () => true,
      onProblem: problem => problems.push(problem),
      ...more,
    });

  beforeEach(() => {
    clock = new ManualClock(start);
    timers = new ManualTimers(clock);
    [scheduled, problems] = [[], []];
    open = [work('overdue', start - 1), work('soon', start + everyMs), work('later', start + 5 * everyMs)];
  });

  test('schedules what is due, or is before its next look, when the view has caught up, and each minute', async () => {
    let arrive: (reached: boolean) => void = () => undefined;
    const office = reconciler({ caughtUp: () => new Promise(resolve => (arrive = resolve)) });
    office.start();
    await timers.advance(0);
    expect(scheduled).toEqual([]);
    arrive(true);
    await timers.advance(0);
    expect(scheduled).toEqual(['overdue', 'soon']);
    await timers.advance(everyMs);
    arrive(true);
    await timers.advance(0);
    expect(scheduled).toEqual(['overdue', 'soon', 'overdue', 'soon']);
    office.stop();
    expect(timers.size).toBe(0);
  });

  test('tells what goes wrong, and comes back', async () => {
    let fails = true;
    const office = reconciler({
      workDueBy: async () => {
        if (fails) throw new RangeError('The views cannot be read.');
        return open;
      },
    });
    office.start();
    await timers.advance(0);
    expect([problems, scheduled]).toEqual([['RangeError'], []]);
    fails = false;
    await timers.advance(everyMs);
    expect(scheduled).toEqual(['overdue', 'soon', 'later']);
    office.stop();
  });

  test('looks when the queue comes back, and a minute after that', async () => {
    const office = reconciler();
    comeBack();
    office.start();
    await timers.advance(everyMs / 2);
    scheduled = [];
    comeBack();
    await timers.advance(0);
    expect(scheduled).toEqual(['overdue', 'soon']);
    await timers.advance(everyMs - 1);
    expect([scheduled.length, timers.size]).toEqual([2, 1]);
    await timers.advance(1);
    expect(scheduled).toHaveLength(4);
    office.stop();
    comeBack();
    await timers.advance(10 * everyMs);
    expect([scheduled.length, timers.size]).toEqual([4, 0]);
  });

  test('does nothing once it is stopped', async () => {
    const office = reconciler();
    office.start();
    office.stop();
    await timers.advance(10 * everyMs);
    expect([scheduled, timers.size]).toEqual([[], 0]);
  });

  test('begins again after a stop, once, whatever the look before was waiting for', async () => {
    const arrivals: ((reached: boolean) => void)[] = [];
    const office = reconciler({ caughtUp: () => new Promise(resolve => arrivals.push(resolve)) });
    office.start();
    office.stop();
    office.start();
    for (const arrive of arrivals) arrive(true);
    await timers.advance(0);
    expect(scheduled).toEqual(['overdue', 'soon']);
    expect(timers.size).toBe(1);
    office.stop();
  });
});
