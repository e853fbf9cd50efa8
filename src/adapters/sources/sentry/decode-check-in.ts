import type { WireBatch, WireBounds, WireRequest } from '../../../core/ingest/ports.ts';
import type { Arrival } from './map-event.ts';
import { asMonitorSlug, mapCheckIn } from './map-records.ts';
import { invalid, tooLarge, unpackBody } from './read-body.ts';
import { readJsonObject } from './read-json.ts';
import { asText, type JsonObject } from './read-value.ts';
import { accepted } from './replies.ts';

const PATH = /^\/?cron\/([^/]{1,400})(?:\/[^/]{0,200})?\/?$/;
const LONGEST_CHECK_IN = 102_400;
const FIELDS = ['status', 'check_in_id', 'duration', 'environment', 'release'] as const;

export function isCheckInPath(path: string): boolean {
  return /^\/?cron\//.test(path);
}

/** `GET|POST …/cron/<slug>/[<key>/]`: a check-in told by the address and its query, or by a JSON body. */
export function decodeCheckIn(request: WireRequest, bounds: WireBounds): WireBatch {
  const slug = asMonitorSlug(decodeSegment(PATH.exec(request.path)?.[1] ?? ''));
  if (slug === null) throw invalid('no monitor in the address');
  const told: JsonObject = { ...readTold(request, bounds), monitor_slug: slug };
  const arrival: Arrival = { request, drift: 0, sentAt: null, sdk: null };
  const record = mapCheckIn(told, arrival);
  if (record === null) throw invalid('status must be in_progress, ok or error');
  const { checkInId } = record.payload;
  return { events: [], records: [record], dropped: [], reply: () => accepted(asText(checkInId)) };
}

function readTold(request: WireRequest, bounds: WireBounds): JsonObject {
  const fromQuery = Object.fromEntries(
    FIELDS.map((field) => [field, asText(request.query[field])]).filter(([, value]) => value !== null),
  );
  if (request.method === 'GET' || request.body.length === 0) return fromQuery;
  const bytes = unpackBody(request, Math.min(bounds.inflatedBytes, LONGEST_CHECK_IN));
  if (bytes.length === 0) return fromQuery;
  if (bytes.length > LONGEST_CHECK_IN) throw tooLarge();
  const body = readJsonObject(bytes);
  if (body === null) throw invalid('body is not a JSON object');
  return { ...fromQuery, ...body };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
