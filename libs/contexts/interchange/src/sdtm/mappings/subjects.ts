import { filled } from '@platform/commands';
import { derivedId } from '@platform/kernel';
import {
  AllocateParticipantNumber,
  AttestStatements,
  ChangeParticipantStatus,
  EnrollParticipant,
  PrescreenParticipant,
  RaiseDeviation,
  RecordAssessment,
  RecordScreeningDecision,
  type ParticipantStatus,
} from '@trial/participants';
import { RowRefused, type RowReader } from '../values';
import { defined } from './findings';
import type { RowMapping, Step } from './mapping';

const sexOf: Readonly<Record<string, 'female' | 'male' | 'undifferentiated' | 'unknown'>> = {
  F: 'female',
  M: 'male',
  U: 'unknown',
  UNDIFFERENTIATED: 'undifferentiated',
};

/** Arm codes of subjects who were not assigned to one (SDTMIG 3.4, 5.2). */
const notAssigned = ['SCRNFAIL', 'NOTASSGN'];

/** The id of a subject in this trial: site number and the subject's own, `701-1015`. */
export const participantIdOf = (row: RowReader): string =>
  `${row.required('SITEID')}-${row.required('SUBJID')}`;

/** DM: a subject is prescreened, and enrolled when the row assigns an arm. */
export const demographics: RowMapping = (row, study) => {
  const participant = participantIdOf(row);
  const target = { trial: study.trial, participant };
  const sex = row.text('SEX');
  if (sex !== undefined && !sexOf[sex])
    throw new RowRefused('IMPORT-TERM', `SEX is "${sex}", which is no code of CDISC.`);
  const prescreening = defined({
    // The date on which the demographics were collected is the earliest that DM has of screening.
    prescreenedAt: row.date('RFICDTC') ?? row.date('DMDTC'),
    sex: sex === undefined ? undefined : sexOf[sex],
    ageYears: row.text('AGEU') === 'YEARS' ? row.number('AGE') : undefined,
    characteristics: characteristicsOf(row, study.supplemental('DM', row)),
    sourceId: row.required('USUBJID'),
    sourceRecord: row.source(),
  });
  return [
    {
      command: filled(AllocateParticipantNumber, { participant }),
      target: { trial: study.trial, site: row.required('SITEID') },
    },
    { command: filled(PrescreenParticipant, prescreening), target },
    ...enrollment(row, target, (rule, detail) => study.flag(row, rule, detail)),
  ];
};

function enrollment(
  row: RowReader,
  target: Step['target'],
  flag: (rule: string, detail: string) => void,
): Step[] {
  const [arm, actualArm] = [row.text('ARMCD'), row.text('ACTARMCD')];
  if (arm === undefined || notAssigned.includes(arm.toUpperCase())) return [];
  const enrolledAt = row.date('RFSTDTC');
  if (enrolledAt === undefined) {
    flag('IMPORT-NO-ENROLLMENT-DATE', `ARMCD is "${arm}", but RFSTDTC says no date of enrollment.`);
    return [];
  }
  if (actualArm !== undefined && actualArm !== arm)
    flag('IMPORT-OTHER-ARM', `Planned arm ${arm}, actual arm ${actualArm}.`);
  const command = filled(
    EnrollParticipant,
    defined({ enrolledAt, arm, actualArm, sourceRecord: row.source() }),
  );
  return [{ command, target }];
}

function characteristicsOf(
  row: RowReader,
  supplemental: Readonly<Record<string, string>>,
): { code: string; value: string }[] | undefined {
  const own = ['RACE', 'ETHNIC', 'COUNTRY'].flatMap(code => {
    const value = row.text(code);
    return value === undefined ? [] : [{ code, value }];
  });
  const all = [...own, ...Object.entries(supplemental).map(([code, value]) => ({ code, value }))];
  return all.length > 0 ? all : undefined;
}

/** DM once more, behind the dispositions: a death that only DM tells of. */
export const deaths: RowMapping = (row, study) => {
  if (row.flag('DTHFL') !== true) return [];
  const since = row.date('DTHDTC');
  if (since === undefined) {
    study.flag(row, 'IMPORT-NO-DEATH-DATE', 'DTHFL is Y, but DTHDTC says no date.');
    return [];
  }
  const { file, key } = row.source();
  const command = filled(ChangeParticipantStatus, {
    status: 'died',
    since,
    sourceRecord: { file, key: `${key}/DTH` },
  });
  return [{ command, target: { trial: study.trial, participant: participantIdOf(row) } }];
};

