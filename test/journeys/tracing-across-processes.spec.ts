import { NestFactory } from '@nestjs/core';
import { filled, Gate } from '@platform/commands';
import { HeldRoles } from '@trial/access';
import { AssessSeriousness } from '@trial/safety';
import { openEngines } from '../../apps/composition/src/engines';
import { LedgerModule } from '../../apps/composition/src/ledger.module';
import { configuredVault } from '../../apps/composition/src/vaults';
import { reported } from '../support/alerting/alerts';
import { placeOf } from '../support/modes/places';
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
  const engines = await openEngines(folder, { clock, vault, tracing: drawn.tracing('taker'), ...place });
  const module = LedgerModule.on(engines, { dataFolder: folder, part: 'nothing', jobsAreShared: false });
  const taker = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const rights = new HeldRoles([{ role: 'investigator', trial, sites: ['01'] }]);
  const { commandId } = await taker.get(Gate).submit(filled(AssessSeriousness, { hospitalisation: true }), {
    caller: { user: 'investigator-01', printedName: 'Somebody', rights },
    target: { trial, participant, adverseEvent },
    source: 'person',
  });
  await taker.close();

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
    '          reaction follow-alerts',
  ]);
  const services = new Map(
    drawn.of(traceId).map(({ name, resource }) => [name, resource.attributes['service.name']]),
  );
  expect(services.get('append adverseEvent')).toBe('taker');
  expect(services.get('view adverse-event-log')).toBe('follower');
  expect(services.get('command ConsiderAlert')).toBe('follower');
});
