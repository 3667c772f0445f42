/*
 * Loaded by whoever opens a queue on Redis. They take a tenth of a second, which the embedded mode does not pay.
 */

export const loadBullMq = (): typeof import('bullmq') => require('bullmq') as typeof import('bullmq');

export const loadRedis = (): typeof import('ioredis') => require('ioredis') as typeof import('ioredis');
