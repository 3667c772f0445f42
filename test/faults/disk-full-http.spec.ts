import { join } from 'node:path';
import type { Receipt } from '@platform/commands';
import { eachPage, EVENT_LOG, verifyLog, type EventLog } from '@platform/event-log';
import { logWithLittleRoom } from '@platform/event-log/testing';
import { logStart } from '@platform/kernel';
import { driftOf, ViewDatabase } from '@platform/views';
import { startFailureOf } from '../../apps/composition/src/operation/start-failure';
import { allViews } from '../../apps/composition/src/contexts';
import { newFolder, RunningLedger, type Answer } from '../support/running-ledger';
import { smallDisk } from '../support/small-disk';
import { RunningTrial, type LoggedIn } from '../support/trial';

/*
 * A host whose storage has no room left, may not be written, or is gone. What it has acknowledged stays; what it cannot
 * take it says so, and takes under the same key when it can.
 */

const clientsAtOnce = 8;
/** More than any of these storages holds. */
const mostRounds = 500;

/** Remarks, so that storage does not last long. */
const entry = (key: string) => ({
  results: Array.from({ length: 10 }, (_, nth) => ({
    ...{ analyte: 'HGB', text: `${'x'.repeat(480)} ${nth} ${key}`, collectedAt: '2024-03-04' },
  })),
});

interface Sent {
  readonly key: string;
  readonly answer: Answer;
}

class Clerk {
  constructor(
    private readonly who: LoggedIn,
    private readonly participant: string,
  ) {}

  async send(key: string): Promise<Sent> {
    const path = `/participants/${this.participant}/laboratory-results`;
    return { key, answer: await this.who.post(path, entry(key), { 'idempotency-key': key }) };
  }

  /** Sends entries, some at once, until none of them was taken. */
  async sendUntilFull(): Promise<Sent[]> {
    const sent: Sent[] = [];
    for (let round = 0; ; round++) {
      const keys = Array.from({ length: clientsAtOnce }, (_, nth) => `entry-${round}-${nth}`);
      const page = await Promise.all(keys.map(key => this.send(key)));
      sent.push(...page);
      if (page.every(({ answer }) => answer.status !== 201)) return sent;
      if (round > mostRounds) throw new Error('There is no end to this storage.');
    }
  }
}

const isUnavailable = ({ answer }: Sent): boolean => answer.status === 503;

function expectUnavailable({ status, headers, body }: Answer, failure: string): void {
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({ type: '/problems/log-unavailable', status: 503 });
  expect(body.detail).toContain(`unavailable: ${failure}`);
}

const ready = async ({ ledger }: RunningTrial): Promise<number> =>
  (await ledger.call('GET', '/health/ready')).status;

/** Every entry that was acknowledged is in the log, and nothing else of them; the log and its views are in order. */
async function expectExactly(ledger: RunningLedger, receipts: readonly Receipt[]): Promise<void> {
  await ledger.settled();
  const log = ledger.app.get<EventLog>(EVENT_LOG);
  const ids: string[] = [];
  for await (const page of eachPage(log, { after: logStart })) {
    const results = page.filter(({ type }) => type === 'LaboratoryResultRecorded');
    ids.push(...results.map(({ id }) => id));
  }
  const told = receipts
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'LaboratoryResultRecorded');
  expect(ids.toSorted()).toEqual(told.map(({ id }) => id).toSorted());
  expect((await verifyLog(log)).problems).toEqual([]);
  const { drifts } = await driftOf({ log, database: ledger.app.get(ViewDatabase), views: allViews });
  expect(drifts).toEqual([]);
}

/** Who reads is written down: while there is a little room for that, reading goes on, and then nobody reads. */
async function readUntilFull(who: LoggedIn, participant: string): Promise<Answer> {
  for (let reads = 0; reads < mostRounds; reads++) {
    const answer = await who.get(`/participants/${participant}`);
    if (answer.status !== 200) return answer;
  }
  throw new Error('There is no end to this storage.');
}

