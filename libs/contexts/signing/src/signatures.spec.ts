import fc from 'fast-check';
import { hashOf, type EventMetadata, type Position, type RecordedEvent } from '@platform/kernel';
import { replayViews } from '@platform/views';
import { RecordedLog, viewContract } from '@platform/views/testing';
import { signingViews } from './index';
import type { SignedData } from './domain/signature';
import { readSignatures, type ParticipantSignatures } from './signatures.reader';
import { participant, SignedHistory, trial } from './testing/signed-history';
import { verifySignature, type SignatureVerification } from './verification';

const scope = { trial, sites: 'all' } as const;
const whose = { trial, participant };
type Step = 'entry' | 'treatment' | 'adverseEvent' | 'other' | 'correct' | 'sign' | 'signLate' | 'withdraw';

/** Somebody's data as they come, are put right, signed and taken back, beside those of somebody else. */
function historyOf(steps: readonly (readonly [Step, number])[]): SignedHistory {
  const history = new SignedHistory();
  history.entry('ParticipantPrescreened');
  const own = (type: (event: RecordedEvent) => boolean) => history.events.filter(type);
  for (const [step, pick] of steps) {
    const entries = own(({ type, stream }) => type === 'MeasurementRecorded' && !stream.endsWith('04-001'));
    const signatures = own(({ type }) => type === 'DataSigned');
    if (step === 'entry') history.entry();
    else if (step === 'treatment' || step === 'adverseEvent') history.entry('MeasurementRecorded', {}, step);
    else if (step === 'other') history.entry('MeasurementRecorded', {}, 'participant', '04-001');
    else if (step === 'correct' && entries.length > 0) history.correct(entries[pick % entries.length]!);
    else if (step === 'sign') history.sign();
    else if (step === 'signLate') history.sign('databaseLock', Math.min(pick % 3, history.events.length - 1));
    else if (step === 'withdraw' && signatures.length > 0)
      history.withdraw(signatures[pick % signatures.length]!);
  }
  return history;
}

const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step>(
      ...([
        'entry',
        'treatment',
        'adverseEvent',
        'other',
        'correct',
        'sign',
        'signLate',
        'withdraw',
      ] as const),
    ),
    fc.nat(20),
  ),
  { minLength: 1, maxLength: 14 },
);

async function ask<Answer>(
  events: readonly RecordedEvent[],
  question: (reading: {
    log: RecordedLog;
    views: Awaited<ReturnType<typeof replayViews>>;
    scope: typeof scope;
    standsAt: Position;
  }) => Promise<Answer>,
  standsAt = events.at(-1)!.position,
): Promise<Answer> {
  const log = new RecordedLog(events);
  const views = await replayViews(log, signingViews);
  try {
    return await question({ log, views, scope, standsAt });
  } finally {
    await views.close();
  }
}

const read = (events: readonly RecordedEvent[], standsAt?: Position): Promise<ParticipantSignatures> =>
  ask(events, reading => readSignatures(whose, reading), standsAt);
const verify = (events: readonly RecordedEvent[], signature: string): Promise<SignatureVerification> =>
  ask(events, reading => verifySignature({ ...whose, signature }, reading));

/** What a forger may do to an event. */
const forgeries: readonly ((event: RecordedEvent) => RecordedEvent)[] = [
  event => ({ ...event, data: { ...event.data, value: 'forged' } }),
  event => ({ ...event, type: 'MedicalHistoryRecorded' }),
  event => altered(event, { recordedAt: '2020-01-01T00:00:00.000Z' }),
  event => altered(event, { actor: { ...event.metadata.actor, printedName: 'Somebody else' } }),
];

const altered = (event: RecordedEvent, more: Partial<EventMetadata>): RecordedEvent => ({
  ...event,
  metadata: { ...event.metadata, ...more },
});

/** The log with one event forged; `mended` has all hashes of its stream computed anew, as if it had always been so. */
function forged(events: readonly RecordedEvent[], at: number, how: number, mended: boolean): RecordedEvent[] {
  const changed = forgeries[how % forgeries.length]!(events[at]!);
  let before: string | undefined;
  return events.map((event, index) => {
    const written = index === at ? changed : event;
    if (!mended || event.stream !== changed.stream || index < at) return written;
    const linked = altered(written, { previousHash: before ?? written.metadata.previousHash });
    before = hashOf(linked);
    return altered(linked, { hash: before });
  });
}

