import { ReplayedFactViews } from '@platform/commands';
import { MemoryEventLog, SqliteEventLog, type EventLog } from '@platform/event-log';
import { categoryOf, hashOf, type ChainedEvent, type RecordedEvent } from '@platform/kernel';
import { loadTrial } from '../../apps/cli/src/commands/init';
import { withLedger } from '../../apps/cli/src/session';
import { portsOf, simulate } from '../../apps/cli/src/simulation/simulate';
import { allViews } from '../../apps/composition/src/contexts';

const plan = { trial: 'NCT05794425', seed: 20_230_801, participants: 100, months: 24 };

/** The events of a simulated two-year history of 100 participants: what larger logs are made of. */
export async function simulatedEvents(folder: string): Promise<readonly RecordedEvent[]> {
  const log = new MemoryEventLog();
  // Nothing follows the log meanwhile: decisions ask views that are replayed.
  const ports = { ...portsOf(plan), log, factViews: new ReplayedFactViews(log, allViews) };
  return withLedger({ dataFolder: folder, ports }, async session => {
    await loadTrial(session, plan.trial);
    await simulate(session, ports.clock, plan);
    return session.log.readAll({ after: -1n as RecordedEvent['position'], limit: Number.MAX_SAFE_INTEGER });
  });
}

/** Streams of which a larger trial has more; of the others it has one, as a small one does. */
const multiplied = ['participant', 'treatment', 'adverseEvent', 'deviation'];
const sideBySide = 400;

/**
 * A log of about so many events in a folder: the template's participants again and again under other numbers, side by
 * side in time as in a larger trial, each stream with its own chain of hashes.
 */
export async function writeBigLog(
  folder: string,
  template: readonly RecordedEvent[],
  size: number,
): Promise<EventLog> {
  const log = SqliteEventLog.open({ folder });
  const manifold = template.filter(({ stream }) => multiplied.includes(categoryOf(stream))).length;
  const copies = Math.max(1, Math.ceil((size - (template.length - manifold)) / manifold));
  const heads = new Map<string, string>();
  let waiting: Promise<unknown>[] = [];
  for (const event of template) {
    const times = multiplied.includes(categoryOf(event.stream)) ? copies : 1;
    for (let copy = 0; copy < times; copy++) {
      const chained = renumbered(event, copy, heads);
      waiting.push(log.append(chained.stream, chained.revision - 1, [chained]));
      if (waiting.length < sideBySide) continue;
      await Promise.all(waiting);
      waiting = [];
    }
  }
  await Promise.all(waiting);
  return log;
}

function renumbered(event: RecordedEvent, copy: number, heads: Map<string, string>): ChainedEvent {
  const { position: _, ...kept } = event;
  const text = copy === 0 ? undefined : JSON.stringify(kept);
  const mine = text === undefined ? kept : (JSON.parse(otherIds(text, copy)) as ChainedEvent);
  const previousHash = heads.get(mine.stream) ?? '';
  const unhashed = { ...mine, metadata: { ...mine.metadata, previousHash } };
  const hash = hashOf(unhashed);
  heads.set(mine.stream, hash);
  return { ...unhashed, metadata: { ...unhashed.metadata, hash } };
}

/** Participants get numbers that nobody has; adverse events and deviations get ids with another beginning. */
function otherIds(text: string, copy: number): string {
  const prefix = copy.toString(16).padStart(8, '0');
  return text
    .replace(
      /(["(.])(0\d)-(\d{3})(?=")/g,
      (_, before: string, site: string, sequence: string) =>
        `${before}${site}-${Number(sequence) + copy * 1_000}`,
    )
    .replace(/("(?:adverseEvent|deviation)":"|"(?:adverseEvent|deviation)-)[0-9a-f]{8}/g, `$1${prefix}`);
}
