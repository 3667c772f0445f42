/*
 * The fake server as a process of its own: `node -r ./test/support/run-typescript.cjs
 * test/support/fake-eventstore/serve.ts PORT`. Says its connection string when it listens, and ends with its input.
 */
import { FakeEventStore } from './server';

async function serve(port: number): Promise<void> {
  const server = await FakeEventStore.start({ port });
  process.stdout.write(`${server.url()}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => void server.stop());
}

void serve(Number(process.argv[2] ?? 0));
