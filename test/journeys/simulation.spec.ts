import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachPage, SqliteEventLog, verifyLog } from '@platform/event-log';
import { isAfterInstant, logStart, type RecordedEvent } from '@platform/kernel';
import { driftOf, openViews } from '@platform/views';
import { isUserId } from '@trial/access';
import { simulateInto } from '../../apps/cli/src/commands/simulate';
import type { SimulationReport } from '../../apps/cli/src/simulation/simulate';
import { CommandFailed, type Output } from '../../apps/cli/src/terminal';
import { allViews } from '../../apps/composition/src/contexts';

const quiet: Output = {
  json: true,
  result: () => {},
  note: () => {},
  progress: () => ({ update: () => {}, end: () => {} }),
};

interface History {
  readonly folder: string;
  readonly report: SimulationReport;
  readonly events: readonly RecordedEvent[];
}

const folders: string[] = [];

async function history(seed: number, size = { participants: 8, months: 7 }): Promise<History> {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
  folders.push(folder);
  const plan = { trial: 'NCT05794425', seed, ...size };
  const { report } = await simulateInto(folder, plan, quiet);
  const log = SqliteEventLog.open({ folder });
  const events: RecordedEvent[] = [];
  for await (const page of eachPage(log, { after: logStart })) events.push(...page);
  await log.close();
  return { folder, report, events };
}

/** Each event by its place and its hash, which covers everything that is said of it. */
const fingerprint = ({ events }: History) =>
  events.map(
    ({ position, stream, revision, id, metadata }) =>
      `${position} ${stream}/${revision} ${id} ${metadata.hash}`,
  );

describe('a simulated history', () => {
  let first: History;
  let again: History;
  let other: History;

  beforeAll(async () => {
    first = await history(11);
    again = await history(11);
    other = await history(12);
  });

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('is the same for the same seed, event for event', () => {
    expect(fingerprint(again)).toEqual(fingerprint(first));
    expect(again.report).toEqual(first.report);
  });

  it('is another one for another seed', () => {
    const known = new Set(first.events.map(({ metadata }) => metadata.hash));
    const shared = other.events.filter(({ metadata }) => known.has(metadata.hash));
    // The definition of the trial is the same; its people are not.
    expect(shared.filter(({ metadata }) => metadata.subject.participant !== undefined)).toEqual([]);
    expect(other.report).not.toEqual({ ...first.report, seed: 12 });
  });

  it('stands in the log with every hash and revision, and the views say what follows from it', async () => {
    const log = SqliteEventLog.open({ folder: first.folder });
    const database = await openViews({ folder: first.folder });
    try {
      expect((await verifyLog(log)).problems).toEqual([]);
      const drift = await driftOf({ log, database, views: allViews });
      expect([drift.drifts, drift.absent]).toEqual([[], []]);
    } finally {
      await database.close();
      await log.close();
    }
  });

  it('tells what it did', () => {
    const { report, events } = first;
    const count = (type: string) => events.filter(event => event.type === type).length;
    expect(report).toMatchObject({ seed: 11, participants: 8, enrolled: 8, events: events.length });
    expect(report.screened).toBe(count('ParticipantPrescreened'));
    expect(report.enrolled).toBe(count('ParticipantEnrolled'));
    expect(report.infusions).toBe(count('InfusionStarted'));
    expect(report.adverseEvents).toBe(count('AdverseEventReported'));
    expect(report.deviations).toBe(count('DeviationRaised'));
    expect([report.from, report.to]).toEqual([
      events[0]?.metadata.recordedAt,
      events.at(-1)?.metadata.recordedAt,
    ]);
  });

  it('is written by people in their roles, at their own sites, of what had happened by then', () => {
    for (const { metadata } of first.events) {
      const { actor, subject, recordedAt, enteredAt, occurredAt, source } = metadata;
      if (actor.site !== undefined && subject.site !== undefined) expect(actor.site).toBe(subject.site);
      if (enteredAt !== undefined) expect(enteredAt <= recordedAt).toBe(true);
      if (occurredAt) expect(isAfterInstant(occurredAt, recordedAt)).toBe(false);
      expect(isUserId(actor.user) || source === 'system' || actor.user === 'operator').toBe(true);
    }
  });

  it('is written under rights that were granted before, and not taken away yet', () => {
    interface Granted {
      readonly role: string;
      readonly sites: 'all' | readonly string[];
    }
    const held = new Map<string, Granted>();
    const users = new Set<string>();
    for (const { type, data, metadata } of first.events) {
      const { user, site } = metadata.subject;
      const { actor } = metadata;
      if (metadata.source === 'person' && actor.user !== 'operator') {
        const granted = held.get(actor.user);
        expect([actor.user, granted?.role]).toEqual([actor.user, actor.role]);
        if (site !== undefined) expect(granted?.sites === 'all' || granted?.sites.includes(site)).toBe(true);
        users.add(actor.user);
      }
      if (type === 'RoleGranted') held.set(user!, data as unknown as Granted);
      if (type === 'AccountClosed') held.delete(user!);
    }
    expect(users.size).toBeGreaterThan(15);
  });

  it('raises a deviation for each departure that a decision found', () => {
    const departures = first.events.flatMap(({ id, data }) => {
      const { departures: found = [] } = data as { departures?: readonly { rule: string }[] };
      return found.map(({ rule }) => `${rule} ${id}`);
    });
    const raised = first.events
      .filter(({ type, metadata }) => type === 'DeviationRaised' && metadata.source === 'system')
      .map(({ data, metadata }) => `${String(data['rule'])} ${metadata.causationId}`);
    expect(raised.toSorted()).toEqual(departures.toSorted());
    expect(raised.length).toBeGreaterThan(0);
  });

  it('has reports that are owed sent: in time as a rule, some late, and a few waived', async () => {
    const { events } = await history(12, { participants: 30, months: 12 });
    const of = (type: string) => events.filter(event => event.type === type);
    const ids = (type: string) => new Set(of(type).map(({ data }) => data['obligation']));
    const [opened, sent, waived] = [
      ids('ObligationOpened'),
      ids('ObligationFulfilled'),
      ids('ObligationWaived'),
    ];
    const late = of('ObligationFulfilled').filter(({ data }) => data['inTime'] === false);
    expect([...sent, ...waived].every(id => opened.has(id))).toBe(true);
    expect(sent.size).toBeGreaterThan(0.8 * opened.size);
    expect(waived.size).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(0);
    expect(late.length).toBeLessThan(0.25 * sent.size);
    expect(late.every(({ data }) => ids('ObligationMissed').has(data['obligation']))).toBe(true);
  });

  it('is not written over another one', async () => {
    const plan = { trial: 'NCT05794425', seed: 1, participants: 8, months: 7 };
    await expect(simulateInto(first.folder, plan, quiet)).rejects.toThrow(CommandFailed);
    const log = SqliteEventLog.open({ folder: first.folder });
    expect(Number(await log.head()) + 1).toBe(first.events.length);
    await log.close();
  });

  it.each([
    [{ trial: 'NCT00000000' }, 'no built-in trial'],
    [{ seed: -1 }, '--seed'],
    [{ participants: 0 }, '--participants'],
    [{ months: 2.5 }, '--months'],
    [{ months: 1_200 }, 'before today'],
  ])('cannot be made from %j', async (wrong, words) => {
    const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
    folders.push(folder);
    const plan = { trial: 'NCT05794425', seed: 1, participants: 8, months: 7, ...wrong };
    await expect(simulateInto(folder, plan, quiet)).rejects.toThrow(words);
  });
});
