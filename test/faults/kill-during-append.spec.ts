import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { logStart } from '@platform/kernel';
import { eachPage, SqliteEventLog, verifyLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import { startTypeScript, TalkingProcess } from '../support/child-process';

/*
 * 200 processes are killed while they append, at a moment drawn from the seed, each on the folder that the ones before
 * it left behind. Survivable because a group of appends is one transaction, and nobody is answered before its fsync.
 * A kill leaves the system's page cache alone: what a power cut would leave of it is not shown here.
 */
const kills = 200;
const killsPerFolder = 25;
const seed = Number(process.env.TRIAL_LEDGER_SEED ?? Date.now() % 2 ** 31);

/** Mulberry32: numbers between 0 and 1. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Acknowledged {
  readonly position: string;
  readonly ids: readonly string[];
}

/** Starts a writer, kills it 5 to 60 ms after its first acknowledgement, and answers with all of them. */
async function writeAndDie(folder: string, writer: string, afterMs: number): Promise<Acknowledged[]> {
  const child = new TalkingProcess(
    startTypeScript(join(__dirname, 'append-until-killed.ts'), folder, writer),
  );
  await child.firstLine();
  await pause(afterMs);
  await child.kill();
  return child.lines.map(line => JSON.parse(line) as Acknowledged);
}

/** Everything that was acknowledged is there, at its position, and all that is there is in order. */
async function check(folder: string, acknowledged: readonly Acknowledged[]): Promise<number> {
  const log = SqliteEventLog.open({ folder });
  const positions = new Map<string, string>();
  for await (const page of eachPage(log, { after: logStart })) {
    for (const { id, position } of page) positions.set(id, position.toString());
  }
  const { problems, events } = await verifyLog(log);
  await log.close();
  expect(problems).toEqual([]);
  const wrong = acknowledged.filter(
    ({ ids, position }) =>
      !ids.every(id => positions.has(id)) || positions.get(ids.at(-1) ?? '') !== position,
  );
  expect(wrong).toEqual([]);
  return events;
}

/** Kills one generation after another on one folder; of each, so many processes that write at the same time. */
async function generations(
  name: string,
  atOnce: number,
  random: () => number,
): Promise<{ acknowledged: number; written: number }> {
  const folder = temporaryFolder();
  const acknowledged: Acknowledged[] = [];
  let written = 0;
  for (let killed = 0; killed < killsPerFolder; killed += atOnce) {
    const writers = Array.from(
      { length: Math.min(atOnce, killsPerFolder - killed) },
      (_, index) => `${name}${index}`,
    );
    const dying = writers.map(writer => writeAndDie(folder.path, writer, 5 + 55 * random()));
    acknowledged.push(...(await Promise.all(dying)).flat());
    written = await check(folder.path, acknowledged);
  }
  folder.remove();
  return { acknowledged: acknowledged.flatMap(({ ids }) => ids).length, written };
}

test(`${kills} kills during appends lose nothing that was acknowledged`, async () => {
  process.stderr.write(`kill-during-append: TRIAL_LEDGER_SEED=${seed}\n`);
  const random = randomFrom(seed);
  const folders = Array.from({ length: kills / killsPerFolder }, (_, index) => index);
  const lane = async (own: readonly number[], atOnce: number) => {
    const results = [];
    for (const index of own) results.push(await generations(`f${index}-`, atOnce, random));
    return results;
  };
  // Two lanes for two cores. In the second one, two processes write one file together and die one after the other.
  const half = folders.length / 2;
  const results = (await Promise.all([lane(folders.slice(0, half), 1), lane(folders.slice(half), 2)])).flat();
  const sum = (of: 'acknowledged' | 'written') => results.reduce((total, each) => total + each[of], 0);
  process.stderr.write(`${sum('written')} events written, ${sum('acknowledged')} of them acknowledged\n`);
  expect(results).toHaveLength(folders.length);
  // Otherwise no process died between a commit and its answer, and the test has tested less than it says.
  expect(sum('written')).toBeGreaterThan(sum('acknowledged'));
}, 600_000);
