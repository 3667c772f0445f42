/*
 * Writes one example of each event type, by the real commands and with a clock and ids of its own, and adds what is not
 * stored yet as a new history. Those that are stored stay as they are.
 *
 *   node -r ./test/support/run-typescript.cjs test/golden/generate.ts
 *   npx jest test/golden --selectProjects system      # stores how the new events fold; look at it before you commit it
 */
import 'reflect-metadata';
import { addHistory, historyNames, readHistory, shapeOf } from './histories';
import { everyEvent } from './scenario';

async function main(): Promise<void> {
  const written = await everyEvent();
  const known = new Set(historyNames().flatMap(readHistory).map(shapeOf));
  const fresh = written.filter(event => !known.has(shapeOf(event)));
  if (fresh.length === 0) {
    console.log('Every type that the scenario writes is stored already.');
    return;
  }
  const streams = new Set(fresh.map(({ stream }) => stream));
  const folder = addHistory(written.filter(({ stream }) => streams.has(stream)));
  console.log(`${folder} holds ${[...new Set(fresh.map(shapeOf))].join('; ')}.`);
}

void main();
