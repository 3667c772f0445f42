#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { EventStoreUnfit } from '@platform/event-log';
import { systemClock } from '@platform/kernel';
import { ConfigurationError, readConfiguration } from '../../composition/src/configuration';
import { software } from '../../composition/src/software';
import { showAsOf } from './commands/as-of';
import { bench } from './commands/bench';
import { demo } from './commands/demo';
import { exportWholeTrail } from './commands/export';
import { importFolder } from './commands/import-sdtm';
import { init } from './commands/init';
import { migrate } from './commands/migrate';
import { provision } from './commands/provision';
import { rebuild } from './commands/rebuild';
import { simulateHistory } from './commands/simulate';
import { verify } from './commands/verify';
import type { Place } from './session';
import { CommandFailed, terminal, type Output } from './terminal';

type Globals = { readonly data?: string; readonly json?: boolean };

const program = new Command('ledger')
  .description('Trial Ledger at the command line: every command works on one data folder.')
  .version(software.split('/')[1] ?? '')
  .option('--data <folder>', 'data folder (LEDGER_DATA, else "data")')
  .option('--json', 'print one JSON object instead of lines for a person')
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: true })
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 something is wrong with the data, 2 wrong usage or configuration.',
  );

program.exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2));

/** Adds a command, and hands it what every command needs. */
function add(
  usage: string,
  description: string,
  run: (call: {
    place: Place;
    output: Output;
    args: string[];
    options: Record<string, string>;
  }) => Promise<void>,
): Command {
  return program
    .command(usage)
    .description(description)
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const { data, json = false } = program.opts<Globals>();
      const place = readConfiguration(process.env, { dataFolder: data });
      const output = terminal(json, () => systemClock.now());
      await run({ place, output, args: command.args, options: command.opts() });
    });
}

/** The options that a simulated history is planned with, besides its seed. */
function withPlan(command: Command): void {
  command
    .option('--participants <n>', 'how many to enroll', '100')
    .option('--months <n>', 'how long', '24')
    .option('--trial <trial>', 'a built-in trial', 'NCT05794425');
}

const planOf = ({ seed = '', participants = '', months = '', trial = '' }: Record<string, string>) => ({
  trial,
  seed: Number(seed),
  participants: Number(participants),
  months: Number(months),
});

add(
  'init <trial>',
  'define a built-in trial (NCT05794425) with its sites, and open the first account',
  async call => {
    await init(call.place, call.args[0] ?? '', call.output);
  },
);

add(
  'import <kind> <folder>',
  'take a study in from SDTM tables in a folder: import sdtm FOLDER',
  async call => {
    const [kind, folder = ''] = call.args;
    if (kind !== 'sdtm') throw new CommandFailed(`"${kind}" cannot be imported; "sdtm" can.`, 2);
    await importFolder(call.place, { folder, zone: call.options.zone ?? 'UTC' }, call.output);
  },
).option('--zone <zone>', "IANA zone of the source's wall clocks; SDTM tables name none", 'UTC');

add('export', 'write the whole audit trail, a line for each field of each event', async call => {
  const { format = 'ndjson', trial, file } = call.options;
  if (format !== 'ndjson' && format !== 'csv') throw new CommandFailed('--format takes ndjson or csv.', 2);
  await exportWholeTrail(call.place, { format, trial, file }, call.output);
})
  .option('--format <format>', 'ndjson or csv', 'ndjson')
  .option('--trial <trial>', 'one trial only')
  .option('--file <file>', 'a file that does not exist yet, instead of standard output');

withPlan(
  add(
    'simulate',
    'make up a history of a built-in trial, from one seed, in an empty data folder',
    async call => {
      const { dataFolder, ...servers } = call.place;
      if (servers.eventStore ?? servers.viewsUrl ?? servers.secretsUrl)
        throw new CommandFailed(
          'simulate writes into a data folder only. Unset EVENTSTORE_URL, VIEWS_URL and SECRETS_URL.',
          2,
        );
      await simulateHistory(dataFolder, planOf(call.options), call.output);
    },
  ).requiredOption('--seed <n>', 'whole number; the same one makes the same history'),
);

withPlan(
  add('demo', 'start a server on a simulated history, which is thrown away at the end', async call => {
    const { port } = call.options;
    if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new CommandFailed('--port takes a TCP port.', 2);
    await demo({ ...planOf(call.options), port: port === undefined ? undefined : Number(port) }, call.output);
  })
    .option('--seed <n>', 'seed of the history', '20230801')
    .option('--port <port>', 'TCP port; 3000 or the next free one unless given'),
);

add('as-of <moment>', 'show what was known at a position, an instant or the end of a day', async call => {
  const { trial = '', participant, site } = call.options;
  const [moment = ''] = call.args;
  await showAsOf(call.place, { moment, trial, participant, site }, call.output);
})
  .option('--trial <trial>', 'whose participant or site', 'NCT05794425')
  .option('--participant <participant>', "a participant's casebook")
  .option('--site <site>', "a site's board");

add('bench', "measure this machine, each figure beside the raw engine's; from a checkout", async call => {
  const { sizes, write } = call.options;
  await bench([...(sizes === undefined ? [] : ['--sizes', sizes]), ...(write ? ['--write'] : [])]);
})
  .option('--sizes <sizes>', 'numbers of events, such as 10000,100000')
  .option('--write', 'put the figures into docs/benchmarks.md');

add('provision <server>', "set up a server, so that the application's user can lose nothing", async call => {
  const [server] = call.args;
  if (server !== 'eventstore')
    throw new CommandFailed(`"${server}" cannot be provisioned; "eventstore" can.`, 2);
  const admin = process.env.EVENTSTORE_ADMIN_URL ?? '';
  await provision({ application: call.place.eventStore, admin }, call.output);
}).addHelpText(
  'after',
  '\nEVENTSTORE_URL is for the application; EVENTSTORE_ADMIN_URL names an administrator on the same server.',
);

add('migrate', 'copy one event log into another, event for event, and prove it', async call => {
  const { from = '', to = process.env.EVENTSTORE_URL ?? '' } = call.options;
  await migrate({ from, to }, call.output);
})
  .requiredOption('--from <log>', 'sqlite:FOLDER')
  .option('--to <log>', 'sqlite:FOLDER or esdb://…; EVENTSTORE_URL unless given');

add('rebuild [views...]', 'compute views again from the log and swap them in', async call => {
  await rebuild(call.place, call.args, call.output);
});

add(
  'verify',
  'check every hash and revision, and that the views equal what follows from the log',
  async call => {
    await verify(call.place, call.output);
  },
);

program.parseAsync().catch((error: unknown) => {
  if (
    error instanceof ConfigurationError ||
    error instanceof CommandFailed ||
    error instanceof EventStoreUnfit
  ) {
    process.stderr.write(`${error.message}\n`);
    process.exit(error instanceof CommandFailed ? error.exitCode : 2);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
