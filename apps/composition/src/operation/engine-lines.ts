import type { Configuration } from '../configuration';

type Places = Pick<
  Configuration,
  'dataFolder' | 'eventStore' | 'viewsUrl' | 'redisUrl' | 'secretsUrl' | 'logLevel'
>;

/**
 * Which engines a process uses, line by line, for whoever starts it; no passwords.
 * @param jobsHere where jobs are run when no Redis holds them
 */
export function engineLines(
  { dataFolder, eventStore, viewsUrl, redisUrl, secretsUrl, logLevel }: Places,
  jobsHere: string,
): string[] {
  const postgreSql = (url: string | undefined): string =>
    url === undefined ? `embedded, in ${dataFolder}` : `PostgreSQL at ${new URL(url).host}`;
  return [
    `  event log: ${eventStore ? `EventStoreDB at ${eventStore.hosts}` : `embedded, in ${dataFolder}`}`,
    `  views: ${postgreSql(viewsUrl)}`,
    `  secrets: ${postgreSql(secretsUrl)}`,
    `  jobs: ${redisUrl === undefined ? jobsHere : `Redis at ${new URL(redisUrl).host}`}`,
    `  log level: ${logLevel}`,
  ];
}
