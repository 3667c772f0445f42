/** A measured figure, with the raw engine's beside it from the same run. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly raw: number;
  readonly unit: string;
  /** ours / raw */
  readonly ratio: number;
  readonly p99Ms?: number;
}

/** A figure to its precision: three significant digits below a hundred, whole numbers above. */
export const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-GB') : String(Number(value.toPrecision(3)));

export const rowOf = (what: string, ours: number, raw: number, unit: string, p99Ms?: number): Row => ({
  what,
  ours,
  raw,
  unit,
  ratio: raw === 0 ? Number.NaN : ours / raw,
  ...(p99Ms !== undefined && { p99Ms }),
});

/** The value below which a share of the samples lies; the samples are sorted in place. */
export function percentile(samples: number[], share: number): number {
  samples.sort((a, b) => a - b);
  return samples[Math.min(samples.length - 1, Math.ceil(share * samples.length) - 1)] ?? Number.NaN;
}
