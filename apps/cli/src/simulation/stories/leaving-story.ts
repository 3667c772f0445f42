import { addDays } from '@platform/kernel';
import { ChangeParticipantStatus, WithdrawConsent } from '@trial/participants';
import type { Story } from '../clockwork/schedule';
import type { World } from '../world';
import { because, visitMoment, type Patient } from './patient';
import { fatalEvent } from './safety-story';

/** What ends the participation early. */
export async function* fate(world: World, patient: Patient): Story {
  const { fate: end } = patient.person;
  if (end.is === 'stays') return;
  yield visitMoment(patient, world, world.today, end.afterDays);
  if (patient.gone) return;
  switch (end.is) {
    case 'withdrawnFromTreatment':
      return leaveTreatment(world, patient);
    case 'consentWithdrawn':
      return takeConsentBack(world, patient);
    case 'lostToFollowUp':
      return loseContact(world, patient);
    case 'dies':
      return yield* fatalEvent(world, patient);
  }
}

async function leaveTreatment(world: World, patient: Patient): Promise<void> {
  const { team, target, chance } = patient;
  const [code, text] = chance.pick([
    ['ownWish', 'Wishes no further treatment and agrees to be followed.'],
    ['adverseEvent', 'Treatment ended for an adverse event.'],
    ['otherTreatment', 'Treatment outside the trial was begun.'],
  ] as const);
  patient.offTreatment = true;
  const change = {
    status: 'withdrawnFromTreatment',
    since: world.today,
    reason: because(code, text),
  } as const;
  await world.act(team.investigator.caller, ChangeParticipantStatus, change, target);
}

export async function takeConsentBack(world: World, patient: Patient): Promise<void> {
  const { team, target, chance } = patient;
  patient.gone = true;
  const dataUse = chance.pick(['useCollected', 'useCollectedAndPublicRecords', 'noFurtherUse'] as const);
  const reason = because('ownWish', 'Has taken the consent back.');
  const withdrawal = { withdrawnAt: world.today, dataUse, reason };
  await world.act(team.coordinator.caller, WithdrawConsent, withdrawal, target);
}

async function loseContact(world: World, patient: Patient): Promise<void> {
  const { team, target } = patient;
  patient.gone = true;
  const reason = because('noContact', 'Three calls and a letter remained without an answer.');
  const since = addDays(world.today, -14) < patient.dayOne! ? world.today : addDays(world.today, -14);
  const change = { status: 'lostToFollowUp', since, reason } as const;
  await world.act(team.coordinator.caller, ChangeParticipantStatus, change, target);
}
