import { createMiddleware } from 'hono/factory';
import { createRateLimit } from '../../core/access/index.ts';
import type { WireReply, WireRequest } from '../../core/ingest/index.ts';
import { COME_AGAIN_SECONDS } from '../../core/ingest/ports.ts';
import { toGuardianError } from '../../core/shared/index.ts';
import type { AppContext, AppEnv, Services } from '../app-env.ts';
import { addressKey } from '../named-proxies.ts';
import { readBody } from '../read-body.ts';
import { type Admission, type Admitted, admit, admitKeys, type Refused } from './admit.ts';
import { SENTRY_CORS, SENTRY_PREFLIGHT } from './cors.ts';
import { credentialsOf } from './credentials.ts';
import { type IngestTarget, matchIngestPath } from './match-path.ts';
import { type RefusalReason, refusalReply } from './refusals.ts';
import { namesUnknownMonitor } from './unknown-monitor.ts';

/** Headers that carry credentials: nothing behind the door needs them. */
const SECRET_HEADERS = new Set(['authorization', 'x-sentry-auth', 'cookie', 'proxy-authorization']);
const CUT: ReadonlySet<RefusalReason> = new Set(['too-large', 'slow', 'aborted', 'busy']);
/** A credential came, and it was not the right one. */
const WRONG: ReadonlySet<RefusalReason> = new Set(['unknown-key', 'other-project']);
/** Refused by the thousand. */
const LIMITED: ReadonlySet<RefusalReason> = new Set(['rate-limited', 'key-limited']);
const SECRET_PARAMETERS = new Set(['key', 'sentry_key', 'sentry_secret']);

/**
 * Takes the requests of clients that send events: authenticates, limits, reads the body within its bounds, hands it to the intake still
 * packed, and gives back the protocol's own reply. Nothing of a body is decoded here. All that is refused is counted.
 */
export const serveIngest = (services: Services) => {
  const door = createDoor(services);
  return createMiddleware<AppEnv>(async (context, next) => {
    const { method, path } = context.req;
    const target = matchIngestPath(method, path);
    if (!target) return next();
    context.set('route', `ingest:${target.format}`);
    if (method === 'OPTIONS') return new Response(null, { status: 204, headers: preflight(target) });
    const reply = await door.take(context, target);
    services.serverMetrics.intake({ format: target.format, status: reply.status });
    return new Response(method === 'HEAD' ? null : (reply.body as Uint8Array<ArrayBuffer>), {
      status: reply.status,
      headers: { ...reply.headers, ...(EVERY_REPLY[target.protocol] ?? {}) },
    });
  });
};

/** What clients of a protocol must find on whatever they are answered, refusals by the server itself included. */
const EVERY_REPLY: Record<string, Record<string, string>> = {
  sentry: SENTRY_CORS,
  // Without it the official clients throw, whatever the status says.
  elastic: { 'x-elastic-product': 'Elasticsearch' },
};

function preflight({ protocol, methods }: IngestTarget): Record<string, string> {
  return protocol === 'sentry' ? SENTRY_PREFLIGHT : { allow: [...methods, 'OPTIONS'].join(', ') };
}

