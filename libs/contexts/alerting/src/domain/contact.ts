import {
  absent,
  canonicalJson,
  derivedId,
  invalid,
  isZone,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type JsonObject,
  type StreamName,
} from '@platform/kernel';
import type { AlertKind } from './kinds';

// Stream

/** How one person is reached: `contact-{user}`. */
export const contactStream = (user: string): StreamName => streamName('contact', user);

// Events. These names are the storage format.

export type ContactEvent =
  | DomainEvent<'ContactPointAdded', ContactPoint>
  | DomainEvent<'ContactPointRemoved', { readonly point: string }>
  | DomainEvent<'QuietHoursSet', QuietHours>
  | DomainEvent<'QuietHoursCleared', Record<string, never>>;

export type ContactAddress =
  | {
      readonly channel: 'webhook';
      readonly url: string;
      /** Reference of the secret, which stands outside the log. */
      readonly secret: string;
    }
  | { readonly channel: 'email'; readonly to: string };

export interface ContactPoint {
  readonly point: string;
  readonly address: ContactAddress;
  /** Only alerts of these kinds; of all unless given. */
  readonly kinds?: readonly AlertKind[];
}

/** Every day from one wall-clock time to another, over midnight where the second is the earlier one. */
export interface QuietHours {
  /** `22:00` */
  readonly from: string;
  readonly to: string;
  /** IANA zone. */
  readonly zone: string;
}

// State

export interface ContactState {
  readonly points: readonly ContactPoint[];
  /** References of secrets whose points are gone, the last twenty: they may be forgotten. */
  readonly superseded: readonly string[];
  readonly quiet?: QuietHours;
}

const initial: ContactState = { points: [], superseded: [] };

// Evolve

function evolve(state: ContactState, event: ContactEvent): ContactState {
  switch (event.type) {
    case 'ContactPointAdded':
      return { ...state, points: [...state.points, event.data] };
    case 'ContactPointRemoved': {
      const gone = state.points.find(({ point }) => point === event.data.point);
      const secret = gone?.address.channel === 'webhook' ? [gone.address.secret] : [];
      return {
        ...state,
        points: state.points.filter(each => each !== gone),
        superseded: [...state.superseded, ...secret].slice(-20),
      };
    }
    case 'QuietHoursSet':
      return { ...state, quiet: event.data };
    case 'QuietHoursCleared':
      return { ...state, quiet: undefined };
    default:
      return unknownEvent(event);
  }
}

export const contactDecider: Decider<ContactState, ContactEvent> = { initial, evolve };

// Decisions

export interface PointToAdd {
  readonly channel: 'webhook' | 'email';
  readonly url?: string;
  readonly to?: string;
  readonly kinds?: readonly AlertKind[];
}

const mostPoints = 10;

/** The point's id, and the reference of its secret, follow from the command, so that a repeated one adds nothing. */
export const pointIdOf = (commandId: string): string => derivedId('contactPoint', commandId);

export function addContactPoint(
  { channel, url, to, kinds }: PointToAdd,
  { points }: ContactState,
  { commandId }: Pick<DecisionContext, 'commandId'>,
): Decision<ContactEvent> {
  if (channel === 'webhook' && (url === undefined || to !== undefined)) {
    return invalid('CONTACT-ADDRESS', 'url', 'A webhook has a url, and no mailbox.');
  }
  if (channel === 'email' && (to === undefined || url !== undefined)) {
    return invalid('CONTACT-ADDRESS', 'to', 'An e-mail address has a mailbox, and no url.');
  }
  const known = points.some(
    ({ address }) => (address.channel === 'webhook' ? address.url : address.to) === (url ?? to),
  );
  if (known) return refuse('CONTACT-KNOWN', 'This address is a contact point already. Remove it first.');
  if (points.length >= mostPoints) {
    return refuse('CONTACT-MOST', `Nobody has more than ${mostPoints} contact points. Remove one first.`);
  }
  const address: ContactAddress =
    channel === 'webhook' ? { channel, url: url!, secret: commandId } : { channel, to: to! };
  return [{ type: 'ContactPointAdded', data: { point: pointIdOf(commandId), address, kinds } }];
}

export function removeContactPoint(
  { point }: { readonly point: string },
  { points }: ContactState,
): Decision<ContactEvent> {
  if (points.some(each => each.point === point)) return [{ type: 'ContactPointRemoved', data: { point } }];
  return absent('CONTACT-UNKNOWN', 'You have no such contact point.');
}

export function setQuietHours(
  { from, to, zone }: QuietHours,
  { quiet }: ContactState,
): Decision<ContactEvent> {
  if (!isZone(zone)) return invalid('CONTACT-ZONE', 'zone', 'This is no zone of the IANA database.');
  if (from === to) return invalid('CONTACT-QUIET', 'to', 'Quiet hours end before they begin again.');
  const data = { from, to, zone };
  if (quiet && canonicalJson(quiet) === canonicalJson(data)) return [];
  return [{ type: 'QuietHoursSet', data, previous: quiet && ({ ...quiet } satisfies JsonObject) }];
}

export function clearQuietHours(_: object, { quiet }: ContactState): Decision<ContactEvent> {
  return quiet ? [{ type: 'QuietHoursCleared', data: {}, previous: { ...quiet } }] : [];
}
