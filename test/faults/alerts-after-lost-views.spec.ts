import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { filled } from '@platform/commands';
import { AssessSeriousness } from '@trial/safety';
import { eventsOf, reported } from '../support/alerting/alerts';
import { takeAlone } from '../support/processes/taker';
import { RunningLedger } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';

/*
 * A process records that an adverse event is serious, and dies before anything follows from it; the views are lost with
 * it. Whom the alert reaches is looked up in one of them. Survivable because nobody is looked up before that view has
 * been made again.
 */
test('an alert that is raised behind a start without views reaches the same people', async () => {
  const running = await RunningTrial.start();
  await running.as({ role: 'safetyOfficer' });
  await running.as({ role: 'investigator', site: '01' });
  const participant = await running.enrolledAt('01');
  const adverseEvents = [await reported(running, participant), await reported(running, participant)];
  await running.ledger.settled();
  const folder = await running.ledger.leave();
  const { clock } = running;

  const assess = (adverseEvent: string): Promise<unknown> =>
    takeAlone(folder, { clock }, filled(AssessSeriousness, { hospitalisation: true }), {
      ...{ trial, participant, adverseEvent },
    });
  const reachedAfter = async (lost: readonly string[]): Promise<unknown> => {
    for (const file of lost) rmSync(join(folder, file), { force: true });
    const ledger = await RunningLedger.on(folder, { clock });
    await ledger.settled();
    const [alert] = (await eventsOf(ledger, 'AlertEscalated')).slice(-1);
    await ledger.leave();
    return alert?.data.recipients;
  };

  await assess(adverseEvents[0]!);
  const before = await reachedAfter([]);
  expect(before).toEqual(expect.arrayContaining([expect.objectContaining({ user: 'safety-officer-00' })]));
  await assess(adverseEvents[1]!);
  expect(await reachedAfter(['views.sqlite', 'views.sqlite-wal', 'views.sqlite-shm'])).toEqual(before);
  rmSync(folder, { recursive: true });
});
