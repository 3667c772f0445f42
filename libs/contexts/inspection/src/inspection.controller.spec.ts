import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ACCESS_JOURNAL, ACCESS_POLICY, type AccessEntry } from '@platform/commands';
import { MemoryEventLog } from '@platform/event-log';
import { someCircumstances } from '@platform/event-log/testing';
import { setCaller } from '@platform/http';
import { startTestHost, type TestHost } from '@platform/http/testing';
import {
  chainEvents,
  emptyStream,
  headOf,
  type DomainEvent,
  type StreamName,
  type Subject,
} from '@platform/kernel';
import { HeldRoles, rolePolicy, type RoleAssignment } from '@trial/access';
import { participantStream } from '@trial/participants';
import { siteEvents, trialEvents } from '@trial/participants/testing';
import { trialStream } from '@trial/protocol';
import { siteStream } from '@trial/sites';
import type { SiteBoard, TrialBoard } from './domain/board';
import type { Casebook } from './domain/casebook';
import { InspectionModule } from './inspection.module';
import { prescreened, subjectOf, trial, views } from './testing/small-inspection';

const people: Readonly<Record<string, RoleAssignment>> = {
  'investigator-03': { role: 'investigator', trial, sites: ['03'] },
  'inspector-01': { role: 'inspector', trial, sites: 'all' },
  'pharmacist-03': { role: 'pharmacist', trial, sites: ['03'] },
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

interface StandsAt {
  readonly standsAt: { readonly position: string; readonly recordedAt: string; readonly asOf: boolean };
}

describe('inspection over HTTP', () => {
  const log = new MemoryEventLog();
  let host: TestHost;
  let hour = 0;

  /** One command an hour, from midnight UTC on 5 March 2024. */
  async function write(
    stream: StreamName,
    events: readonly DomainEvent[],
    subject: Subject,
  ): Promise<string> {
    const before = (await log.readStream(stream)).at(-1);
    const head = before ? headOf(before) : emptyStream;
    const recordedAt = `2024-03-05T${String(hour++).padStart(2, '0')}:00:00.000Z`;
    const chained = chainEvents(stream, head, events, someCircumstances({ recordedAt, subject }));
    return String((await log.append(stream, head.revision, chained)).position);
  }

  let prescreenedAt: string;

  beforeAll(async () => {
    await write(trialStream(trial), trialEvents, { trial });
    for (const site of ['03', '04']) await write(siteStream(trial, site), siteEvents, { trial, site });
    prescreenedAt = await write(participantStream(trial, '03-007'), [prescreened()], subjectOf('03-007'));
    const weight = {
      type: 'MeasurementRecorded',
      data: { code: 'WEIGHT', quantity: { value: 60, unit: 'kg' } },
    };
    await write(participantStream(trial, '03-007'), [weight], subjectOf('03-007'));
    host = await startTestHost({
      imports: [InspectionModule],
      views,
      log,
      providers: [
        { provide: ACCESS_POLICY, useValue: rolePolicy },
        { provide: ACCESS_JOURNAL, useValue: { record: (_: AccessEntry) => Promise.resolve() } },
      ],
      enhancers: [{ provide: APP_GUARD, useClass: NamedGuard }],
    });
  });
  afterAll(() => host.close());

  const get = async (user: string, path: string, query: Record<string, string> = {}) => {
    const after = String(await log.head());
    const url = `/trials/${trial}${path}`;
    return host.app.inject({ method: 'GET', url, query: { after, ...query }, headers: { user } });
  };

  it('answers with the casebook, and the position and time at which it stands', async () => {
    const reply = await get('investigator-03', '/participants/03-007/casebook');
    const { standsAt, measurements } = reply.json<Casebook & StandsAt>();
    expect(measurements).toHaveLength(1);
    expect(standsAt).toEqual({
      position: String(await log.head()),
      recordedAt: '2024-03-05T04:00:00.000Z',
      asOf: false,
    });
  });

  it.each([
    ['a position', () => prescreenedAt],
    ['an instant', () => '2024-03-05T03:30:00Z'],
  ])('answers as of %s', async (_, asOf) => {
    const reply = await get('inspector-01', '/participants/03-007/casebook', { asOf: asOf() });
    const { standsAt, measurements } = reply.json<Casebook & StandsAt>();
    expect(measurements).toEqual([]);
    expect(standsAt).toEqual({ position: prescreenedAt, recordedAt: '2024-03-05T03:00:00.000Z', asOf: true });
  });

  it('answers with the boards of a site and of the trial, cut to the caller’s sites', async () => {
    const site = (await get('investigator-03', '/sites/03/board')).json<SiteBoard & StandsAt>();
    expect(site).toMatchObject({ site: '03', participants: { screened: 1 }, standsAt: { asOf: false } });
    const all = (await get('inspector-01', '/board')).json<TrialBoard>();
    expect(all.sites.map(each => each.site)).toEqual(['03', '04']);
    const own = (await get('investigator-03', '/board')).json<TrialBoard>();
    expect(own.sites.map(each => each.site)).toEqual(['03']);
    const before = (await get('inspector-01', '/board', { asOf: prescreenedAt })).json<TrialBoard>();
    expect(before.participants.screened).toBe(1);
  });

  it.each([
    ['another site’s participant', 'investigator-03', '/participants/04-001/casebook', 403],
    ['another site’s board', 'investigator-03', '/sites/04/board', 403],
    ['a role without the permission', 'pharmacist-03', '/participants/03-007/casebook', 403],
    ['somebody who was never screened', 'inspector-01', '/participants/03-999/casebook', 404],
    ['a site that is none', 'inspector-01', '/sites/99/board', 404],
    ['an unknown parameter', 'inspector-01', '/board?colour=red', 400],
  ])('refuses %s', async (_, user, path, status) => {
    const [route = '', query] = path.split('?');
    const reply = await get(user, route, Object.fromEntries(new URLSearchParams(query)));
    expect(reply.statusCode).toBe(status);
  });
});
