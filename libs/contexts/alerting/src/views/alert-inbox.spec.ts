import { recorded, RecordedLog, viewContract, viewsAfter } from '@platform/views/testing';
import type { DomainEvent, Scope } from '@platform/kernel';
import { alertStream, messageIdOf, type AlertEvent } from '../domain/alert';
import { alert, escalated, investigator, raised, safetyOfficer, trial } from '../testing/alerts';
import { alertInbox, alertNews, listAlerts, workDueBy } from './alert-inbox';

const other = '1a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';
const of = (id: string, event: AlertEvent) => ({
  stream: alertStream(id),
  event: event as DomainEvent,
  subject: { trial, alert: id },
});
const delivery = { step: 0, recipient: 'investigator-03', point: 'point-of-investigator-03' };
const message = messageIdOf(alert, 0, delivery.recipient, delivery.point);
const attempted = { ...delivery, channel: 'webhook', message, attempt: 1 } as const;
const history = [
  of(alert, raised()),
  of(other, raised({ kind: 'enrollment', site: undefined, participant: undefined })),
  of(alert, escalated(0, investigator, safetyOfficer)),
  of(alert, {
    type: 'AlertDeliveryFailed',
    data: { ...attempted, kind: 'sae', failure: 'server-error', nextAttemptAt: '2024-03-05T13:00:00.000Z' },
  }),
  of(alert, { type: 'AlertDelivered', data: { ...attempted, attempt: 2, reference: '204' } }),
  of(alert, { type: 'AlertAcknowledged', data: { by: 'investigator-03' } }),
  of(alert, { type: 'AlertClosed', data: { by: 'investigator-03' } }),
];

describe('alert inbox', () => {
  viewContract(alertInbox, recorded(history));

  const everything: Scope = { trial, sites: 'all' };
  const after = async (count: number) => {
    const events = recorded(history.slice(0, count));
    return { views: await viewsAfter(new RecordedLog(events), [alertInbox]), at: events.at(-1)!.position };
  };

  test('shows how far each alert has come', async () => {
    const { views, at } = await after(4);
    const [trialWide, ofSite] = await listAlerts(views, everything, at, { limit: 10 });
    expect(trialWide).toMatchObject({ alert: other, site: null, status: 'open', step: null, recipients: [] });
    expect(ofSite).toMatchObject({ alert, step: 0, delivered: 0, pending: 2, abandoned: 0 });
    const mine = await listAlerts(views, everything, at, { recipient: 'safety-officer-01', limit: 10 });
    expect(mine.map(each => each.alert)).toEqual([alert]);
    await views.close();
  });

  test('shows people of a site the alerts of the site only', async () => {
    const { views, at } = await after(2);
    const seen = (sites: string[]) => listAlerts(views, { trial, sites }, at, { limit: 10 });
    expect((await seen(['03'])).map(each => each.alert)).toEqual([alert]);
    expect(await seen(['04'])).toEqual([]);
    expect(await alertNews(views, { trial, sites: ['04'] }, -1n as never, 10)).toEqual([]);
    await views.close();
  });

  test('holds the work that is open, and none behind the end', async () => {
    const due = Date.parse('2024-03-06T00:00:00.000Z');
    const jobs = async (count: number): Promise<string[]> => {
      const { views } = await after(count);
      const found = await workDueBy(views, due, 100);
      await views.close();
      return found.filter(({ refs }) => refs.alert === alert).map(({ id }) => id);
    };
    const steps = [0, 1, 2].map(step => `alert-step.${alert}.${step}`);
    expect((await jobs(1)).toSorted()).toEqual(steps);
    expect(await jobs(4)).toContain(`alert-delivery.${message}.2`);
    expect((await jobs(5)).filter(id => id.includes(message))).toEqual([]);
    expect((await jobs(6)).filter(id => id.startsWith('alert-step'))).toEqual([]);
    expect(await jobs(7)).toEqual([]);
  });
});
