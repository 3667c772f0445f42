import { readConfiguration, type Configuration } from '../../composition/src/configuration';
import { startHost } from './host';
import { engineLines } from '../../composition/src/operation/engine-lines';
import { stopOnSignals } from '../../composition/src/operation/process-signals';
import { startFailureOf } from '../../composition/src/operation/start-failure';

/**
 * Starts the HTTP host on the configured data folder. Exit codes: 0 stopped by a signal, 2 something else has to be
 * configured, 1 anything else.
 */
async function main(): Promise<void> {
  let configuration: Configuration | undefined;
  try {
    configuration = readConfiguration(process.env);
    const host = await startHost(configuration);
    stopOnSignals(host);
    announce(host.url, configuration);
  } catch (error) {
    const failure = startFailureOf(error, configuration);
    // Only what nobody foresaw is shown with its places in the code.
    const text = failure?.text ?? (error instanceof Error ? error.stack : String(error));
    process.stderr.write(`${text}\n`);
    process.exit(failure?.exitCode ?? 1);
  }
}

function announce(url: string, configuration: Configuration): void {
  const lines = engineLines(configuration, 'in this process');
  process.stdout.write(
    [`Trial Ledger listens on ${url}`, ...lines, `  API description: ${url}/openapi.json`, ''].join('\n'),
  );
}

void main();
