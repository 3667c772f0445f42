import { filled } from '@platform/commands';
import { alertIdOf } from '@trial/alerting';
import {
  CorrectParticipantValue,
  RaiseDeviation,
  RecordDiagnosis,
  RecordLaboratoryResults,
  RecordMedicalHistory,
} from '@trial/participants';
import { OpenObligation } from '@trial/reporting';
import { AmendAdverseEvent, AssessSeriousness, ReportAdverseEvent } from '@trial/safety';
import { DelegateStaff } from '@trial/sites';
import { PlanInfusion, RecordDrugDose, RecordInfusionReaction } from '@trial/treatment';
import { days, zone, type RunningTrial } from './trial';

/** An enrolled participant with one of everything, whose texts all carry a mark of the site. */
export interface Marked {
  readonly site: string;
  /** Stands in every text, and in nothing else. */
  readonly mark: string;
  readonly participant: string;
  readonly infusion: string;
  readonly reaction: string;
  readonly adverseEvent: string;
  readonly deviation: string;
  /** A case of its own, with one obligation. */
  readonly reportingCase: string;
  readonly obligation: string;
  /** Of the deviation. */
  readonly alert: string;
  /** Of the investigator, under data of which one was corrected afterwards. */
  readonly signature: string;
  /** Id of an event of the participant's stream. */
  readonly event: string;
}

/** Of the product that participants of all sites are given. */
export const sharedBatch = 'B-2024-1';

export const markOf = (site: string): string => `QX${site}`;

/** @param batch of the product that is planned */
export async function markedParticipant(
  running: RunningTrial,
  site: string,
  batch: string = sharedBatch,
): Promise<Marked> {
  const mark = markOf(site);
  const participant = await running.enrolledAt(site);
  const of = { participant };
  const at = { at: days.decided, zone };
  const diagnosis = await running.submit(filled(RecordDiagnosis, { code: 'MDS', detail: mark }), of);
  const result = { analyte: 'ALT', text: mark, collectedAt: days.sampled };
  await running.submit(filled(RecordLaboratoryResults, { results: [result] }), of);
  await running.submit(filled(RecordMedicalHistory, { history: [{ term: mark }] }), of);
  const units = [{ din: `DIN-${mark}`, kind: 'UC-MSC', lot: mark, batch }];
  const planned = await running.submit(
    filled(PlanInfusion, { product: 'UCB-MSC', plannedOn: days.decided, units }),
    of,
  );
  const { infusion = '' } = planned.ids;
  const reacted = filled(RecordInfusionReaction, { term: mark, grade: 1, at, recordedAfterwards: true });
  const ofInfusion = { participant, infusion };
  const { reaction = '' } = (await running.submit(reacted, ofInfusion)).ids;
  const dose = { drug: 'CSA', dose: 100, unit: 'mg', frequency: 'BID', at };
  await running.submit(filled(RecordDrugDose, dose), of);
  const report = filled(ReportAdverseEvent, { term: `Fever ${mark}`, onset: days.sampled });
  const { adverseEvent = '' } = (await running.submit(report, of)).ids;
  const ofEvent = { participant, adverseEvent };
  const later = { onset: days.decided, reason: { code: 'source', text: mark } };
  await running.submit(filled(AmendAdverseEvent, later), ofEvent);
  await running.submit(filled(AssessSeriousness, { hospitalisation: true }), ofEvent);
  const raised = { rule: 'VISIT-WINDOW', category: 'safety', severity: 'minor', description: mark } as const;
  const noticed = await running.submit(filled(RaiseDeviation, { ...raised, identifiedAt: at }), of);
  const { deviation = '' } = noticed.ids;
  const error = { rule: 'CN-SC-ERROR', anchor: at, description: mark };
  const opened = await running.asSafetyOfficer(filled(OpenObligation, error), of);
  const { reportingCase = '', obligation = '' } = opened.ids;
  const alert = alertIdOf(noticed.events[0]!.id, 'ALERT-DEVIATION');
  const duties = {
    user: `nurse-${site}`,
    role: 'nurse',
    duties: [mark],
    trainedOn: '2023-11-30',
    delegatedOn: '2023-12-01',
  };
  await running.submit(filled(DelegateStaff, duties), { site });
  const signature = await signedBy(running, site, participant);
  const event = diagnosis.events[0]!.id;
  const otherwise = {
    event,
    field: 'detail',
    value: `${mark} as well`,
    reason: { code: 'source', text: mark },
  };
  await running.submit(filled(CorrectParticipantValue, otherwise), of);
  return {
    site,
    mark,
    participant,
    infusion,
    reaction,
    adverseEvent,
    deviation,
    reportingCase,
    obligation,
    alert,
    signature,
    event,
  };
}

async function signedBy(running: RunningTrial, site: string, participant: string): Promise<string> {
  const { signature, get, post } = await running.as({ role: 'investigator', site });
  const path = `/participants/${participant}/signatures`;
  // What follows from the data, such as a deviation, would come between being shown and being signed.
  await running.ledger.settled();
  const { data } = (await get(path)).body as { data: object };
  const { status, body } = await post(path, { milestone: 'interimAnalysis', ...data, signature });
  if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body.ids.signature as string;
}
