/** The part of autocannon that the benchmark uses; the package brings no types of its own. */
declare module 'autocannon' {
  interface Request {
    readonly path?: string;
    readonly body?: string;
    /** Makes the next request from the settled one. */
    setupRequest?(request: Request): Request;
  }
  interface Result {
    readonly requests: { readonly average: number };
    /** Milliseconds. */
    readonly latency: { readonly p99: number };
    readonly non2xx: number;
    readonly statusCodeStats: object;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly requests: readonly Request[];
  }
  function autocannon(options: Options): Promise<Result>;
  export = autocannon;
}