const signedIn = (event: RecordedEvent): SignedData => event.data as unknown as SignedData;
const isCovered = ({ content }: SignedData, { stream, revision }: RecordedEvent): boolean =>
  content.streams.some(signed => signed.stream === stream && revision <= signed.revision);

describe('a signature', () => {
  test('verifies whatever comes later: entries, corrections, signatures, withdrawals', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async given => {
        const { events } = historyOf([['sign', 0], ...given]);
        const { signatures } = await read(events);
        expect(signatures.length).toBeGreaterThan(0);
        for (const { signature, digest } of signatures) {
          const proof = await verify(events, signature);
          expect(proof).toMatchObject({ verifies: true, digest, computed: digest, problems: [] });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('verifies if and only if what it covers is what was signed', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), fc.nat(3), fc.boolean(), async (given, pick, how, mended) => {
        const { events } = historyOf([['entry', 0], ...given.slice(0, 7), ['sign', 0], ...given.slice(7)]);
        const data = events.flatMap(({ stream }, index) => (stream.startsWith('signature') ? [] : [index]));
        const at = data[pick % data.length]!;
        const other = forged(events, at, how, mended);
        for (const event of events.filter(({ type }) => type === 'DataSigned')) {
          const { verifies } = await verify(other, event.id);
          expect(verifies).toBe(!isCovered(signedIn(event), events[at]!));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('does not verify with another digest in its envelope, nor when its own event was changed', async () => {
    const history = new SignedHistory();
    history.entry();
    const { id } = history.sign();
    const [entry, own] = history.events as [RecordedEvent, RecordedEvent];
    const signature = { ...own.metadata.signature!, signedHash: 'b'.repeat(64) };
    const elsewhere = altered(own, { signature });
    const rules = async (event: RecordedEvent) =>
      (await verify([entry, event], id)).problems.map(({ rule }) => rule);
    expect(await rules(altered(elsewhere, { hash: hashOf(elsewhere) }))).toEqual(['SIGNED-HASH']);
    const moved = { ...own, data: { ...own.data, digest: 'c'.repeat(64) } };
    expect(await rules(moved)).toEqual(['DIGEST', 'HASH-MATCHES', 'SIGNED-HASH']);
  });
});

/** The same from the events, by the plainest rule: a correction changes what is signed when it names what is signed. */
function expected(events: readonly RecordedEvent[]) {
  const own = events.filter(({ stream, metadata }) => {
    return metadata.subject.participant === participant && !stream.startsWith('signature');
  });
  return events
    .filter(({ type }) => type === 'DataSigned')
    .map(({ id, data }) => {
      const signed = data as unknown as SignedData;
      const later = own.filter(event => !isCovered(signed, event));
      const changes = later.filter(
        ({ type, data: { event } }) =>
          type === 'ValueCorrected' &&
          isCovered(
            signed,
            events.find(each => each.id === event)!,
          ),
      );
      const withdrawn = events.some(each => each.type === 'SignatureWithdrawn' && each.data.signature === id);
      return {
        ...{ signature: id, standing: withdrawn ? 'withdrawn' : 'standing' },
        dataChangedSince: changes.length > 0,
        changes: changes.map(change => change.id),
        addedSince: later.length - changes.length,
      };
    });
}

test('what became of the signed data is told as of every position', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (given, pick) => {
      const { events } = historyOf(given);
      const known = events.slice(0, (pick % events.length) + 1);
      const { signatures, state } = await read(events, known.at(-1)!.position);
      const told = signatures.map(({ signature, standing, dataChangedSince, changes, addedSince }) => ({
        ...{ signature, standing, dataChangedSince, addedSince },
        changes: changes.map(({ event }) => event),
      }));
      expect(told).toEqual(expected(known));
      const standing = told.filter(each => each.standing === 'standing');
      const signed = standing.some(({ dataChangedSince }) => !dataChangedSince);
      expect(state).toBe(standing.length === 0 ? 'pending' : signed ? 'signed' : 'changedSince');
    }),
    { numRuns: 60 },
  );
});

describe.each(signingViews.map(view => [view.name, view] as const))('the view %s', (_, view) => {
  const { events } = historyOf(
    [
      ...([
        'entry',
        'treatment',
        'sign',
        'correct',
        'entry',
        'adverseEvent',
        'signLate',
        'withdraw',
      ] as const),
      ...(['correct', 'other', 'sign'] as const),
    ].map((step): [Step, number] => [step, 1]),
  );
  viewContract(view, events);
});
