import { status, type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import type { ServerReadableStream } from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import {
  AppendResp,
  BatchAppendResp,
  DeleteResp,
  TombstoneResp,
  type AppendReq,
  type BatchAppendReq,
  type DeleteReq,
  type TombstoneReq,
} from '@eventstore/db-client/generated/streams_pb';
import { AllStreamPosition, Empty, WrongExpectedVersion } from '@eventstore/db-client/generated/shared_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import type { FakeEventStore } from './server';
import {
  expectationOf,
  failure,
  nameOf,
  streamDeleted,
  successResponse,
  tooLarge,
  wrongVersion,
  wrongVersionResponse,
} from './messages';
import { maxAppendBytes, type AppendResult, type Expectation, type ProposedEvent } from './store';

interface Message {
  getId(): { getString(): string } | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

const proposed = (message: Message): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
});

/** One append: a header, the events, and one answer when the caller has ended. */
export function append(
  server: FakeEventStore,
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
): void {
  server.count(call, 'append');
  let header: AppendReq.Options | undefined;
  const events: ProposedEvent[] = [];
  call.on('data', (request: AppendReq) => {
    header ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message) events.push(proposed(message));
  });
  call.on('end', () => {
    const stream = nameOf(header?.getStreamIdentifier());
    const expected = header ? expectationOf(header) : 'any';
    void takeAppend(server, call, { stream, expected, events }, answer);
  });
}

interface Append {
  readonly stream: string;
  readonly expected: Expectation;
  readonly events: readonly ProposedEvent[];
}

async function takeAppend(
  server: FakeEventStore,
  call: ServerReadableStream<AppendReq, AppendResp>,
  { stream, expected, events }: Append,
  answer: sendUnaryData<AppendResp>,
): Promise<void> {
  const refusal = server.refusalOf(call, '$w', stream);
  if (refusal) return answer(refusal, null);
  const { fault, persisted = false } = server.faults.take('append') ?? {};
  const isRefused = fault && fault.kind !== 'held' && !persisted;
  const result = isRefused ? undefined : server.store.append(stream, expected, events);
  switch (fault?.kind) {
    case 'silent':
      return;
    case 'end':
      return answer(null, new AppendResp());
    case 'error':
      return answer(failure(fault.code, fault.details ?? 'An error of the server.'), null);
    case 'not leader':
      return answer(server.notLeader(fault), null);
    case 'wrong version':
      return answer(null, wrongVersionResponse(server.store.lastRevision(stream) + 1));
    case 'held':
      await fault.until;
      break;
    case undefined:
      break;
  }
  if (result) answerAppend(stream, result, answer);
}

function answerAppend(stream: string, result: AppendResult, answer: sendUnaryData<AppendResp>): void {
  switch (result.kind) {
    case 'written':
    case 'repeated':
      return answer(null, successResponse(result));
    case 'wrong version':
      return answer(null, wrongVersionResponse(result.current));
    case 'deleted':
      return answer(streamDeleted(stream), null);
    case 'too large':
      return answer(tooLarge(maxAppendBytes), null);
  }
}

/** Many appends in one call, each answered by its correlation id, whenever it is done. */
export function batchAppend(
  server: FakeEventStore,
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
): void {
  server.count(call, 'batch append');
  const open = new Map<string, Append & { events: ProposedEvent[]; late: boolean }>();
  call.on('end', () => call.end());
  call.on('data', (request: BatchAppendReq) => {
    const correlation = request.getCorrelationId()?.getString() ?? '';
    const options = request.getOptions();
    const known = open.get(correlation) ?? {
      stream: nameOf(options?.getStreamIdentifier()),
      expected: options ? batchExpectationOf(options) : 'any',
      // An instant by the caller's clock: for one that is behind, everything comes too late.
      late: (options?.getDeadline()?.toDate().getTime() ?? Infinity) < server.nowMs(),
      events: [],
    };
    open.set(correlation, known);
    known.events.push(...request.getProposedMessagesList().map(proposed));
    if (!request.getIsFinal()) return;
    open.delete(correlation);
    const planned = server.faults.take('batch append');
    if (planned?.fault.kind === 'silent' || known.late) return;
    if (planned?.fault.kind === 'error') {
      call.emit('error', failure(planned.fault.code, planned.fault.details ?? 'An error of the server.'));
      return;
    }
    const result = server.store.append(known.stream, known.expected, known.events);
    const response = batchResponse(result);
    call.write(
      response
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(options?.getStreamIdentifier()),
    );
  });
}

const batchExpectationOf = (options: BatchAppendReq.Options): Expectation =>
  expectationOf({
    hasAny: () => options.hasAny(),
    hasNoStream: () => options.hasNoStream(),
    hasStreamExists: () => options.hasStreamExists(),
    getRevision: () => options.getStreamPosition(),
  });

function batchResponse(result: AppendResult): BatchAppendResp {
  if (result.kind === 'written' || result.kind === 'repeated') {
    const success = new BatchAppendResp.Success().setCurrentRevision(String(result.lastRevision));
    const text = String(result.position ?? '');
    if (result.position === undefined) success.setNoPosition();
    else success.setPosition(new AllStreamPosition().setCommitPosition(text).setPreparePosition(text));
    return new BatchAppendResp().setSuccess(success);
  }
  const details = new WrongExpectedVersion();
  if (result.kind === 'wrong version') details.setCurrentStreamRevision(String(result.current));
  const packed = new Any();
  packed.pack(details.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  return new BatchAppendResp().setError(new Status().setMessage(result.kind).setDetails(packed));
}

type Removal = DeleteReq | TombstoneReq;

export type Removed = sendUnaryData<DeleteResp | TombstoneResp>;

/** A soft delete hides what is there, a tombstone forbids whatever may come; both need the right to delete. */
export function remove(
  server: FakeEventStore,
  call: ServerUnaryCall<Removal, DeleteResp | TombstoneResp>,
  answer: Removed,
  kind: 'delete' | 'tombstone',
): void {
  server.count(call, 'delete');
  const options = call.request.getOptions();
  const stream = nameOf(options?.getStreamIdentifier());
  const refusal = server.refusalOf(call, '$d', stream);
  if (refusal) return answer(refusal, null);
  const expected = options ? expectationOf(options) : 'any';
  const actual = server.store.lastRevision(stream);
  if (typeof expected === 'number' && expected !== actual)
    return answer(wrongVersion(stream, expected, actual), null);
  if (kind === 'delete')
    return answer(failure(status.UNIMPLEMENTED, 'Nothing here is ever deleted softly.'), null);
  server.store.tombstone(stream);
  answer(null, new TombstoneResp().setNoPosition(new Empty()));
}
