import { filled } from '@platform/commands';
import { DefineTrial, initialTrial, PublishProtocolVersion } from '@trial/protocol';
import { RunningLedger } from '../support/running-ledger';

const trial = 'NCT05794425';
const profile = { name: 'Linyi People’s Hospital', city: 'Linyi', country: 'CHN', zone: 'Asia/Shanghai' };

describe('a site, over HTTP', () => {
  let ledger: RunningLedger;
  let administrator: string;
  let coordinator: string;

  beforeAll(async () => {
    ledger = await RunningLedger.start();
    const { define, publish } = initialTrial(trial)!;
    await ledger.asOperator(filled(DefineTrial, define), { trial });
    await ledger.asOperator(filled(PublishProtocolVersion, publish), { trial });
    administrator = await ledger.login('administrator-02', 'administrator', trial, 'all');
    coordinator = await ledger.login('coordinator-01', 'coordinator', trial, ['01']);
  });

  afterAll(() => ledger.stop());

  it('is selected, seen at the position of its receipt, and answers a repetition with the first receipt', async () => {
    const request = { token: administrator, body: profile, headers: { 'idempotency-key': 'select-04' } };
    const first = await ledger.call('POST', `/trials/${trial}/sites/04`, request);
    expect(first.status).toBe(201);
    const seen = await ledger.call('GET', `/trials/${trial}/sites?after=${first.body.position}`, {
      token: administrator,
    });
    expect(seen.body.sites).toEqual([
      { site: '04', name: profile.name, city: 'Linyi', country: 'CHN', status: 'selected' },
    ]);

    const again = await ledger.call('POST', `/trials/${trial}/sites/04`, request);
    expect(again.body).toEqual({ ...first.body, repeated: true });
    const other = await ledger.call('POST', `/trials/${trial}/sites/04`, {
      ...request,
      body: { ...profile, city: 'Jinan' },
    });
    expect(other.status).toBe(409);
  });

  it('is not shown to people of other sites', async () => {
    const list = await ledger.call('GET', `/trials/${trial}/sites`, { token: coordinator });
    expect(list.body.sites).toEqual([]);
    const there = await ledger.call('GET', `/trials/${trial}/sites/04`, { token: coordinator });
    const nowhere = await ledger.call('GET', `/trials/${trial}/sites/05`, { token: coordinator });
    expect([there.status, nowhere.status]).toEqual([403, 403]);
  });

  it('outlives a restart, also in the past', async () => {
    const before = await ledger.call('GET', `/trials/${trial}/sites/04`, { token: administrator });
    await ledger.restart();
    const position = before.body.standsAt.position;
    const after = await ledger.call('GET', `/trials/${trial}/sites/04?asOf=${position}`, {
      token: administrator,
    });
    expect(after.body).toEqual({ ...before.body, standsAt: { ...before.body.standsAt, asOf: true } });
  });
});
