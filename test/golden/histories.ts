import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  categoryOf,
  parsePosition,
  type ChainedEvent,
  type RecordedEvent,
} from '@platform/kernel';

/*
 * `histories/1`, `histories/2` … hold events as they were once written, each a number of whole streams, in one file of
 * lines for each context. They are never changed: what stands in them stands in somebody's log.
 */

const folder = join(__dirname, 'histories');

const contexts: Readonly<Record<string, string>> = {
  access: 'access',
  account: 'access',
  trial: 'protocol',
  site: 'sites',
  enrollment: 'participants',
  participant: 'participants',
  deviation: 'participants',
  treatment: 'treatment',
  productRecalls: 'treatment',
  adverseEvent: 'safety',
  reportingRules: 'reporting',
  reportingCase: 'reporting',
  stopping: 'safety',
  alert: 'alerting',
  alerting: 'alerting',
  contact: 'alerting',
  signature: 'signing',
};

/** The context that writes a stream. @throws Error for a category that nobody has named here */
export function contextOf(stream: string): string {
  const context = contexts[categoryOf(stream)];
  if (context === undefined)
    throw new Error(`Name the context of the streams "${categoryOf(stream)}-…" in test/golden/histories.ts.`);
  return context;
}

/** A type in one version of its shape, as a context writes it. */
export const shapeOf = ({ stream, type, metadata }: RecordedEvent): string =>
  `${contextOf(stream)}: ${type}, version ${metadata.schemaVersion}`;

export const historyNames = (): string[] => readdirSync(folder).toSorted((a, b) => Number(a) - Number(b));

/** The events of a history in the order of their positions. */
export function readHistory(name: string): RecordedEvent[] {
  const files = readdirSync(join(folder, name));
  const lines = files.flatMap(file =>
    readFileSync(join(folder, name, file), 'utf8')
      .trim()
      .split('\n'),
  );
  return lines.map(eventOf).toSorted((a, b) => (a.position < b.position ? -1 : 1));
}

function eventOf(line: string): RecordedEvent {
  const stored = JSON.parse(line) as ChainedEvent & { readonly position: string };
  return { ...stored, position: parsePosition(stored.position)! };
}

/** Stores events as a new history. @returns its folder */
export function addHistory(events: readonly RecordedEvent[]): string {
  const target = join(folder, String(historyNames().length + 1));
  mkdirSync(target, { recursive: true });
  for (const context of new Set(events.map(({ stream }) => contextOf(stream)))) {
    const lines = events
      .filter(({ stream }) => contextOf(stream) === context)
      .map(event => canonicalJson({ ...event, position: event.position.toString() }));
    writeFileSync(join(target, `${context}.ndjson`), `${lines.join('\n')}\n`, { flag: 'wx' });
  }
  return target;
}
