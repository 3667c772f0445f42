import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatPosition } from '@platform/kernel';
import { AccountOpening, type OpenedAccount } from '@trial/access';
import { eventsOf } from '../support/alerting/alerts';
import { newFolder, RunningLedger } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';

/*
 * The drill of docs/operations.md, for the embedded mode: a backup is taken while people work, the folder is lost, and
 * the backup becomes the ledger.
 */

const root = join(__dirname, '../..');
const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
const backUp = (folder: string, target: string) => run('scripts/backup.mjs', folder, target);
const verify = (folder: string) =>
  run(
    '-r',
    './test/support/run-typescript.cjs',
    'apps/cli/src/main.ts',
    '--data',
    folder,
    '--json',
    'verify',
  );

describe('the loss of the data folder', () => {
  const place = newFolder();
  const backup = join(place, 'backup');
  const lost = join(place, 'lost');
  let account: OpenedAccount;
  let participant: string;
  let kept: string[];
  let casebook: unknown;
  let restored: RunningLedger;

  const casebookIn = async (ledger: RunningLedger): Promise<unknown> => {
    const token = await ledger.tokenFor(account);
    const { body } = await ledger.call('GET', `/trials/${trial}/participants/${participant}/casebook`, {
      token,
    });
    const { standsAt: _standsAt, ...answer } = body as Record<string, unknown>;
    return answer;
  };

  beforeAll(async () => {
    const running = await RunningTrial.start(['01'], {}, { folder: join(place, 'data') });
    const { ledger, clock } = running;
    participant = await running.enrolledAt('01');
    account = await ledger.app.get(AccountOpening).open({
      user: 'monitor-01',
      printedName: 'Test account',
      roles: [{ role: 'investigator', trial, sites: ['01'] }],
      temporary: false,
    });
    await ledger.settled();
    casebook = await casebookIn(ledger);
    await ledger.settled();
    kept = (await eventsOf(ledger)).map(({ id }) => id);
    expect(backUp(ledger.folder, backup)).toMatchObject({ status: 0, stderr: '' });
    await running.enrolledAt('01');
    await ledger.settled();
    mkdirSync(lost);
    for (const file of readdirSync(await ledger.leave()))
      copyFileSync(join(place, 'data', file), join(lost, file));
    rmSync(join(place, 'data'), { recursive: true });
    expect(verify(backup).status).toBe(0);
    for (const file of readdirSync(backup)) if (file.startsWith('views')) rmSync(join(backup, file));
    restored = await RunningLedger.on(backup, { clock });
    await restored.settled();
  });

  afterAll(async () => {
    await restored.stop();
    rmSync(place, { recursive: true, force: true });
  });

  it('leaves everything that was acknowledged before the backup, and nothing else', async () => {
    const events = await eventsOf(restored);
    expect(events.slice(0, kept.length).map(({ id }) => id)).toEqual(kept);
    const enrolled = events.filter(({ type }) => type === 'ParticipantEnrolled');
    expect(enrolled.map(({ metadata }) => metadata.subject.participant)).toEqual([participant]);
  });

  it('leaves passwords and pages as they were', async () => {
    expect(await casebookIn(restored)).toEqual(casebook);
  });

  it('leaves a ledger that is ready, and in which every hash, revision and view is right', async () => {
    expect((await restored.call('GET', '/health/ready')).status).toBe(200);
    const head = await restored.settled();
    const { status, stdout } = verify(backup);
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { intact: boolean; absent: string[]; views: { position: string }[] };
    expect(report).toMatchObject({ intact: true, absent: [] });
    expect(new Set(report.views.map(({ position }) => position))).toEqual(new Set([formatPosition(head)]));
  });

  it('is not mended by views that stand beyond the restored log', async () => {
    const mixed = join(place, 'mixed');
    mkdirSync(mixed, { mode: 0o700 });
    expect(backUp(backup, join(place, 'again')).status).toBe(0);
    for (const file of readdirSync(join(place, 'again')))
      copyFileSync(join(place, 'again', file), join(mixed, file));
    for (const file of readdirSync(lost)) {
      if (file.startsWith('views')) copyFileSync(join(lost, file), join(mixed, file));
    }
    await expect(RunningLedger.on(mixed)).rejects.toMatchObject({ name: 'AnotherLog' });
  });
});

describe('a backup', () => {
  it('is for its owner only, and overwrites nothing', () => {
    const place = newFolder();
    const none = backUp(place, join(place, 'backup'));
    expect([none.status, none.stderr]).toEqual([2, `${place} holds no event log.\n`]);
    const play = join(place, 'play');
    const init = ['apps/cli/src/main.ts', '--data', play, 'init', trial];
    expect(run('-r', './test/support/run-typescript.cjs', ...init).status).toBe(0);
    expect(backUp(play, join(place, 'backup')).status).toBe(0);
    const modes = readdirSync(join(place, 'backup')).map(
      file => statSync(join(place, 'backup', file)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(statSync(join(place, 'backup')).mode & 0o777).toBe(0o700);
    expect(backUp(play, join(place, 'backup'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('overwrites'),
    });
    rmSync(place, { recursive: true, force: true });
  });
});
