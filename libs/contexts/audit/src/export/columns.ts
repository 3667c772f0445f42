import type { TrailEntry } from '../domain/trail-entry';
import type { TrailLine } from '../domain/trail-lines';

/** A line of the export: one field of one event. An event without fields has one line that names none. */
export type ExportLine = Omit<TrailEntry, 'lines'> & Partial<TrailLine>;

export function* exportLines({ lines, ...entry }: TrailEntry): Generator<ExportLine> {
  if (lines.length === 0) yield entry;
  for (const line of lines) yield { ...entry, ...line };
}

type Cell = string | number | undefined;

/**
 * A value as JSON, so that it reads back exactly: null is `null`, an empty text is `""`, a number is not a text, and a
 * cell without a value is empty. It also keeps what people typed from being taken for a formula by a spreadsheet.
 */
const json = (value: unknown): Cell => (value === undefined ? undefined : JSON.stringify(value));

/** The ids that an event is about beyond trial, site and participant. */
function otherSubjects({ subject }: ExportLine): Cell {
  const { trial: _trial, site: _site, participant: _participant, ...others } = subject;
  return Object.keys(others).length > 0 ? json(others) : undefined;
}

/** The columns of the CSV export, in their order. */
export const columns: Readonly<Record<string, (line: ExportLine) => Cell>> = {
  position: line => line.position,
  recordedAt: line => line.recordedAt,
  enteredAt: line => line.enteredAt,
  occurredAt: line => line.occurredAt?.at,
  occurredAtZone: line => line.occurredAt?.zone,
  event: line => line.event,
  type: line => line.type,
  schemaVersion: line => line.schemaVersion,
  stream: line => line.stream,
  revision: line => line.revision,
  trial: line => line.subject.trial,
  site: line => line.subject.site,
  participant: line => line.subject.participant,
  otherSubjects,
  field: line => line.field,
  value: line => json(line.value),
  previous: line => json(line.previous),
  unit: line => line.unit,
  change: line => line.change,
  user: line => line.actor.user,
  printedName: line => json(line.actor.printedName),
  role: line => line.actor.role,
  organisation: line => json(line.actor.organisation),
  actorSite: line => line.actor.site,
  delegation: line => json(line.actor.delegation),
  source: line => line.source,
  address: line => line.address,
  reasonCode: line => line.reason?.code,
  reasonText: line => json(line.reason?.text),
  editCheckRule: line => line.editCheck?.rule,
  editCheckResponse: line => json(line.editCheck?.response),
  correctsEvent: line => line.corrects?.event,
  correctsField: line => line.corrects?.field,
  command: line => line.command.id,
  commandType: line => line.command.type,
  correlation: line => line.correlationId,
  causation: line => line.causationId,
  software: line => line.software,
  protocolVersion: line => line.protocolVersion,
  facts: line => json(line.facts),
  signature: line => json(line.signature),
  previousHash: line => line.previousHash,
  hash: line => line.hash,
};
