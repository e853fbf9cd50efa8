import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Clock, steadyNow } from '../core/shared/index.ts';
import type { ServerKnobs } from './knobs.ts';
import { addressKey } from './named-proxies.ts';

/** Refusals a second of one sender that are told in the manners of its protocol; beyond them it floods. */
const TOLD = { perSecond: 10, burst: 20 };
/** A sender that floods is held until it was not refused for so long: longer than its late answers take, or each round of them would set it free. */
const HELD_MS = 2_000;
/** And what it asked meanwhile is answered so late, its connection unread until then. */
const LATE_MS = 1_000;
const MOST_HELD = 10_000;

interface Sender {
  told: number;
  at: number;
  heldUntil: number;
  /** While it is held, its next request goes through from then on. */
  passAt: number;
}

export interface FloodHold {
  /** One more request of that sender was refused. */
  refused(incoming: IncomingMessage | undefined, by: 'key' | 'address'): void;
  /** Puts the hold in front of the server's own listeners. */
  guard(server: Server, onHeld: () => void): void;
}

/**
 * To refuse costs a third of a millisecond when everything that a request may be is looked at: two thousand of them a second leave nothing for others.
 * Whoever goes on asking is held: its requests are answered with a bare 429 a second late, its connection is not read meanwhile, and then closed. What
 * it costs is then bounded by its connections, not by its zeal. What its limit allows goes through meanwhile, one request at a time: let in by the
 * hundred at once, as its bucket fills, it made others wait three times as long. Behind proxies nothing is held late nor closed: a connection speaks for many.
 */
export function createFloodHold(
  { protection, trustedProxies }: Pick<ServerKnobs, 'protection' | 'trustedProxies'>,
  clock: Clock,
): FloodHold {
  const hasProxies = trustedProxies > 0 || protection.proxies.length > 0;
  const everyMs = {
    key: 1_000 / protection.keyRequestsPerSecond,
    address: 1_000 / protection.addressRequestsPerSecond,
  };
  const senders = new Map<string, Sender>();
  const waiting = new WeakSet<object>();

  return {
    refused(incoming, by) {
      if (!protection.enabled || incoming === undefined || (by === 'address' && hasProxies)) return;
      const name = by === 'key' ? keyNameOf(incoming) : addressNameOf(incoming);
      if (name !== null) count(name, by);
    },
    guard(server, onHeld) {
      if (!protection.enabled) return;
      const own = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
      server.removeAllListeners('request');
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        if (senders.size === 0 || !isHeld(request)) {
          for (const listener of own) listener.call(server, request, response);
          return;
        }
        onHeld();
        refuse(request, response);
      });
    },
  };

  function count(name: string, by: 'key' | 'address'): void {
    const now = steadyNow(clock);
    const known = senders.get(name);
    const sender = known ?? { told: TOLD.burst, at: now, heldUntil: 0, passAt: 0 };
    sender.told = Math.min(TOLD.burst, sender.told + ((now - sender.at) * TOLD.perSecond) / 1_000) - 1;
    sender.at = now;
    if (sender.told < 0) hold(sender, now, by);
    if (known) return;
    if (senders.size >= MOST_HELD) senders.delete(senders.keys().next().value!);
    senders.set(name, sender);
  }

  function hold(sender: Sender, now: number, by: 'key' | 'address'): void {
    if (now >= sender.heldUntil) sender.passAt = now + everyMs[by];
    sender.heldUntil = now + HELD_MS;
  }

  /** Counts the request, where it may pass. */
  function isHeld(request: IncomingMessage): boolean {
    const now = steadyNow(clock);
    const key = heldSender(keyNameOf(request), now);
    const address = hasProxies ? null : heldSender(addressNameOf(request), now);
    const isEarly = (sender: Sender | null) => sender !== null && now < sender.passAt;
    if (isEarly(key) || isEarly(address)) {
      keepHeld(key, now);
      keepHeld(address, now);
      return true;
    }
    if (key !== null) key.passAt = now + everyMs.key;
    if (address !== null) address.passAt = now + everyMs.address;
    return false;
  }

  function heldSender(name: string | null, now: number): Sender | null {
    const sender = name === null ? undefined : senders.get(name);
    if (sender === undefined) return null;
    if (now < sender.heldUntil) return sender;
    // Long silent: it is forgotten.
    if (now - sender.at > 60_000) senders.delete(name!);
    return null;
  }

  function refuse(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // What else came on this connection goes with it.
    if (waiting.has(socket)) return;
    response.writeHead(429, { ...HEADERS, ...(hasProxies ? {} : { connection: 'close' }) });
    if (hasProxies) {
      request.resume();
      response.end(BODY);
      return;
    }
    waiting.add(socket);
    socket.pause();
    setTimeout(() => {
      response.end(BODY, () => socket.destroySoon());
    }, LATE_MS).unref();
  }
}

function keepHeld(sender: Sender | null, now: number): void {
  if (sender !== null) sender.heldUntil = now + HELD_MS;
}

const BODY = '{"status":429,"code":"rate_limited","detail":"too many requests"}';
/** What clients of each protocol look at: all of it does no harm to the others. */
const HEADERS = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(BODY),
  'retry-after': '1',
  'x-sentry-rate-limits': '1::key:quota',
  'x-elastic-product': 'Elasticsearch',
};

/** The credential as it was sent, whatever the protocol; null: none came outside the body. */
function keyNameOf({ headers, url = '' }: IncomingMessage): string | null {
  const header = headers.authorization ?? headers['x-sentry-auth'];
  if (typeof header === 'string') return `key ${header.slice(0, 300)}`;
  const query = url.indexOf('?');
  return query === -1 ? null : `query ${url.slice(query, query + 300)}`;
}

function addressNameOf({ socket }: IncomingMessage): string | null {
  return socket.remoteAddress === undefined ? null : `address ${addressKey(socket.remoteAddress)}`;
}
