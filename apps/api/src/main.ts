import { readConfiguration } from '../../composition/src/configuration';
import { startHost } from './host';
import { stopOnSignals } from './process-signals';
import { startFailureOf } from './start-failure';

/** Starts the HTTP host on the configured data folder. Exit codes: see `process-signals.ts` and `start-failure.ts`. */
async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const host = await startHost(configuration).catch((error: unknown) => {
    throw startFailureOf(error, configuration) ?? error;
  });
  stopOnSignals(host);
  const { dataFolder, logLevel } = configuration;
  process.stdout.write(
    [
      `Trial Ledger listens on ${host.url}`,
      `  event log, views, jobs: embedded, in ${dataFolder}`,
      `  log level: ${logLevel}; API description: ${host.url}/openapi.json`,
      '',
    ].join('\n'),
  );
}
