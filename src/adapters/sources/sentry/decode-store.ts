import type { WireBatch, WireBounds, WireFormat, WireRequest } from '../../../core/ingest/ports.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { hasZlibHeader, inflateBody } from '../wire/inflate.ts';
import { type Arrival, mapEvent, noteClaim } from './map-event.ts';
import { mapFeedback, mapTransaction } from './map-records.ts';
import { mapSpans } from './map-spans.ts';
import { invalid, tooLarge, unpackBody, unpackOrRefuse } from './read-body.ts';
import { readJsonObject, textOf } from './read-json.ts';
import { asEventId } from './read-value.ts';
import { accepted } from './replies.ts';

/** `POST /api/<project>/store/`: one event as JSON, which old SDKs pack with zlib, and that in base64. */
export const sentryStore: WireFormat = { decode: decodeStore };

function decodeStore(request: WireRequest, bounds: WireBounds): WireBatch {
  const bytes = withoutOldPacking(unpackBody(request, bounds.inflatedBytes), bounds.itemBytes);
  if (bytes.length > bounds.itemBytes) throw tooLarge();
  const payload = readJsonObject(bytes);
  if (payload === null) throw invalid('body is not a JSON object');
  const id = asEventId(payload.event_id) ?? shortHash(textOf(bytes), 32);
  const arrival: Arrival = { request, drift: 0, sentAt: null, sdk: null };
  const rest = { dropped: [], reply: () => accepted(id) };
  if (payload.type === 'transaction') {
    return {
      events: [],
      records: [mapTransaction(payload, id, arrival)],
      spans: mapSpans(payload, arrival).spans,
      ...rest,
    };
  }
  const feedback = payload.type === 'feedback' ? mapFeedback(payload, id, arrival) : null;
  if (feedback) return { events: [], records: [feedback], ...rest };
  const event = mapEvent(payload, id, arrival);
  const claimedTimes = new Map<string, number>();
  noteClaim(claimedTimes, event, payload.timestamp);
  return { events: [event], claimedTimes, records: [], ...rest };
}

function withoutOldPacking(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (hasZlibHeader(bytes)) return unpackOrRefuse(() => inflateBody(bytes, 'deflate', maxBytes));
  if (!isBase64(bytes)) return bytes;
  const packed = Buffer.from(textOf(bytes), 'base64');
  return hasZlibHeader(packed) ? unpackOrRefuse(() => inflateBody(packed, 'deflate', maxBytes)) : packed;
}

/** Told by its beginning: no JSON object begins with a letter or digit. */
function isBase64(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  return /^[A-Za-z0-9+/_-]{4,64}={0,2}\s*$/.test(start);
}
