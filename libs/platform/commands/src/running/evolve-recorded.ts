import type { Decider, DomainEvent, RecordedEvent } from '@platform/kernel';

/** Folds one recorded event: what the log holds, as the domain knows it. */
export function evolveRecorded<State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
  state: State,
  { id, revision, type, data, metadata }: RecordedEvent,
): State {
  const { occurredAt, previous, reason, recordedAt, subject } = metadata;
  const event = { type, data, occurredAt, previous, reason, about: subject } as unknown as Event;
  return decider.evolve(state, event, { id, revision, recordedAt });
}
