import { filled } from '@platform/commands';
import type { ClinicalTime } from '@platform/kernel';
import {
  adverseEventIdOf,
  AssessCausality,
  AssessSeriousness,
  AssessSeverity,
  causalityScales,
  RecordActionTaken,
  RecordAdverseEventOutcome,
  ReportAdverseEvent,
  type Action,
  type OutcomeTerm,
  type SourceSeverity,
} from '@trial/safety';
import { RowRefused, type RowReader } from '../values';
import { defined } from './findings';
import type { RowMapping, Step, Study } from './mapping';

/** CDISC's terms of the code lists OUT and ACN. */
const outcomeOf: Readonly<Record<string, OutcomeTerm>> = {
  FATAL: 'fatal',
  'NOT RECOVERED/NOT RESOLVED': 'notRecovered',
  'RECOVERED/RESOLVED': 'recovered',
  'RECOVERED/RESOLVED WITH SEQUELAE': 'recoveredWithSequelae',
  'RECOVERING/RESOLVING': 'recovering',
  UNKNOWN: 'unknown',
};

const actionOf: Readonly<Record<string, Action>> = {
  'DOSE INCREASED': 'doseIncreased',
  'DOSE NOT CHANGED': 'doseNotChanged',
  'DOSE RATE REDUCED': 'doseRateReduced',
  'DOSE REDUCED': 'doseReduced',
  'DRUG INTERRUPTED': 'interrupted',
  'DRUG WITHDRAWN': 'withdrawn',
  'NOT APPLICABLE': 'notApplicable',
  UNKNOWN: 'unknown',
};

const severities: readonly string[] = ['MILD', 'MODERATE', 'SEVERE'];

/**
 * AE: an adverse event with what the source says of it, each part in a command of its own. The event's id follows from
 * the row's key. What the source leaves blank is not assessed here either; what contradicts itself goes in as it stands
 * and is flagged by the record.
 */
export const adverseEvents: RowMapping = (row, study) => {
  const participant = study.participantOf(row.required('USUBJID'));
  const sourceRecord = row.source();
  const { trial, zone } = study;
  const adverseEvent = adverseEventIdOf({ trial, participant }, '', sourceRecord);
  const target = { trial, participant };
  const collected = row.date('AEDTC');
  const at = collected === undefined ? undefined : { at: collected, zone };
  const [onset, end] = [row.date('AESTDTC'), row.date('AEENDTC')];
  const supplemental = Object.entries(study.supplemental('AE', row)).map(([code, value]) => ({
    code,
    value,
  }));
  const qualifiers = supplemental.length > 0 ? supplemental : undefined;
  const report = filled(
    ReportAdverseEvent,
    defined({ term: row.required('AETERM'), coded: codedOf(row), onset, end, qualifiers, sourceRecord }),
  );
  const assessed = { ...target, adverseEvent };
  const assessments = [
    severityOf(row, at),
    seriousnessOf(row, at, study),
    causalityOf(row, at),
    outcomeAt(row, at),
    actionAt(row, at),
  ];
  return [
    { command: report, target },
    ...assessments.flatMap(command => (command ? [{ command, target: assessed }] : [])),
  ];
};

type Assessment = Step['command'] | undefined;
type At = ClinicalTime | undefined;

function codedOf(row: RowReader): ReportAdverseEvent['coded'] {
  const preferredTerm = row.text('AEDECOD');
  if (preferredTerm === undefined) return undefined;
  const systemOrganClass = row.text('AEBODSYS') ?? row.text('AESOC');
  return defined({ preferredTerm, systemOrganClass, lowestLevelTerm: row.text('AELLT') });
}

/** A toxicity grade when the source has one; else its words, from which no grade is made up. */
function severityOf(row: RowReader, at: At): Assessment {
  const grade = row.number('AETOXGR');
  const severity = row.text('AESEV');
  if (grade !== undefined) return filled(AssessSeverity, defined({ grade, at }));
  if (severity === undefined) return undefined;
  if (!severities.includes(severity)) throw wrongTerm('AESEV', severity);
  return filled(AssessSeverity, defined({ severity: severity as SourceSeverity, at }));
}

function seriousnessOf(row: RowReader, at: At, study: Study): Assessment {
  const criteria = defined({
    death: row.flag('AESDTH'),
    lifeThreatening: row.flag('AESLIFE'),
    hospitalisation: row.flag('AESHOSP'),
    disability: row.flag('AESDISAB'),
    congenitalAnomaly: row.flag('AESCONG'),
    otherMedicallyImportant: row.flag('AESMIE'),
  });
  const serious = row.flag('AESER');
  const met = Object.entries(criteria).filter(([, holds]) => holds);
  if (serious === false && met.length > 0) {
    study.flag(
      row,
      'IMPORT-SERIOUSNESS',
      `AESER is N, although this holds: ${met.map(([name]) => name).join(', ')}.`,
    );
  }
  if (serious === true && met.length === 0)
    study.flag(row, 'IMPORT-SERIOUSNESS', 'AESER is Y, but no criterion is.');
  const said = defined({ serious, ...criteria, cancer: row.flag('AESCAN'), overdose: row.flag('AESOD') });
  return Object.keys(said).length === 0 ? undefined : filled(AssessSeriousness, defined({ ...said, at }));
}

function causalityOf(row: RowReader, at: At): Assessment {
  const term = row.text('AEREL');
  if (term === undefined) return undefined;
  const scale = causalityScales.find(({ terms }) => Object.hasOwn(terms, term));
  if (!scale) throw wrongTerm('AEREL', term);
  return filled(AssessCausality, defined({ term, scale: scale.id, at }));
}

function outcomeAt(row: RowReader, at: At): Assessment {
  const term = row.text('AEOUT');
  if (term === undefined) return undefined;
  const outcome = outcomeOf[term];
  if (!outcome) throw wrongTerm('AEOUT', term);
  return filled(RecordAdverseEventOutcome, defined({ outcome, at }));
}

function actionAt(row: RowReader, at: At): Assessment {
  const term = row.text('AEACN');
  if (term === undefined) return undefined;
  const action = actionOf[term];
  if (!action) throw wrongTerm('AEACN', term);
  return filled(RecordActionTaken, defined({ action, at }));
}

const wrongTerm = (variable: string, term: string): RowRefused =>
  new RowRefused('IMPORT-TERM', `${variable} is "${term}", which is no term of its code list.`);
