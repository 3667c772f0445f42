import fc from 'fast-check';
import { MemoryClaims } from '../memory-claims';
import type { Claim, ClaimStore } from '../port';

/** What every store of claims promises. `open` gives one that is empty; two of its results share what is kept. */
export function claimsContract(name: string, open: () => Promise<readonly [ClaimStore, ClaimStore]>): void {
  describe(`${name}: a store of claims`, () => {
    let one: ClaimStore;
    let other: ClaimStore;

    beforeEach(async () => {
      [one, other] = await open();
    });

    it('knows of nobody at first, and then of the first one', async () => {
      expect(await one.read('work')).toBeUndefined();
      const claim = await one.take('work', undefined, 'a');
      expect(claim).toEqual({ name: 'work', holder: 'a', token: 1, beat: 0 });
      expect(await other.read('work')).toEqual(claim);
      expect(await other.read('another work')).toBeUndefined();
    });

    it('lets one of many in who saw the same', async () => {
      const names = ['a', 'b', 'c', 'd', 'e'];
      for (const round of [1, 2]) {
        const seen = await one.read('work');
        const taken = await Promise.all(
          names.map((holder, index) => (index % 2 ? one : other).take('work', seen, holder)),
        );
        expect(taken.filter(claim => claim !== undefined)).toMatchObject([{ token: round }]);
      }
    });

    it('does not take from one who gave a sign of life since', async () => {
      const claim = (await one.take('work', undefined, 'a'))!;
      expect(await one.renew(claim)).toBe(true);
      expect(await other.take('work', claim, 'b')).toBeUndefined();
      expect(await other.take('work', await other.read('work'), 'b')).toMatchObject({ token: 2 });
    });

    it('knows an old holder from the present one, also under the same name', async () => {
      const first = (await one.take('work', undefined, 'a'))!;
      const second = (await other.take('work', first, 'a'))!;
      expect(await one.renew(first)).toBe(false);
      await one.release(first);
      expect(await other.read('work')).toEqual(second);
      expect(await other.renew(second)).toBe(true);
    });

    it('keeps counting tokens after a release, which ends renewals', async () => {
      const claim = (await one.take('work', undefined, 'a'))!;
      await one.release(claim);
      expect(await one.renew(claim)).toBe(false);
      const seen = await other.read('work');
      expect(seen).toMatchObject({ holder: '', token: 1 });
      expect(await other.take('work', seen, 'b')).toMatchObject({ holder: 'b', token: 2 });
    });

    it('does whatever the one in memory does', async () => {
      const step = fc.record({
        by: fc.constantFrom('a', 'b', 'c'),
        does: fc.constantFrom('look', 'take', 'renew', 'release'),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
          const [real] = await open();
          const told = [new MemoryClaims(), real].map(store => story(store, steps));
          const [expected, found] = await Promise.all(told);
          expect(found).toEqual(expected);
        }),
        { numRuns: 30 },
      );
    });
  });
}

interface Step {
  readonly by: string;
  readonly does: string;
}

/** What each of a row of steps answers, when contenders act on what they saw last. */
async function story(store: ClaimStore, steps: readonly Step[]): Promise<unknown[]> {
  const seen = new Map<string, Claim | undefined>();
  const own = new Map<string, Claim>();
  const answers: unknown[] = [];
  for (const { by, does } of steps) {
    if (does === 'look') seen.set(by, await store.read('work'));
    else if (does === 'take') {
      const claim = await store.take('work', seen.get(by), by);
      if (claim) own.set(by, claim);
      answers.push(claim);
    } else if (does === 'renew') answers.push(own.has(by) && (await store.renew(own.get(by)!)));
    else if (own.has(by)) await store.release(own.get(by)!);
    answers.push(await store.read('work'));
  }
  return answers;
}
