import { createHash } from 'node:crypto';
import { createClientFamily } from '../../../../packages/sdk/src/usage/client-family.ts';
import { nameFeature } from '../../../../packages/sdk/src/usage/feature-name.ts';
import { createSkipList } from '../../../../packages/sdk/src/usage/skip-list.ts';
import { statusName } from '../../../../packages/sdk/src/usage/status-name.ts';
import { UNMATCHED, USAGE_BOUNDS } from '../../../../packages/sdk/src/usage/usage-record.ts';
import type { HttpRequest } from '../../../core/events/index.ts';
import { isUserError, type RequestFact, type Who } from '../../../core/usage/index.ts';
import type { EventContext } from './event-context.ts';
import { isInstant } from './instants.ts';
import { SPAN_KIND, type Span } from './items.ts';
import { requestOfAttributes } from './request-attributes.ts';
import { firstField } from './resource-fields.ts';

export interface SpanUsageOptions {
  /** Under which name a user is kept; null: their records are not taken. */
  identify(user: string, at: number): { user: string; before: string | null } | null;
  /** ms: what is older stands in no table any more. */
  oldestMs: number;
  /** Services whose spans count as use, null: all; those of the others send usage themselves, or are not to be counted. */
  services: readonly string[] | null;
  /** Whether the service sends usage records itself: its requests would count twice. */
  sendsUsage?(service: string): boolean;
  /** Services whose spans are believed when they say who the user is. */
  trusted: readonly string[];
}

/** ms that a clock may be ahead. */
const AHEAD_MS = 24 * 60 * 60_000;
const LONGEST_MS = 7 * 24 * 60 * 60_000;

/**
 * The use of the application that a SERVER span tells of; null: none. The endpoint is `http.route` alone, never the path. The same span twice has the
 * same id. Only what comes from a server, of a service that is trusted, says who it was.
 */
export function createSpanUsage(options: SpanUsageOptions): (span: Span, context: EventContext) => RequestFact | null {
  const counting: Counting = { ...options, isSkipped: createSkipList(), familyOf: createClientFamily() };
  return (span, context) => (servesRequest(span) ? factOf(span, context, counting) : null);
}

interface Counting extends SpanUsageOptions {
  isSkipped(target: string): boolean;
  familyOf(userAgent: string | undefined): string;
}

function factOf(span: ServerSpan, { resource, request }: EventContext, counting: Counting): RequestFact | null {
  const { project, trust, receivedAt } = request;
  const { values } = span.attributes;
  const at = Math.floor(span.startTime);
  if (trust !== 'server' || at > receivedAt + AHEAD_MS || at < receivedAt - counting.oldestMs) return null;
  const service = (resource.service ?? project.slug).slice(0, USAGE_BOUNDS.service);
  if (!isCounted(service, counting)) return null;
  const told = requestOfAttributes(values, null);
  if (!isAnswered(told)) return null;
  const { method, status } = told;
  const family = counting.familyOf(told.userAgent ?? undefined);
  // Where no route matched, the path decides whether it is a probe; it is kept nowhere.
  if (counting.isSkipped(told.route ?? told.path ?? '') || family === 'probe') return null;
  const who = counting.trusted.includes(service) ? whoOf(values, at, family, counting) : null;
  if (who === 'refused') return null;
  const endpoint = endpointOf(told);
  const { name: feature, group } = nameFeature(method, endpoint);
  return {
    kind: 'request',
    id: idOf(project.id, span.traceId, span.spanId, at),
    ...{ at, service, sender: null, sequence: null },
    revision: resource.revision?.slice(0, USAGE_BOUNDS.revision) ?? null,
    who,
    durationMs: durationOf(span),
    method: method.slice(0, USAGE_BOUNDS.method),
    ...{ endpoint, feature, group, status },
    requestId: span.traceId,
    error: isUserError(status) ? errorOf(values, status) : null,
    isSampled: isSampled(span.traceState, values),
  };
}

function endpointOf({ route }: HttpRequest): string {
  return route === null ? UNMATCHED : route.slice(0, USAGE_BOUNDS.endpoint);
}

type ServerSpan = Span & { traceId: string; spanId: string; startTime: number };

function servesRequest(span: Span): span is ServerSpan {
  if (span.kind !== SPAN_KIND.server || !span.attributes.tellsRequest) return false;
  return span.traceId !== null && span.spanId !== null && isInstant(span.startTime);
}

function isCounted(service: string, { services, sendsUsage }: SpanUsageOptions): boolean {
  return (services === null || services.includes(service)) && !sendsUsage?.(service);
}

/** `OPTIONS` asks what may be asked, and uses nothing. */
function isAnswered(told: HttpRequest | null): told is HttpRequest & { method: string; status: number } {
  return told !== null && told.method !== null && told.status !== null && told.method !== 'OPTIONS';
}

function durationOf({ startTime, endTime }: ServerSpan): number {
  return isInstant(endTime) ? Math.min(LONGEST_MS, Math.max(0, Math.round(endTime - startTime))) : 0;
}

function whoOf(
  values: Readonly<Record<string, unknown>>,
  at: number,
  family: string,
  { identify }: SpanUsageOptions,
): Who | null | 'refused' {
  const user = firstField(values, ['user.email', 'user.id', 'enduser.id']);
  if (user === null || user.length > USAGE_BOUNDS.user || /[\0-\x1f\x7f]/.test(user)) return null;
  const kept = identify(user, at);
  if (kept === null) return 'refused';
  const session = firstField(values, ['session.id']);
  const client =
    session === null ? family : `s:${createHash('sha256').update(session).digest('base64url').slice(0, 22)}`;
  return { user: kept.user, userBefore: kept.before, client, userAgent: family, ip: null };
}

/** The class, or the name of the status; where a class should stand some write the status, and some a sentence. */
function errorOf(values: Readonly<Record<string, unknown>>, status: number) {
  const type = firstField(values, ['error.type', 'exception.type']);
  const name = statusName(status);
  const isClass = type !== null && /^[A-Za-z_$][\w.$:\\/-]*$/.test(type) && type.length <= USAGE_BOUNDS.errorType;
  return { type: isClass && type !== '_OTHER' ? type : name, message: `${name} ${status}`, stack: null };
}

/**
 * Whether the sampler says that it left out others: a threshold or a probability in the trace state
 * (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/), or a ratio among the attributes.
 */
function isSampled(traceState: string, values: Readonly<Record<string, unknown>>): boolean {
  const own = /(?:^|,)\s*ot=([^,]*)/.exec(traceState)?.[1] ?? '';
  const threshold = /(?:^|;)th:([0-9a-f]+)/.exec(own)?.[1];
  const probability = /(?:^|;)p:(\d+)/.exec(own)?.[1];
  const ratio = Number(values['sampling.ratio'] ?? values['sampler.param'] ?? 1);
  const isLeftOut = values['sampler.type'] !== 'ratelimiting' && Number.isFinite(ratio) && ratio > 0 && ratio < 1;
  return (threshold !== undefined && /[1-9a-f]/.test(threshold)) || Number(probability ?? 0) > 0 || isLeftOut;
}

/** A uuid of version 7: the span's start, and a hash of what it is. */
function idOf(projectId: number, traceId: string, spanId: string, at: number): string {
  const hash = createHash('sha256').update(`${projectId} ${traceId} ${spanId}`).digest('hex');
  const time = at.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(hash[15]!, 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${hash.slice(0, 3)}-${variant}${hash.slice(3, 6)}-${hash.slice(16, 28)}`;
}
