import { promises as dns } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { DeliveryEnded, failedForGood, failedForNow } from '../failed';
import { codeOf, networkFailure } from '../network-failure';
import type { AddressGuard } from './address-guard';

const maxUrl = 2048;

/** Why a text is no URL that webhooks are sent to; undefined when it is one. */
export function urlProblem(text: string, http: boolean): string | undefined {
  const url = text.length <= maxUrl && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return 'no URL';
  if (url.protocol !== 'https:' && !(http && url.protocol === 'http:'))
    return http ? 'no https or http' : 'no https';
  if (url.username !== '' || url.password !== '') return 'user or password in the URL';
  return undefined;
}

/** Answers all addresses of a host's name, or rejects with Node's codes (`ENOTFOUND`). */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's way, with its hosts file. */
export const systemResolve: Resolve = async host =>
  (await dns.lookup(host, { all: true })).map(({ address }) => address);

/**
 * The addresses that a host's name stands for at this moment, each of them checked: a connection has to be made to one
 * of these, and the name never looked up again, or the second answer could be another one (DNS rebinding).
 * @throws DeliveryEnded when there is none, or when one of them may not be connected to
 */
export async function checkedAddresses(
  { hostname }: URL,
  guard: AddressGuard,
  resolve: Resolve,
): Promise<readonly string[]> {
  // The URL has brought decimal, octal and hexadecimal forms of IPv4 into the usual one.
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const addresses = isIP(literal) > 0 ? [literal] : await resolved(hostname, resolve);
  if (addresses.length === 0) throw new DeliveryEnded(failedForNow('unresolvable'));
  if (!addresses.every(address => guard.mayConnectTo(address))) {
    throw new DeliveryEnded(failedForGood('address-forbidden'));
  }
  return addresses;
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (error) {
    const detail = codeOf(error);
    throw new DeliveryEnded(networkFailure(detail) ?? failedForNow('unresolvable', { detail }));
  }
}

/** A lookup that knows one answer. */
export const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, answer) => {
    const found = addresses.map(address => ({ address, family: isIP(address) }));
    const [first] = found;
    if (all) answer(null, found);
    else answer(null, first?.address ?? '', first?.family);
  };
