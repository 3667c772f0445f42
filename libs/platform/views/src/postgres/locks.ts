import { createHash } from 'node:crypto';

/**
 * The keys of advisory locks, which hold in a whole database: made of the schema's name, so that two ledgers in one
 * database know nothing of each other.
 */
export const lockKey = (schema: string, ...what: readonly string[]): bigint =>
  createHash('sha256')
    .update(JSON.stringify(['trial-ledger views', schema, ...what]))
    .digest()
    .readBigInt64BE();

/** Held by who writes alone: makes tables, takes a lease, puts tables in place. */
export const writersLock = (schema: string): bigint => lockKey(schema, 'writers');

/** Shared by open snapshots; held alone while logical names come to mean other tables. */
export const namesLock = (schema: string): bigint => lockKey(schema, 'names');

/** Held by the process that moves a view, or one of its partitions. */
export const viewLock = (schema: string, name: string): bigint => lockKey(schema, 'view', name);

/** Shared by all processes that want to move partitions of a view: how many there are. */
export const moversLock = (schema: string, view: string): bigint => lockKey(schema, 'movers', view);
