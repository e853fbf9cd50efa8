import { createMiddleware } from 'hono/factory';
import { type BucketSize, createTokenBuckets, type TokenBuckets } from '../../core/access/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import type { AppContext, AppEnv } from '../app-env.ts';
import { matchIngestPath } from '../ingest/match-path.ts';
import { pingReply } from '../ingest/ping/serve-pings.ts';
import { type RefusalReason, refusalReply } from '../ingest/refusals.ts';
import type { ServerKnobs } from '../knobs.ts';
import { addressKey } from '../named-proxies.ts';
import { TryLater } from '../problem.ts';

/** What may come of one key or address. Kept in memory of this node. */
export interface Flood {
  /** ms until this address may ask again; 0: now. Counts the request. */
  address(address: string): number;
  /** ms that this address is refused because it failed to authenticate too often; 0: it is not. */
  failed(address: string): number;
  /** One more authentication failed. */
  countFailure(address: string): void;
  /** ms until this ingest key may send again; 0: now. Counts the request. */
  key(name: string): number;
  /** What the request of that key held, known only now. */
  countEvents(name: string, events: number): void;
}

const UNBOUND: Flood = { address: () => 0, failed: () => 0, countFailure() {}, key: () => 0, countEvents() {} };
const MOST_ADDRESSES = 10_000;

export function createFlood({ protection }: Pick<ServerKnobs, 'protection'>, clock: Clock): Flood {
  if (!protection.enabled) return UNBOUND;
  const { keyRequestsPerSecond, keyRequestBurst, keyEventsPerSecond } = protection;
  const { addressRequestsPerSecond, addressRequestBurst, failuresPerMinute, refusedMs } = protection;
  const open = (size: BucketSize): TokenBuckets => createTokenBuckets(size, { clock });
  const addresses = open({ perSecond: addressRequestsPerSecond, burst: addressRequestBurst });
  const requests = open({ perSecond: keyRequestsPerSecond, burst: keyRequestBurst });
  const events = open({ perSecond: keyEventsPerSecond, burst: 2 * keyEventsPerSecond });
  const failures = open({ perSecond: failuresPerMinute / 60, burst: failuresPerMinute });
  const refusedUntil = new Map<string, number>();
  return {
    address: (address) => addresses.take(address),
    failed(address) {
      const until = refusedUntil.get(address);
      if (until === undefined) return 0;
      const left = until - clock.now();
      // A clock that was set back must not refuse for longer than was meant.
      if (left > 0 && left <= refusedMs) return left;
      refusedUntil.delete(address);
      return 0;
    },
    countFailure(address) {
      if (failures.take(address) === 0) return;
      if (refusedUntil.size >= MOST_ADDRESSES) refusedUntil.delete(refusedUntil.keys().next().value!);
      refusedUntil.set(address, clock.now() + refusedMs);
    },
    key(name) {
      const wait = events.waitMs(name);
      return wait > 0 ? wait : requests.take(name);
    },
    countEvents: (name, count) => void events.take(name, count),
  };
}

/**
 * Refuses addresses that ask too often, or failed to authenticate too often, before anything of their requests is looked at: 429 with `Retry-After`, in
 * the manner of the protocol. Pages and their files are not counted: they are read from memory, and a screen loads many at once.
 */
export const floodProtection = ({ flood }: { flood: Flood }) =>
  createMiddleware<AppEnv>(async (context, next) => {
    const { clientAddress } = context.var.origin;
    if (clientAddress === null || !isServed(context.req.path)) return next();
    const address = addressKey(clientAddress);
    const failed = flood.failed(address);
    const waitMs = failed > 0 ? failed : flood.address(address);
    if (waitMs > 0) return refuse(context, failed > 0 ? 'failures-limited' : 'address-limited', waitMs);
    await next();
    // Ingest counts its own: its protocols have other statuses.
    const isIngest = context.var.route?.startsWith('ingest:') === true;
    if (!isIngest && context.res.status === 401 && hasCredential(context)) flood.countFailure(address);
  });

/** What is asked of the server's parts: everything but pages and their files. Ingest under a prefix has `/api/` in it. */
function isServed(path: string): boolean {
  return path.includes('/api/') || /^\/(?:v1|elastic|mcp|ping)(?:\/|$)/.test(path);
}

function hasCredential({ req }: AppContext): boolean {
  return req.header('authorization') !== undefined || req.path.startsWith('/api/auth/');
}

function refuse(context: AppContext, reason: RefusalReason, waitMs: number): Response {
  const { services, messages } = context.var;
  const { method, path } = context.req;
  const target = matchIngestPath(method, path);
  const isPing = path.startsWith('/ping/');
  const format = target?.format ?? (isPing ? 'ping' : null);
  const retryAfter = Math.ceil(waitMs / 1_000);
  services.serverMetrics.refused({ format: format ?? 'api', reason });
  const limits = { bytes: 0, timeoutMs: 0 };
  services.hold.refused(context.env?.incoming, 'address');
  services.refusals.add({ reason, category: 'request', quantity: 1, projectId: 0, source: format ?? 'server' });
  if (format !== null) context.set('route', `ingest:${format}`);
  if (isPing) return pingReply(context, 'often', { 'retry-after': String(retryAfter) });
  if (target === null)
    throw new TryLater('rate_limited', retryAfter, { reason: messages.server.refusals[reason](limits) });
  const { status, headers, body } = refusalReply(context, target, { reason, limits, retryAfter });
  return new Response(body as Uint8Array<ArrayBuffer>, { status, headers });
}
