import type { WireReply } from '../../core/ingest/index.ts';
import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { problemOf } from '../problem.ts';
import type { IngestTarget } from './match-path.ts';

/** Why the HTTP side turns a request away before anything of it was read. The names are counted. */
export type RefusalReason = keyof Messages['server']['refusals'];

export interface Refusal {
  reason: RefusalReason;
  limits: { bytes: number; timeoutMs: number };
  /** Seconds after which it may come again; null: it need not. */
  retryAfter: number | null;
}

/** Clients print it into their logs, and headers hold no other letters. */
type Told = Refusal & { detail: string };

const STATUS: Record<RefusalReason, number> = {
  'no-key': 401,
  'unknown-key': 401,
  'other-project': 403,
  'page-key': 403,
  'unknown-project': 404,
  'unknown-monitor': 404,
  'too-large': 413,
  slow: 408,
  aborted: 400,
  'rate-limited': 429,
  'key-limited': 429,
  'address-limited': 429,
  'failures-limited': 429,
  busy: 503,
  'store-away': 503,
  unverified: 503,
  failed: 500,
  'unsupported-media': 415,
  method: 405,
};

/** The refusal as the protocol's clients understand it: what they show, retry or drop depends on it. */
export function refusalReply({ req, var: { services, messages } }: AppContext, target: IngestTarget, refusal: Refusal) {
  const { reason, limits } = refusal;
  const { wire } = services;
  const status = STATUS[reason];
  const told: Told = { ...refusal, detail: messagesFor('en').server.refusals[reason](limits) };
  const retry: Record<string, string> =
    refusal.retryAfter === null ? {} : { 'retry-after': String(refusal.retryAfter) };
  const allow: Record<string, string> = refusal.reason === 'method' ? { allow: target.methods.join(', ') } : {};
  const reply: WireReply = {
    sentry: () => sentry(told),
    otlp: () => wire.otlpStatus({ status, message: told.detail, contentType: req.header('content-type') ?? null }),
    elastic: () => wire.elasticError({ status, reason: told.detail, accept: req.header('accept') ?? null }),
    native: () => problem(refusal, messages),
    push: () => problem(refusal, messages),
  }[target.protocol]();
  return { ...reply, headers: { ...reply.headers, ...retry, ...allow } };
}

/** None, unknown and contradicting keys are all 403; the reason stands in a header that SDKs print. */
function sentry({ reason, detail, retryAfter }: Told): WireReply {
  const isDenied = ['no-key', 'unknown-key', 'other-project', 'unknown-project'].includes(reason);
  const limits: Record<string, string> =
    STATUS[reason] === 429 ? { 'x-sentry-rate-limits': `${retryAfter ?? 60}::key:quota` } : {};
  return {
    status: isDenied ? 403 : STATUS[reason],
    headers: { 'content-type': 'application/json', 'x-sentry-error': detail, ...limits },
    body: JSON.stringify({ detail }),
  };
}

const PROBLEM: Record<RefusalReason, ConstructorParameters<typeof GuardianError>[0]> = {
  'no-key': 'unauthorized',
  'unknown-key': 'unauthorized',
  'other-project': 'forbidden',
  'page-key': 'forbidden',
  'unknown-project': 'not_found',
  'unknown-monitor': 'not_found',
  'too-large': 'too_large',
  slow: 'payload_invalid',
  aborted: 'payload_invalid',
  'rate-limited': 'rate_limited',
  'key-limited': 'rate_limited',
  'address-limited': 'rate_limited',
  'failures-limited': 'rate_limited',
  busy: 'store_unavailable',
  'store-away': 'store_unavailable',
  unverified: 'source_unavailable',
  failed: 'internal',
  'unsupported-media': 'unsupported_media',
  method: 'payload_invalid',
};

function problem({ reason, limits }: Refusal, messages: Messages): WireReply {
  const status = STATUS[reason];
  const detail = messages.server.refusals[reason](limits);
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: JSON.stringify({
      ...problemOf(new GuardianError(PROBLEM[reason], { reason: detail }), messages),
      status,
    }),
  };
}
