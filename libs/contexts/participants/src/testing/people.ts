import { eventIdOf, isRejection, type Actor, type Decision, type EventRef } from '@platform/kernel';
import { decisionContext } from '@platform/kernel/testing';
import type { Departure } from '../domain/departure';
import type { Context, TrialFacts } from '../domain/participant/context';
import {
  participantDecider,
  type EntryEvent,
  type EntryType,
  type EntryTypes,
  type ParticipantEvent,
  type ParticipantState,
} from '../domain/participant/participant';
import type { ParticipantStatus } from '../domain/participant/statuses';
import { factsAt03, zone } from './trial';

/*
 * People and states that tests begin with. It is 5 March 2024, 16:00 in Shandong, unless a test says
 * otherwise.
 */

export const investigator: Actor = {
  user: 'investigator-03',
  printedName: 'Investigator 03',
  role: 'investigator',
  site: '03',
};
export const importer: Actor = { user: 'import-pilot', printedName: 'Import from pilot', role: 'importer' };

/** The context of a decision at site 03; a distinct command for each number. */
export const at03 = <Facts extends TrialFacts = TrialFacts>(
  more: Partial<Context<Facts>> & { readonly command?: number } = {},
): Context<Facts> & { readonly commandId: string } => {
  const { command = 1, ...overrides } = more;
  const commandId = `018e0dab-6c00-7000-8000-${String(command).padStart(12, '0')}`;
  return decisionContext<Facts>({
    facts: factsAt03() as Facts,
    actor: investigator,
    commandId,
    ...overrides,
  });
};

export const importing = (more: Partial<Context> = {}): Context => at03({ actor: importer, ...more });

/** An entry event, with the time of the clinic where one is given. */
export const was = <Type extends EntryType>(
  type: Type,
  data: EntryTypes[Type],
  at?: string,
): EntryEvent<Type> => ({
  type,
  data,
  ...(at !== undefined && { occurredAt: { at, zone } }),
});

export const prescreened = was(
  'ParticipantPrescreened',
  { site: '03', prescreenedAt: '2024-03-01', protocolVersion: '1.0', sex: 'female', birthYear: 1980 },
  '2024-03-01',
);
export const consent = was(
  'ConsentSigned',
  { version: '2.0', signedAt: '2024-03-02', protocolVersion: '1.0', reconsent: false },
  '2024-03-02',
);
export const status = (
  to: ParticipantStatus,
  since: string,
  from: string | null = null,
): ParticipantEvent => ({
  ...was('ParticipantStatusChanged', { status: to, since }, since),
  previous: { status: from, since: null },
});

/** Prescreened on 1 March, consented on 2 March 2024. */
export const consented: readonly ParticipantEvent[] = [
  prescreened,
  consent,
  status('consented', '2024-03-02'),
];

/** Folds events as if each had been written by a command of its own: `events` `0`, `1` … */
export const fold = (
  events: readonly ParticipantEvent[],
  start = participantDecider.initial,
): ParticipantState =>
  events.reduce((state, event, index) => participantDecider.evolve(state, event, refOf(index)), start);

export const refOf = (revision: number): EventRef => ({
  id: `event-${revision}`,
  revision,
  recordedAt: '2024-03-05T07:00:00.000Z',
});

/**
 * The events of an accepted decision under the ids that the log would give them. @throws Error for a
 * rejection
 */
export function accepted(
  decision: Decision<ParticipantEvent>,
  state: ParticipantState,
  { commandId }: Pick<Context, 'commandId'>,
): ParticipantState {
  if (isRejection(decision)) throw new Error(`${decision.rule}: ${decision.reason}`);
  const first = state.entries.length + state.corrections.length;
  return decision.reduce(
    (before, event, index) =>
      participantDecider.evolve(before, event, { ...refOf(first + index), id: eventIdOf(commandId, index) }),
    state,
  );
}

/** The departures in the events of an accepted decision. @throws Error for a rejection */
export function departuresOf(decision: Decision<ParticipantEvent>): readonly Departure[] {
  if (isRejection(decision)) throw new Error(`${decision.rule}: ${decision.reason}`);
  return decision.flatMap(event => ('departures' in event.data ? (event.data.departures ?? []) : []));
}
