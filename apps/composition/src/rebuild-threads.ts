import { extname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { RebuildThread } from '@platform/views';

export interface DataFolders {
  /** Folder of the event log. */
  readonly log: string;
  /** Folder of the views. */
  readonly views: string;
}

/** A thread is started from a file of JavaScript; the sources run through a compiler that a thread may not have. */
const isBuilt = extname(__filename) === '.js';

const fileOf = (name: string): string => join(__dirname, `${name}.js`);

/** A thread that builds some of the views of a rebuild beside the others; none where the code is not built. */
export const besideRebuild = (folders: DataFolders): RebuildThread | undefined =>
  isBuilt ? { file: fileOf('rebuild-part'), data: folders } : undefined;

/**
 * For a process that rebuilds views and does nothing else. V8 lets a heap grow fourfold before it looks for what is
 * dead in it; of a rebuild most is dead soon, and collecting it earlier costs a twentieth of the time and halves the
 * memory.
 */
export const collectEarly = (): void => setFlagsFromString('--heap-growing-percent=50');

export interface RebuildOrder {
  readonly folders: DataFolders;
  readonly views: readonly string[];
}

/** How a rebuild in a thread has ended. An error has lost its class; its name and its code say what it was. */
export interface RebuildEnd {
  readonly error?: { readonly name: string; readonly message: string; readonly code?: unknown };
}

/** A page of events and what is made of it, and not much more. */
const youngMegabytes = 16;

type RebuildElsewhere = (views: readonly string[], signal: AbortSignal) => Promise<void>;

/**
 * Rebuilds views off the thread that serves requests; undefined where the code is not built, and the engine rebuilds
 * in small pages between the requests.
 */
export const rebuildElsewhere = (folders: DataFolders): RebuildElsewhere | undefined =>
  isBuilt ? (views, signal) => rebuildInThread({ folders, views }, signal) : undefined;

async function rebuildInThread(order: RebuildOrder, signal: AbortSignal): Promise<void> {
  const worker = new Worker(fileOf('rebuild-thread'), {
    workerData: order,
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
  });
  const end = () => worker.postMessage('end', []);
  signal.addEventListener('abort', end, { once: true });
  try {
    const { error } = await new Promise<RebuildEnd>((resolve, reject) => {
      let told: RebuildEnd | undefined;
      worker.once('message', (message: RebuildEnd) => (told = message));
      worker.once('error', reject);
      // Not before it has closed its files: who stops a host may remove them.
      worker.once('exit', () =>
        told ? resolve(told) : reject(new Error('The thread that rebuilds views has died.')),
      );
    });
    if (error) throw Object.assign(new Error(error.message), { name: error.name, code: error.code });
  } finally {
    signal.removeEventListener('abort', end);
  }
}
