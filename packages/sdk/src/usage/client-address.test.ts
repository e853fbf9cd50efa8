import { expect, test } from 'vitest';
import { createProxyTrust, cutAddress } from './client-address.ts';

test('cuts the last octet of IPv4 and the last 80 bits of IPv6', () => {
  expect(
    [
      '192.0.2.147',
      '::ffff:192.0.2.147',
      '2001:db8:85a3:8d3:1319:8a2e:370:7348',
      '2001:db8::1',
      '1::2:3:4:5:6:7',
      'fe80::1%eth0',
      '::1',
      '64:ff9b::192.0.2.33',
      'not an address',
      '192.0.2.147, 10.0.0.1',
    ].map(cutAddress),
  ).toEqual([
    '192.0.2.0',
    '192.0.2.0',
    '2001:db8:85a3::',
    '2001:db8::',
    '1:0:2::',
    'fe80::',
    '::',
    '64:ff9b::',
    undefined,
    undefined,
  ]);
});

test('believes a forwarding header behind declared proxies only, from its end', () => {
  const clientOf = createProxyTrust(['10.0.0.0/8', '2001:db8::5']);
  expect(clientOf('10.1.2.3', '203.0.113.9')).toBe('203.0.113.9');
  expect(clientOf('198.51.100.7', '203.0.113.9')).toBe('198.51.100.7');
  expect(clientOf('10.1.2.3', '1.1.1.1, 203.0.113.9, 10.9.9.9')).toBe('203.0.113.9');
  expect(clientOf('::ffff:10.1.2.3', '203.0.113.9:4711')).toBe('203.0.113.9');
  expect(clientOf('2001:db8::5', '[2001:db8:85a3::9]:443')).toBe('2001:db8:85a3::9');
  expect(clientOf('10.1.2.3', 'unknown')).toBeUndefined();
  expect(clientOf('10.1.2.3', '10.0.0.1')).toBe('10.0.0.1');
});

test('a proxy that is no network is a mistake said at the start', () => {
  expect(() => createProxyTrust(['proxy.example.org'])).toThrow(/address or a network/);
});
