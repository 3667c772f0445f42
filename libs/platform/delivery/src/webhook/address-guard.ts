import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

type Ip = ipaddr.IPv4 | ipaddr.IPv6;
export type Cidr = readonly [Ip, number];

/** The part of IPv6 that is given out to be reached from anywhere; `::a.b.c.d` and other relics are outside of it. */
const globalUnicast: Cidr = [ipaddr.parse('2000::'), 3];
/** Answers Azure's machines about themselves, at an address that looks public. */
const azureMetadata: Cidr = [ipaddr.parse('168.63.129.16'), 32];
/** Where no receiver can be: this machine by a side door, everybody at once, and the metadata of most clouds. */
const neverAllowed = new Set(['unspecified', 'broadcast', 'multicast', 'linkLocal']);

/** Reads `10.1.0.0/16` or `fd00::/8`; undefined for anything else, such as an address without a length. */
export function readCidr(text: string): Cidr | undefined {
  const form = ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
  return form ? ipaddr.parseCIDR(text) : undefined;
}

/**
 * Keeps messages out of networks that only this machine can reach (server-side request forgery, SSRF): whoever may
 * enter an address could otherwise have this server knock at the doors of its neighbours.
 */
export class AddressGuard {
  /** @param allowed networks that may be sent to although they are private */
  constructor(private readonly allowed: readonly Cidr[]) {}

  /** Whether an IP address, as a resolver writes it, may be connected to. */
  mayConnectTo(address: string): boolean {
    const text = withoutDots(address);
    if (text === undefined || !ipaddr.isValid(text)) return false;
    // An IPv4 address written as IPv6 is the IPv4 address: the system connects to that.
    const ip = ipaddr.process(text);
    const range = ip.range();
    if (neverAllowed.has(range) || isWithin(ip, azureMetadata)) return false;
    if (this.allowed.some(cidr => isWithin(ip, cidr))) return true;
    // Everything with a meaning of its own is out, also what carries another address inside: NAT64, 6to4, Teredo.
    return range === 'unicast' && (ip.kind() === 'ipv4' || isWithin(ip, globalUnicast));
  }
}

/**
 * IPv6 in hexadecimal only: resolvers write `::10.0.0.1` for what is no IPv4 address, and ipaddr.js reads it as one.
 * Undefined for what is no address, and for one with a zone, which is a neighbour's.
 */
function withoutDots(address: string): string | undefined {
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : undefined;
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

const isWithin = (ip: Ip, [network, length]: Cidr): boolean =>
  ip.kind() === network.kind() && ip.match([network, length] as [ipaddr.IPv4, number]);
