import { decisionContext } from '@platform/kernel/testing';
import { activeFrom, ae, participant, site, SmallCase, trial } from '../../testing';
import {
  fulfilObligation,
  openObligation,
  reanchorObligation,
  waiveObligation,
  type PeopleFacts,
} from './by-people';

const zone = 'Asia/Shanghai';
const facts: PeopleFacts = {
  of: { trial, site, participant },
  zone,
  activations: activeFrom(['CN-STEM-CELL', 'CN-DRUG']),
};
const reason = { code: 'agreed', text: 'Agreed with the authority' };
const sent = { reference: 'R-1', sentAt: { at: '2024-03-05T15:30', zone } };
/** It is 16:00 in Shanghai. */
const at = '2024-03-05T08:00:00.000Z';

const opened = () => new SmallCase().learn('2024-03-05T07:00:00.000Z', ae.report(), ae.hospitalised);
const contextOf = (subject: SmallCase, rule: string, of: Partial<PeopleFacts['of']> = {}) =>
  decisionContext({
    facts: { ...facts, of: { ...facts.of, ...of } },
    target: { obligation: subject.of(rule).obligation },
  });
const ruleOf = (decision: unknown) => (decision as { readonly rule?: string }).rule;

describe('an obligation that a person opens', () => {
  const context = decisionContext({ facts, target: {} });
  const leak = {
    rule: 'CN-SC-ERROR',
    anchor: { at: '2024-03-05T10:00', zone },
    description: 'The bag leaked',
  };
  const nothing = { obligations: [] };

  it('keeps both readings of "immediately" and what the person saw', () => {
    const [event] = openObligation(leak, nothing, context) as readonly object[];
    expect(event).toMatchObject({
      type: 'ObligationOpened',
      occurredAt: leak.anchor,
      data: {
        ...{ trial, site, participant, description: 'The bag leaked', provisional: false },
        clock: {
          readings: [
            { reading: 'text', limit: 'immediately' },
            { reading: 'operational', limit: '24 hours', due: '2024-03-06T02:00:00.000Z' },
          ],
          dueLocal: '2024-03-06T10:00:00',
        },
      },
    });
  });

  test.each([
    ['of a rule that follows from cases', { ...leak, rule: 'CN-SUSAR-7' }, 'OBLIGATION-BY-HAND'],
    ['of a rule that is not active', { ...leak, rule: 'US-7' }, 'OBLIGATION-RULE'],
    ['before the rule was', { ...leak, anchor: { at: '1999-12-31', zone } }, 'OBLIGATION-RULE'],
    ['in the future', { ...leak, anchor: { at: '2024-03-06', zone } }, 'OBLIGATION-FUTURE'],
    ['on no day', { ...leak, anchor: { at: '2024-02-30', zone } }, 'OBLIGATION-DATE'],
    ['in no zone', { ...leak, anchor: { at: '2024-02-20', zone: 'Mars/One' } }, 'OBLIGATION-DATE'],
  ])('is refused %s', (_what, command, rule) => {
    expect(ruleOf(openObligation(command, nothing, context))).toBe(rule);
  });
});

describe('a report that was sent', () => {
  it('is recorded once; another one is refused', () => {
    const subject = opened();
    const context = contextOf(subject, 'CN-SUSAR-15');
    const fulfil = (command: Parameters<typeof fulfilObligation>[0]) =>
      fulfilObligation(command, subject.state, context);
    expect(subject.accept(at, fulfil(sent))).toMatchObject([
      {
        type: 'ObligationFulfilled',
        data: { reference: 'R-1', sentBy: 'investigator-01', inTime: true },
        occurredAt: sent.sentAt,
      },
    ]);
    expect(fulfil(sent)).toEqual([]);
    expect(ruleOf(fulfil({ ...sent, reference: 'R-2' }))).toBe('OBLIGATION-CLOSED');
    expect(ruleOf(reanchorObligation({ anchor: sent.sentAt, reason }, subject.state, context))).toBe(
      'OBLIGATION-CLOSED',
    );
    expect(ruleOf(waiveObligation({ reason }, subject.state, context))).toBe('OBLIGATION-CLOSED');
  });

  it('is the investigator’s only where the investigator owes it', () => {
    const subject = opened();
    const asInvestigator = (rule: string) =>
      fulfilObligation(sent, subject.state, contextOf(subject, rule), 'investigator');
    expect(ruleOf(asInvestigator('CN-SUSAR-15'))).toBe('OBLIGATION-NOT-YOURS');
    expect(asInvestigator('CN-GCP-INV')).toMatchObject([{ type: 'ObligationFulfilled' }]);
  });

  it('has happened, and is recorded, where it is not owed any more', () => {
    const subject = opened().learn('2024-03-05T07:30:00.000Z', ae.notSerious);
    const decision = fulfilObligation(sent, subject.state, contextOf(subject, 'CN-SUSAR-15'));
    subject.accept(at, decision);
    expect(subject.of('CN-SUSAR-15')).toMatchObject({
      status: 'fulfilled',
      superseded: { why: 'downgrade' },
      clocks: [{ ended: { by: 'superseded' } }],
    });
  });

  it('is not in time when that cannot be shown', () => {
    const subject = opened();
    const only = { ...sent, sentAt: { at: '2024-03', zone } };
    const decision = fulfilObligation(only, subject.state, contextOf(subject, 'CN-GCP-INV'));
    expect(decision).toMatchObject([{ type: 'ObligationFulfilled', data: { inTime: false } }]);
  });
});

test.each([
  ['site', { site: '04' }],
  ['trial', { trial: 'NCT00000000' }],
])('an obligation of another %s is as good as none', (_what, of) => {
  const subject = opened();
  const context = contextOf(subject, 'CN-GCP-INV', of);
  const { state } = subject;
  expect(ruleOf(fulfilObligation(sent, state, context))).toBe('OBLIGATION-UNKNOWN');
  expect(ruleOf(waiveObligation({ reason }, state, context))).toBe('OBLIGATION-UNKNOWN');
  expect(ruleOf(reanchorObligation({ anchor: sent.sentAt, reason }, state, context))).toBe(
    'OBLIGATION-UNKNOWN',
  );
});

test('waiving and re-anchoring twice is doing it once', () => {
  const subject = opened();
  const context = contextOf(subject, 'CN-GCP-INV');
  const earlier = { anchor: { at: '2024-03-04T10:00', zone }, reason };
  expect(subject.accept(at, reanchorObligation(earlier, subject.state, context))).toMatchObject([
    { type: 'ObligationReanchored', reason, data: { why: 'person' } },
  ]);
  expect(reanchorObligation(earlier, subject.state, context)).toEqual([]);
  expect(subject.accept(at, waiveObligation({ reason }, subject.state, context))).toMatchObject([
    { type: 'ObligationWaived', reason },
  ]);
  expect(waiveObligation({ reason }, subject.state, context)).toEqual([]);
});
