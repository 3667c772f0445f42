import { readConfiguration, type Configuration } from '../../composition/src/configuration';
import { stopOnSignals } from '../../composition/src/operation/process-signals';
import { startFailureOf } from '../../composition/src/operation/start-failure';
import { startWorker } from './worker';

/**
 * Starts a worker on the configured engines. Exit codes: 0 stopped by a signal, 2 something else has to be configured,
 * 1 anything else.
 */
async function main(): Promise<void> {
  let configuration: Configuration | undefined;
  try {
    configuration = readConfiguration(process.env);
    const worker = await startWorker(configuration);
    stopOnSignals(worker);
    announce(worker.url, configuration);
  } catch (error) {
    const listened = configuration && { ...configuration, port: configuration.workerPort ?? 0 };
    const failure = startFailureOf(error, listened, 'LEDGER_WORKER_PORT');
    // Only what nobody foresaw is shown with its places in the code.
    const text = failure?.text ?? (error instanceof Error ? error.stack : String(error));
    process.stderr.write(`${text}\n`);
    process.exit(failure?.exitCode ?? 1);
  }
}

function announce(url: string, { dataFolder, logLevel, redisUrl, secretsUrl }: Configuration): void {
  process.stdout.write(
    [
      `Trial Ledger works, and answers for its health on ${url}`,
      `  event log, views: embedded, in ${dataFolder}`,
      `  jobs: ${redisUrl === undefined ? 'in the process that owns the work' : `Redis at ${new URL(redisUrl).host}`}`,
      `  secrets: ${secretsUrl === undefined ? 'in the data folder' : `PostgreSQL at ${new URL(secretsUrl).host}`}`,
      `  log level: ${logLevel}`,
      '',
    ].join('\n'),
  );
}

void main();
