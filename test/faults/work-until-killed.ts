import { openQueue } from '../support/redis-jobs';

/*
 * Runs alerts from the Redis and under the prefix it was given, says which one it has begun, and never comes to its
 * end.
 */
async function main([url = '', prefix = '']: string[]): Promise<void> {
  const { queue } = await openQueue(url, prefix);
  queue.handle('alert', ({ id }, { number }) => {
    process.stdout.write(`${id}#${number}\n`);
    return new Promise(() => {});
  });
  await queue.start();
}

void main(process.argv.slice(2));
