import { evolveRecorded } from '@platform/commands';
import { verifyLog } from '@platform/event-log';
import { categoryOf, type Decider, type DomainEvent, type RecordedEvent } from '@platform/kernel';
import { decodeRow, replayViews, type ViewTable } from '@platform/views';
import { RecordedLog } from '@platform/views/testing';
import { accountDecider } from '@trial/access';
import { alertDecider, contactDecider, policyDecider } from '@trial/alerting';
import { trailEntry } from '@trial/audit';
import { deviationDecider, enrollmentDecider, participantDecider } from '@trial/participants';
import { trialDecider } from '@trial/protocol';
import { reportingCaseDecider, ruleActivationDecider } from '@trial/reporting';
import { adverseEventDecider, stoppingDecider } from '@trial/safety';
import { signatureDecider } from '@trial/signing';
import { siteDecider } from '@trial/sites';
import { recallDecider, treatmentDecider } from '@trial/treatment';
import { allViews } from '../../apps/composition/src/contexts';
import { eventTypesInSources } from './event-types';
import { contextOf, historyNames, readHistory } from './histories';

/*
 * What was ever written can be read for ever, and means what it meant. The events under `histories` never change. How
 * they fold stands beside, in `__snapshots__`: when it changes, every log out there reads differently from now on.
 * `npx jest test/golden --selectProjects system -u` accepts that.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- deciders of all contexts; their states and events differ
type AnyDecider = Decider<any, any>;

/** Null for streams that are read event by event and never folded. */
const deciders: Readonly<Record<string, AnyDecider | null>> = {
  access: null,
  account: accountDecider,
  trial: trialDecider,
  site: siteDecider,
  enrollment: enrollmentDecider,
  participant: participantDecider,
  deviation: deviationDecider,
  treatment: treatmentDecider,
  productRecalls: recallDecider,
  adverseEvent: adverseEventDecider,
  reportingRules: ruleActivationDecider,
  reportingCase: reportingCaseDecider,
  stopping: stoppingDecider,
  alert: alertDecider,
  alerting: policyDecider,
  contact: contactDecider,
  signature: signatureDecider,
};

const inSources = eventTypesInSources();
const histories = historyNames().map(name => ({ name, events: readHistory(name) }));
const all = histories.flatMap(({ events }) => events);

test('every event type that the sources can write is stored', () => {
  const stored = new Set(all.map(({ stream, type }) => `${contextOf(stream)} ${type}`));
  const missing = inSources.filter(({ context, type }) => !stored.has(`${context} ${type}`));
  const names = missing.map(({ context, type }) => `${type} (${context})`).join(', ');
  const advice =
    'Add a request that writes it to test/golden/scenario.ts, and store it with\n' +
    '  node -r ./test/support/run-typescript.cjs test/golden/generate.ts';
  if (missing.length > 0) throw new Error(`No golden history holds ${names}. ${advice}`);
  expect(stored.size).toBeGreaterThan(70);
});

test('every type that is stored is still known to the sources', () => {
  const known = new Set(inSources.map(({ context, type }) => `${context} ${type}`));
  expect(all.filter(({ stream, type }) => !known.has(`${contextOf(stream)} ${type}`))).toEqual([]);
});

describe.each(histories)('history $name', ({ events }) => {
  const streams = [...new Set(events.map(({ stream }) => stream))];

  test('has the hashes that it was written with', async () => {
    const { problems, events: count } = await verifyLog(new RecordedLog(events));
    expect(problems).toEqual([]);
    expect(count).toBe(events.length);
  });

  test.each(streams)('%s folds as it did', stream => {
    const decider = deciders[categoryOf(stream)];
    if (decider === undefined)
      throw new Error(`Name the decider of ${stream} in test/golden/golden.spec.ts.`);
    if (decider === null) return;
    expect(
      stateOf(
        decider,
        events.filter(event => event.stream === stream),
      ),
    ).toMatchSnapshot();
  });

  test('gives the lists the rows that it gave', async () => {
    const log = new RecordedLog(events);
    const database = await replayViews(log, allViews);
    const tables = allViews.flatMap(view => view.tables.map((table: ViewTable) => ({ view, table })));
    for (const { view, table } of tables) {
      // Without history there are only folds and indexes of the view itself,
      // which no question is answered from as such.
      if (!table.history) continue;
      const rows = await database.reader().selectFrom(table.name).selectAll().execute();
      const decoded = rows.map(row => decodeRow(table, row as never));
      expect(decoded).toMatchSnapshot(`${view.name}, version ${view.version}: ${table.name}`);
    }
    await database.close();
  });

  test('reads in the audit trail as it did, field by field', () => {
    const fields = new Map<string, ReadonlySet<string>>();
    for (const event of events) {
      const { type, lines, corrects } = trailEntry(event);
      const texts = lines.map(
        ({ field, change, unit }) =>
          `${field.replace(/\[\d+\]/g, '[]')} ${change}${unit ? ` in ${unit}` : ''}`,
      );
      const name = `${contextOf(event.stream)} ${type}${corrects ? ` of ${corrects.field}` : ''}`;
      fields.set(name, new Set([...(fields.get(name) ?? []), ...texts]));
    }
    expect(Object.fromEntries([...fields].map(([type, texts]) => [type, [...texts]]))).toMatchSnapshot();
  });
});

const stateOf = (decider: AnyDecider, events: readonly RecordedEvent[]): unknown =>
  events.reduce<unknown>(
    (state, event) => evolveRecorded<unknown, DomainEvent>(decider, state, event),
    decider.initial,
  );