const statusOf: Readonly<Record<string, ParticipantStatus>> = {
  COMPLETED: 'completed',
  DEATH: 'died',
  'LOST TO FOLLOW-UP': 'lostToFollowUp',
};

/**
 * DS: a disposition. A screen failure is a screening decision; death, loss to follow-up and completion are statuses;
 * any other disposition event is a withdrawal from treatment in the source's own words. Milestones and other
 * events are kept
 * as assessments.
 */
export const dispositions: RowMapping = (row, study) => {
  const participant = study.participantOf(row.required('USUBJID'));
  const target = { trial: study.trial, participant };
  const since = row.date('DSSTDTC') ?? row.date('DSDTC');
  if (since === undefined) throw new RowRefused('IMPORT-MISSING', 'DSSTDTC and DSDTC are both missing.');
  const [decoded, term] = [row.text('DSDECOD') ?? row.required('DSTERM'), row.text('DSTERM')];
  const criterion = study.supplemental('DS', row).ENTCRIT;
  const detail = [term ?? decoded, criterion && `entry criterion ${criterion}`].filter(Boolean).join('; ');
  const sourceRecord = row.source();
  if (row.text('DSCAT') !== undefined && row.text('DSCAT') !== 'DISPOSITION EVENT') {
    const assessment = {
      assessment: decoded,
      assessedAt: since,
      visit: row.text('VISIT'),
      conclusion: detail,
      sourceRecord,
    };
    return [{ command: filled(RecordAssessment, defined(assessment)), target }];
  }
  if (decoded === 'SCREEN FAILURE') {
    const decision = {
      decision: 'notEligible',
      decidedAt: since,
      reason: { code: 'source', text: detail },
      sourceRecord,
    } as const;
    return [{ command: filled(RecordScreeningDecision, decision), target }];
  }
  const status = statusOf[decoded] ?? 'withdrawnFromTreatment';
  return [
    {
      command: filled(ChangeParticipantStatus, {
        status,
        since,
        detail: `${decoded}: ${detail}`,
        sourceRecord,
      }),
      target,
    },
  ];
};

/** IE: a criterion that a subject did not meet (IEORRES N for an inclusion, Y for an exclusion). */
export const criteriaNotMet: RowMapping = (row, study) => {
  const participant = study.participantOf(row.required('USUBJID'));
  const holds = row.flag('IEORRES');
  const attestedAt = row.date('IEDTC');
  if (holds === undefined || attestedAt === undefined) {
    throw new RowRefused('IMPORT-MISSING', 'IEORRES and IEDTC are needed to know what was found, and when.');
  }
  const statement = defined({
    key: row.required('IETESTCD'),
    holds,
    text: row.text('IETEST'),
    attestedAt,
    sourceRecord: row.source(),
  });
  return [
    {
      command: filled(AttestStatements, { statements: [statement] }),
      target: { trial: study.trial, participant },
    },
  ];
};

/** DV: a deviation as the source recorded it. Its id follows from the row's key, so a second import finds it again. */
export const deviations: RowMapping = (row, study) => {
  const participant = study.participantOf(row.required('USUBJID'));
  const occurredAt = row.date('DVSTDTC');
  const identifiedAt = row.date('DVDTC') ?? occurredAt;
  if (identifiedAt === undefined) {
    throw new RowRefused(
      'IMPORT-MISSING',
      'DVSTDTC and DVDTC are both missing: it is not known when it happened.',
    );
  }
  const { file, key } = row.source();
  const command = filled(
    RaiseDeviation,
    defined({
      rule: 'IMPORT-DV',
      category: categoryOf(row.text('DVCAT') ?? row.text('DVDECOD')),
      severity: row.text('DVSCAT')?.toUpperCase().includes('MINOR') ? ('minor' as const) : ('major' as const),
      description: row.required('DVTERM'),
      occurredAt: occurredAt === undefined ? undefined : { at: occurredAt, zone: study.zone },
      identifiedAt: { at: identifiedAt, zone: study.zone },
    }),
  );
  const deviation = derivedId('sdtm', study.trial, file, key);
  return [{ command, target: { trial: study.trial, participant, deviation } }];
};

function categoryOf(text: string | undefined) {
  const upper = text?.toUpperCase() ?? '';
  if (upper.includes('CONSENT')) return 'consent' as const;
  if (upper.includes('ELIGIB') || upper.includes('INCLUSION') || upper.includes('EXCLUSION'))
    return 'eligibility' as const;
  if (upper.includes('SAFETY')) return 'safety' as const;
  if (upper.includes('DRUG') || upper.includes('PRODUCT') || upper.includes('DOS'))
    return 'investigationalProduct' as const;
  return 'protocolImplementation' as const;
}