function createDoor({ intake, knobs, clock, serverMetrics, wire, jobs, flood, refusals, hold, logger }: Services) {
  const rates = createRateLimit({ clock });
  /** Bytes of bodies that are arriving or waiting for their reply. */
  let heldBytes = 0;

  return { take };

  async function take(context: AppContext, target: IngestTarget): Promise<WireReply> {
    try {
      const taken = await admitAndHandOver(context, target);
      return 'refused' in taken ? refuse(context, target, taken) : taken;
    } catch (thrown) {
      // To admit needs the store, and what it throws may be anything: the client comes again, in the words of its protocol.
      const { code, message } = toGuardianError(thrown);
      logger.warn({ code, what: target.format }, message);
      return refuse(context, target, { refused: 'store-away', project: null, retryAfter: COME_AGAIN_SECONDS });
    }
  }

  async function admitAndHandOver(context: AppContext, target: IngestTarget): Promise<WireReply | Refused> {
    if (!target.methods.includes(context.req.method)) return { refused: 'method', project: null };
    const admission = await admit(context, target);
    if (admission !== 'later') {
      if ('refused' in admission) return admission;
      const limited = limitOf(admission);
      if (limited) return limited;
    }
    const setUp = setUpReply(context, target);
    if (setUp) return setUp;
    if (!isMediaOf(target, context)) return { refused: 'unsupported-media', project: projectOf(admission) };
    return readAndHandOver(context, target, admission);
  }

  async function readAndHandOver(
    context: AppContext,
    target: IngestTarget,
    admission: Admitted | 'later',
  ): Promise<WireReply | Refused> {
    const { hasRoom, onBytes, release } = openHolding();
    const busy: Refused = { refused: 'busy', project: projectOf(admission), retryAfter: COME_AGAIN_SECONDS };
    try {
      if (!hasRoom(Number(context.req.header('content-length') ?? 0))) return busy;
      const bounds = { maxBytes: knobs.bodyBytes[target.format], timeoutMs: knobs.bodyTimeoutMs, onBytes };
      const read = await readBody(context, bounds);
      if ('failure' in read)
        return read.failure === 'no-room' ? busy : { refused: read.failure, project: projectOf(admission) };
      const decided = await admitByBody(context, target, { admission, body: read.body });
      return 'refused' in decided ? decided : await handOver(context, target, decided, read.body);
    } finally {
      release();
    }
  }

  /** What one body takes of the bytes that may wait; one larger than all of them still comes in when it comes alone. */
  function openHolding() {
    let held = 0;
    const hasRoom = (bytes: number) => heldBytes - held === 0 || heldBytes + bytes <= knobs.waitingBytes;
    const onBytes = (bytes: number) => {
      if (!hasRoom(bytes)) return false;
      held += bytes;
      heldBytes += bytes;
      return true;
    };
    const release = () => {
      heldBytes -= held;
    };
    return { hasRoom, onBytes, release };
  }

  async function handOver(
    context: AppContext,
    target: IngestTarget,
    admitted: Admitted,
    body: Uint8Array,
  ): Promise<WireReply | Refused> {
    const { project, rate } = admitted;
    const request = wireRequest(context, target, admitted, body);
    if (await namesUnknownMonitor({ jobs, intake }, request)) {
      rates.take(rate.name, rate.perMinute, 1);
      return { refused: 'unknown-monitor', project };
    }
    const reply = await intake.accept(request);
    const events = Math.max(1, reply.events ?? 1);
    rates.take(rate.name, rate.perMinute, events);
    flood.countEvents(rate.name, events);
    if (reply.unsaid === undefined) return reply;
    return say(context, target, reply.unsaid, reply.unsaid === 'failed' ? null : COME_AGAIN_SECONDS);
  }

  function wireRequest(
    context: AppContext,
    { format, path }: IngestTarget,
    { project: { id, slug }, isPageKey }: Admitted,
    body: Uint8Array,
  ): WireRequest {
    const headers: Record<string, string> = {};
    context.req.raw.headers.forEach((value, name) => {
      if (!SECRET_HEADERS.has(name)) headers[name] = value;
    });
    const query = Object.fromEntries(
      Object.entries(context.req.query()).filter(([name]) => !SECRET_PARAMETERS.has(name)),
    );
    const { method } = context.req;
    return {
      format,
      method,
      path,
      query,
      headers,
      body,
      project: { id, slug },
      trust: isPageKey ? 'public' : trustOf(format, headers),
      isPageKey,
      receivedAt: clock.now(),
    };
  }

  /** An envelope may hold a DSN: the only key there is, or the same as outside. */
  async function admitByBody(
    context: AppContext,
    target: IngestTarget,
    { admission, body }: { admission: Admitted | 'later'; body: Uint8Array },
  ): Promise<Admission> {
    const isEnvelope = target.format === 'sentry-envelope';
    const dsn = isEnvelope ? wire.readEnvelopeDsn(body, context.req.header('content-encoding') ?? null) : null;
    if (dsn === null) return admission === 'later' ? { refused: 'no-key', project: null } : admission;
    const decided = await admitKeys(context, target, [...credentialsOf(context, target), dsn]);
    if ('refused' in decided || admission !== 'later') return decided;
    return limitOf(decided) ?? decided;
  }

  /** Of the key: a second's requests and events, then what it may send a minute. */
  function limitOf({ project, rate }: Admitted): Refused | null {
    const waitMs = flood.key(rate.name);
    if (waitMs > 0) return { refused: 'key-limited', project, retryAfter: Math.ceil(waitMs / 1_000) };
    const { isAllowed, retryAfterSeconds } = rates.check(rate.name, rate.perMinute);
    return isAllowed ? null : { refused: 'rate-limited', project, retryAfter: retryAfterSeconds };
  }

  function setUpReply(context: AppContext, { protocol, path }: IngestTarget): WireReply | null {
    if (protocol !== 'elastic') return null;
    return wire.elasticSetUpReply({ method: context.req.method, path, accept: context.req.header('accept') ?? null });
  }

  function countRefusal(context: AppContext, { format }: IngestTarget, reason: RefusalReason, projectId: number): void {
    serverMetrics.refused({ format, reason });
    const address = context.var.origin.clientAddress;
    if (address !== null && WRONG.has(reason)) flood.countFailure(addressKey(address));
    if (LIMITED.has(reason)) hold.refused(context.env?.incoming, 'key');
    const count = LIMITED.has(reason) ? refusals.add : intake.countDropped;
    count({ reason, category: 'request', quantity: 1, projectId, source: format });
  }

  function refuse(context: AppContext, target: IngestTarget, { refused, project, retryAfter }: Refused): WireReply {
    countRefusal(context, target, refused, project?.id ?? 0);
    const reply = say(context, target, refused, retryAfter ?? null);
    // What is left of a body that was cut is not waited for.
    const close: Record<string, string> = CUT.has(refused) ? { connection: 'close' } : {};
    return { ...reply, headers: { ...reply.headers, ...close } };
  }

  function say(context: AppContext, target: IngestTarget, reason: RefusalReason, retryAfter: number | null): WireReply {
    const limits = { bytes: knobs.bodyBytes[target.format], timeoutMs: knobs.bodyTimeoutMs };
    return refusalReply(context, target, { reason, limits, retryAfter });
  }
}

/** Only OTLP says what its bodies are. */
function isMediaOf({ protocol }: IngestTarget, context: AppContext): boolean {
  if (protocol !== 'otlp') return true;
  return /^application\/(?:x-protobuf|json)\b/i.test(context.req.header('content-type') ?? '');
}

function projectOf(admission: Admitted | 'later') {
  return admission === 'later' ? null : admission.project;
}

/** Browsers say where their page stands: anybody may be behind one. Reports of browsers themselves have no other sender. */
function trustOf(format: IngestTarget['format'], headers: Readonly<Record<string, string>>): WireRequest['trust'] {
  const isBrowser = ['origin', 'referer', 'sec-fetch-site'].some((name) => headers[name] !== undefined);
  return format === 'sentry-security' || isBrowser ? 'public' : 'server';
}
