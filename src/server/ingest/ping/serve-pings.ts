import { createMiddleware } from 'hono/factory';
import { createRateLimit } from '../../../core/access/index.ts';
import type { WatchedJobName } from '../../../core/jobs/index.ts';
import { toGuardianError } from '../../../core/shared/index.ts';
import type { AppContext, AppEnv, Services } from '../../app-env.ts';
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
  unknown: [404, 'not found'],
  method: [405, 'method not allowed'],
  conflict: [409, 'a run is open'],
  often: [429, 'rate limit exceeded'],
  full: [429, 'no more jobs are made'],
  unavailable: [503, 'try again'],
} as const satisfies Record<string, [number, string]>;

type Outcome = keyof typeof REPLIES;

const OUTCOMES = { recorded: 'ok', refused: 'conflict', unknown: 'unknown', full: 'full' } as const;

/**
 * `/ping/…` of clients that tell of their own runs, in the form of healthchecks.io. Nobody but who knows the address can ping: it is the credential.
 * Answered once it is durable. What is refused is counted.
 */
export const servePings = (services: Services) => {
  const { clock, jobs, ingestKeys, intake, knobs, serverMetrics, logger } = services;
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
    if (!job) return { outcome: 'unknown' };
    const hasBody = context.req.method === 'POST';
    const bounds = { keptBytes: PING_BODY_BYTES, timeoutMs: knobs.bodyTimeoutMs };
    const read = hasBody ? await readPingBody(context, bounds) : { body: new Uint8Array(), isCut: false };
    if (!read) return { outcome: 'body', headers: { connection: 'close' } };
    const headers: Record<string, string> = read.isCut ? { connection: 'close' } : {};
    const recorded = await jobs.record(signalOfPing(ping, { job, body: read.body, at: clock.now() }));
    return { outcome: OUTCOMES[recorded.kind], headers };
  }

  async function jobOf({ name }: Ping): Promise<WatchedJobName | null> {
    if (name.by === 'key') return name;
    const found = await ingestKeys.find(name.projectKey);
    return found && { by: 'slug', projectId: found.project.id, slug: name.slug };
  }

  function count(outcome: Outcome): void {
    const [status] = REPLIES[outcome];
    serverMetrics.intake({ format: 'ping', status });
    if (outcome === 'ok') return;
    const reason = outcome === 'unknown' ? 'unknown-job' : `ping-${outcome}`;
    serverMetrics.refused({ format: 'ping', reason });
    intake.countDropped({ reason, category: 'ping', quantity: 1, projectId: 0, source: 'ping' });
  }

  return createMiddleware<AppEnv>(async (context, next) => {
    const { method, path } = context.req;
    const parsed = parsePing(path, context.req.query());
    if (!parsed) return next();
    context.set('route', 'ingest:ping');
    if (method === 'OPTIONS') return reply(context, 'ok', { allow: METHODS, 'access-control-allow-methods': METHODS });
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
    count(told.outcome);
    return reply(context, told.outcome, told.headers);
  });
};

function reply({ req }: AppContext, outcome: Outcome, headers: Record<string, string> = {}): Response {
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
