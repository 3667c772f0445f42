import { SmallCase, ae } from '../../testing';
import { clockOf } from '../case/case';
import { ruleSets } from './rule-sets';

/*
 * Every row of the clock table: opened, around midnight, over changes of the clock, re-anchored, downgraded, missed.
 * Families, follow-ups and what a case goes through stand in ../case/review.spec.ts.
 */

type Length = 'hours' | 'seven' | 'fifteen';

interface Row {
  readonly rule: string;
  readonly set: string;
  readonly length: Length;
  /** Brings the case to where the rule applies, at one instant. */
  readonly opens: (subject: SmallCase, at: string) => SmallCase;
  /** Where the instant on which the case became known is not what it counts from. */
  readonly anchored?: (subject: SmallCase, at: string) => SmallCase;
}

const local = (at: string, zone: string): string =>
  new Date(at).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
const zoneOf = (at: string): string => (/^2024-(03-30|10-26)/.test(at) ? 'Europe/Berlin' : 'Asia/Shanghai');

const reportedWith =
  (...more: Parameters<SmallCase['learn']>[1][]) =>
  (subject: SmallCase, at: string): SmallCase => {
    const zone = zoneOf(at);
    return subject.learn(at, ae.report({ awareAt: { at: local(at, zone), zone }, zone }), ...more);
  };
const saved = reportedWith(ae.hospitalised);
const lethal = reportedWith(ae.dying);

const rows: readonly Row[] = [
  { rule: 'CN-SC-24H', set: 'CN-STEM-CELL', length: 'hours', opens: saved },
  {
    rule: 'CN-SC-15D',
    set: 'CN-STEM-CELL',
    length: 'fifteen',
    opens: (subject, at) => saved(subject, at).learn(at, ae.amended({ end: local(at, zoneOf(at)) })),
  },
  {
    rule: 'CN-SC-ERROR',
    set: 'CN-STEM-CELL',
    length: 'hours',
    opens: (subject, at) => subject.openByHand(at, 'CN-SC-ERROR', local(at, zoneOf(at))),
  },
  { rule: 'CN-GCP-INV', set: 'CN-DRUG', length: 'hours', opens: saved },
  { rule: 'CN-SUSAR-7', set: 'CN-DRUG', length: 'seven', opens: lethal },
  { rule: 'CN-SUSAR-7F', set: 'CN-DRUG', length: 'fifteen', opens: lethal },
  { rule: 'CN-SUSAR-15', set: 'CN-DRUG', length: 'fifteen', opens: saved },
  {
    rule: 'CN-SUSAR-FU',
    set: 'CN-DRUG',
    length: 'fifteen',
    opens: (subject, at) =>
      saved(subject, '2024-02-20T08:00:00.000Z')
        .fulfil('2024-02-22T08:00:00.000Z', 'CN-SUSAR-15', '2024-02-22T08:00')
        .learn(at, ae.amended({ description: 'Blood cultures are positive' })),
  },
  { rule: 'ICH-E2A-7', set: 'ICH-E2A', length: 'seven', opens: lethal },
  { rule: 'ICH-E2A-8', set: 'ICH-E2A', length: 'fifteen', opens: lethal },
  { rule: 'ICH-E2A-15', set: 'ICH-E2A', length: 'fifteen', opens: saved },
  { rule: 'US-7', set: 'US-IND', length: 'seven', opens: lethal },
  {
    rule: 'US-15',
    set: 'US-IND',
    length: 'fifteen',
    opens: reportedWith(ae.hospitalised, ae.expected(false)),
  },
  { rule: 'EU-INV-24', set: 'EU-CTR', length: 'hours', opens: saved },
  { rule: 'EU-SUSAR-7', set: 'EU-CTR', length: 'seven', opens: lethal },
  { rule: 'EU-SUSAR-7F', set: 'EU-CTR', length: 'fifteen', opens: lethal },
  { rule: 'EU-SUSAR-15', set: 'EU-CTR', length: 'fifteen', opens: saved },
  {
    rule: 'EU-UPGRADE-7',
    set: 'EU-CTR',
    length: 'seven',
    opens: (subject, at) => saved(subject, '2024-02-20T08:00:00.000Z').learn(at, ae.died),
  },
];

const afternoon = '2024-03-05T08:00:00.000Z';

