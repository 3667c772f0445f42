import { filled } from '@platform/commands';
import { EVENT_LOG, eachPage, verifyLog, type EventLog } from '@platform/event-log';
import { logStart, type RecordedEvent } from '@platform/kernel';
import { AccountOpening } from '@trial/access';
import { CorrectParticipantValue, RecordVisits } from '@trial/participants';
import { goingOnTypes } from '@trial/signing';
import { historyNames, readHistory } from '../golden/histories';
import { days, RunningTrial, trial, type LoggedIn } from '../support/trial';

const reason = { code: 'transcription', text: 'Misread from the print-out.' };

describe('an investigator signs', () => {
  let running: RunningTrial;
  let log: EventLog;
  let signer: LoggedIn;
  let participant: string;
  let path: string;

  beforeAll(async () => {
    running = await RunningTrial.start(['01', '02']);
    log = running.ledger.app.get<EventLog>(EVENT_LOG);
    signer = await running.as({ role: 'investigator', site: '01' });
  });
  afterAll(() => running.stop());

  beforeEach(async () => {
    participant = await running.screenedAt('01');
    path = `/participants/${participant}/signatures`;
    await running.ledger.settled();
  });

  const shown = async (who = signer) => {
    await running.ledger.settled();
    return (await who.get(path)).body;
  };
  const request = async (more: object = {}) => ({
    ...{ milestone: 'interimAnalysis', ...(await shown()).data, signature: signer.signature },
    ...more,
  });
  const sign = async (more: object = {}, headers = {}) => signer.post(path, await request(more), headers);
  const visit = () =>
    running.submit(filled(RecordVisits, { visits: [{ visit: 'SCR', startedAt: days.sampled }] }), {
      participant,
    });
  const entries = async (): Promise<RecordedEvent[]> => {
    const all: RecordedEvent[] = [];
    for await (const page of eachPage(log, { after: logStart })) all.push(...page);
    return all;
  };
  /** Puts the weight of somebody's record right. */
  async function correct(): Promise<string> {
    const casebook = (await signer.get(`/participants/${participant}/casebook`)).body;
    const [{ event, data }] = casebook.measurements;
    const value = { ...data.quantity, value: data.quantity.value + 1 };
    const correction = filled(CorrectParticipantValue, { event, field: 'quantity', value, reason });
    const receipt = await running.submit(correction, { participant });
    await running.ledger.settled();
    return receipt.events[0]!.id;
  }

  it('what the casebook shows: name, time, meaning, and a proof that holds', async () => {
    expect(await shown()).toMatchObject({ participant, state: 'pending', signatures: [] });
    const { status, body } = await sign();
    expect(status).toBe(201);
    const { signature } = body.ids;
    await running.ledger.settled();
    const casebook = (await signer.get(`/participants/${participant}/casebook`)).body;
    expect(casebook.signing).toMatchObject({
      state: 'signed',
      signatures: [
        {
          ...{ signature, standing: 'standing', milestone: 'interimAnalysis', dataChangedSince: false },
          ...{ meaning: 'Review and endorsement of the data', signedAt: body.recordedAt, addedSince: 0 },
          signer: {
            user: 'investigator-01',
            printedName: 'Test account investigator-01',
            role: 'investigator',
          },
          digest: casebook.signing.data.digest,
        },
      ],
    });
    const proof = await signer.get(`${path}/${signature}/verification`);
    expect(proof.body).toMatchObject({ verifies: true, problems: [], digest: casebook.signing.data.digest });
    expect(proof.body.events).toBeGreaterThan(10);
    const trail = await signer.get(`/audit-trail?participant=${participant}&type=DataSigned`);
    expect(trail.body.entries).toMatchObject([
      {
        signature: {
          ...{ meaning: 'Review and endorsement of the data', components: ['user-id', 'password'] },
          signedHash: casebook.signing.data.digest,
        },
      },
    ]);
    expect((await verifyLog(log)).problems).toEqual([]);
  });

  it('with a wrong password or another one’s account signs nothing, and the attempts are in the trail', async () => {
    const { signature: other } = await running.as({ role: 'investigator', site: '02' });
    const { user, password } = signer.signature;
    const attempts: [object | undefined, string][] = [
      [{ user, password: 'not the password' }, '403 SIGNATURE-CREDENTIALS'],
      [{ user, password: other.password }, '403 SIGNATURE-CREDENTIALS'],
      [other, '403 SIGNATURE-OWN-ACCOUNT'],
      [undefined, '400 INPUT-MISSING'],
      [{ user, password }, '201 undefined'],
    ];
    for (const [signature, expected] of attempts) {
      const { status, body } = await sign({ signature });
      expect(`${status} ${body.rule}`).toBe(expected);
    }
    const refused = (await entries()).filter(
      ({ type, metadata }) => type === 'SigningRefused' && metadata.subject.participant === participant,
    );
    expect(refused.map(({ data }) => data.cause)).toEqual(['credentials', 'credentials', 'anotherUser']);
    const text = JSON.stringify(await entries(), (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    for (const secret of [password, other.password, 'not the password']) expect(text).not.toContain(secret);
  });

  it('not when the account is locked', async () => {
    const user = 'investigator-17';
    const opened = await running.ledger.app.get(AccountOpening).open({
      ...{ user, printedName: 'Investigator 17', temporary: false },
      roles: [{ role: 'investigator', trial, sites: ['01'] }],
    });
    const token = await running.ledger.tokenFor(opened);
    const root = await running.ledger.login('administrator-17', 'administrator', '*', 'all');
    const { data } = await shown();
    await running.ledger.call('POST', `/accounts/${user}/lock`, { token: root, body: { reason } });
    const body = { milestone: 'databaseLock', ...data, signature: opened };
    const answer = await running.ledger.call('POST', `/trials/${trial}${path}`, { token, body });
    expect(answer.status).toBe(401);
    expect((await shown()).signatures).toEqual([]);
  });

  it('once, however often the request is sent with one key', async () => {
    const body = await request();
    const key = { 'idempotency-key': `sign-${participant}` };
    const first = await signer.post(path, body, key);
    const again = await signer.post(path, body, key);
    expect([first.body.repeated, again.body.repeated]).toEqual([false, true]);
    expect(again.body.ids).toEqual(first.body.ids);
    const mistyped = { ...body, signature: { ...signer.signature, password: 'not the password' } };
    expect(await signer.post(path, mistyped, key)).toMatchObject({ status: 403 });
    const other = await signer.post(path, { ...body, milestone: 'databaseLock' }, key);
    expect(other).toMatchObject({ status: 409, body: { rule: 'INPUT-IDEMPOTENCY-KEY-REUSED' } });
    expect((await shown()).signatures).toHaveLength(1);
  });

  it('not what has changed since it was shown, nor what was never shown', async () => {
    const before = await request();
    await visit();
    expect(await signer.post(path, before)).toMatchObject({
      status: 409,
      body: { rule: 'SIGNATURE-DATA-CHANGED', field: 'position' },
    });
    await running.ledger.settled();
    const { position } = (await shown()).data;
    expect(await sign({ digest: before.digest })).toMatchObject({ body: { rule: 'SIGNATURE-DIGEST' } });
    const future = await sign({ position: String(BigInt(position) + 1_000_000n) });
    expect(future).toMatchObject({ status: 400, body: { rule: 'SIGNATURE-POSITION' } });
    expect((await sign()).status).toBe(201);
  });

  it('and a correction shows beside the signature, until it is signed again', async () => {
    const first = (await sign()).body;
    const edit = await correct();
    const changed = await shown();
    expect(changed).toMatchObject({ state: 'changedSince', signatures: [{ changes: [{ event: edit }] }] });
    const asOf = (await signer.get(`${path}?asOf=${first.position}`)).body;
    expect(asOf).toMatchObject({ state: 'signed', signatures: [{ dataChangedSince: false }] });
    const aid = `/audit-trail/edits-after-signature?participant=${participant}`;
    expect((await signer.get(aid)).body.edits).toMatchObject([
      {
        event: edit,
        user: 'investigator-of-01',
        after: { signature: first.ids.signature },
        signedAgain: null,
      },
    ]);
    expect(await sign()).toMatchObject({ status: 400, body: { rule: 'SIGNATURE-REASON', field: 'reason' } });
    const second = (await sign({ reason })).body.ids.signature;
    await running.ledger.settled();
    expect(await shown()).toMatchObject({
      state: 'signed',
      signatures: [
        { standing: 'superseded', ended: { by: second, reason }, dataChangedSince: true },
        { standing: 'standing', signature: second, dataChangedSince: false },
      ],
    });
    const proof = await signer.get(`${path}/${first.ids.signature}/verification`);
    expect(proof.body).toMatchObject({ verifies: true, problems: [] });
    expect((await signer.get(aid)).body.edits).toEqual([]);
    const settled = (await signer.get(`${aid}&signedAgain=true`)).body.edits;
    expect(settled).toMatchObject([{ event: edit, signedAgain: { signature: second } }]);
    const people = `/audit-trail/edits-after-signature/people?participant=${participant}`;
    expect((await signer.get(people)).body.people).toEqual([
      { site: '01', user: 'investigator-of-01', role: 'investigator', edits: 1, notSignedAgain: 0 },
    ]);
  });

  it('and takes the signature back, signing that as well', async () => {
    const { signature } = (await sign()).body.ids;
    const withdrawal = `${path}/${signature}/withdrawal`;
    const mistyped = { ...signer.signature, password: 'not the password' };
    expect(await signer.post(withdrawal, { reason, signature: mistyped })).toMatchObject({ status: 403 });
    expect((await signer.post(withdrawal, { reason, signature: signer.signature })).status).toBe(201);
    expect(await shown()).toMatchObject({
      state: 'pending',
      signatures: [{ standing: 'withdrawn', ended: { how: 'withdrawn', reason } }],
    });
    const unknown = `${path}/0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21`;
    const none = await signer.post(`${unknown}/withdrawal`, { reason, signature: signer.signature });
    expect(none).toMatchObject({ status: 404, body: { rule: 'SIGNATURE-UNKNOWN' } });
    expect(await signer.get(`${unknown}/verification`)).toMatchObject({ status: 404 });
  });

  it.each(['coordinator', 'monitor', 'dataManager'] as const)('and nobody as %s', async role => {
    const site = role === 'coordinator' ? '01' : undefined;
    const who = await running.as({ role, site });
    expect(await shown(who)).toMatchObject({ participant, state: 'pending' });
    const body = { ...(await request()), signature: who.signature };
    expect(await who.post(path, body)).toMatchObject({ status: 403, body: { rule: 'ACCESS-NO-GRANT' } });
  });

  it('and a site’s list says who is pending, signed, and changed since, page by page', async () => {
    const signed = participant;
    await sign();
    participant = await running.screenedAt('01');
    path = `/participants/${participant}/signatures`;
    await running.ledger.settled();
    const monitor = await running.as({ role: 'monitor' });
    const all = (await monitor.get('/signatures?site=01')).body.participants as { participant: string }[];
    const states = (state: string) => monitor.get(`/signatures?site=01&state=${state}`);
    expect((await states('signed')).body.participants).toContainEqual(
      expect.objectContaining({ participant: signed, state: 'signed' }),
    );
    expect((await states('pending')).body.participants).toContainEqual(
      expect.objectContaining({ participant, state: 'pending' }),
    );
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await monitor.get(`/signatures?site=01&limit=2${cursor}`)).body;
      paged.push(...page.participants.map((each: { participant: string }) => each.participant));
      if (page.next === undefined) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(paged).toEqual(all.map(each => each.participant));
    const neighbour = await running.as({ role: 'investigator', site: '02' });
    expect((await neighbour.get('/signatures')).body.participants).toEqual([]);
  });
});

test('every type that names earlier values is known to be an edit, or to go on', () => {
  const edits = [
    ...['ValueCorrected', 'AdverseEventAmended', 'InfusionPlanChanged', 'ScreeningDecisionRecorded'],
    ...['SeverityAssessed', 'SeriousnessAssessed', 'CausalityAssessed', 'ExpectednessAssessed'],
    ...['AdverseEventOutcomeRecorded', 'ProductUnitThawed', 'InfusionReactionResolved'],
  ];
  const of = /^(participant|treatment|adverseEvent|deviation)-/;
  const named = historyNames()
    .flatMap(readHistory)
    .filter(({ stream, metadata }) => of.test(stream) && metadata.previous !== undefined);
  expect(named.length).toBeGreaterThan(5);
  const unknown = named.filter(({ type }) => ![...edits, ...goingOnTypes].includes(type));
  expect(unknown.map(({ stream, type }) => `${type} of ${stream}`)).toEqual([]);
});
