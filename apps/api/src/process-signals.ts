import type { Host } from './host';
import { errorRecord } from './logging';

/**
 * SIGTERM and SIGINT stop the host in good order, exit code 0; a second one ends the process at once, exit code 1.
 * What nobody caught ends it too: the log gets the places in the code, because the message may quote clinical data.
 * Nothing acknowledged is lost in any of these ways.
 */
export function stopOnSignals(host: Host): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      host.logger.info({ signal }, 'stopping');
      host.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  process.on('uncaughtException', error => {
    host.logger.fatal(errorRecord(error), 'ended by an error that nobody caught');
    process.exit(1);
  });
}
