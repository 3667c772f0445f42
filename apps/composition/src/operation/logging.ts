import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

/** What the log may tell of a request: the route's pattern, never its ids, its query string or its body. */
export interface RequestRecord {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** JSON lines without clinical data. @param destination standard output unless given */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination);

/** Nest's own messages in the same log. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'error' | 'warn' | 'info' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.findLast(part => typeof part === 'string');
      if (message instanceof Error) logger[level]({ context, ...errorRecord(message) });
      else if (typeof message === 'object' && message !== null) logger[level]({ context, ...message });
      else logger[level]({ context }, String(message));
    };
  return {
    log: write('debug'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
  };
}

/** What and where in the code an error is. Its message may quote what a person entered, and stays out. */
export const errorRecord = ({ name, stack = '' }: Error): { name: string; places: string[] } => ({
  name,
  places: stack
    .split('\n')
    .filter(line => /^\s+at /.test(line))
    .slice(0, 12),
});
