/*
 * An HTTP host that delivers to plain webhooks, on a data folder until somebody ends it; its URL is the one line on
 * standard output. Arguments: the data folder, and the URL of a Redis for the jobs where they are not to wait in the
 * process.
 */
import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { startHost } from '../../apps/api/src/host';
import { PlainWebhooks } from '../support/alerting/webhook-receiver';

async function main(): Promise<void> {
  const [dataFolder = '', redisUrl] = process.argv.slice(2);
  const place = {
    dataFolder,
    redisUrl,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    logLevel: 'silent',
  } as const;
  const { url } = await startHost(place, { channel: new PlainWebhooks() });
  writeSync(1, `${url}\n`);
}

void main();
