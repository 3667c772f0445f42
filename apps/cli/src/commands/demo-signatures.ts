import { filled, type Caller, type Gate, type Target } from '@platform/commands';
import type { OpenedAccount } from '@trial/access';
import { ReadCasebook, type Casebook } from '@trial/inspection';
import { CorrectParticipantValue } from '@trial/participants';
import { ListSignatures, SignData, type SignatureList } from '@trial/signing';

/** Somebody of the demo with the account that was opened for them. */
export interface DemoSigner {
  readonly caller: Caller;
  readonly account: OpenedAccount;
}

export interface DemoSigning {
  readonly trial: string;
  readonly site: string;
  /** Whose data are signed for certain, and put right afterwards. */
  readonly participant: string;
}

/** How many people's data are signed besides. */
const others = 2;

/**
 * The investigator signs the data of some participants of the site, with the password like anybody else; then the data
 * manager puts one signed value right. So there is somebody whose data are signed, and somebody whose data were changed
 * since.
 */
export async function signSome(
  gate: Gate,
  { trial, site, participant }: DemoSigning,
  investigator: DemoSigner,
  dataManager: Caller,
): Promise<void> {
  const { caller, account } = investigator;
  const ask = { caller, target: { trial } };
  const question = Object.assign(new ListSignatures(), { site, limit: 200 });
  const listed = await gate.ask<SignatureList>(question, ask);
  const known = listed.participants.filter(each => each.participant !== participant).slice(0, others);
  const subject = listed.participants.find(each => each.participant === participant);
  for (const each of subject ? [subject, ...known] : known) {
    const command = filled(SignData, {
      milestone: 'periodicReview',
      ...each.data,
      signature: signatureOf(account),
    });
    await gate.submit(command, personal(caller, { trial, participant: each.participant }));
  }
  await putRight(gate, dataManager, { trial, participant });
}

const signatureOf = ({ user, password }: OpenedAccount) => ({ user, password });

const personal = (caller: Caller, target: Target) => ({ caller, target, source: 'person' as const });

/** The latest weight, by half a kilogram; nothing where nobody was weighed. */
async function putRight(gate: Gate, caller: Caller, target: Target): Promise<void> {
  const { measurements } = await gate.ask<Casebook>(new ReadCasebook(), { caller, target });
  const weight = measurements.findLast(({ data }) => data.code === 'WEIGHT' && data.quantity !== undefined);
  const { quantity } = weight?.data ?? {};
  if (!weight || !quantity) return;
  const value = { ...quantity, value: Number((quantity.value + 0.5).toFixed(1)) };
  const reason = { code: 'transcription', text: 'The scales had shown half a kilogram more.' };
  const correction = filled(CorrectParticipantValue, {
    event: weight.event,
    field: 'quantity',
    value,
    reason,
  });
  await gate.submit(correction, personal(caller, target));
}
