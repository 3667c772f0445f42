import { status, type ServerWritableStream } from '@grpc/grpc-js';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import {
  caughtUpResponse,
  checkpointResponse,
  confirmationResponse,
  eventResponse,
  failure,
  invalidPosition,
  nameOf,
  notFoundResponse,
  streamDeleted,
} from './messages';
import type { FakeEventStore } from './server';
import type { StoredEvent } from './store';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Reads of a stream and of everything, and subscriptions, which are reads without an end. */
export async function read(server: FakeEventStore, call: ReadCall): Promise<void> {
  const options = call.request.getOptions();
  const isSubscription = options?.hasSubscription() ?? false;
  server.count(call, isSubscription ? 'subscribe' : 'read');
  const stream = options?.hasStream() ? nameOf(options.getStream()?.getStreamIdentifier()) : '$all';
  const refusal = server.refusalOf(call, '$r', stream);
  if (refusal) return fail(call, refusal);
  const fault = server.faults.take(isSubscription ? 'subscribe' : 'read')?.fault;
  if (fault?.kind === 'error')
    return fail(call, failure(fault.code, fault.details ?? 'An error of the server.'));
  if (fault?.kind === 'not leader') return fail(call, server.notLeader(fault));
  if (fault?.kind === 'silent' && isSubscription) call.write(confirmationResponse());
  if (fault?.kind === 'silent') return;
  if (fault?.kind === 'held') await fault.until;
  if (isSubscription && options) follow(server, call, options);
  if (fault?.kind === 'end' || isSubscription) {
    if (fault?.kind === 'end') call.end();
    return;
  }
  if (!options) return fail(call, failure(status.INVALID_ARGUMENT, 'A read needs options.'));
  const page = stream === '$all' ? pageOfAll(server, options) : pageOfStream(server, stream, options);
  if (page === 'invalid position') return fail(call, invalidPosition());
  if (page === 'deleted') return fail(call, streamDeleted(stream));
  if (page === 'not found') call.write(notFoundResponse(stream));
  else await writeAll(server, call, page);
  call.end();
}

const fail = (call: ReadCall, error: object): void => void call.emit('error', error);

/** Event by event, no faster than the caller takes them. */
async function writeAll(server: FakeEventStore, call: ReadCall, page: readonly StoredEvent[]): Promise<void> {
  let goOn: () => void = () => {};
  for (const event of ['drain', 'cancelled']) call.on(event, () => goOn());
  for (const event of page) {
    if (call.cancelled) return;
    server.sent += 1;
    if (call.write(eventResponse(event))) continue;
    await new Promise<void>(resolve => (goOn = resolve));
  }
}

const isBackwards = (options: ReadReq.Options): boolean =>
  options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
const countOf = (options: ReadReq.Options): number => Math.min(Number(options.getCount()), 2 ** 31);

/** Forwards from a position inclusive, backwards from one exclusive; only from where an event begins. */
function pageOfAll(
  { store }: FakeEventStore,
  options: ReadReq.Options,
): readonly StoredEvent[] | 'invalid position' {
  const all = options.getAll();
  const place = all?.hasPosition()
    ? store.placeOf(BigInt(all.getPosition()?.getCommitPosition() ?? '0'))
    : all?.hasEnd()
      ? store.all.length
      : 0;
  if (place === undefined) return 'invalid position';
  const count = countOf(options);
  if (!isBackwards(options)) return store.all.slice(place, place + count);
  return store.all.slice(Math.max(0, place - count), place).toReversed();
}

/** From a revision, inclusive in both directions. */
function pageOfStream(
  { store }: FakeEventStore,
  stream: string,
  options: ReadReq.Options,
): readonly StoredEvent[] | 'not found' | 'deleted' {
  if (store.isTombstoned(stream)) return 'deleted';
  const events = store.of(stream);
  if (events.length === 0) return 'not found';
  const from = options.getStream();
  const place = from?.hasRevision() ? Number(from.getRevision()) : from?.hasEnd() ? events.length - 1 : 0;
  const count = countOf(options);
  if (!isBackwards(options)) return events.slice(place, place + count);
  return events.slice(Math.max(0, place - count + 1), place + 1).toReversed();
}

/** Behind a position, exclusive: what is there, and what comes; with a checkpoint now and then. */
function follow(server: FakeEventStore, call: ReadCall, options: ReadReq.Options): void {
  const { store } = server;
  const all = options.getAll();
  const position = BigInt(all?.getPosition()?.getCommitPosition() ?? '-1');
  // A position behind the end is taken as it is, and what is written until there is never sent.
  let sentUpTo = all?.hasEnd() ? (store.all.at(-1)?.position ?? -1n) : position;
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [];
  const isWanted = ({ stream }: StoredEvent) =>
    prefixes.length === 0 || prefixes.some(prefix => stream.startsWith(prefix));
  const send = (): void => {
    for (const event of store.all.slice(store.placeFrom(sentUpTo + 1n))) {
      sentUpTo = event.position;
      call.write(isWanted(event) ? eventResponse(event) : checkpointResponse(event.position));
    }
  };
  call.write(confirmationResponse());
  send();
  call.write(caughtUpResponse());
  const stop = store.onWritten(() => {
    if (!server.isDeaf) send();
  });
  call.on('cancelled', stop);
  server.subscriptions.add(call);
  call.on('close', () => server.subscriptions.delete(call));
}
