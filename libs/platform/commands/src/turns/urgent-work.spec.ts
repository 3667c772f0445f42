import { ManualClock, ManualTimers } from '@platform/kernel';
import { UrgentWork } from './urgent-work';

let timers: ManualTimers;
let urgent: UrgentWork;
const never = new AbortController().signal;

/** Work that ends when it is told to. */
function lasting(): { readonly done: Promise<void>; end(): void } {
  let end = (): void => undefined;
  const done = urgent.run(() => new Promise<void>(resolve => (end = resolve)));
  return { done, end: () => end() };
}

/** Whether somebody who stands back has been let go, after everything that can go on by itself has. */
function standingBack(signal = never): () => Promise<boolean> {
  let free = false;
  void urgent.standBack(signal).then(() => (free = true));
  return () => new Promise(resolve => setImmediate(() => resolve(free)));
}

beforeEach(() => {
  timers = new ManualTimers(new ManualClock(0));
  urgent = new UrgentWork(timers);
});

describe('urgent work', () => {
  test('holds nobody up while there is none', async () => {
    expect(await standingBack()()).toBe(true);
  });

  test('has others stand back until the last of it has ended', async () => {
    const [one, other] = [lasting(), lasting()];
    const free = standingBack();
    one.end();
    await one.done;
    expect(await free()).toBe(false);
    other.end();
    await other.done;
    expect(await free()).toBe(true);
  });

  test('gives back what it came to, also when it fails, and is over then', async () => {
    expect(await urgent.run(() => Promise.resolve(7))).toBe(7);
    await expect(urgent.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await standingBack()()).toBe(true);
    expect(timers.size).toBe(0);
  });

  test('that lasts too long holds nobody up any more, until all of it has ended', async () => {
    const hanging = lasting();
    const free = standingBack();
    await timers.advance(999);
    expect(await free()).toBe(false);
    await timers.advance(1);
    expect(await free()).toBe(true);
    const later = lasting();
    expect(await standingBack()()).toBe(true);
    hanging.end();
    later.end();
    await Promise.all([hanging.done, later.done]);
    const next = lasting();
    expect(await standingBack()()).toBe(false);
    next.end();
  });

  test('holds nobody up who has to stop', async () => {
    const hanging = lasting();
    const stopping = new AbortController();
    const free = standingBack(stopping.signal);
    expect(await free()).toBe(false);
    stopping.abort();
    expect(await free()).toBe(true);
    expect(await standingBack(stopping.signal)()).toBe(true);
    hanging.end();
  });
});
