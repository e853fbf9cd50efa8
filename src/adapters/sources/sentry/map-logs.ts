import type { Event } from '../../../core/events/index.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { createCollector } from './map-attributes.ts';
import { type Arrival, sourceOf, timingOf } from './map-event.ts';
import { severityOfLevel } from './map-severity.ts';
import { asCount, asHexId, asMessage, asName, asObject, asText, type JsonObject } from './read-value.ts';
import { readSender } from './sender.ts';

/**
 * One log of a `log` item (https://develop.sentry.dev/sdk/telemetry/logs/) as a raw event; null without a body. `position` is where it stands
 * in its envelope: with the log's content it makes the id, so that an envelope sent twice gives the same ones.
 */
export function mapLog(log: JsonObject, position: string, arrival: Arrival): Event | null {
  const body = asMessage(log.body);
  if (body === null) return null;
  const { plain, truncated } = plainAttributes(log.attributes);
  const named = (...keys: string[]) => firstName(plain, keys);
  const sender = readSender(arrival.request, {
    platform: named('telemetry.sdk.language') === 'javascript' ? 'javascript' : null,
    sdk: { name: named('sentry.sdk.name') ?? asObject(arrival.sdk)?.name },
    runtime: { name: named('process.runtime.name') },
  });
  const id = `log-${shortHash(`${position}\u0000${JSON.stringify(log)}`, 32)}`;
  const userId = named('user.id', 'user.name', 'usr.id');
  return {
    id,
    ...timingOf(log.timestamp, arrival),
    observedTime: arrival.request.receivedAt,
    ...severityOf(log),
    body,
    template: asText(plain['sentry.message.template']),
    service: named('service.name'),
    environment: named('sentry.environment', 'deployment.environment.name'),
    revision: named('sentry.release', 'service.version'),
    instance: named('server.address', 'sentry.server.address', 'service.instance.id'),
    logger: named('logger.name', 'sentry.logger.name', 'logger'),
    exceptions: [],
    stackText: asText(plain['exception.stacktrace']),
    request: null,
    traceId: asHexId(log.trace_id, 32),
    spanId: asHexId(log.span_id ?? plain.span_id ?? plain['sentry.trace.parent_span_id'], 16),
    user: userId === null ? null : { id: userId, name: named('user.name') },
    breadcrumbs: [],
    attributes: plain,
    payload: log,
    source: sourceOf(arrival.request, id, id),
    trust: sender.trust,
    truncated,
    entries: 1,
  };
}

function severityOf(log: JsonObject): Pick<Event, 'severityNumber' | 'severityText'> {
  const number = asCount(log.severity_number);
  const level = severityOfLevel(log.level);
  if (number === null || number < 1 || number > 24) return level ?? { severityNumber: 0, severityText: null };
  return { severityNumber: number, severityText: level?.severityText ?? null };
}

/** `{name: {value, type}}` as `{name: value}`. */
function plainAttributes(value: unknown): { plain: Record<string, unknown>; truncated: boolean } {
  const collected = createCollector();
  const attributes = asObject(value);
  for (const key in attributes) {
    if (collected.isFull()) break;
    if (!Object.hasOwn(attributes, key)) continue;
    const typed = asObject(attributes[key]);
    collected.add(key.slice(0, 256), typed ? typed.value : attributes[key]);
  }
  return { plain: collected.attributes, truncated: collected.isFull() };
}

function firstName(attributes: Record<string, unknown>, keys: readonly string[]): string | null {
  for (const key of keys) {
    const name = asName(attributes[key], 256);
    if (name !== null) return name;
  }
  return null;
}
