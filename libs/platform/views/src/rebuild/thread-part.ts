import { Worker } from 'node:worker_threads';
import type { PartProgress, RebuildPart, Target } from './part';

/** A file that calls `serveRebuildPart`, and what it needs to open the same log and the same views. */
export interface RebuildThread {
  readonly file: string;
  /** Crosses between threads. */
  readonly data: unknown;
}

/** What a thread is told to build, and under whose lease. */
export interface PartTask {
  readonly targets: readonly {
    readonly view: string;
    readonly generation: number;
    readonly replaces: number;
  }[];
  readonly lease: { readonly holder: string; readonly token: number };
  readonly pageSize: number;
}

export interface ThreadData {
  readonly data: unknown;
  readonly task: PartTask;
}

export type Order = 'fill' | 'swap' | 'end';

export type Told =
  | { readonly progress: PartProgress }
  | { readonly done: PartProgress | undefined }
  | { readonly error: { readonly name: string; readonly message: string; readonly code?: unknown } };

/** The nursery of a thread, MiB: a page of events and what is made of it, and not much more. */
const youngMegabytes = 16;

/** A part that a thread of its own builds, over connections of its own. */
export class ThreadPart implements RebuildPart {
  private readonly worker: Worker;
  private readonly ended: Promise<unknown>;
  private waiting: { resolve(done: PartProgress | undefined): void; reject(error: Error): void } | undefined;
  private failure: Error | undefined;

  constructor(
    { file, data }: RebuildThread,
    task: PartTask,
    signal: AbortSignal,
    onProgress: (progress: PartProgress) => void,
  ) {
    this.worker = new Worker(file, {
      workerData: { data, task } satisfies ThreadData,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    this.worker.on('message', (told: Told) => {
      if ('progress' in told) onProgress(told.progress);
      else if ('error' in told) this.fail(asError(told.error));
      else this.settle(waiting => waiting.resolve(told.done));
    });
    signal.addEventListener('abort', () => this.tell('end'), { once: true });
    this.worker.on('error', error => this.fail(error));
    this.ended = new Promise(resolve => this.worker.once('exit', resolve));
    void this.ended.then(() => this.fail(new Error('The thread that rebuilds views has ended.')));
  }

  async fill(): Promise<void> {
    await this.order('fill');
  }

  async swap(): Promise<PartProgress> {
    return (await this.order('swap'))!;
  }

  /** It stops between two pages, and closes what it has opened. */
  async end(): Promise<void> {
    this.tell('end');
    await this.ended;
  }

  private order(order: Order): Promise<PartProgress | undefined> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.tell(order);
    });
  }

  private tell(order: Order): void {
    this.worker.postMessage(order, []);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.settle(waiting => waiting.reject(error));
  }

  private settle(how: (waiting: NonNullable<ThreadPart['waiting']>) => void): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) how(waiting);
  }
}

/** An error loses its class between threads; its name and its code say what it was. */
const asError = ({ name, message, code }: Extract<Told, { error: unknown }>['error']): Error =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

export const taskOf = (targets: readonly Target[]): PartTask['targets'] =>
  targets.map(({ view, generation, replaces }) => ({ view: view.name, generation, replaces }));
