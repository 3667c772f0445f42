import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachPage, SqliteEventLog } from '@platform/event-log';
import { dayIn, logStart, type RecordedEvent } from '@platform/kernel';
import { showAsOf, type AsOfChoice } from '../../apps/cli/src/commands/as-of';
import { simulateInto } from '../../apps/cli/src/commands/simulate';
import { CommandFailed, type Output } from '../../apps/cli/src/terminal';

const trial = 'NCT05794425';

interface Said {
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into any shape of answer
  value: any;
  lines: readonly string[];
}

const listening = (said: Said): Output => ({
  json: true,
  result: (value, lines) => Object.assign(said, { value, lines }),
  note: () => {},
  progress: () => ({ update: () => {}, end: () => {} }),
});

describe('ledger as-of', () => {
  let folder: string;
  let events: RecordedEvent[];
  let participant: string;
  let enrollment: RecordedEvent;

  const ask = async (moment: string, choice: Partial<AsOfChoice>): Promise<Said> => {
    const said: Said = { value: undefined, lines: [] };
    await showAsOf({ dataFolder: folder }, { moment, trial, ...choice }, listening(said));
    return said;
  };

  const readAll = async (): Promise<RecordedEvent[]> => {
    const log = SqliteEventLog.open({ folder });
    const all: RecordedEvent[] = [];
    for await (const page of eachPage(log, { after: logStart })) all.push(...page);
    await log.close();
    return all;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
    const plan = { trial, seed: 5, participants: 4, months: 5 };
    await simulateInto(folder, plan, listening({ value: undefined, lines: [] }));
    events = await readAll();
    enrollment = events.find(({ type }) => type === 'ParticipantEnrolled')!;
    participant = enrollment.metadata.subject.participant!;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows a casebook as it was known at a position, and not what came after it', async () => {
    const before = await ask(String(Number(enrollment.position) - 1), { participant });
    const after = await ask(String(enrollment.position), { participant });
    const now = await ask(String(events.length - 1), { participant });
    expect(before.value.standsAt).toMatchObject({
      position: String(Number(enrollment.position) - 1),
      asOf: true,
    });
    expect(before.value.enrollment).toEqual([]);
    expect(after.value.enrollment).toHaveLength(1);
    expect(now.value.visits.length).toBeGreaterThan(after.value.visits.length);
    expect(before.lines.join('\n')).toContain(`Participant ${participant}`);
    expect(before.lines.join('\n')).toContain('eligible since');
  });

  it('takes an instant, and a day for its end in the trial’s zone', async () => {
    const { recordedAt } = enrollment.metadata;
    const day = dayIn('Asia/Shanghai', recordedAt);
    const last = events.findLast(({ metadata }) => dayIn('Asia/Shanghai', metadata.recordedAt) <= day)!;
    const atInstant = await ask(recordedAt, { participant });
    const atDay = await ask(day, { participant });
    expect(atInstant.value.enrollment).toHaveLength(1);
    expect(atDay.value.standsAt.position).toBe(String(last.position));
  });

  it('shows the board of a site', async () => {
    const site = enrollment.metadata.subject.site!;
    const before = await ask(String(Number(enrollment.position) - 1), { site });
    const now = await ask(String(events.length - 1), { site });
    expect(now.value.participants.enrolled).toBeGreaterThan(before.value.participants.enrolled);
    expect(now.lines.join('\n')).toContain(`Site ${site}`);
    expect(now.lines.join('\n')).toContain(participant);
  });

  it('writes down that it was read', async () => {
    const before = (await readAll()).length;
    await ask(String(enrollment.position), { site: '01' });
    const [read] = (await readAll()).slice(before);
    expect(read?.metadata.actor.user).toBe('operator');
    expect(JSON.stringify(read?.data)).toContain('ReadSiteBoard');
  });

  it.each<[string, string, Partial<AsOfChoice>]>([
    ['no moment', 'yesterday', { participant: '01-001' }],
    ['a day that does not exist', '2024-02-30', { participant: '01-001' }],
    ['nobody', '999999', { participant: '01-999' }],
    ['nowhere', '999999', { site: '99' }],
    ['neither of both', '0', {}],
    ['both', '0', { participant: '01-001', site: '01' }],
  ])('refuses %s in a sentence', async (_what, moment, choice) => {
    await expect(ask(moment, choice)).rejects.toThrow(CommandFailed);
  });
});
