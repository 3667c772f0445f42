import { decisionContext, scenario } from '@platform/kernel/testing';
import {
  addContactPoint,
  clearQuietHours,
  contactDecider,
  pointIdOf,
  removeContactPoint,
  setQuietHours,
  type ContactState,
  type PointToAdd,
  type QuietHours,
} from './contact';

const { commandId } = decisionContext();
const point = pointIdOf(commandId);
const add =
  (given: PointToAdd, by = commandId) =>
  (state: ContactState) =>
    addContactPoint(given, state, { commandId: by });
const remove = (which: string) => (state: ContactState) => removeContactPoint({ point: which }, state);
const quiet = (hours: QuietHours) => (state: ContactState) => setQuietHours(hours, state);
const given = scenario(contactDecider);
const webhook: PointToAdd = { channel: 'webhook', url: 'https://hooks.example.org/a' };

test('a webhook is added with a reference to its secret, and removed', () => {
  const address = { channel: 'webhook', url: 'https://hooks.example.org/a', secret: commandId } as const;
  const added = given.when(add(webhook)).yields({
    type: 'ContactPointAdded',
    data: { point, address, kinds: undefined },
  });
  added.when(add(webhook, '018e0dab-6c00-7000-8000-000000000002')).isRejected('CONTACT-KNOWN');
  const removed = added.when(remove(point)).yields({ type: 'ContactPointRemoved', data: { point } });
  expect(removed.state).toEqual({ points: [], superseded: [commandId] });
  removed.when(remove(point)).isRejected('CONTACT-UNKNOWN');
});

test('a mailbox is added for some kinds', () => {
  const address = { channel: 'email', to: 'duty@example.org' } as const;
  given
    .when(add({ channel: 'email', to: 'duty@example.org', kinds: ['death'] }))
    .yields({ type: 'ContactPointAdded', data: { point, address, kinds: ['death'] } });
});

test.each<[PointToAdd, string]>([
  [{ channel: 'webhook' }, 'url'],
  [{ ...webhook, to: 'duty@example.org' }, 'url'],
  [{ channel: 'email' }, 'to'],
  [{ ...webhook, channel: 'email', to: 'duty@example.org' }, 'to'],
])('%j is no address', (wrong, field) => {
  given.when(add(wrong)).isRejected('CONTACT-ADDRESS', field);
});

test('nobody has more than ten', () => {
  const many = Array.from({ length: 10 }, (_, index) => ({
    type: 'ContactPointAdded' as const,
    data: { point: `p${index}`, address: { channel: 'email' as const, to: `a${index}@example.org` } },
  }));
  given
    .given(...many)
    .when(add(webhook))
    .isRejected('CONTACT-MOST');
});

test('quiet hours are set, changed and cleared', () => {
  const night = { from: '22:00', to: '07:00', zone: 'Asia/Shanghai' };
  const late = { ...night, from: '23:00' };
  given
    .when(quiet(night))
    .yields({ type: 'QuietHoursSet', data: night, previous: undefined })
    .when(quiet(night))
    .yieldsNothing()
    .when(quiet(late))
    .yields({ type: 'QuietHoursSet', data: late, previous: night })
    .when(state => clearQuietHours({}, state))
    .yields({ type: 'QuietHoursCleared', data: {}, previous: late })
    .when(state => clearQuietHours({}, state))
    .yieldsNothing();
  given.when(quiet({ ...night, zone: 'Mars' })).isRejected('CONTACT-ZONE', 'zone');
  given.when(quiet({ ...night, to: '22:00' })).isRejected('CONTACT-QUIET', 'to');
});
