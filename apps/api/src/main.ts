import { ConfigurationError, readConfiguration } from '../../composition/src/configuration';
import { startHost } from './host';

/** Starts the HTTP host on the configured data folder. Exit codes: 0 stopped, 2 wrong configuration, 1 anything else. */
async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const host = await startHost(configuration);
  host.stopOnSignals();
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

main().catch((error: unknown) => {
  const wrong = error instanceof ConfigurationError;
  process.stderr.write(`${error instanceof Error ? (wrong ? error.message : error.stack) : String(error)}\n`);
  process.exit(wrong ? 2 : 1);
});
