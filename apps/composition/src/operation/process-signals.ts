import type { Logger } from 'pino';
import { errorRecord } from './logging';

/** A program that runs until it is told to stop. */
export interface Stoppable {
  readonly logger: Logger;
  stop(): Promise<void>;
}

/**
 * SIGTERM and SIGINT stop it in good order, exit code 0; a second one ends the process at once, exit code 1.
 * What nobody caught ends it too: the log gets the places in the code, because the message may quote clinical data.
 * Nothing acknowledged is lost in any of these ways.
 */
export function stopOnSignals(program: Stoppable): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      program.logger.info({ signal }, 'stopping');
      program.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  process.on('uncaughtException', error => {
    program.logger.fatal(errorRecord(error), 'ended by an error that nobody caught');
    process.exit(1);
  });
}
