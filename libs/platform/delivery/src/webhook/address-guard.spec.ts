import * as fc from 'fast-check';
import { AddressGuard, readCidr } from './address-guard';

const strict = new AddressGuard([]);

test.each([
  ['93.184.215.14'],
  ['8.8.8.8'],
  ['2606:4700:4700::1111'],
  ['2a00:1450:4001:80b::200e'],
  ['::ffff:8.8.8.8'],
])('lets messages out to %s', address => {
  expect(strict.mayConnectTo(address)).toBe(true);
});

test.each([
  ['loopback', '127.0.0.1'],
  ['loopback, the rest of it', '127.255.255.254'],
  ['loopback', '::1'],
  ['loopback as IPv6', '::ffff:127.0.0.1'],
  ['loopback as IPv6, in hexadecimal', '::ffff:7f00:1'],
  ['loopback in the oldest form of IPv6', '::127.0.0.1'],
  ['loopback through SIIT', '::ffff:0:127.0.0.1'],
  ['loopback through NAT64', '64:ff9b::7f00:1'],
  ['private through NAT64 of a provider', '64:ff9b:1::a00:1'],
  ['loopback through 6to4', '2002:7f00:1::'],
  ['private through 6to4', '2002:a00:1::1'],
  ['Teredo', '2001:0:53aa:64c:1:2:80ff:fffe'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['private as IPv6', '::ffff:10.0.0.1'],
  ['unique local', 'fd12:3456:789a::1'],
  ['unique local', 'fc00::1'],
  ['the old site-local', 'fec0::1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['link-local', '169.254.1.1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['metadata of AWS, Google and Azure', '169.254.169.254'],
  ['metadata of AWS', 'fd00:ec2::254'],
  ['metadata of Alibaba', '100.100.100.200'],
  ['metadata of Oracle', '192.0.0.192'],
  ['metadata of Azure', '168.63.129.16'],
  ['multicast', '224.0.0.1'],
  ['multicast', 'ff02::1'],
  ['unspecified', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['unspecified', '::'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['documentation', '192.0.2.1'],
  ['documentation', '2001:db8::1'],
  ['benchmarks', '198.18.0.1'],
  ['discard', '100::1'],
  ['no address', ''],
  ['no address', 'localhost'],
  ['no address', '127.0.0.1.example.org'],
])('keeps them from %s, %s', (_range, address) => {
  expect(strict.mayConnectTo(address)).toBe(false);
});

describe('with networks that are allowed', () => {
  const guard = new AddressGuard(
    ['10.20.0.0/16', 'fd12::/16', '0.0.0.0/0', '::/0'].map(text => readCidr(text)!),
  );
  const narrow = new AddressGuard([readCidr('10.20.0.0/16')!]);

  test.each(['10.20.30.40', '::ffff:10.20.30.40', '8.8.8.8'])('lets them out to %s', address => {
    expect(narrow.mayConnectTo(address)).toBe(true);
  });

  test.each(['10.21.0.1', '127.0.0.1', 'fd12::1', '::10.20.30.40', '64:ff9b::a14:1e28'])(
    'keeps them from %s',
    address => {
      expect(narrow.mayConnectTo(address)).toBe(false);
    },
  );

  test.each(['169.254.169.254', 'fe80::1', '224.0.0.1', 'ff02::1', '0.0.0.0', '::', '168.63.129.16'])(
    'keeps them from %s even then',
    address => {
      expect(guard.mayConnectTo(address)).toBe(false);
    },
  );
});

test('whatever IPv4 address is written as IPv6, the answer is that for the IPv4 address', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      expect(strict.mayConnectTo(`::ffff:${address}`)).toBe(strict.mayConnectTo(address));
    }),
  );
});

test('nothing outside of what IPv6 has given out is reached', () => {
  fc.assert(
    fc.property(fc.ipV6(), address => {
      const first = Number.parseInt(address.split(':')[0] || '0', 16);
      if (first < 0x2000 || first > 0x3fff) {
        const mapped = /^::ffff:/i.test(new URL(`http://[${address}]`).hostname.slice(1));
        expect(strict.mayConnectTo(address) && !mapped).toBe(false);
      }
    }),
  );
});

test.each(['10.0.0.0', '10/8', '0x0a.0.0.0/8', '10.0.0.0/33', 'fd00::/129', 'localhost/8', '', '10.0.0.0/'])(
  'takes %j for no network',
  text => {
    expect(readCidr(text)).toBeUndefined();
  },
);