/** Fills the storage over HTTP, finds out that nothing is lost, and goes on when there is room again. */
async function expectNothingLostWhenFull(running: RunningTrial, giveRoom: () => void): Promise<void> {
  const participant = await running.consentedAt('01');
  const who = await running.as({ role: 'coordinator', site: '01' });
  const clerk = new Clerk(who, participant);
  const sent = await clerk.sendUntilFull();
  const [taken, refused] = [sent.filter(each => !isUnavailable(each)), sent.filter(isUnavailable)];
  expect(taken.length).toBeGreaterThan(0);
  for (const { answer } of taken) expect(answer.status).toBe(201);
  for (const { answer } of refused) expectUnavailable(answer, 'storage full');
  expect(await ready(running)).toBe(503);
  expectUnavailable(await readUntilFull(who, participant), 'storage full');

  giveRoom();
  const again = await Promise.all(sent.map(({ key }) => clerk.send(key)));
  for (const [index, { answer }] of again.entries()) {
    expect(answer.status).toBe(201);
    const before = sent[index]!.answer;
    if (before.status === 201) expect(answer.body).toEqual({ ...before.body, repeated: true });
  }
  expect(await ready(running)).toBe(200);
  await expectExactly(
    running.ledger,
    again.map(({ answer }) => answer.body as Receipt),
  );
}

let running: RunningTrial | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

test('a log that may not grow answers 503, loses nothing, and takes the same requests when it may', async () => {
  const folder = newFolder();
  const { log, giveRoom } = logWithLittleRoom(join(folder, 'events.sqlite'), 100_000);
  running = await RunningTrial.start(['01'], { log }, { folder });
  // It never shrinks below what is used already.
  giveRoom(150);
  await expectNothingLostWhenFull(running, () => giveRoom(100_000));
});

test('a log that was closed underneath: 503, and all is there after a restart', async () => {
  running = await RunningTrial.start();
  const participant = await running.consentedAt('01');
  const who = await running.as({ role: 'coordinator', site: '01' });
  const clerk = new Clerk(who, participant);
  const before = await clerk.send('before');
  await running.ledger.app.get<EventLog>(EVENT_LOG).close();
  expectUnavailable((await clerk.send('meanwhile')).answer, 'closed');
  expectUnavailable((await clerk.send('before')).answer, 'closed');
  expectUnavailable(await who.get(`/participants/${participant}`), 'closed');
  expect(await ready(running)).toBe(503);

  await running.ledger.restart();
  const { answer } = await clerk.send('meanwhile');
  expect(answer.body).toMatchObject({ repeated: false });
  expect((await clerk.send('before')).answer.body).toEqual({ ...before.answer.body, repeated: true });
  await expectExactly(running.ledger, [before.answer.body, answer.body]);
});

const disk = smallDisk(16);
if (!disk)
  process.stderr.write('Skipped: a disk that is really full. Mounting one takes Linux and its root.\n');

(disk ? describe : describe.skip)('a disk of sixteen megabytes, with everything on it', () => {
  const folder = join(disk?.path ?? '', 'ledger');
  afterAll(() => disk?.remove());

  test('is filled: 503, nothing lost, views catch up, and the same requests go in', async () => {
    const filled = await RunningTrial.start(['01'], {}, { folder });
    try {
      disk?.fill(1_500);
      await expectNothingLostWhenFull(filled, () => disk?.free());
    } finally {
      await filled.ledger.leave();
    }
  });

  test('is read-only: the host says so and does not start', async () => {
    disk?.makeReadOnly();
    const opening = RunningLedger.on(folder).then(ledger => ledger.leave());
    const error: unknown = await opening.catch((reason: unknown) => reason);
    const place = { dataFolder: folder, host: '127.0.0.1', port: 0 };
    expect(startFailureOf(error, place)).toEqual({
      text: `The data folder ${folder} cannot be written by this user. Set LEDGER_DATA to a folder that can.`,
      exitCode: 1,
    });
  });
});