/** When it became known, and when the last instant in time is, on the place's clock and as an instant. */
const dues: Readonly<Record<string, Readonly<Record<Length, readonly [string, string]>>>> = {
  // 16:00 in Shanghai.
  [afternoon]: {
    hours: ['2024-03-06T16:00:00', '2024-03-06T08:00:00.000Z'],
    seven: ['2024-03-12T23:59:59', '2024-03-12T15:59:59.999Z'],
    fifteen: ['2024-03-20T23:59:59', '2024-03-20T15:59:59.999Z'],
  },
  // A second before midnight, and at midnight, in Shanghai.
  '2024-03-05T15:59:59.000Z': {
    hours: ['2024-03-06T23:59:59', '2024-03-06T15:59:59.000Z'],
    seven: ['2024-03-12T23:59:59', '2024-03-12T15:59:59.999Z'],
    fifteen: ['2024-03-20T23:59:59', '2024-03-20T15:59:59.999Z'],
  },
  '2024-03-05T16:00:00.000Z': {
    hours: ['2024-03-07T00:00:00', '2024-03-06T16:00:00.000Z'],
    seven: ['2024-03-13T23:59:59', '2024-03-13T15:59:59.999Z'],
    fifteen: ['2024-03-21T23:59:59', '2024-03-21T15:59:59.999Z'],
  },
  // Noon in Berlin, in the night before the clocks are set forward, and before they are set back.
  '2024-03-30T11:00:00.000Z': {
    hours: ['2024-03-31T13:00:00', '2024-03-31T11:00:00.000Z'],
    seven: ['2024-04-06T23:59:59', '2024-04-06T21:59:59.999Z'],
    fifteen: ['2024-04-14T23:59:59', '2024-04-14T21:59:59.999Z'],
  },
  '2024-10-26T10:00:00.000Z': {
    hours: ['2024-10-27T11:00:00', '2024-10-27T10:00:00.000Z'],
    seven: ['2024-11-02T23:59:59', '2024-11-02T22:59:59.999Z'],
    fifteen: ['2024-11-10T23:59:59', '2024-11-10T22:59:59.999Z'],
  },
};
const starts = Object.keys(dues);

const small = ({ set }: Row, at = afternoon): SmallCase => new SmallCase({ zone: zoneOf(at), sets: [set] });
const dueAfter = ({ length }: Row, at = afternoon): readonly [string, string] => dues[at]![length];

test('the table holds every rule that is shipped', () => {
  const shipped = ruleSets.flatMap(({ rules }) => rules.map(({ id }) => id));
  expect(rows.map(({ rule }) => rule).toSorted()).toEqual(shipped.toSorted());
});

