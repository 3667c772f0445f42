import { NestFactory } from '@nestjs/core';
import { Gate, type Command, type Receipt, type Target } from '@platform/commands';
import { HeldRoles } from '@trial/access';
import { openEngines, type Ports } from '../../../apps/composition/src/engines';
import { LedgerModule } from '../../../apps/composition/src/ledger.module';
import { trial } from '../trial';

/** Takes one command as the investigator of site 01, in a host of a data folder in which nothing follows from it. */
export async function takeAlone(
  folder: string,
  ports: Ports,
  command: Command,
  target: Target,
): Promise<Receipt> {
  const engines = await openEngines(folder, ports);
  const module = LedgerModule.on(engines, { dataFolder: folder, part: 'nothing', jobsAreShared: false });
  const taker = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const rights = new HeldRoles([{ role: 'investigator', trial, sites: ['01'] }]);
  const receipt = await taker.get(Gate).submit(command, {
    caller: { user: 'investigator-01', printedName: 'Somebody', rights },
    target,
    source: 'person',
  });
  await taker.close();
  return receipt;
}
