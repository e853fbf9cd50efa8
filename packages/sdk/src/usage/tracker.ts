import { type AddressSource, createProxyTrust } from './client-address.ts';
import { declaredHeaderOf, isOptedOut, traceParentOf, userAgentOf } from './request-headers.ts';
import { RING_SLOTS, type Ring } from './ring.ts';
import type { Route, RouteTable } from './route-table.ts';
import type { UsageCounters } from './usage-counters.ts';
import type { Identity, IncomingRequest, TrackOptions } from './usage-options.ts';
import { USAGE_BOUNDS } from './usage-record.ts';

/** What a middleware tells, and when. */
export interface Tracker<Request> extends RouteTable {
  /** Monotonic ms: taken when a request begins. */
  begin(): number;
  /** True once for an object; false: another middleware records it already. */
  claim(answer: object): boolean;
  /**
   * The same for listeners of `close`: those of one answer run one after the other, so remembering the last one is enough, and
   * costs a third of marking each.
   */
  claimAtClose(answer: object): boolean;
  /** Whether the path of a request without a template belongs to the skip list; it is looked at and forgotten. */
  isSkippedPath(path: string): boolean;
  /** Not recorded, but counted. */
  skipped(): void;
  /** An answer has ended. Costs less than a microsecond: nothing is written or allocated here. */
  end(
    ended: Route,
    incoming: IncomingRequest,
    subject: Request,
    startedAt: number,
    status: number,
    thrown?: unknown,
  ): void;
}

export interface TrackerSurroundings {
  ring: Ring;
  counters: UsageCounters;
  monotonic: () => number;
  /** Called after each record. */
  written: () => void;
  isStopped: () => boolean;
  clientAddress: AddressSource;
  optedOut: 'anonymous' | 'skip';
}

const CLAIMED = Symbol('guardian.usage');

/** Of all trackers: two installations of two clients are one too many as well. */
const lastClosed: { answer: object | null } = { answer: null };

export function createTracker<Request>(
  { ring, counters, monotonic, written, isStopped, clientAddress, optedOut }: TrackerSurroundings,
  table: RouteTable & { isSkippedPath: (path: string) => boolean },
  { identify, requestId }: Pick<TrackOptions<Request>, 'identify' | 'requestId'>,
): Tracker<Request> {
  const addressOf = createAddressReader(clientAddress);
  const nobody = { user: null as string | null, session: undefined as string | undefined };
  const found = { user: null as string | null, session: undefined as string | undefined };

  function who(subject: Request) {
    if (identify === undefined) return nobody;
    try {
      const identity = identify(subject);
      if (identity === null || identity === undefined) return nobody;
      if (typeof identity === 'string') {
        found.user = identity;
        found.session = undefined;
      } else readIdentity(identity, found);
      if (isUserName(found.user)) return found;
    } catch {
      // The application's resolver failed: counted below, the answer has long gone out.
    }
    counters.identityFailed++;
    return nobody;
  }

  function writeIds(slot: number, headers: IncomingRequest['headers'], subject: Request): void {
    if (requestId !== undefined) ring.requestIds[slot] = ownId(requestId, subject);
    const traceParent = traceParentOf(headers);
    if (traceParent !== undefined) ring.traceParents[slot] = traceParent;
  }

  function writePerson(slot: number, { user, session }: typeof found, incoming: IncomingRequest): void {
    if (session !== undefined) ring.sessions[slot] = session;
    ring.userAgents[slot] = userAgentOf(incoming.headers);
    if (addressOf !== null && user !== null) ring.addresses[slot] = addressOf(incoming);
  }

  return {
    route: table.route,
    isSkippedPath: table.isSkippedPath,
    begin: monotonic,
    claim(answer) {
      const marked = answer as { [CLAIMED]?: true };
      if (marked[CLAIMED]) return false;
      marked[CLAIMED] = true;
      return true;
    },
    claimAtClose(answer) {
      if (lastClosed.answer === answer) return false;
      lastClosed.answer = answer;
      return true;
    },
    skipped() {
      counters.skipped++;
    },
    end(route, incoming, subject, startedAt, status, thrown) {
      if (route.isSkipped) {
        counters.skipped++;
        return;
      }
      if (isStopped()) {
        counters.lost++;
        return;
      }
      const { headers } = incoming;
      const hasOptedOut = isOptedOut(headers);
      if (hasOptedOut) {
        counters.optedOut++;
        if (optedOut === 'skip') return;
      }
      // The application's own code runs here, so no slot is taken before.
      const person = hasOptedOut ? nobody : who(subject);
      const slot = ring.written & (RING_SLOTS - 1);
      ring.users[slot] = person.user;
      if (!hasOptedOut) writePerson(slot, person, incoming);
      ring.routes[slot] = route;
      ring.startedAt[slot] = startedAt;
      ring.endedAt[slot] = monotonic();
      ring.statuses[slot] = status;
      if (thrown !== undefined) ring.thrown[slot] = thrown;
      writeIds(slot, headers, subject);
      ring.written++;
      written();
    },
  };
}

function ownId<Request>(requestId: (request: Request) => string | undefined, subject: Request): string | undefined {
  try {
    const id = requestId(subject);
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** What fits the record; longer is no identity, because cut ones could meet. */
export function isUserName(user: unknown): user is string {
  return typeof user === 'string' && user.length > 0 && user.length <= USAGE_BOUNDS.user;
}

function readIdentity(
  identity: Exclude<Identity, string>,
  found: { user: string | null; session: string | undefined },
): void {
  const { user, session } = identity;
  found.user = typeof user === 'string' ? user : null;
  found.session = typeof session === 'string' ? session : undefined;
  // A promise is no identity, and its rejection must not end the application.
  if (found.user === null && 'then' in identity) void Promise.resolve(identity).then(undefined, () => undefined);
}

/** Null: addresses are off. Whole addresses stay in memory for less than a second; they are cut when they are written. */
export function createAddressReader(source: AddressSource): ((incoming: IncomingRequest) => string | undefined) | null {
  if (source === 'off') return null;
  if (source === 'socket') return ({ socket }) => socket?.remoteAddress;
  const name = source.header.toLowerCase();
  const clientOf = createProxyTrust(source.proxies);
  return ({ headers, socket }) => {
    const address = socket?.remoteAddress;
    if (address === undefined) return undefined;
    const forwarded = declaredHeaderOf(headers, name);
    return forwarded === undefined ? address : clientOf(address, forwarded);
  };
}