describe.each(rows)('$rule', row => {
  const { rule, opens } = row;
  const opened = (at = afternoon): SmallCase => opens(small(row, at), at);

  test.each(starts)('is opened by what became known at %s, with the last instant in time', at => {
    const subject = opened(at);
    const [clock, instant] = dueAfter(row, at);
    expect(subject.outline(rule)).toEqual([`open: ${clock}`]);
    expect(subject.dueOf(rule)).toBe(instant);
    const { clocks, rule: stored, ruleSet, ruleSetVersion } = subject.of(rule);
    expect([stored.id, stored.version, ruleSet, ruleSetVersion]).toEqual([rule, '1', row.set, '1']);
    expect(clocks[0]?.because).not.toEqual([]);
  });

  it('keeps the clock that ran when a person knows better from when it counts', () => {
    const subject = opened().reanchor('2024-03-05T09:00:00.000Z', rule, '2024-03-04T10:00');
    const later = {
      hours: '2024-03-05T10:00:00',
      seven: '2024-03-11T23:59:59',
      fifteen: '2024-03-19T23:59:59',
    };
    const eight = { ...later, fifteen: '2024-03-12T23:59:59' };
    const due = (/F$|-8$/.test(rule) ? eight : later)[row.length];
    expect(subject.outline(rule)).toEqual([`open: ${dueAfter(row)[0]} > ${due}`]);
    const [before, after] = subject.of(rule).clocks;
    expect(before?.ended).toMatchObject({ by: 'reanchored', at: '2024-03-05T09:00:00.000Z' });
    expect(after).toMatchObject({ number: 2, why: 'person', reason: { code: 'knownEarlier' } });
    // What is learned afterwards does not move it back.
    if (rule === 'CN-SC-ERROR') return;
    subject.learn('2024-03-05T09:30:00.000Z', ae.amended({ description: 'Nothing of it' }));
    expect(clockOf(subject.of(rule))).toMatchObject({ why: 'person', dueLocal: due });
  });

  it('is superseded when the adverse event is voided, and never deleted', () => {
    const subject = opened();
    if (rule === 'CN-SC-ERROR') return expect(subject.open()).toEqual([rule]);
    subject.learn('2024-03-06T07:00:00.000Z', ae.voided);
    expect(subject.outline(rule)).toEqual([`superseded (voided): ${dueAfter(row)[0]}`]);
    expect(subject.open()).toEqual([]);
  });

  it('stays fulfilled, whatever becomes of the case', () => {
    const subject = opened().fulfil('2024-03-05T10:00:00.000Z', rule, '2024-03-05T17:30');
    if (rule !== 'CN-SC-ERROR') subject.learn('2024-03-06T07:00:00.000Z', ae.notSerious, ae.voided);
    expect(subject.outline(rule)[0]).toMatch(/^fulfilled: /);
    expect(subject.state.obligations.find(each => each.rule.id === rule)?.fulfilled).toMatchObject({
      ...{ reference: 'R-1', sentAt: { at: '2024-03-05T17:30', zone: 'Asia/Shanghai' }, inTime: true },
      sentTo: subject.state.obligations.find(each => each.rule.id === rule)!.rule.to,
    });
  });

  it('is noted at half of its time, at four fifths, and when it is missed', () => {
    const subject = opened();
    const { start, due } = clockOf(subject.of(rule));
    const [from, until] = [Date.parse(start), Date.parse(due)];
    const after = (share: number, ms = 0) => new Date(from + (until - from) * share + ms).toISOString();
    const notes = () => subject.of(rule).notes.map(({ share }) => share);
    expect([subject.passes(after(0.5, -10)), notes()][1]).toEqual([]);
    expect([subject.passes(after(0.5, 1)), notes()][1]).toEqual([50]);
    expect([subject.passes(after(0.8, 1)), notes()][1]).toEqual([50, 80]);
    expect([subject.passes(due), notes()][1]).toEqual([50, 80]);
    expect([subject.passes(after(1, 1)), notes()][1]).toEqual([50, 80, 100]);
    expect(subject.of(rule)).toMatchObject({
      status: 'open',
      missed: { due, notedAt: after(1, 1), clock: 1 },
    });
  });

  it('was missed when nothing was running at its time, and stays so when it is sent or superseded', () => {
    const subject = opened().passes('2024-05-01T00:00:00.000Z');
    expect(subject.of(rule).notes.map(({ share }) => share)).toEqual([100]);
    const { due } = clockOf(subject.of(rule));
    expect(subject.of(rule).missed).toMatchObject({ due, notedAt: '2024-05-01T00:00:00.000Z' });
    const late = subject.fulfil('2024-05-02T10:00:00.000Z', rule, '2024-05-02T09:00');
    expect(late.outline(rule)[0]).toMatch(/^fulfilled: .* missed$/);
    expect(late.state.obligations.find(each => each.rule.id === rule)?.fulfilled?.inTime).toBe(false);
    if (rule === 'CN-SC-ERROR') return;
    const voided = opened().passes('2024-05-01T00:00:00.000Z').learn('2024-05-02T00:00:00.000Z', ae.voided);
    expect(voided.outline(rule)[0]).toMatch(/^superseded \(voided\): .* missed$/);
  });
});

const judged = rows.filter(({ rule }) => /(SUSAR|E2A|US|UPGRADE)-(7|8|15|7F)$/.test(rule));

describe.each(judged)('$rule, downgraded', row => {
  const { rule, opens } = row;
  const after = '2024-03-06T07:00:00.000Z';
  const opened = () => opens(small(row), afternoon);

  test.each([
    ['not serious', [ae.notSerious]],
    ['not related for both', [ae.causality('sponsor', false), ae.causality('investigator', false)]],
    ['expected', [ae.expected(true)]],
  ])('is superseded, not deleted, when the case turns out to be %s', (what, events) => {
    if (what === 'not serious' && rule === 'EU-UPGRADE-7') return;
    const subject = opened().learn(after, ...events);
    const why = /F$|-8$/.test(rule) ? 'initialSuperseded' : 'downgrade';
    expect(subject.outline(rule)).toEqual([`superseded (${why}): ${dueAfter(row)[0]}`]);
  });

  test.each([
    ['the sponsor alone denies the relation', [ae.causality('sponsor', false)]],
    ['it is called expected by information of another time', [ae.expected(true, '2024-03-04')]],
  ])('is not lowered when %s', (what, events) => {
    const subject = opened().learn(after, ...events);
    const judgedAnew = rule === 'US-15' && what.startsWith('it is called');
    expect(subject.of(rule).status).toBe(judgedAnew ? 'superseded' : 'open');
  });

  it('is owed again, from the earliest knowledge, when the trigger holds again', () => {
    if (/F$|-8$|UPGRADE/.test(rule)) return;
    const subject = opened()
      .learn(after, ae.expected(true))
      .learn('2024-03-09T07:00:00.000Z', ae.expected(false));
    const [due] = dueAfter(row);
    expect(subject.outline(rule)).toEqual([`superseded (downgrade): ${due}`, `open: ${due}`]);
  });
});
