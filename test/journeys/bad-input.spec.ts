import { createHmac } from 'node:crypto';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import type { RecordedEvent } from '@platform/kernel';
import { AccountOpening, type AccountRole } from '@trial/access';
import { markedParticipant } from '../support/marked-participant';
import type { Answer } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';
import type { Attempt } from './bad-input/attempt';
import { badCallers } from './bad-input/callers';
import { badEnvelopes } from './bad-input/envelopes';
import { badShapes } from './bad-input/shapes';
import { badValues } from './bad-input/values';

const atSite: readonly AccountRole[] = ['investigator', 'coordinator', 'pharmacist'];
const ofTrial: readonly AccountRole[] = ['monitor', 'dataManager', 'inspector', 'administrator'];

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens that say the same as a good one, under a signature that is none. */
function forged(valid: string): Record<string, string> {
  const [head = '', payload = '', signature = ''] = valid.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
  const symmetric = `${base64url({ ...header, alg: 'HS256' })}.${payload}`;
  return {
    garbled: `${head}.${payload}.${signature.slice(0, -4)}AAAA`,
    unsigned: `${base64url({ ...header, alg: 'none' })}.${payload}.`,
    symmetric: `${symmetric}.${createHmac('sha256', 'secret').update(symmetric).digest('base64url')}`,
  };
}

describe('bad input', () => {
  let running: RunningTrial;
  let log: EventLog;
  let tokens: Record<string, string>;
  let ids: Record<string, string>;

  const loggedIn = async (user: string, temporary: boolean): Promise<string> => {
    const roles = [{ role: 'investigator', trial, sites: ['01'] }] as const;
    const account = { user, printedName: `Test account ${user}`, roles, temporary };
    return running.ledger.tokenFor(await running.ledger.app.get(AccountOpening).open(account));
  };

  const tokenOf = async (role: AccountRole): Promise<string> =>
    (await running.as({ role, site: atSite.includes(role) ? '01' : undefined })).token;

  beforeAll(async () => {
    running = await RunningTrial.start(['01', '02']);
    const { ledger, clock } = running;
    log = ledger.app.get<EventLog>(EVENT_LOG);
    const expired = await loggedIn('investigator-91', false);
    clock.advance(20 * 60_000);
    // Whoever logs in for the first time here would be a change of the log later.
    for (const role of [...atSite, ...ofTrial]) await tokenOf(role);
    const valid = await tokenOf('investigator');
    const locked = await loggedIn('investigator-92', false);
    const root = await ledger.login('administrator-90', 'administrator', '*', 'all');
    const body = { reason: { code: 'test', text: 'Locked for this test.' } };
    await ledger.call('POST', '/accounts/investigator-92/lock', { token: root, body });
    const temporary = await loggedIn('investigator-93', true);
    tokens = { valid, expired, locked, temporary, ...forged(valid) };

    const own = await markedParticipant(running, '01');
    const foreign = await markedParticipant(running, '02');
    const investigator = await running.as({ role: 'investigator', site: '01' });
    const consent = { version: '3.0', signedAt: '2024-03-04' };
    const path = `/participants/${own.participant}/consents`;
    const signed = await investigator.post(path, consent, { 'idempotency-key': 'used' });
    ids = {
      ...own,
      trial,
      event: signed.body.events[0].id,
      foreignAdverseEvent: foreign.adverseEvent,
      foreignDeviation: foreign.deviation,
    };
    await ledger.settled();
  });

  afterAll(() => running.stop());

  const withIds = (text: string): string =>
    text.replace(/:([a-zA-Z]+)/g, (whole, name: string) => ids[name] ?? whole);

  async function send([, request, { body, headers = {} }]: Attempt): Promise<Answer> {
    const [, role = 'investigator', method = '', path = ''] = /^(?:([a-z]\w+) )?([A-Z]+) (.*)$/i.exec(
      request,
    )!;
    const token = await tokenOf(role as AccountRole);
    const given = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace(/\{(\w+)\}/g, (_, known: string) => tokens[known]!),
    ]);
    return running.ledger.call(method, withIds(path), {
      token,
      body: body === undefined ? undefined : (JSON.parse(withIds(JSON.stringify(body))) as unknown),
      headers: Object.fromEntries(given),
    });
  }

  /** What was written since, besides the access journal, in which refused attempts stand on purpose. */
  async function writtenSince(position: Awaited<ReturnType<EventLog['head']>>): Promise<string[]> {
    const events: RecordedEvent[] = await log.readAll({ after: position, limit: 100 });
    return events
      .filter(({ stream }) => !stream.startsWith('access-'))
      .map(({ stream, type }) => `${type} ${stream}`);
  }

  const attempts = [...badShapes, ...badValues, ...badEnvelopes, ...badCallers];

  it('is looked at in more ways than a hundred, each told once', () => {
    expect(attempts.length).toBeGreaterThan(150);
    expect(new Set(attempts.map(([title]) => title)).size).toBe(attempts.length);
  });

  it.each(attempts)('%s is turned away, and changes nothing', async (...attempt) => {
    const before = await log.head();
    const answer = await send(attempt);
    const { rule, field, status, type, title, detail } = answer.body;
    expect([answer.status, rule, field].filter(Boolean).join(' ')).toBe(attempt[3]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect({ status, type, title, detail }).toEqual({
      status: answer.status,
      type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
      title: expect.stringMatching(/./),
      detail: expect.stringMatching(/\.$/),
    });
    expect(await writtenSince(before)).toEqual([]);
  });
});
