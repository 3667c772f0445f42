import * as fc from 'fast-check';
import { ManualClock } from '@platform/kernel';
import { Schedule, type Story } from './schedule';

const startMs = Date.parse('2024-03-05T08:00:00.000Z');
const nothing = async (): Promise<void> => {};

function stage() {
  const clock = new ManualClock(startMs);
  const schedule = new Schedule(clock);
  const told: string[] = [];
  /** Tells its name and the time at each of some moments, which are milliseconds after the start. */
  async function* story(name: string, ...moments: readonly number[]): Story {
    for (const moment of moments) {
      yield startMs + moment;
      told.push(`${name}@${clock.now() - startMs}`);
    }
  }
  return { clock, schedule, told, story };
}

describe('a schedule', () => {
  it('runs stories in the order of their moments, whoever began first', async () => {
    const { schedule, told, story } = stage();
    schedule.begin(story('a', 30, 50));
    schedule.begin(story('b', 10, 40));
    await schedule.run(startMs + 100, nothing);
    expect(told).toEqual(['b@10', 'a@30', 'b@40', 'a@50']);
    expect(schedule.size).toBe(0);
  });

  it('lets the one go first that began to wait first, of two at one moment', async () => {
    const { schedule, told, story } = stage();
    schedule.begin(story('a', 10));
    schedule.begin(story('b', 5, 10));
    schedule.begin(story('c', 10));
    await schedule.run(startMs + 100, nothing);
    expect(told).toEqual(['b@5', 'a@10', 'c@10', 'b@10']);
  });

  it('leaves what comes after the end, and stands at the end', async () => {
    const { schedule, told, story, clock } = stage();
    schedule.begin(story('a', 10, 100, 101));
    await schedule.run(startMs + 100, nothing);
    expect(told).toEqual(['a@10', 'a@100']);
    expect([clock.now() - startMs, schedule.size]).toEqual([100, 1]);
  });

  it('never turns the clock back, not for a story whose moment has passed', async () => {
    const { schedule, told, story, clock } = stage();
    async function* slow(): Story {
      yield startMs + 10;
      clock.advance(25);
    }
    schedule.begin(slow());
    schedule.begin(story('a', 20, 5, 40));
    await schedule.run(startMs + 100, nothing);
    expect(told).toEqual(['a@35', 'a@35', 'a@40']);
  });

  it('lets a story begin others, which wait for their turn', async () => {
    const { schedule, told, story, clock } = stage();
    async function* parent(): Story {
      schedule.begin(story('child', 20));
      yield startMs + 30;
      told.push(`parent@${clock.now() - startMs}`);
    }
    schedule.begin(parent(), startMs + 10);
    await schedule.run(startMs + 100, nothing);
    expect(told).toEqual(['child@20', 'parent@30']);
  });

  it('does what follows from a step before the next one comes, also after the last step of a story', async () => {
    const { schedule, told, story } = stage();
    schedule.begin(story('a', 10));
    schedule.begin(story('b', 20));
    await schedule.run(startMs + 100, async () => void told.push('-'));
    expect(told.join(' ')).toBe('- - a@10 - b@20 -');
  });

  it('ends with what a story throws', async () => {
    const { schedule } = stage();
    // oxlint-disable-next-line require-yield -- it throws before it could
    async function* broken(): Story {
      throw new Error('wrong about the trial');
    }
    schedule.begin(broken());
    await expect(schedule.run(startMs + 100, nothing)).rejects.toThrow('wrong about the trial');
  });

  it('keeps every moment of every story, in order', async () => {
    const moments = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(moments, { maxLength: 6 }), async stories => {
        const { schedule, told, story } = stage();
        const sorted = stories.map(each => each.toSorted((a, b) => a - b));
        for (const [index, each] of sorted.entries()) schedule.begin(story(String(index), ...each));
        await schedule.run(startMs + 500, nothing);
        const times = told.map(each => Number(each.split('@')[1]));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times).toEqual(sorted.flat().toSorted((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});
