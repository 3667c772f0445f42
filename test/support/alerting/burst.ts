import type { RunningTrial } from '../trial';
import { reported, webhookOf } from './alerts';

/** A safety officer with a webhook, somebody who assesses, and adverse events that wait for that. */
export async function waitingAlerts(running: RunningTrial, hook: string, count: number) {
  const officer = await running.as({ role: 'safetyOfficer' });
  const secret = await webhookOf(running, officer.token, 'safety-officer-00', hook);
  const { token } = await running.as({ role: 'investigator', site: '01' });
  return { officer: officer.token, token, secret, waiting: await waitingToBeAssessed(running, count) };
}

export type WaitingAlerts = Awaited<ReturnType<typeof waitingAlerts>>;

/** Adverse events that wait to be assessed, some of them for each participant. */
export async function waitingToBeAssessed(
  running: RunningTrial,
  count: number,
): Promise<{ readonly participant: string; readonly adverseEvent: string }[]> {
  const participants = await Promise.all(['01', '01', '01', '01'].map(site => running.prescreenedAt(site)));
  const waiting: { participant: string; adverseEvent: string }[] = [];
  const together = 50;
  for (let begun = 0; begun < count; begun += together) {
    const some = Array.from({ length: Math.min(together, count - begun) }, async (_, index) => {
      const participant = participants[index % participants.length]!;
      return { participant, adverseEvent: await reported(running, participant, `Event ${begun + index}`) };
    });
    waiting.push(...(await Promise.all(some)));
  }
  return waiting;
}

/** The path and body of the request that makes an adverse event serious. */
export const seriousRequest = (participant: string, adverseEvent: string) => ({
  path: `/participants/${participant}/adverse-events/${adverseEvent}/seriousness`,
  body: { hospitalisation: true },
});
