import { LogUnavailable, MemoryEventLog, WrongExpectedRevision, type LogFailure } from '@platform/event-log';
import { headBehind, participantStream, someEvents } from '@platform/event-log/testing';
import { ManualClock } from '@platform/kernel';
import { AppendHealth, observedLog, type AppendObserver } from './observed-log';

class Remembering implements AppendObserver {
  readonly seen: string[] = [];
  appended: AppendObserver['appended'] = (stream, { lastRevision, repeated }) =>
    void this.seen.push(`${stream} ${lastRevision}${repeated ? ' repeated' : ''}`);
  failed = (failure: LogFailure): void => void this.seen.push(failure);
}

const stream = participantStream('03-007');
const first = someEvents(stream);
const tooEarly = someEvents(stream, { head: headBehind(someEvents(stream, { count: 2 })) });

describe('an observed log', () => {
  it('tells of each append what became of it, and answers as the log does', async () => {
    const observer = new Remembering();
    const log = observedLog(new MemoryEventLog(), [observer]);
    await log.append(stream, -1, first);
    await log.append(stream, -1, first);
    await expect(log.append(stream, 1, tooEarly)).rejects.toThrow(WrongExpectedRevision);
    expect(observer.seen).toEqual([`${stream} 0`, `${stream} 0 repeated`]);
    expect(await log.readStream(stream)).toHaveLength(1);
  });

  it('tells of a log that cannot answer by its kind of failure', async () => {
    const observer = new Remembering();
    const log = observedLog(new MemoryEventLog(), [observer]);
    await log.close();
    await expect(log.append(stream, -1, first)).rejects.toThrow(LogUnavailable);
    expect(observer.seen).toEqual(['closed']);
  });
});

describe('the health of appends', () => {
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  const failing = (kind: LogFailure): AppendHealth => {
    const health = new AppendHealth(clock);
    health.failed(kind);
    return health;
  };

  it('is good until one has failed, and again after the next that works', () => {
    expect(new AppendHealth(clock).problem).toBeUndefined();
    const health = failing('storage full');
    expect(health.problem).toBe('storage full');
    health.appended();
    expect(health.problem).toBeUndefined();
  });

  it('forgets a failure after half a minute, so that somebody tries again', () => {
    const health = failing('storage full');
    clock.advance(29_999);
    expect(health.problem).toBe('storage full');
    clock.advance(1);
    expect(health.problem).toBeUndefined();
  });

  it('does not suffer from a busy moment', () => {
    expect(failing('no answer').problem).toBeUndefined();
  });
});
