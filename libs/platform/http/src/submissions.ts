import type { Asking, Command, Submission, Target } from '@platform/commands';
import {
  canonicalJson,
  derivedId,
  isPartialDate,
  parsePosition,
  spanOf,
  type Position,
} from '@platform/kernel';
import { callerOf } from './caller';
import { InputInvalid } from './problems/errors';
import { instantOf } from './inputs/instant';
import { checkedId } from './inputs/path-id';
import { headerOf, type HttpRequest } from './request';

/**
 * In which zone's days a request's calendar days are meant. Asked before access is checked: what it answers for a trial
 * may be known to everybody.
 */
export interface DayZones {
  /** An IANA zone; one that always answers the same for ids that it does not know. */
  zoneOf(target: Target): Promise<string>;
}

export const DAY_ZONES = Symbol('DayZones');

const utcDays: DayZones = { zoneOf: () => Promise.resolve('UTC') };

/** All ids of the request's path, checked. @throws InputInvalid for one that cannot be an id */
export function targetOf(request: HttpRequest, extra: Target = {}): Target {
  const target: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...request.params, ...extra })) {
    target[name] = checkedId(name, value);
  }
  return target;
}

/**
 * Where a command came from, read from its request. Headers: `Idempotency-Key`, 1 to 128 visible ASCII characters, and
 * `X-Entered-At`, the client's instant, UTC. A command's id follows from the user, the command's name, the target and
 * the key, so that one user's key never meets another's.
 * @throws InputInvalid for a header in another form
 */
export function submissionOf(request: HttpRequest, command: Command, target: Target): Submission {
  const caller = callerOf(request);
  const key = idempotencyKeyOf(request);
  const name = command.constructor.name;
  return {
    caller,
    target,
    source: 'person',
    address: request.ip,
    enteredAt: enteredAtOf(request),
    commandId: key === undefined ? undefined : derivedId(caller.user, name, canonicalJson(target), key),
  };
}

function idempotencyKeyOf(request: HttpRequest): string | undefined {
  if (request.headers['idempotency-key'] === undefined) return undefined;
  const key = headerOf(request, 'idempotency-key') ?? '';
  if (/^[\x21-\x7e]{1,128}$/.test(key)) return key;
  const message = 'Idempotency-Key must be 1 to 128 visible ASCII characters.';
  throw InputInvalid.of('Idempotency-Key', 'INPUT-IDEMPOTENCY-KEY', message);
}

function enteredAtOf(request: HttpRequest): string | undefined {
  if (request.headers['x-entered-at'] === undefined) return undefined;
  const text = headerOf(request, 'x-entered-at') ?? '';
  const instant = text.endsWith('Z') ? instantOf(text) : undefined;
  if (instant !== undefined) return instant;
  const message = 'X-Entered-At must be a UTC instant such as 2024-03-05T08:15:00Z.';
  throw InputInvalid.of('X-Entered-At', 'INPUT-ENTERED-AT', message);
}

/**
 * The moment a question is about, read from `?after=` and `?asOf=`. `after` is a position. `asOf` is a position
 * (decimal), an instant with `Z` or an offset, or a calendar day, which means the end of that day in the zone that
 * `DayZones` gives for the target (UTC unless the host provides one).
 * @throws InputInvalid for a parameter in another form
 */
export async function askingOf(
  request: HttpRequest,
  target: Target,
  zones: DayZones = utcDays,
): Promise<Asking> {
  const { after, asOf } = request.query ?? {};
  return {
    caller: callerOf(request),
    target,
    address: request.ip,
    after: after === undefined ? undefined : positionOf(after),
    asOf: asOf === undefined ? undefined : await momentOf(asOf, target, zones),
  };
}

function positionOf(value: unknown): Position {
  const position = typeof value === 'string' ? parsePosition(value) : undefined;
  if (position !== undefined) return position;
  throw InputInvalid.of('after', 'INPUT-POSITION', 'after must be a position, as a receipt gives it.');
}

async function momentOf(value: unknown, target: Target, zones: DayZones): Promise<Asking['asOf']> {
  const text = typeof value === 'string' ? value : '';
  const position = parsePosition(text);
  if (position !== undefined) return { position };
  // In a query string, an offset's "+" that was not written as %2B arrives as a space.
  const instant = instantOf(text.replace(' ', '+'));
  if (instant !== undefined) return { instant };
  if (text.length === 10 && isPartialDate(text)) {
    const { until } = spanOf({ at: text, zone: await zones.zoneOf(target) });
    return { instant: new Date(until - 1).toISOString() };
  }
  const forms = 'a position, an instant such as 2024-03-05T08:15:00Z, or a day such as 2024-03-05';
  throw InputInvalid.of('asOf', 'INPUT-AS-OF', `asOf must be ${forms}.`);
}
