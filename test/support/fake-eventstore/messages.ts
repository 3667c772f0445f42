import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { AppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import type { AppendResult, Expectation, StoredEvent } from './store';

/** From the server's words to those of its protocol, and back. */

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

const identifierOf = (stream: string): StreamIdentifier =>
  new StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

/** The four ways to say what is expected, which all requests have in common. */
interface Expecting {
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
  getRevision(): string;
}

export function expectationOf(options: Expecting): Expectation {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no stream';
  return options.hasStreamExists() ? 'stream exists' : Number(options.getRevision());
}

const responses = new WeakMap<StoredEvent, ReadResp>();

/** Made once for each event, however often that is read. */
export function eventResponse(event: StoredEvent): ReadResp {
  const response = responses.get(event) ?? responseOf(event);
  responses.set(event, response);
  return response;
}

function responseOf(event: StoredEvent): ReadResp {
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new UUID().setString(event.id))
    .setStreamIdentifier(identifierOf(event.stream))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(String(event.position))
    .setCommitPosition(String(event.position))
    .setCustomMetadata(event.metadata)
    .setData(event.data);
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', '638452500000000000');
  return new ReadResp().setEvent(
    new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(event.position)),
  );
}

const texts = new WeakMap<ReadResp, Buffer>();

/** A response on the wire; one that goes out again is written as it was. */
export function writtenResponse(response: ReadResp): Buffer {
  const text = texts.get(response) ?? Buffer.from(response.serializeBinary());
  texts.set(response, text);
  return text;
}

export const notFoundResponse = (stream: string): ReadResp =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)));

export const confirmationResponse = (): ReadResp =>
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId('subscription'));

export const checkpointResponse = (position: bigint): ReadResp =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );

export const caughtUpResponse = (): ReadResp => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());

export function wrongVersionResponse(current: number): AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(current));
  return new AppendResp().setWrongExpectedVersion(wrong);
}

export function successResponse(result: Extract<AppendResult, { lastRevision: number }>): AppendResp {
  const success = new AppendResp.Success().setCurrentRevision(String(result.lastRevision));
  if (result.position === undefined) success.setNoPosition(new Empty());
  else {
    const text = String(result.position);
    success.setPosition(new AppendResp.Position().setCommitPosition(text).setPreparePosition(text));
  }
  return new AppendResp().setSuccess(success);
}

/** An error as the server sends it: a status, and its own name for it in the trailers. */
export function failure(
  code: number,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): Partial<ServiceError> {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
}

export const accessDenied = (): Partial<ServiceError> =>
  failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const streamDeleted = (stream: string): Partial<ServiceError> =>
  failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const tooLarge = (maximum: number): Partial<ServiceError> =>
  failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximum} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximum),
  });

export const wrongVersion = (stream: string, expected: Expectation, actual: number): Partial<ServiceError> =>
  failure(status.FAILED_PRECONDITION, 'Append failed due to WrongExpectedVersion.', {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': String(typeof expected === 'number' ? expected : -1),
    'actual-version': String(actual),
  });

export const invalidPosition = (): Partial<ServiceError> =>
  failure(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.');
