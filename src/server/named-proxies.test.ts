import { describe, expect, it } from 'vitest';
import { addressKey, createAddressList } from './named-proxies.ts';

describe('named proxies', () => {
  it('are addresses and networks, IPv4 also through an IPv6 socket', () => {
    const isNamed = createAddressList(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8::1'])
      expect(isNamed(address)).toBe(true);
    for (const address of ['11.1.2.3', '192.0.2.8', '2001:db9::1', 'nonsense', '', null, undefined])
      expect(isNamed(address)).toBe(false);
    expect(createAddressList([])('10.0.0.1')).toBe(false);
  });

  it('count an IPv6 client by its network, which is all its own', () => {
    expect(addressKey('2001:db8:1:2:aaaa::1')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8:1:2::1')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(addressKey('::1')).toBe('0:0:0:0::/64');
    expect(addressKey('::ffff:10.1.2.3')).toBe('10.1.2.3');
    expect(addressKey('10.1.2.3')).toBe('10.1.2.3');
  });
});
