import type { Receipt } from '@platform/commands';
import type { RecordedEvent } from '@platform/kernel';

/** Receipts whose events are not in the log: all of them, no others, under these ids, and at that position. */
export function notAsAcknowledged(
  events: readonly RecordedEvent[],
  receipts: readonly Receipt[],
): readonly Receipt[] {
  const byCommand = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const { id } = event.metadata.command;
    const known = byCommand.get(id);
    if (known) known.push(event);
    else byCommand.set(id, [event]);
  }
  return receipts.filter(({ commandId, events: told, position }) => {
    const written = byCommand.get(commandId) ?? [];
    const same = written.map(({ id }) => id).join() === told.map(({ id }) => id).join();
    return !same || (told.length > 0 && written.at(-1)?.position.toString() !== position);
  });
}

/** What departed from the protocol, and what was raised of it, each as its rule and its event; sorted. */
export function departuresAndDeviations(events: readonly RecordedEvent[]) {
  const departures = events.flatMap(({ id, data, type }) =>
    type === 'DeviationRaised'
      ? []
      : ((data.departures ?? []) as { rule: string }[]).map(({ rule }) => `${rule} of ${id}`),
  );
  const deviations = events
    .filter(({ type }) => type === 'DeviationRaised')
    .map(({ data }) => `${data.rule as string} of ${(data.causes as string[])[0]}`);
  return { departures: departures.toSorted(), deviations: deviations.toSorted() };
}
