import { temporaryFolder } from '@platform/event-log/testing';
import { toPosition } from '@platform/kernel';
import type { Claim } from '@platform/ownership';
import { claimsContract } from '@platform/ownership/testing';
import { viewClaims } from './claims';
import { reactionCheckpoints } from './reaction-checkpoints';
import { openViews, openViewsInMemory, type ViewDatabase } from './view-database';

const opened: ViewDatabase[] = [];
const folders: { remove(): void }[] = [];

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  for (const folder of folders.splice(0)) folder.remove();
});

claimsContract('two connections to one file', async () => {
  const folder = temporaryFolder();
  folders.push(folder);
  const [one, other] = [await openViews({ folder: folder.path }), await openViews({ folder: folder.path })];
  opened.push(one, other);
  return [viewClaims(one), viewClaims(other)];
});

test('the checkpoints of reactions are moved by who holds the claim, and by no former holder', async () => {
  const database = await openViewsInMemory();
  opened.push(database);
  const claims = viewClaims(database);
  let claim = await claims.take('work', undefined, 'a');
  const [first, second, third] = [toPosition(1), toPosition(2), toPosition(3)];
  const a = reactionCheckpoints(database, of(claim));
  expect(await a.advance('mirror', undefined, first)).toBe(true);
  claim = await claims.take('work', claim, 'b');
  const b = reactionCheckpoints(database, of(claim));
  expect(await a.advance('mirror', first, second)).toBe(false);
  expect(await a.read('mirror')).toBe(first);
  expect(await b.advance('mirror', first, second)).toBe(true);
  // Who has let go is a former holder too.
  await claims.release(claim!);
  expect(await b.advance('mirror', second, third)).toBe(false);
  // A tool that follows the log for itself has no claim, and is in nobody's way: it only moves what it has seen.
  expect(await reactionCheckpoints(database).advance('mirror', second, third)).toBe(true);
});

const of = (claim: Claim | undefined) => () => claim;
