import { filled } from '@platform/commands';
import { AssessSeriousness } from '@trial/safety';
import { configuredVault } from '../../apps/composition/src/vaults';
import { reported } from '../support/alerting/alerts';
import { placeOf } from '../support/modes/places';
import { takeAlone } from '../support/processes/taker';
import { RunningLedger } from '../support/running-ledger';
import { DrawnSpans } from '../support/tracing/drawn-spans';
import { RunningTrial, trial } from '../support/trial';

/*
 * One process takes the command and nothing else; another one, which knows the log only, does what follows.
 */

it('two processes draw one tree, without a word between them', async () => {
  const drawn = new DrawnSpans();
  const running = await RunningTrial.start();
  const participant = await running.enrolledAt('01');
  const adverseEvent = await reported(running, participant);
  await running.ledger.settled();
  const folder = await running.ledger.leave();
  const { clock } = running;

  const place = await placeOf(folder);
  const vault = await configuredVault(place, () => {});
  const tracing = drawn.tracing('taker');
  const command = filled(AssessSeriousness, { hospitalisation: true });
  const { commandId } = await takeAlone(folder, { clock, vault, tracing, ...place }, command, {
    ...{ trial, participant, adverseEvent },
  });

  const follower = await RunningLedger.on(folder, { clock, tracing: drawn.tracing('follower') });
  await follower.settled();
  await follower.stop();

  const traceId = commandId.replaceAll('-', '');
  expect(drawn.treeOf(traceId, ['adverse-event-log']).slice(0, 7)).toEqual([
    'command AssessSeriousness',
    '  append adverseEvent',
    '    view adverse-event-log',
    '    reaction consider-alerts',
    '      command ConsiderAlert',
    '        append alert',
    '          reaction prepare-alert-steps',
  ]);
  const services = new Map(
    drawn.of(traceId).map(({ name, resource }) => [name, resource.attributes['service.name']]),
  );
  expect(services.get('append adverseEvent')).toBe('taker');
  expect(services.get('view adverse-event-log')).toBe('follower');
  expect(services.get('command ConsiderAlert')).toBe('follower');
});
