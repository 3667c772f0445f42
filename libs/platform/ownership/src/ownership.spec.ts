import { ManualClock, ManualTimers } from '@platform/kernel';
import fc from 'fast-check';
import { MemoryClaims } from './memory-claims';
import { Ownership, type OwnershipOptions } from './ownership';
import type { ClaimStore, OwnedWork, Tenure } from './port';

const termMs = 6_000;
/** A contender looks as often as this. */
const lookMs = termMs / 12;

let clock: ManualClock;
let timers: ManualTimers;
let store: MemoryClaims;
/** What was begun and ended, in order. */
let acts: string[];
let contenders: Ownership[];

class Work implements OwnedWork {
  tenure: Tenure | undefined;

  constructor(private readonly name: string) {}

  begin(tenure: Tenure): void {
    this.tenure = tenure;
    acts.push(`${this.name} begins`);
  }

  end(): void {
    acts.push(`${this.name} ends`);
  }
}

function contender(holder: string, more: Partial<OwnershipOptions> = {}) {
  const elapsedMs = (): number => clock.now();
  const ownership = new Ownership({ store, name: 'work', holder, elapsedMs, timers, termMs, ...more });
  const work = new Work(holder);
  ownership.undertake(work);
  contenders.push(ownership);
  return { ownership, work };
}

/** A store that can be cut off. */
function unreliable(): { readonly store: ClaimStore; away: boolean } {
  const answer = <Result>(result: () => Promise<Result>): Promise<Result> =>
    cut.away ? Promise.reject(new TypeError('away')) : result();
  const cut = {
    away: false,
    store: {
      read: (name: string) => answer(() => store.read(name)),
      take: (...call: Parameters<ClaimStore['take']>) => answer(() => store.take(...call)),
      renew: (...call: Parameters<ClaimStore['renew']>) => answer(() => store.renew(...call)),
      release: (...call: Parameters<ClaimStore['release']>) => answer(() => store.release(...call)),
    },
  };
  return cut;
}

beforeEach(() => {
  clock = ManualClock.at('2024-03-05T08:16:00.000Z');
  timers = new ManualTimers(clock);
  store = new MemoryClaims();
  acts = [];
  contenders = [];
});

afterEach(async () => {
  for (const each of contenders) await each.stop();
  expect(timers.size).toBe(0);
});

describe('work that one process does', () => {
  it('is the first one’s at once, for as long as it lives', async () => {
    const [a, b] = [contender('a'), contender('b')];
    await a.ownership.start();
    await b.ownership.start();
    await timers.advance(100 * termMs);
    expect(acts).toEqual(['a begins']);
    expect([a.ownership.status(), b.ownership.status()]).toMatchObject([
      { state: 'owner', token: 1 },
      { state: 'standby', token: undefined },
    ]);
    expect(a.work.tenure?.holds()).toBe(true);
  });

  it('passes on at once when its holder stops, whose works have ended by then', async () => {
    const [a, b] = [contender('a'), contender('b')];
    a.ownership.undertake(new Work('second of a'));
    await a.ownership.start();
    await b.ownership.start();
    await a.ownership.stop();
    await timers.advance(lookMs);
    expect(acts).toEqual(['a begins', 'second of a begins', 'second of a ends', 'a ends', 'b begins']);
    expect(a.ownership.status().state).toBe('stopped');
    expect(b.work.tenure?.token).toBe(2);
  });

  it('passes on after a term of silence, and not before the former holder has ended it', async () => {
    const cut = unreliable();
    const problems: string[] = [];
    const a = contender('a', { store: cut.store, onProblem: problem => problems.push(problem) });
    const b = contender('b');
    await a.ownership.start();
    await b.ownership.start();
    await timers.advance(10 * termMs);
    cut.away = true;
    await timers.advance(termMs - termMs / 4 - 1);
    expect(a.work.tenure?.holds()).toBe(true);
    await timers.advance(termMs);
    expect(acts).toEqual(['a begins', 'a ends', 'b begins']);
    expect(problems[0]).toBe('TypeError');
    cut.away = false;
    await timers.advance(10 * termMs);
    expect(a.ownership.status()).toEqual({ state: 'standby', token: 1 });
  });

  it('is found out to be lost by one who stood still, before any timer tells', async () => {
    const [a, b] = [contender('a'), contender('b')];
    await a.ownership.start();
    clock.advance(termMs);
    expect(a.work.tenure?.holds()).toBe(false);
    expect(a.work.tenure?.signal.aborted).toBe(true);
    await b.ownership.start();
    expect(b.ownership.status().state).toBe('standby');
  });

  it('is taken up again by its holder when the store answers again and nobody else was there', async () => {
    const cut = unreliable();
    const a = contender('a', { store: cut.store });
    await a.ownership.start();
    cut.away = true;
    await timers.advance(2 * termMs);
    cut.away = false;
    await timers.advance(lookMs);
    expect(acts).toEqual(['a begins', 'a ends', 'a begins']);
    expect(a.ownership.status()).toEqual({ state: 'owner', token: 2 });
  });

  it('is taken at once from one who is known to be dead', async () => {
    await store.take('work', undefined, 'dead');
    const a = contender('a', { isGone: holder => holder === 'dead' });
    await a.ownership.start();
    expect(acts).toEqual(['a begins']);
  });

  it('is given back when it cannot begin, and tried again', async () => {
    const { ownership } = contender('a');
    let failures = 0;
    const failing = {
      begin: () => {
        if (failures++ === 0) throw new RangeError('not yet');
      },
      end: () => {},
    };
    ownership.undertake(failing);
    await ownership.start();
    expect(ownership.status().state).toBe('standby');
    await timers.advance(lookMs);
    expect(ownership.status()).toEqual({ state: 'owner', token: 2 });
    expect(acts).toEqual(['a begins', 'a ends', 'a begins']);
  });

  it('is not named after the start', async () => {
    const { ownership } = contender('a');
    await ownership.start();
    expect(() => ownership.undertake(new Work('late'))).toThrow('before the ownership starts');
  });

  it('has never two holders, whoever is cut off, stopped or started when', async () => {
    const step = fc.record({
      who: fc.nat(2),
      does: fc.constantFrom('cut off', 'connected', 'stopped', 'started'),
      afterMs: fc.nat(2 * termMs),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }), async steps => {
        store = new MemoryClaims();
        acts = [];
        const cuts = [unreliable(), unreliable(), unreliable()];
        const all = cuts.map((cut, index) => contender(`p${index}`, { store: cut.store }));
        for (const { ownership } of all) await ownership.start();
        const holding = () => all.filter(({ work }) => work.tenure?.holds()).length;
        for (const { who, does, afterMs } of steps) {
          if (does === 'stopped') await all[who]!.ownership.stop();
          else if (does === 'started') await all[who]!.ownership.start();
          else cuts[who]!.away = does === 'cut off';
          for (let passed = 0; passed < afterMs; passed += lookMs) {
            await timers.advance(lookMs);
            expect(holding()).toBeLessThanOrEqual(1);
          }
        }
        cuts.forEach(cut => (cut.away = false));
        for (const { ownership } of all) await ownership.start();
        await timers.advance(2 * termMs);
        expect(holding()).toBe(1);
        for (const { ownership } of all) await ownership.stop();
      }),
      { numRuns: 25 },
    );
  });
});
