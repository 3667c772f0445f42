import { derivedId, seededRandom, type Random } from '@platform/kernel';

/** A value and how often it comes, as opposed to the other weights of its list. */
export type Weighted<Value> = readonly [weight: number, value: Value];

/**
 * Draws from one seed. Each story draws from a branch of its own, named by what it is about, so that one more
 * draw in one participant's life changes nothing in another's.
 */
export class Chance {
  private readonly random: Random;

  constructor(private readonly seed: number) {
    this.random = seededRandom(seed);
  }

  /**
   * Another source that follows from this one's seed and some names, whatever was drawn from this one before.
   */
  branch(...names: readonly string[]): Chance {
    const digits = derivedId('simulation', String(this.seed), ...names).replaceAll('-', '');
    return new Chance(parseInt(digits.slice(0, 12), 16));
  }

  /** True as often as the probability (0 to 1) says. */
  happens(probability: number): boolean {
    return this.random.next() < probability;
  }

  /** A number from the first (inclusive) to the second (exclusive). */
  between(from: number, to: number): number {
    return from + this.random.next() * (to - from);
  }

  /** A whole number from the first to the second, both inclusive. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.random.next() * (to - from + 1));
  }

  /** A number of a normal distribution (Box-Muller). */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.random.next()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.random.next());
  }

  /** @throws RangeError for an empty list */
  pick<Value>(list: readonly Value[]): Value {
    if (list.length === 0) throw new RangeError('Nothing can be picked from nothing.');
    return list[this.whole(0, list.length - 1)]!;
  }

  /** @throws RangeError for a list without weight */
  weighted<Value>(list: readonly Weighted<Value>[]): Value {
    let left = this.between(
      0,
      list.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, value] of list) {
      if (left < weight) return value;
      left -= weight;
    }
    throw new RangeError('Nothing can be picked from a list without weight.');
  }

  /** The same values in another order (Fisher and Yates). */
  shuffled<Value>(list: readonly Value[]): Value[] {
    const cards = [...list];
    for (let last = cards.length - 1; last > 0; last--) {
      const other = this.whole(0, last);
      [cards[last], cards[other]] = [cards[other]!, cards[last]!];
    }
    return cards;
  }
}

/** A pile of values that gives each of them once before any comes again. */
export class Deck<Value> {
  private pile: Value[] = [];

  constructor(
    private readonly values: readonly Value[],
    private readonly chance: Chance,
  ) {}

  draw(): Value {
    if (this.pile.length === 0) this.pile = this.chance.shuffled(this.values);
    return this.pile.pop()!;
  }
}
