import { DefineTrial, initialTrial, PublishProtocolVersion } from '@trial/protocol';
import { filled } from '@platform/commands';
import { RunningLedger } from '../support/running-ledger';

const trial = 'NCT05794425';
const at = `/trials/${trial}`;
const { define, publish } = initialTrial(trial)!;
const second = { ...publish.definition, version: '2.0', enrollmentTarget: 120 };
const amendment = {
  definition: second,
  effectiveFrom: '2024-05-01',
  reason: { code: 'amendment', text: 'Twenty more participants' },
};

describe('a trial and its protocol, over HTTP', () => {
  let ledger: RunningLedger;
  let administrator: string;
  let coordinator: string;

  beforeAll(async () => {
    ledger = await RunningLedger.start();
    await ledger.asOperator(filled(DefineTrial, define), { trial });
    await ledger.asOperator(filled(PublishProtocolVersion, publish), { trial });
    administrator = await ledger.login('administrator-02', 'administrator', trial, 'all');
    coordinator = await ledger.login('coordinator-01', 'coordinator', trial, ['01']);
  });

  afterAll(() => ledger.stop());

  const get = (path: string) => ledger.call('GET', `${at}${path}`, { token: coordinator });
  const post = (path: string, body: unknown, token = administrator) =>
    ledger.call('POST', `${at}${path}`, { token, body });

  it('shows the trial, its version, and the criteria with their source notes', async () => {
    const { status, body } = await get('');
    expect(status).toBe(200);
    expect(body).toMatchObject({ trial, status: 'notYetRecruiting', details: { sponsor: define.sponsor } });
    expect(body.versions).toEqual([
      expect.objectContaining({ version: '1.0', effectiveFrom: '2023-08-01', criteria: 18 }),
    ]);
    const protocol = await get('/protocol?version=1.0');
    expect(protocol.body.definition).toEqual(publish.definition);
    expect(protocol.body.definition.criteria[1].sourceNote).toContain('Contradiction');
    expect(protocol.body.evidenceNeeded.measurements).toEqual(['LVEF', 'ECOG', 'NYHA', 'SYSBP', 'DIABP']);
  });

  it('publishes an amendment beside the first version, which stays as it was, also in the past', async () => {
    const before = await get('/protocol');
    const published = await post('/protocol/versions', amendment);
    expect(published.status).toBe(201);
    expect(published.body.events.map(({ type }: { type: string }) => type)).toEqual([
      'ProtocolVersionPublished',
    ]);

    const versions = await get('/protocol/versions');
    expect(versions.body.versions.map(({ version }: { version: string }) => version)).toEqual(['1.0', '2.0']);
    const first = await get('/protocol?version=1.0');
    expect(JSON.stringify(first.body.definition)).toBe(JSON.stringify(before.body.definition));
    const inForce = ['2023-07-31', '2024-04-30', '2024-05-01'].map(on => get(`/protocol?on=${on}`));
    expect((await Promise.all(inForce)).map(({ body }) => body.version ?? body.rule)).toEqual([
      'PROTOCOL-VERSION-UNKNOWN',
      '1.0',
      '2.0',
    ]);
    const then = await get(`/protocol?asOf=${before.body.standsAt.position}`);
    expect(then.body.version).toBe('1.0');
  });

  it('changes its status and corrects a wrong one', async () => {
    const changed = await post('/status', { status: 'recruiting', effectiveOn: '2023-08-01' });
    expect(changed.status).toBe(201);
    const corrected = await post('/status/corrections', {
      original: changed.body.events[0].id,
      effectiveOn: '2023-08-02',
      reason: { code: 'entryError', text: 'The day before was meant' },
    });
    expect(corrected.status).toBe(201);
    const { body } = await get('');
    expect([body.status, body.statuses]).toEqual([
      'recruiting',
      [{ status: 'recruiting', effectiveOn: '2023-08-02', eventId: changed.body.events[0].id }],
    ]);
  });

  it('changes its details, naming what they were', async () => {
    const sponsor = 'Another sponsor';
    const reason = { code: 'registry', text: 'The sponsor was renamed' };
    expect((await post('/details', { ...define, sponsor, reason })).status).toBe(201);
    expect((await get('')).body.details).toEqual({ ...define, sponsor });
  });

  it('lets nobody amend who may only read', async () => {
    const refused = await post('/protocol/versions', amendment, coordinator);
    expect([refused.status, refused.body.rule]).toEqual([403, 'ACCESS-NO-GRANT']);
  });

  it.each<[number, string, string, string, unknown]>([
    [400, 'PROTOCOL-SHAPE', 'definition.version', '/protocol/versions', { ...amendment, definition: {} }],
    [400, 'INPUT-OBJECT', 'definition', '/protocol/versions', { ...amendment, definition: [] }],
    [
      400,
      'INPUT-PARTIAL-DATE',
      'effectiveFrom',
      '/protocol/versions',
      { ...amendment, effectiveFrom: '2024-02-30' },
    ],
    [400, 'TRIAL-DAY', 'effectiveFrom', '/protocol/versions', { ...amendment, effectiveFrom: '2024-05' }],
    [
      400,
      'PROTOCOL-ZONE',
      'definition.zone',
      '/protocol/versions',
      { ...amendment, definition: { ...second, zone: 'Mars' } },
    ],
    [400, 'INPUT-IN', 'status', '/status', { status: 'finished' }],
    [400, 'INPUT-UNKNOWN-FIELD', 'force', '/status', { status: 'completed', force: true }],
    [400, 'TRIAL-STATUS-REASON', 'reason', '/status', { status: 'terminated' }],
    [400, 'INPUT-UUID', 'original', '/status/corrections', { original: '1', reason: amendment.reason }],
    [400, 'INPUT-TEXT', 'title', '', { ...define, title: null }],
    [400, 'INPUT-PARTIAL-DATE', 'plannedDates.start', '', { ...define, plannedDates: { start: 2023 } }],
    [409, 'TRIAL-DEFINED', '', '', { ...define, title: 'Another' }],
  ])('answers %i %s at "%s"', async (status, rule, field, path, body) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body.rule, answer.body.field ?? '']).toEqual([status, rule, field]);
  });

  it('answers 404 for a trial that nobody defined', async () => {
    const elsewhere = await ledger.login('administrator-03', 'administrator', 'NCT00000000', 'all');
    const unknown = await ledger.call('GET', '/trials/NCT00000000', { token: elsewhere });
    expect([unknown.status, unknown.body.rule]).toEqual([404, 'TRIAL-UNKNOWN']);
  });
});
