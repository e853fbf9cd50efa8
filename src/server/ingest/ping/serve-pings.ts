import { createMiddleware } from 'hono/factory';
import { createRateLimit } from '../../../core/access/index.ts';
import type { WatchedJobName } from '../../../core/jobs/index.ts';
import { toGuardianError } from '../../../core/shared/index.ts';
import type { AppContext, AppEnv, Services } from '../../app-env.ts';
import { addressKey } from '../../named-proxies.ts';
import { type Ping, parsePing } from './parse-ping.ts';
import { PING_BODY_BYTES, signalOfPing } from './ping-signal.ts';
import { readPingBody } from './read-ping-body.ts';

const METHODS = 'HEAD, GET, POST';
/** Pings a minute of one job: far above what a job needs, far below what would hurt. */
const PINGS_PER_MINUTE = 600;
/** Seconds after which a client may come again when the store cannot be written. */
const RETRY_SECONDS = 5;

/** Bodies and statuses are those that clients of healthchecks.io know. */
const REPLIES = {
  ok: [200, 'OK'],
  address: [400, 'invalid url format'],
  rid: [400, 'invalid uuid format'],
  body: [400, 'the body did not arrive'],
  page: [403, 'forbidden: the key is for web pages'],
  unknown: [404, 'not found'],
  stranger: [404, 'not found'],
  method: [405, 'method not allowed'],
  conflict: [409, 'a run is open'],
  often: [429, 'rate limit exceeded'],
  full: [429, 'no more jobs are made'],
  unavailable: [503, 'try again'],
} as const satisfies Record<string, [number, string]>;

type Outcome = keyof typeof REPLIES;

const OUTCOMES = { recorded: 'ok', refused: 'conflict', unknown: 'unknown', full: 'full' } as const;
/** As what outcomes are counted whose own name does not say it. */
const REASONS: Partial<Record<Outcome, string>> = { unknown: 'unknown-job', stranger: 'unknown-job' };

/**
 * `/ping/…` of clients that tell of their own runs, in the form of healthchecks.io. Nobody but who knows the address can ping: it is the credential.
 * Answered once it is durable. What is refused is counted.
 */
export const servePings = (services: Services) => {
  const { clock, jobs, ingestKeys, knobs, serverMetrics, flood, refusals, logger } = services;
  const rates = createRateLimit({ clock });

  async function take(
    context: AppContext,
    ping: Ping,
  ): Promise<{ outcome: Outcome; headers?: Record<string, string> }> {
    const name = `${ping.name.by} ${ping.name.by === 'key' ? ping.name.key : `${ping.name.projectKey} ${ping.name.slug}`}`;
    const { isAllowed, retryAfterSeconds } = rates.check(name, PINGS_PER_MINUTE);
    if (!isAllowed) return { outcome: 'often', headers: { 'retry-after': String(retryAfterSeconds) } };
    rates.take(name, PINGS_PER_MINUTE, 1);
    const job = await jobOf(ping);
    if (typeof job === 'string') return { outcome: job };
    const hasBody = context.req.method === 'POST';
    const bounds = { keptBytes: PING_BODY_BYTES, timeoutMs: knobs.bodyTimeoutMs };
    const read = hasBody ? await readPingBody(context, bounds) : { body: new Uint8Array(), isCut: false };
    if (!read) return { outcome: 'body', headers: { connection: 'close' } };
    const headers: Record<string, string> = read.isCut ? { connection: 'close' } : {};
    const recorded = await jobs.record(signalOfPing(ping, { job, body: read.body, at: clock.now() }));
    const outcome = OUTCOMES[recorded.kind];
    // A job's own key is its credential: one that is unknown was guessed.
    return { outcome: outcome === 'unknown' && job.by === 'key' ? 'stranger' : outcome, headers };
  }

  async function jobOf({ name }: Ping): Promise<WatchedJobName | 'stranger' | 'page'> {
    if (name.by === 'key') return name;
    const found = await ingestKeys.find(name.projectKey);
    if (!found) return 'stranger';
    return found.key.kind === 'page' ? 'page' : { by: 'slug', projectId: found.project.id, slug: name.slug };
  }

  function count(context: AppContext, outcome: Outcome): void {
    const [status] = REPLIES[outcome];
    serverMetrics.intake({ format: 'ping', status });
    if (outcome === 'ok') return;
    const reason = REASONS[outcome] ?? `ping-${outcome}`;
    serverMetrics.refused({ format: 'ping', reason });
    refusals.add({ reason, category: 'ping', quantity: 1, projectId: 0, source: 'ping' });
    const { clientAddress } = context.var.origin;
    if (outcome === 'stranger' && clientAddress !== null) flood.countFailure(addressKey(clientAddress));
  }

  return createMiddleware<AppEnv>(async (context, next) => {
    const { method, path } = context.req;
    const parsed = parsePing(path, context.req.query());
    if (!parsed) return next();
    context.set('route', 'ingest:ping');
    if (method === 'OPTIONS')
      return pingReply(context, 'ok', { allow: METHODS, 'access-control-allow-methods': METHODS });
    let told: { outcome: Outcome; headers?: Record<string, string> };
    if (!METHODS.split(', ').includes(method)) told = { outcome: 'method', headers: { allow: METHODS } };
    else if (parsed.kind === 'invalid') told = { outcome: parsed.reason };
    else {
      try {
        told = await take(context, parsed.ping);
      } catch (thrown) {
        // The client's own run must not end for it: it is told to come again, and the log says why.
        const { code, message } = toGuardianError(thrown);
        logger.warn({ code, what: 'ping' }, message);
        told = { outcome: 'unavailable', headers: { 'retry-after': String(RETRY_SECONDS) } };
      }
    }
    count(context, told.outcome);
    return pingReply(context, told.outcome, told.headers);
  });
};

export function pingReply({ req }: AppContext, outcome: Outcome, headers: Record<string, string> = {}): Response {
  const [status, text] = REPLIES[outcome];
  return new Response(req.method === 'HEAD' ? null : text, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
      'ping-body-limit': String(PING_BODY_BYTES),
      ...headers,
    },
  });
}
