import { BlockList, isIP } from 'node:net';

/** Where a client's address comes from: nowhere (the default), the socket, or a header that declared proxies write. */
export type AddressSource = 'off' | 'socket' | ForwardedAddress;

export interface ForwardedAddress {
  /** `x-forwarded-for`, or what the proxy writes; each proxy adds its peer at the end. */
  header: string;
  /** Addresses and networks (`10.0.0.0/8`) of the proxies. Of anybody else the header is not read. */
  proxies: readonly string[];
}

const MAX_HOPS = 20;

/**
 * The first address, from the end of the header, that is none of the proxies; the socket's own where that is none. Not an address: undefined.
 * Throws `TypeError` for a proxy that is no address and no network.
 */
export function createProxyTrust(
  proxies: readonly string[],
): (socket: string, forwarded: string) => string | undefined {
  const trusted = new BlockList();
  for (const proxy of proxies) addProxy(trusted, proxy);
  const isProxy = (address: string) => {
    const version = isIP(address);
    return version !== 0 && trusted.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
  return (socket, forwarded) => {
    let address = withoutMapping(socket);
    const hops = forwarded.slice(-MAX_HOPS * 64).split(',');
    for (let index = hops.length - 1; index >= 0 && isProxy(address); index--) {
      const hop = withoutMapping(withoutPort((hops[index] ?? '').trim()));
      if (isIP(hop) === 0) return undefined;
      address = hop;
    }
    return address;
  };
}

function addProxy(trusted: BlockList, proxy: string): void {
  const [address = '', bits] = proxy.split('/');
  const version = isIP(address);
  if (version === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
    throw new TypeError(`a proxy must be an address or a network, not "${proxy}"`);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) trusted.addAddress(address, family);
  else trusted.addSubnet(address, Number(bits), family);
}

/** IPv4 without its last octet, IPv6 without its last 80 bits, so that no single line is told; undefined: no address. */
export function cutAddress(address: string): string | undefined {
  const plain = withoutMapping(address);
  const version = isIP(plain);
  if (version === 4) return plain.replace(/\d+$/, '0');
  if (version === 6) return firstBits(plain);
  return undefined;
}

/** The first three groups of an IPv6 address: 48 bits. */
function firstBits(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  // An embedded IPv4 address stands for two groups.
  const length = first.length + last.length + (last.at(-1)?.includes('.') ? 1 : 0);
  const groups = [...first, ...Array<string>(Math.max(0, 8 - length)).fill('0'), ...last];
  const kept = groups.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${kept
    .join(':')
    .replace(/(:0)+$/, '')
    .replace(/^0$/, '')}::`;
}

/** `::ffff:192.0.2.1` is IPv4 that came in on a socket for both. */
function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write them. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(hop);
  if (bracketed) return bracketed[1] ?? '';
  return hop.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}
