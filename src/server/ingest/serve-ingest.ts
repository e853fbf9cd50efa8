import { createMiddleware } from 'hono/factory';
import { createRateLimit } from '../../core/access/index.ts';
import type { WireReply, WireRequest } from '../../core/ingest/index.ts';
import type { AppContext, AppEnv, Services } from '../app-env.ts';
import { addressKey } from '../named-proxies.ts';
import { readBody } from '../read-body.ts';
import { type Admission, type Admitted, admit, admitKeys } from './admit.ts';
import { SENTRY_CORS, SENTRY_PREFLIGHT } from './cors.ts';
import { readDsn } from './credentials.ts';
import { type IngestTarget, matchIngestPath } from './match-path.ts';
import { type RefusalReason, refusalReply } from './refusals.ts';
import { namesUnknownMonitor } from './unknown-monitor.ts';

/** Seconds after which clients may come again: when the server holds too much, and where the key that was limited stood in the body. */
const RETRY_SECONDS: Partial<Record<RefusalReason, number>> = { busy: 5, 'rate-limited': 1, 'key-limited': 1 };
/** Headers that carry credentials: nothing behind the door needs them. */
const SECRET_HEADERS = new Set(['authorization', 'x-sentry-auth', 'cookie', 'proxy-authorization']);
const CUT: ReadonlySet<RefusalReason> = new Set(['too-large', 'slow', 'aborted', 'busy']);
/** A credential came, and it was not the right one. */
const WRONG: ReadonlySet<RefusalReason> = new Set(['unknown-key', 'other-project']);
/** Refused by the thousand. */
const LIMITED: ReadonlySet<RefusalReason> = new Set(['rate-limited', 'key-limited']);
const SECRET_PARAMETERS = new Set(['key', 'sentry_key', 'sentry_secret']);

/** An intake may say how many events a request held: they are what the key's limit counts. Else each request counts as one. */
type CountedReply = WireReply & { events?: number };

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

function createDoor({ intake, knobs, clock, serverMetrics, wire, jobs, flood, refusals, hold }: Services) {
  const rates = createRateLimit({ clock });
  /** Bytes of bodies that are arriving or waiting for their reply. */
  let heldBytes = 0;

  return { take };

  async function take(context: AppContext, target: IngestTarget): Promise<WireReply> {
    const refuse = refuser(context, target);
    if (!target.methods.includes(context.req.method)) return refuse('method', null);
    const admission = await admit(context, target);
    if (admission !== 'later' && 'refused' in admission) return refuse(admission.refused, admission.project);
    const limited = admission === 'later' ? null : limitOf(admission);
    if (limited) return refuse(limited.reason, projectOf(admission), limited.seconds);
    const setUp = setUpReply(context, target);
    if (setUp) return setUp;
    if (!isMediaOf(target, context)) return refuse('unsupported-media', projectOf(admission));
    return readAndHandOver(context, target, admission, refuse);
  }

  async function readAndHandOver(
    context: AppContext,
    target: IngestTarget,
    admission: Admitted | 'later',
    refuse: ReturnType<typeof refuser>,
  ): Promise<WireReply> {
    const { hasRoom, onBytes, release } = openHolding();
    try {
      if (!hasRoom(Number(context.req.header('content-length') ?? 0)))
        return refuse('busy', projectOf(admission), RETRY_SECONDS.busy);
      const bounds = { maxBytes: knobs.bodyBytes[target.format], timeoutMs: knobs.bodyTimeoutMs, onBytes };
      const read = await readBody(context, bounds);
      if ('failure' in read) {
        const reason = read.failure === 'no-room' ? 'busy' : read.failure;
        return refuse(reason, projectOf(admission), RETRY_SECONDS[reason]);
      }
      const decided = admission === 'later' ? await admitByBody(context, target, read.body) : admission;
      if ('refused' in decided) return refuse(decided.refused, decided.project, RETRY_SECONDS[decided.refused]);
      return await handOver(context, target, decided, { body: read.body, refuse });
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
    { project, rate }: Admitted,
    { body, refuse }: { body: Uint8Array; refuse: ReturnType<typeof refuser> },
  ): Promise<WireReply> {
    const { id, slug } = project;
    const request = wireRequest(context, target, { id, slug }, body);
    if (await namesUnknownMonitor({ jobs, intake }, request)) {
      rates.take(rate.name, rate.perMinute, 1);
      return refuse('unknown-monitor', project);
    }
    const reply: CountedReply = await intake.accept(request);
    const events = Math.max(1, reply.events ?? 1);
    rates.take(rate.name, rate.perMinute, events);
    flood.countEvents(rate.name, events);
    return reply;
  }

  function wireRequest(
    context: AppContext,
    { format, path }: IngestTarget,
    project: WireRequest['project'],
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
      project,
      trust: trustOf(format, headers),
      receivedAt: clock.now(),
    };
  }

  async function admitByBody(context: AppContext, target: IngestTarget, body: Uint8Array): Promise<Admission> {
    const dsn = await wire.readEnvelopeDsn(body, context.req.header('content-encoding') ?? null);
    const credential = dsn === null ? null : readDsn(dsn);
    if (!credential) return { refused: 'no-key', project: null };
    const admission = await admitKeys(context, target, [credential]);
    if ('refused' in admission) return admission;
    const limited = limitOf(admission);
    return limited ? { refused: limited.reason, project: admission.project } : admission;
  }

  /** Of the key: a second's requests and events, then what it may send a minute. */
  function limitOf({ rate }: Admitted): { reason: RefusalReason; seconds: number } | null {
    const waitMs = flood.key(rate.name);
    if (waitMs > 0) return { reason: 'key-limited', seconds: Math.ceil(waitMs / 1_000) };
    const { isAllowed, retryAfterSeconds } = rates.check(rate.name, rate.perMinute);
    return isAllowed ? null : { reason: 'rate-limited', seconds: retryAfterSeconds };
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

  function refuser(context: AppContext, target: IngestTarget) {
    return (reason: RefusalReason, project: { id: number } | null, retryAfter: number | null = null): WireReply => {
      countRefusal(context, target, reason, project?.id ?? 0);
      const limits = { bytes: knobs.bodyBytes[target.format], timeoutMs: knobs.bodyTimeoutMs };
      const reply = refusalReply(
        target,
        { reason, limits, retryAfter },
        {
          accept: context.req.header('accept') ?? null,
          contentType: context.req.header('content-type') ?? null,
          messages: context.var.messages,
        },
      );
      // What is left of a body that was cut is not waited for.
      const close: Record<string, string> = CUT.has(reason) ? { connection: 'close' } : {};
      return { ...reply, headers: { ...reply.headers, ...close } };
    };
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
