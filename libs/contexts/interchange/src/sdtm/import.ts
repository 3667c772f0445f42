import { filled, Gate } from '@platform/commands';
import { isRejection } from '@platform/kernel';
import { importCaller } from '@trial/access';
import { DefineTrial, deriveFromSdtm, PublishProtocolVersion, type DerivedTrial } from '@trial/protocol';
import { SelectSite } from '@trial/sites';
import { adverseEvents } from './mappings/adverse-events';
import { exposures } from './mappings/exposures';
import { laboratoryResults, visits, vitalSigns } from './mappings/findings';
import type { ListMapping, RowMapping } from './mappings/mapping';
import { criteriaNotMet, deaths, demographics, deviations, dispositions } from './mappings/subjects';
import { Tally, type ImportReport } from './report';
import { Sender } from './sender';
import { StudyIndex } from './study-index';
import { SdtmFolder, type SdtmRow } from './tables';
import { RowReader } from './values';

export interface ImportOptions {
  readonly gate: Gate;
  readonly folder: string;
  /** IANA zone of the source's wall clocks; SDTM tables name none. */
  readonly zone: string;
  readonly onProgress?: (rowsRead: number, domain: string) => void;
}

/** The source cannot be imported at all; nothing of its rows went in. */
export class ImportRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportRefused';
  }
}

/** The domains, in the order in which they build on each other. */
const steps: readonly { domain: string; rows?: RowMapping; list?: ListMapping<object>; again?: boolean }[] = [
  { domain: 'dm', rows: demographics },
  { domain: 'ie', rows: criteriaNotMet },
  { domain: 'sv', list: visits },
  { domain: 'lb', list: laboratoryResults },
  { domain: 'vs', list: vitalSigns },
  { domain: 'ds', rows: dispositions },
  { domain: 'dm', rows: deaths, again: true },
  { domain: 'ex', rows: exposures },
  { domain: 'ae', rows: adverseEvents },
  { domain: 'dv', rows: deviations },
];

const known = new Set([
  'ts',
  'ta',
  'te',
  'ti',
  'tv',
  'suppdm',
  'suppae',
  'suppds',
  'suppex',
  'supplb',
  'suppvs',
  ...steps.map(step => step.domain),
]);

/**
 * Takes a study in from its SDTM tables, row by row, through the commands that people use: as the source's own user,
 * with the source's dates at the source's precision. What contradicts itself goes in as it stands and is flagged;
 * a row that is
 * wrong is refused with its file and line while the rest goes on. A second run adds nothing.
 * @throws ImportRefused when the folder holds no study; whatever the log throws when it cannot answer
 */
export async function importSdtm({ gate, folder, zone, onProgress }: ImportOptions): Promise<ImportReport> {
  const tables = new SdtmFolder(folder);
  const design = await designOf(tables, zone);
  const tally = new Tally();
  const { trial } = design;
  const sender = new Sender(gate, importCaller(trial, trial), tally);
  const index = await StudyIndex.of(tables, { trial, zone }, tally);
  await openTrial(sender, design, index);
  for (const { domain, rows, list, again } of steps) {
    for await (const row of readable(tables, domain, again ? undefined : tally)) {
      const reader = new RowReader(row, domain.toUpperCase());
      if (rows) await sender.each(reader, () => rows(reader, index));
      else if (list) await sender.gather(reader, list, index);
      onProgress?.(tally.rowsRead, domain);
    }
    await sender.drain();
  }
  return report(trial, tally, sender, tables, design);
}

/** Rows that can be read as rows; the others are refused on the way. */
async function* readable(
  tables: SdtmFolder,
  domain: string,
  tally: Tally | undefined,
): AsyncGenerator<SdtmRow> {
  for await (const row of tables.rows(domain)) {
    tally?.read(domain);
    if ('values' in row) yield row;
    else tally?.refuse({ file: row.file, line: row.line, rule: 'IMPORT-UNREADABLE', reason: row.problem });
  }
}

async function designOf(tables: SdtmFolder, zone: string): Promise<DerivedTrial> {
  if (!tables.has('dm'))
    throw new ImportRefused('This folder has no dm.csv or dm.csv.gz: without subjects there is no study.');
  const [ts, ta, te, ti, tv] = await Promise.all(
    ['ts', 'ta', 'te', 'ti', 'tv'].map(domain => tables.all(domain)),
  );
  const values = (rows: SdtmRow[] | undefined) => (rows ?? []).map(row => row.values);
  const trialSummary = values(ts).length > 0 ? values(ts) : await studyOnly(tables);
  const design = { ts: trialSummary, ta: values(ta), te: values(te), ti: values(ti), tv: values(tv) };
  const derived = deriveFromSdtm(design, { zone });
  if (isRejection(derived)) throw new ImportRefused(`${derived.rule}: ${derived.reason}`);
  return derived;
}

/** A study without trial design tables is still one: its id stands in its subjects' rows. */
async function studyOnly(tables: SdtmFolder): Promise<Readonly<Record<string, string>>[]> {
  for await (const row of tables.rows('dm')) {
    if ('values' in row && row.values.STUDYID)
      return [{ STUDYID: row.values.STUDYID, TSPARMCD: 'TITLE', TSVAL: row.values.STUDYID }];
  }
  throw new ImportRefused('No row of DM names a study (STUDYID).');
}

/** The trial, the protocol version that its tables describe, and the sites that its subjects name. */
async function openTrial(
  sender: Sender,
  { trial, details, definition }: DerivedTrial,
  index: StudyIndex,
): Promise<void> {
  await sender.require(filled(DefineTrial, details), { trial });
  const effectiveFrom = index.firstDay ?? '1900-01-01';
  await sender.require(filled(PublishProtocolVersion, { definition, effectiveFrom }), { trial });
  for (const { site, country } of index.sites) {
    const profile = { name: `Site ${site}`, country, zone: details.zone };
    await sender.require(filled(SelectSite, profile), { trial, site });
  }
}

function report(
  trial: string,
  tally: Tally,
  sender: Sender,
  tables: SdtmFolder,
  design: DerivedTrial,
): ImportReport {
  const unknown = tables.domains.filter(domain => !known.has(domain));
  return {
    trial,
    participants: sender.count('DM PrescreenParticipant'),
    enrolled: sender.count('DM EnrollParticipant'),
    screenFailures: sender.count('DS RecordScreeningDecision'),
    adverseEvents: sender.count('AE ReportAdverseEvent'),
    administrations: sender.count('EX RecordAdministration'),
    dispositions: sender.count(
      'DS RecordScreeningDecision',
      'DS RecordAssessment',
      'DS ChangeParticipantStatus',
    ),
    rowsRead: tally.rowsRead,
    rowsRefused: tally.rowsRefused,
    eventsWritten: tally.eventsWritten,
    rows: tally.rows,
    refused: tally.refused,
    flagged: tally.flagged,
    flags: tally.flags,
    notMapped: [
      ...unknown.map(domain => `${domain.toUpperCase()}: this domain is not imported.`),
      ...design.notMapped.map(({ domain, value, why }) => `${domain} ${value}: ${why}`),
    ],
  };
}
