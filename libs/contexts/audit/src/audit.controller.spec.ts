import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ACCESS_JOURNAL, ACCESS_POLICY, type AccessEntry } from '@platform/commands';
import { MemoryEventLog } from '@platform/event-log';
import { someCircumstances, someEvent } from '@platform/event-log/testing';
import { setCaller } from '@platform/http';
import { startTestHost, type TestHost } from '@platform/http/testing';
import { chainEvents, emptyStream, streamName, type Subject } from '@platform/kernel';
import { HeldRoles, rolePolicy, type RoleAssignment } from '@trial/access';
import { AuditModule } from './audit.module';
import type { DataPointHistory } from './data-point';
import type { TrailPage } from './trail-page';
import { auditTrail } from './views/audit-trail';
import { entryReview } from './views/entry-review';

const trial = 'NCT05794425';
const people: Readonly<Record<string, RoleAssignment>> = {
  'investigator-03': { role: 'investigator', trial, sites: ['03'] },
  'inspector-01': { role: 'inspector', trial, sites: 'all' },
  'inspector-02': { role: 'inspector', trial: '*', sites: 'all' },
  'coordinator-03': { role: 'coordinator', trial, sites: ['03'] },
};

/** Believes who the request says that it is. */
class NamedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: { user: string } }>();
    const { user } = request.headers;
    setCaller(request, { user, printedName: user, rights: new HeldRoles([people[user]!]) });
    return true;
  }
}

