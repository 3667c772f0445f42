import { EventStoreUnfit, LogUnavailable, NewerEventLog, type LogFailure } from '@platform/event-log';
import { QueueUnfit } from '@platform/jobs';
import { SecretsUnavailable } from '@platform/secrets';
import { AnotherLog, ViewsDamaged, ViewsUnavailable, ViewsUnfit } from '@platform/views';
import { ConfigurationError, type Configuration } from '../configuration';

/** Why the host does not start, for whoever starts it. */
export interface StartFailure {
  readonly text: string;
  /** 2 when something else has to be configured, 1 when something is wrong with the machine or the data. */
  readonly exitCode: 1 | 2;
}

/** What cannot be listened on, by the system's code. */
const addressFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program. Stop that one, or set PORT to another port.',
  EADDRNOTAVAIL: 'is no address of this machine. Set LEDGER_HOST to one, for example 127.0.0.1.',
  EACCES: 'may not be listened on by this user. Set PORT to a port above 1023.',
};

const storageFailures: Readonly<Partial<Record<LogFailure, string>>> = {
  'storage full': 'has no room left. Make room, or set LEDGER_DATA to another folder.',
  'read-only storage': 'cannot be written by this user. Set LEDGER_DATA to a folder that can.',
  'corrupt storage': 'holds an event log that is damaged. Restore it from a backup.',
  'no answer': 'is kept busy by another program that writes to its event log. Start again in a moment.',
};

const serverFailures: Readonly<Partial<Record<LogFailure, string>>> = {
  'no answer': 'does not answer. Start it, or correct EVENTSTORE_URL.',
  'read-only storage': 'does not let this user read and append. Run `ledger provision eventstore`.',
  'corrupt storage': 'holds an event log that is damaged. Restore it from a backup.',
};

const folderFailures: Readonly<Record<string, string>> = {
  EACCES: storageFailures['read-only storage']!,
  EPERM: storageFailures['read-only storage']!,
  EROFS: storageFailures['read-only storage']!,
  ENOSPC: storageFailures['storage full']!,
  EDQUOT: storageFailures['storage full']!,
  ENOTDIR: 'is no folder. Set LEDGER_DATA to a folder.',
  EEXIST: 'is no folder. Set LEDGER_DATA to a folder.',
  SQLITE_CANTOPEN: storageFailures['read-only storage']!,
  SQLITE_READONLY: storageFailures['read-only storage']!,
  SQLITE_FULL: storageFailures['storage full']!,
};

/**
 * One sentence on what is wrong and what to do; undefined for what nobody foresaw.
 * @param portVariable where the port came from that is listened on
 */
export function startFailureOf(
  error: unknown,
  configuration: Pick<Configuration, 'dataFolder' | 'host' | 'port' | 'eventStore'> | undefined,
  portVariable: 'LEDGER_PORT' | 'LEDGER_WORKER_PORT' = 'LEDGER_PORT',
): StartFailure | undefined {
  if (error instanceof ConfigurationError) return { text: error.message, exitCode: 2 };
  if (!(error instanceof Error) || configuration === undefined) return undefined;
  if (error instanceof QueueUnfit)
    return { text: `${error.message} It is what REDIS_URL names.`, exitCode: 2 };
  if (error instanceof ViewsUnfit)
    return { text: `${error.message} It is what VIEWS_URL names.`, exitCode: 2 };
  if (error instanceof ViewsUnavailable)
    return { text: `${error.message}. Start PostgreSQL, or set VIEWS_URL to one that runs.`, exitCode: 1 };
  if (error instanceof SecretsUnavailable) {
    return {
      text: `${error.message} It is what SECRETS_URL names: start it, or correct the address.`,
      exitCode: 2,
    };
  }
  if (error instanceof EventStoreUnfit) return { text: error.message, exitCode: 2 };
  if (error instanceof NewerEventLog || error instanceof AnotherLog || error instanceof ViewsDamaged) {
    return { text: error.message, exitCode: 1 };
  }
  const { dataFolder, host, port, eventStore } = configuration;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'listen' || syscall === 'bind') {
    const said = addressFailures[code]?.replace('PORT', portVariable) ?? `cannot be listened on (${code}).`;
    return { text: `${host}:${port} ${said}`, exitCode: 2 };
  }
  if (error instanceof LogUnavailable && eventStore) {
    const said = serverFailures[error.failure] ?? `cannot be used: ${error.failure}.`;
    return { text: `The EventStoreDB at ${eventStore.hosts} ${said}`, exitCode: 1 };
  }
  const wrong =
    error instanceof LogUnavailable
      ? (storageFailures[error.failure] ?? `cannot be used: ${error.failure}.`)
      : (folderFailures[code] ?? folderFailures[code.split('_').slice(0, 2).join('_')]);
  return wrong === undefined ? undefined : { text: `The data folder ${dataFolder} ${wrong}`, exitCode: 1 };
}
