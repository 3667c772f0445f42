import { filled, type CommandStep, type Reaction } from '@platform/commands';
import { derivedId, localTimeIn, type RecordedEvent } from '@platform/kernel';
import { siteOfParticipant } from '@trial/access';
import { RaiseDeviation } from '../deviations.commands';
import type { Departure } from '../domain/departure';

/**
 * Makes a deviation of every departure that any event of any context carries. Its id follows from the event
 * and the rule, so that the same departure never becomes two. Each deviation is a stream of its own, written by this
 * reaction once: those of different events do not mind each other, and the log takes a page of them in a few commits.
 */
export const raiseDeviations: Reaction<CommandStep> = {
  name: 'raise-deviations',
  takes: 'all',
  concurrency: 32,
  react: event => departuresOf(event).flatMap(departure => step(event, departure)),
};

const departuresOf = ({ data }: RecordedEvent): readonly Departure[] => {
  const { departures } = data as { readonly departures?: readonly Departure[] };
  return departures ?? [];
};

/** The id of the deviation that follows from a departure. */
export const deviationIdOf = (event: string, rule: string): string => derivedId(event, rule);

function step(event: RecordedEvent, departure: Departure): CommandStep[] {
  const { subject, occurredAt, recordedAt } = event.metadata;
  const { trial, participant } = subject;
  const site = subject.site ?? siteOfParticipant(participant ?? '');
  if (trial === undefined || site === '') return [];
  const { rule, category, severity, description, causes } = departure;
  const zone = occurredAt?.zone ?? 'UTC';
  const command = filled(RaiseDeviation, {
    rule,
    category,
    severity,
    description,
    causes: [...new Set([event.id, ...(causes ?? [])])],
    occurredAt,
    identifiedAt: { at: localTimeIn(zone, recordedAt), zone },
  });
  const about: Record<string, string> =
    participant === undefined ? { trial, site } : { trial, site, participant };
  return [{ command, target: { ...about, deviation: deviationIdOf(event.id, rule) } }];
}
