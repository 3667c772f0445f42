import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, type Clock } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { RebuildLease } from '../sql/lease';
import { tablesOf } from '../sql/physical-table';
import type { View } from '../view';
import type { ViewDatabase } from '../view-database';
import { LocalPart, type PartProgress } from './part';
import type { Order, PartTask, ThreadData, Told } from './thread-part';

/** What a thread opens for itself, and closes. */
export interface OpenedInThread {
  readonly log: EventLog;
  readonly database: ViewDatabase;
  /** All views of the software. */
  readonly all: readonly View[];
  /** The system's unless given. */
  readonly clock?: Clock;
}

/** Progress is told so often, in pages: each telling wakes the other thread. */
const pagesPerReport = 10;

/**
 * The other end of `ThreadPart`, to be called once by the thread's file.
 * @param open opens log and views from what the thread was given
 */
export async function serveRebuildPart(open: (data: unknown) => Promise<OpenedInThread>): Promise<void> {
  const { data, task } = workerData as ThreadData;
  const ending = new AbortController();
  const orders: Order[] = [];
  let wake = (): void => undefined;
  parentPort!.on('message', (order: Order) => {
    if (order === 'end') ending.abort();
    orders.push(order);
    wake();
  });
  const opened = await open(data);
  const writer = opened.database.openWriter();
  const part = partOf(task, opened, writer, ending.signal);
  for (;;) {
    while (orders.length === 0) await new Promise<void>(resolve => (wake = resolve));
    const order = orders.shift()!;
    if (order === 'end') break;
    await carryOut(order === 'fill' ? part.fill() : part.swap());
  }
  await writer.close();
  await opened.database.close();
  await opened.log.close();
  parentPort!.close();
}

async function carryOut(work: Promise<PartProgress | void>): Promise<void> {
  try {
    tell({ done: (await work) ?? undefined });
  } catch (error) {
    const { name, message, code } = error as Error & { readonly code?: unknown };
    tell({ error: { name, message, code } });
  }
}

const tell = (told: Told): void => parentPort!.postMessage(told, []);

function partOf(
  task: PartTask,
  { log, all, clock = systemClock }: OpenedInThread,
  writer: ReturnType<ViewDatabase['openWriter']>,
  signal: AbortSignal,
): LocalPart {
  const targets = task.targets.map(({ view: name, generation, replaces }) => {
    const view = all.find(known => known.name === name);
    if (!view) throw new Error(`There is no view of the name "${name}".`);
    return { view, generation, replaces, tables: tablesOf(view.tables, generation) };
  });
  let reports = 0;
  return new LocalPart({
    ...{ log, writer, targets, signal, clock, pageSize: task.pageSize },
    lease: RebuildLease.join(task.lease, clock),
    onProgress: progress => {
      if (progress.phase !== 'events' || reports++ % pagesPerReport === 0) tell({ progress });
    },
  });
}
