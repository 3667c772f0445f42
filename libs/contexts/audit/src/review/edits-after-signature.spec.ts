import { replayViews } from '@platform/views';
import { RecordedLog } from '@platform/views/testing';
import type { Position, Scope } from '@platform/kernel';
import { signingViews, type EditFilter } from '@trial/signing';
import { SignedHistory, trial } from '@trial/signing/testing';
import { countEditors, editsAfterSignature, type EditAfterSignature } from './edits-after-signature';

let history: SignedHistory;
beforeEach(() => (history = new SignedHistory()));

async function asked<Answer>(
  question: (reading: Parameters<typeof countEditors>[1]) => Promise<Answer>,
  { sites = 'all', standsAt }: { sites?: Scope['sites']; standsAt?: Position } = {},
): Promise<Answer> {
  const log = new RecordedLog(history.events);
  const views = await replayViews(log, signingViews);
  try {
    return await question({ log, views, scope: { trial, sites }, standsAt: standsAt ?? (await log.head()) });
  } finally {
    await views.close();
  }
}

const found = (
  filter: EditFilter = {},
  at: Parameters<typeof asked>[1] = {},
): Promise<EditAfterSignature[]> =>
  asked(async reading => {
    const edits: EditAfterSignature[] = [];
    for await (const edit of editsAfterSignature(filter, reading)) edits.push(edit);
    return edits;
  }, at);

test('a correction of a signed fact is found, with who made it and whose signature it came after', async () => {
  const weight = history.entry();
  const signed = history.sign('interimAnalysis');
  const edit = history.correct(weight);
  expect(await found()).toEqual([
    {
      ...{ event: edit.id, site: '03', participant: '03-007', stream: weight.stream, revision: 1 },
      ...{ position: edit.position, recordedAt: edit.metadata.recordedAt, type: 'ValueCorrected' },
      ...{ user: 'coordinator-01', printedName: 'Coordinator 01', role: 'coordinator' },
      after: {
        ...{ signature: signed.id, milestone: 'interimAnalysis', signedAt: signed.metadata.recordedAt },
        ...{ user: 'investigator-03', printedName: 'Investigator 03' },
      },
      signedAgain: null,
    },
  ]);
});

test('what was put right before the signature, or was entered behind it, is none', async () => {
  const before = history.entry();
  history.correct(before);
  history.sign();
  history.correct(history.entry());
  history.correct(history.entry('LaboratoryResultRecorded', {}, 'adverseEvent'));
  expect(await found()).toEqual([]);
});

test('what was entered between two signatures is covered by the second', async () => {
  history.entry();
  history.sign();
  const between = history.entry();
  const second = history.sign('databaseLock');
  history.correct(between);
  expect((await found()).map(({ after }) => after.signature)).toEqual([second.id]);
});

test('a signature that left out what was recorded in its very moment leaves it to be found', async () => {
  const weight = history.entry();
  const edit = history.correct(weight);
  const signed = history.sign('periodicReview', 1);
  expect(await found()).toMatchObject([
    { event: edit.id, after: { signature: signed.id }, signedAgain: null },
  ]);
});

test('a later signature covers the edit; as of before it did not; a withdrawn one does not', async () => {
  const weight = history.entry();
  history.sign();
  const edit = history.correct(weight);
  const again = history.sign('databaseLock');
  expect(await found()).toMatchObject([{ event: edit.id, signedAgain: { signature: again.id } }]);
  expect(await found({}, { standsAt: edit.position })).toMatchObject([{ signedAgain: null }]);
  history.withdraw(again);
  expect(await found()).toMatchObject([{ event: edit.id, signedAgain: null }]);
});

test('behind a signature that was withdrawn before, nothing is found', async () => {
  const weight = history.entry();
  history.withdraw(history.sign());
  history.correct(weight);
  expect(await found()).toEqual([]);
});

test('people of other sites are not seen, and filters hold', async () => {
  const [own, other] = [history.entry(), history.entry('MeasurementRecorded', {}, 'participant', '04-001')];
  history.sign();
  history.sign('periodicReview', 0, '04-001');
  const edits = [history.correct(own), history.correct(other), history.correct(own, 2)];
  const ids = async (...question: Parameters<typeof found>) =>
    (await found(...question)).map(({ event }) => edits.findIndex(({ id }) => id === event));
  expect(await ids()).toEqual([0, 1, 2]);
  expect(await ids({}, { sites: ['04'] })).toEqual([1]);
  expect(await ids({ site: '03' })).toEqual([0, 2]);
  expect(await ids({ participant: '04-001' })).toEqual([1]);
  expect(await ids({ user: 'nobody' })).toEqual([]);
  expect(await ids({ behind: edits[1]!.position })).toEqual([2]);
});

test('counts by person and site, with what is not signed again', async () => {
  const [own, other] = [history.entry(), history.entry('MeasurementRecorded', {}, 'participant', '04-001')];
  history.sign();
  history.sign('periodicReview', 0, '04-001');
  history.correct(own);
  history.correct(own, 2);
  history.correct(other);
  history.sign('databaseLock', 0, '04-001');
  const about = { user: 'coordinator-01', role: 'coordinator' };
  expect(await asked(reading => countEditors({}, reading))).toEqual([
    { site: '03', ...about, edits: 2, notSignedAgain: 2 },
    { site: '04', ...about, edits: 1, notSignedAgain: 0 },
  ]);
});

test('more than one lot is read to its end', async () => {
  const weight = history.entry();
  history.sign();
  for (let value = 1; value <= 401; value++) history.correct(weight, value);
  expect(await found()).toHaveLength(401);
});
