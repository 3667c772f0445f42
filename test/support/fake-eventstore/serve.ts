/*
 * The fake server as a process of its own: `node -r ./test/support/run-typescript.cjs
 * test/support/fake-eventstore/serve.ts PORT`. Says its connection string when it listens, and ends with its input.
 * Each line of the input is a fault that it is to have (`PlannedFault`, as JSON); the output then tells of it.
 */
import { createInterface } from 'node:readline';
import type { Fault, Operation } from './faults';
import { FakeEventStore } from './server';

/** A fault that can be told in text. */
export interface PlannedFault {
  readonly operation: Operation;
  readonly fault: Exclude<Fault, { kind: 'held' }>;
  readonly persisted?: boolean;
  readonly times?: number;
}

async function serve(port: number): Promise<void> {
  const server = await FakeEventStore.start({ port });
  process.stdout.write(`${server.url()}\n`);
  const input = createInterface(process.stdin);
  input.on('line', line => {
    const { operation, fault, ...more } = JSON.parse(line) as PlannedFault;
    server.faults.next(operation, fault, more);
    process.stdout.write(`${operation}: ${server.faults.left(operation)} to come\n`);
  });
  input.once('close', () => void server.stop());
}

void serve(Number(process.argv[2] ?? 0));
