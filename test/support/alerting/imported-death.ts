import { filled, Gate } from '@platform/commands';
import { importCaller } from '@trial/access';
import { AllocateParticipantNumber, PrescreenParticipant, SignConsent } from '@trial/participants';
import { AssessSeriousness, ReportAdverseEvent } from '@trial/safety';
import { trial, type RunningTrial } from '../trial';

/** A participant whom an import brings, who consented to a form that was not approved, and who died. */
export async function importedDeath({ ledger }: RunningTrial): Promise<string> {
  const gate = ledger.app.get(Gate);
  const participant = '01-900';
  const caller = importCaller(trial, 'test');
  const send = (command: Parameters<Gate['submit']>[0], target: Record<string, string>) =>
    gate.submit(command, { caller, target: { trial, ...target }, source: 'import' });
  await send(filled(AllocateParticipantNumber, { participant }), { site: '01' });
  const about = { prescreenedAt: '2024-02-01', sex: 'female', birthYear: 1980 } as const;
  await send(filled(PrescreenParticipant, about), { participant });
  await send(filled(SignConsent, { version: '1.0', signedAt: '2024-02-02' }), { participant });
  const report = await send(filled(ReportAdverseEvent, { term: 'Sepsis', onset: '2024-02-20' }), {
    participant,
  });
  const { adverseEvent = '' } = report.ids;
  await send(filled(AssessSeriousness, { serious: true, death: true }), { participant, adverseEvent });
  return participant;
}
