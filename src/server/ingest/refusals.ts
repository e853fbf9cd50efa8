import type { WireReply } from '../../core/ingest/index.ts';
import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
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
  'unsupported-media': 415,
  method: 405,
};

/** The refusal as the protocol's clients understand it: what they show, retry or drop depends on it. */
export function refusalReply(
  target: IngestTarget,
  refusal: Refusal,
  asked: { accept: string | null; contentType: string | null; messages: Messages },
): WireReply {
  const { reason, limits } = refusal;
  const told: Told = { ...refusal, detail: messagesFor('en').server.refusals[reason](limits) };
  const retry: Record<string, string> =
    refusal.retryAfter === null ? {} : { 'retry-after': String(refusal.retryAfter) };
  const allow: Record<string, string> = refusal.reason === 'method' ? { allow: target.methods.join(', ') } : {};
  const reply = {
    sentry: () => sentry(told),
    otlp: () => otlp(told, asked.contentType),
    elastic: () => elastic(told, asked.accept),
    native: () => problem(refusal, asked.messages),
    push: () => problem(refusal, asked.messages),
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

/** gRPC's numbers for what happened (https://grpc.io/docs/guides/status-codes/). */
const GRPC: Partial<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 429: 8, 503: 14 };
const INVALID_ARGUMENT = 3;

/** `google.rpc.Status`, in the request's own encoding. */
function otlp({ reason, detail }: Told, contentType: string | null): WireReply {
  const status = STATUS[reason];
  const code = GRPC[status] ?? INVALID_ARGUMENT;
  if (contentType?.startsWith('application/x-protobuf')) {
    const message = Buffer.from(detail.slice(0, 100), 'utf8').subarray(0, 127);
    const body = Uint8Array.from([0x08, code, 0x12, message.length, ...message]);
    return { status, headers: { 'content-type': 'application/x-protobuf' }, body };
  }
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, message: detail }),
  };
}

const ELASTIC_TYPE: Partial<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  405: 'illegal_argument_exception',
  413: 'content_too_long_exception',
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
};

function elastic({ reason, detail }: Told, accept: string | null): WireReply {
  const status = STATUS[reason];
  const error = { type: ELASTIC_TYPE[status] ?? 'illegal_argument_exception', reason: detail };
  const version = /compatible-with=(\d)/.exec(accept ?? '')?.[1];
  return {
    status,
    headers: {
      'content-type': version
        ? `application/vnd.elasticsearch+json;compatible-with=${version}`
        : 'application/json; charset=UTF-8',
      'x-elastic-product': 'Elasticsearch',
      ...(status === 401 ? { 'www-authenticate': 'Basic realm="security", charset="UTF-8"' } : {}),
    },
    body: JSON.stringify({ error: { root_cause: [error], ...error }, status }),
  };
}

const PROBLEM: Record<RefusalReason, ConstructorParameters<typeof GuardianError>[0]> = {
  'no-key': 'unauthorized',
  'unknown-key': 'unauthorized',
  'other-project': 'forbidden',
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
