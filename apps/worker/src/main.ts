import { readConfiguration, type Configuration } from '../../composition/src/configuration';
import { engineLines } from '../../composition/src/operation/engine-lines';
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

function announce(url: string, configuration: Configuration): void {
  const lines = engineLines(configuration, 'in the process that owns the work');
  process.stdout.write([`Trial Ledger works, and answers for its health on ${url}`, ...lines, ''].join('\n'));
}

void main();
