/** The part of autocannon that the benchmark uses; the package brings no types of its own. */
declare module 'autocannon' {
  interface Client {
    setRequest(request: {
      method: string;
      path: string;
      headers: Record<string, string>;
      body: string;
    }): void;
    on(event: 'response', listener: () => void): void;
  }
  interface Result {
    readonly requests: { readonly average: number };
    /** Milliseconds. */
    readonly latency: { readonly p99: number };
    readonly non2xx: number;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    setupClient(client: Client): void;
  }
  function autocannon(options: Options): Promise<Result>;
  export = autocannon;
}
