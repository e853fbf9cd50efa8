import { BlockList, isIP } from 'node:net';

/** Whether an address is one of those; IPv4 also as it comes through an IPv6 socket. Throws for what is no address or network. */
export function createAddressList(names: readonly string[]): (address: string | null | undefined) => boolean {
  if (names.length === 0) return () => false;
  const list = new BlockList();
  for (const name of names) {
    const [address = '', bits] = name.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (given) => {
    const address = plainAddress(given ?? '');
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
function plainAddress(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && address.includes('.')
    ? address.slice('::ffff:'.length)
    : address;
}

/** What an address is limited as: of IPv6 its /64, since one host has all of it. */
export function addressKey(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.split('%')[0]!.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length;
    while (before.length < 8 - after) before.push('0');
  }
  return `${before.slice(0, 4).join(':')}::/64`;
}