describe('the audit trail over HTTP', () => {
  const log = new MemoryEventLog();
  const journal: AccessEntry[] = [];
  let host: TestHost;

  async function record(stream: ReturnType<typeof streamName>, subject: Subject, events = 2): Promise<void> {
    const some = Array.from({ length: events }, (_, index) => someEvent(index));
    await log.append(stream, -1, chainEvents(stream, emptyStream, some, someCircumstances({ subject })));
  }

  beforeAll(async () => {
    await record(streamName('participant', trial, '03-007'), { trial, site: '03', participant: '03-007' });
    await record(streamName('participant', trial, '04-001'), { trial, site: '04', participant: '04-001' });
    await record(streamName('trial', trial), { trial }, 1);
    await record(streamName('account', 'u-0301'), {}, 1);
    host = await startTestHost({
      imports: [AuditModule],
      views: [auditTrail, entryReview],
      log,
      providers: [
        { provide: ACCESS_POLICY, useValue: rolePolicy },
        {
          provide: ACCESS_JOURNAL,
          useValue: { record: async (entry: AccessEntry) => void journal.push(entry) },
        },
      ],
      enhancers: [{ provide: APP_GUARD, useClass: NamedGuard }],
    });
  });
  afterAll(() => host.close());

  const get = (user: string, url: string) =>
    host.app.inject({
      method: 'GET',
      url: `${url}${url.includes('?') ? '&' : '?'}after=5`,
      headers: { user },
    });

  const streamsFor = async (user: string, url: string): Promise<string[]> => {
    const { entries } = (await get(user, url)).json<TrailPage>();
    return [...new Set(entries.map(({ stream }) => stream))];
  };

  it('shows each caller what the role covers: the own site, the trial, the whole log', async () => {
    const ofTrial = `/trials/${trial}/audit-trail`;
    expect(await streamsFor('investigator-03', ofTrial)).toEqual([`participant-${trial}.03-007`]);
    expect(await streamsFor('inspector-01', ofTrial)).toEqual([
      `trial-${trial}`,
      `participant-${trial}.04-001`,
      `participant-${trial}.03-007`,
    ]);
    expect(await streamsFor('inspector-02', '/audit-trail')).toHaveLength(4);
  });

  it('refuses a role without the permission, and the whole log to a role of one trial', async () => {
    expect((await get('coordinator-03', `/trials/${trial}/audit-trail`)).statusCode).toBe(403);
    expect((await get('inspector-01', '/audit-trail')).statusCode).toBe(403);
    expect((await get('investigator-03', `/trials/${trial}/audit-trail/export?format=csv`)).statusCode).toBe(
      403,
    );
  });

  it('takes repeated parameters as any of these, and goes on where a page ended', async () => {
    const url = `/trials/${trial}/audit-trail?participant=03-007&participant=04-001&limit=3&sort=position`;
    const first = (await get('inspector-01', url)).json<TrailPage>();
    expect(first.entries.map(({ position }) => position)).toEqual(['0', '1', '2']);
    const second = (await get('inspector-01', `${url}&cursor=${first.next}`)).json<TrailPage>();
    expect(second.entries.map(({ position }) => position)).toEqual(['3']);
    expect(second).not.toHaveProperty('next');
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
    ['sort=colour', 'sort'],
    ['reason=perhaps', 'reason'],
    ['from=2024-03-05', 'from'],
    ['fromPosition=-5', 'fromPosition'],
    ['colour=red', 'colour'],
    ['cursor=x', 'cursor'],
    ['adverseEvent=a/b', 'adverseEvent'],
    [`user=${'u'.repeat(201)}`, 'user'],
  ])('says what is wrong with ?%s', async (query, field) => {
    const reply = await get('inspector-01', `/trials/${trial}/audit-trail?${query}`);
    expect({ status: reply.statusCode, says: reply.body }).toEqual({
      status: 400,
      says: expect.stringContaining(field),
    });
  });

  it('tells how late entries are, and what wants a second look', async () => {
    const lags = await get('investigator-03', `/trials/${trial}/audit-trail/entry-lags?until=2024-03-31`);
    expect([lags.statusCode, lags.json()]).toMatchObject([
      200,
      { people: [{ site: '03', user: 'u-0301', entries: 2, sameDay: 2, meanDays: 0 }] },
    ]);
    const findings = await get(
      'inspector-01',
      `/trials/${trial}/audit-trail/findings?kind=lateEntry&limit=1`,
    );
    expect([findings.statusCode, findings.json()]).toMatchObject([200, { findings: [] }]);
    expect((await get('coordinator-03', `/trials/${trial}/audit-trail/findings`)).statusCode).toBe(403);
  });

  it.each([
    ['entry-lags?asOf=3', 400, 'AUDIT-LAG-AS-OF'],
    ['entry-lags?until=2024-02-31', 400, 'AUDIT-DAY'],
    ['entry-lags?until=2024-03', 400, 'until'],
    ['findings?kind=odd', 400, 'kind'],
    ['findings?nearDeadline=perhaps', 400, 'nearDeadline'],
  ])('refuses %s', async (question, status, says) => {
    const reply = await get('inspector-01', `/trials/${trial}/audit-trail/${question}`);
    expect([reply.statusCode, reply.body]).toEqual([status, expect.stringContaining(says)]);
  });

  it('sends an export as a file and writes down that it was made', async () => {
    journal.length = 0;
    const reply = await get('inspector-01', `/trials/${trial}/audit-trail/export?format=csv`);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="audit-trail-${trial}-5.csv"`,
      'ledger-position': '5',
    });
    expect(reply.body.split('\r\n').filter(line => line.includes(',specimen,'))).toHaveLength(5);
    expect(journal).toEqual([
      expect.objectContaining({ kind: 'read', permission: 'audit.export', request: 'ExportAuditTrail' }),
    ]);
  });

  it('tells the history of one data point', async () => {
    const url = `/trials/${trial}/audit-trail/data-points?stream=participant-${trial}.03-007&field=result.value`;
    const { values } = (await get('investigator-03', url)).json<DataPointHistory>();
    expect(values.map(({ value, unit }) => [value, unit])).toEqual([
      [0, 'umol/L'],
      [1, 'umol/L'],
    ]);
    const foreign = url.replace('03-007', '04-001');
    expect((await get('investigator-03', foreign)).statusCode).toBe(404);
  });
});
