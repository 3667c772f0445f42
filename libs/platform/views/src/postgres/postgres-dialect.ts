import type { ColumnType } from '../view';
import { ViewsBusy, ViewsUnavailable, type ViewDialect } from '../sql/writer';

/** Texts are ordered by their bytes, as SQLite orders them, whatever the database's own order is. */
const columnTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text collate "C"',
  integer: 'bigint',
  real: 'double precision',
  boolean: 'smallint',
  json: 'text collate "C"',
  position: 'bigint',
  blob: 'bytea',
};

/** The type of a list of a column's values. */
export const arrayType = (type: ColumnType): string => `${columnTypes[type].replace(' collate "C"', '')}[]`;

/**
 * SQLSTATEs, or the classes that they begin with, for which the statement was right and may work later: no connection,
 * no resources, a conflict with others, a server that is stopping or only stands by, a login that is refused.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const outages = [
  ...['08', '53', '58', '57P', '57014', '40001', '40P01', '55P03', '25006', '25P03', '28', '3D000'],
];

/** How the system says that there is no connection. */
const network = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET|EAI_)/;
/** How the driver does, which gives no code. */
const lost =
  /^(Connection terminated|Client |timeout exceeded|timeout expired|Query read timeout|Cannot use a pool)/;

export const codeOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

export const lockTimeout = '55P03';
export const notAllowed = '42501';

function isOutage(error: unknown): boolean {
  if (error instanceof ViewsUnavailable || error instanceof ViewsBusy) return true;
  const code = codeOf(error);
  if (code !== '') return network.test(code) || outages.some(known => code.startsWith(known));
  return error instanceof Error && lost.test(error.message);
}

/** What a query failed with, named for what it is. */
export const asFailure = (error: unknown): unknown =>
  isOutage(error) && !(error instanceof ViewsUnavailable) ? new ViewsUnavailable({ cause: error }) : error;

export const postgresDialect: ViewDialect = {
  columnType: type => columnTypes[type],
  tableOptions: '',
  dropsWithDependents: true,
  isOutage,
};
