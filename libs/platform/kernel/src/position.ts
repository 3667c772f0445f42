declare const brand: unique symbol;

/**
 * A place in the whole log: comparable, strictly increasing, and not dense. As opposed to a revision, which counts
 * within one stream. Decimal text outside the process, because some stores number beyond 2^53.
 */
export type Position = bigint & { readonly [brand]: 'Position' };

/** Before the first event of any log. */
export const logStart = -1n as Position;

export const toPosition = (value: bigint | number): Position => BigInt(value) as Position;

/** Reads the decimal text of a position; undefined when it is none. */
export function parsePosition(text: string): Position | undefined {
  return /^(-1|\d{1,19})$/.test(text) ? (BigInt(text) as Position) : undefined;
}

export const formatPosition = (position: Position): string => position.toString();

export const laterOf = (a: Position, b: Position): Position => (a > b ? a : b);
