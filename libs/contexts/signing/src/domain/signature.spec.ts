import { eventIdOf, logStart, toPosition } from '@platform/kernel';
import { decisionContext, scenario } from '@platform/kernel/testing';
import { contentOf, digestOf } from './content';
import {
  endorsement,
  signatureDecider,
  signData,
  withdrawSignature,
  type DataToSign,
  type Signing,
} from './signature';

const stream = 'participant-T1.03-007';
const dataAt = (revision: number): DataToSign => ({
  content: contentOf('T1', '03-007', [{ stream, revision, hash: `hash ${revision}` }]),
  lastPosition: toPosition(revision * 3),
  head: toPosition(100),
});
const reason = { code: 'corrected', text: 'The corrected weight was reviewed.' };
const signingOf = (facts: DataToSign, more: Partial<Signing> = {}): Signing => ({
  milestone: 'interimAnalysis',
  position: String(facts.lastPosition),
  digest: digestOf(facts.content),
  ...more,
});
const investigator = { user: 'investigator-03', printedName: 'Investigator 03', role: 'investigator' };
const colleague = { ...investigator, user: 'investigator-31' };
const first = '018e0dab-6c00-7000-8000-000000000001';
const second = '018e0dab-6c00-7000-8000-000000000002';
const contextOf = (facts: DataToSign, actor = investigator, commandId = first) =>
  decisionContext<DataToSign>({ facts, actor, commandId });

const signatures = scenario(signatureDecider);
const now = dataAt(4);
const signedData = {
  type: 'DataSigned' as const,
  data: {
    meaning: endorsement,
    milestone: 'interimAnalysis' as const,
    signer: investigator,
    position: '12',
    digest: digestOf(now.content),
    content: now.content,
  },
};
/** As `scenario` names the first event that was given. */
const given = 'event-0';

describe('signing data', () => {
  test('binds name, meaning and position to the digest of what was shown; the same again adds nothing', () => {
    signatures
      .when(state => signData(signingOf(now), state, contextOf(now)))
      .yields(signedData)
      .when(state => signData(signingOf(now), state, contextOf(now, investigator, second)))
      .yieldsNothing();
  });

  test('of what changed meanwhile is refused, with the place of the change', () => {
    const changed = dataAt(5);
    const { evidence } = signatures
      .when(state => signData(signingOf(now), state, contextOf(changed)))
      .isRejected('SIGNATURE-DATA-CHANGED', 'position');
    expect(evidence).toEqual({ changedAt: '15' });
  });

  test.each<[string, Partial<Signing>, string, string]>([
    [
      'other data than those at the position',
      { digest: digestOf(dataAt(3).content) },
      'SIGNATURE-DIGEST',
      'digest',
    ],
    ['what is still to come', { position: '101' }, 'SIGNATURE-POSITION', 'position'],
    ['a position that is none', { position: '99999999999999999999' }, 'SIGNATURE-POSITION', 'position'],
  ])('of %s is refused', (_what, more, rule, field) => {
    signatures.when(state => signData(signingOf(now, more), state, contextOf(now))).isRejected(rule, field);
  });

  test('of somebody of whom nothing is known is refused', () => {
    const nothing = { content: contentOf('T1', '03-007', []), lastPosition: logStart, head: toPosition(100) };
    signatures
      .when(state => signData(signingOf(nothing, { position: '1' }), state, contextOf(nothing)))
      .isRejected('SIGNATURE-PARTICIPANT-UNKNOWN');
  });

  test('again after a change supersedes the own signature of that milestone, for a reason', () => {
    const later = dataAt(6);
    const again = signatures.given(signedData);
    again
      .when(state => signData(signingOf(later), state, contextOf(later, investigator, second)))
      .isRejected('SIGNATURE-REASON', 'reason');
    const { state, events } = again.when(each =>
      signData(signingOf(later, { reason }), each, contextOf(later, investigator, second)),
    );
    const by = eventIdOf(second, 0);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual({ type: 'SignatureSuperseded', data: { signature: given, by }, reason });
    expect(state.signatures.map(({ ended }) => ended?.how)).toEqual(['superseded', undefined]);
  });

  test.each([
    ['another person', signingOf(now), colleague],
    ['another milestone', signingOf(now, { milestone: 'databaseLock' }), investigator],
  ])('for %s leaves the signature that stands', (_what, signing, actor) => {
    const { events, state } = signatures
      .given(signedData)
      .when(each => signData(signing, each, contextOf(now, actor, second)));
    expect(events.map(({ type }) => type)).toEqual(['DataSigned']);
    expect(state.signatures.map(({ ended }) => ended)).toEqual([undefined, undefined]);
  });
});

describe('withdrawing a signature', () => {
  const by = (actor = investigator, signature = given) => ({
    ...decisionContext({ actor }),
    target: { signature },
  });

  test('keeps it on record with the reason; the same again adds nothing', () => {
    const { state } = signatures
      .given(signedData)
      .when(each => withdrawSignature({ reason }, each, by()))
      .yields({ type: 'SignatureWithdrawn', data: { signature: given }, reason })
      .when(each => withdrawSignature({ reason }, each, by()))
      .yieldsNothing();
    expect(state.signatures).toMatchObject([{ signature: given, ended: { how: 'withdrawn', reason } }]);
  });

  test('is for the one who gave it', () => {
    signatures
      .given(signedData)
      .when(state => withdrawSignature({ reason }, state, by(colleague)))
      .isRejected('SIGNATURE-NOT-OWN');
  });

  test('out of turn is refused: one that is not there, and one that was superseded', () => {
    signatures.when(state => withdrawSignature({ reason }, state, by())).isRejected('SIGNATURE-UNKNOWN');
    signatures
      .given(signedData, { type: 'SignatureSuperseded', data: { signature: given, by: 'later' }, reason })
      .when(state => withdrawSignature({ reason }, state, by()))
      .isRejected('SIGNATURE-SUPERSEDED');
  });

  test('lets the same data be signed anew', () => {
    signatures
      .given(signedData, { type: 'SignatureWithdrawn', data: { signature: given }, reason })
      .when(state => signData(signingOf(now), state, contextOf(now, investigator, second)))
      .yields(signedData);
  });
});
