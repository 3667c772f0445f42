declare module 'jstat' {
  export const jStat: {
    readonly beta: {
      /** Regularised incomplete beta function. */
      cdf(x: number, alpha: number, beta: number): number;
    };
  };
}
