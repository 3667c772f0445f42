/** The only door to chance, so that a simulation can be repeated from its seed. Not for secrets. */
export interface Random {
  /** A number from 0 (inclusive) to 1 (exclusive), evenly distributed. */
  next(): number;
}

export const RANDOM = Symbol('Random');

export const systemRandom: Random = { next: () => Math.random() };

/**
 * The same numbers for the same seed, on every machine and for ever: sfc32 by Chris Doty-Humphrey, as in PractRand
 * 0.95. Period at least 2^32, on average about 2^127; each number is a multiple of 2^-32.
 * @param seed a whole number from 0 to 2^53 - 1
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`${seed} is no seed.`);
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const next = (): number => {
    const drawn = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    return (drawn >>> 0) / 2 ** 32;
  };
  // Twelve rounds until every bit of the seed has reached every bit of the state.
  for (let round = 0; round < 12; round++) next();
  return { next };
}
