import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { EventStoreEventLog, readEventStoreUrl } from '@platform/event-log';
import { chainEvents, derivedId, emptyStream, streamName } from '@platform/kernel';
import { headBehind, someCircumstances, someEvent } from '@platform/event-log/testing';
import { EventStoreProcess } from '../../support/scale-out/event-store-process';
import { percentile, rowOf, type Row } from '../row';

const writers = 32;
const roundMs = 3_000;
/** No ledger's: on a real server, what is written here is read by none. */
const category = 'benchmark';

/** Single appends through the port, against the client's own, one call each as the adapter makes them. */
export async function benchAdapter(): Promise<Row> {
  const fake = process.env.EVENTSTORE_URL ? undefined : await EventStoreProcess.start();
  const address = readEventStoreUrl(process.env.EVENTSTORE_URL ?? fake?.url ?? '');
  if (typeof address === 'string') throw new Error(`EVENTSTORE_URL ${address}`);
  const log = await EventStoreEventLog.open({ address, categories: [category] });
  const client = EventStoreDBClient.connectionString(address.url);
  const { credentials } = address;
  const chained = (stream: ReturnType<typeof nextStream>, head: typeof emptyStream) => {
    const command = { id: derivedId(stream, String(head.revision)), type: 'Benchmark', fingerprint: '' };
    return chainEvents(stream, head, [someEvent()], someCircumstances({ command }));
  };
  try {
    const ours = () =>
      appends(async (stream, head) => {
        const events = chained(stream, head);
        await log.append(stream, head.revision, events);
        return headBehind(events);
      });
    const raw = () =>
      appends(async (stream, head) => {
        const events = chained(stream, head);
        const proposed = events.map(({ id, type, data, metadata }) =>
          jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } }),
        );
        const expectedRevision = head.revision < 0 ? NO_STREAM : BigInt(head.revision);
        await client.appendToStream(stream, proposed, { expectedRevision, credentials, deadline: 5_000 });
        return headBehind(events);
      });
    // The first of each warms up.
    await raw();
    await ours();
    const [plain, through] = [await raw(), await ours()];
    return rowOf(
      `durable single appends, ${writers} writers, through the adapter of EventStoreDB, against its client alone`,
      ...([through.perSecond, plain.perSecond, 'events/s', through.p99Ms] as const),
    );
  } finally {
    await log.close();
    await client.dispose();
    await fake?.stop();
  }
}

const nextStream = () => streamName(category, randomUUID());

/** Writers that each append one event, wait for it, and go on, each to a stream of its own. */
async function appends(
  append: (stream: ReturnType<typeof nextStream>, head: typeof emptyStream) => Promise<typeof emptyStream>,
) {
  const latencies: number[] = [];
  const began = performance.now();
  const write = async (): Promise<void> => {
    const stream = nextStream();
    let head = emptyStream;
    while (performance.now() - began < roundMs) {
      const before = performance.now();
      head = await append(stream, head);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const perSecond = latencies.length / ((performance.now() - began) / 1_000);
  return { perSecond, p99Ms: percentile(latencies, 0.99) };
}
