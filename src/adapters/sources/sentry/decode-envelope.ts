import type { WireBatch, WireBounds, WireFormat, WireRequest } from '../../../core/ingest/ports.ts';
import { decodeCheckIn, isCheckInPath } from './decode-check-in.ts';
import { categoryOf } from './drop-tally.ts';
import { type Envelope, MalformedEnvelope, parseEnvelope } from './envelope.ts';
import { invalid, unpackBody } from './read-body.ts';
import { createDecoding, readItem, replyIdOf } from './read-items.ts';
import { asInstant } from './read-value.ts';
import { accepted } from './replies.ts';

/** `POST /api/<project>/envelope/`, and check-ins by address. */
export const sentryEnvelope: WireFormat = {
  decode: (request, bounds) =>
    isCheckInPath(request.path) ? decodeCheckIn(request, bounds) : decodeEnvelope(request, bounds),
};

function decodeEnvelope(request: WireRequest, bounds: WireBounds): WireBatch {
  const bytes = unpackBody(request, bounds.inflatedBytes);
  const { header, items, passedOver } = parseOrRefuse(bytes, bounds.items);
  const sentAt = asInstant(header.sent_at);
  const arrival = { request, drift: driftOf(sentAt, request), sentAt, sdk: header.sdk };
  const decoding = createDecoding(arrival, header, bounds);
  for (const [type, count] of passedOver) decoding.drops.add('too-many', categoryOf(type), count);
  items.forEach((item, index) => {
    readItem(decoding, item, index);
  });
  const { events, claimedTimes, records, spans, drops } = decoding;
  const reply = replyWith(replyIdOf(decoding));
  return { events, claimedTimes, records, spans, dropped: drops.list(), reply };
}

/** A closure made there would keep all that was decoded until the reply. */
function replyWith(id: string | null): WireBatch['reply'] {
  return () => accepted(id);
}

function parseOrRefuse(bytes: Uint8Array, maxItems: number): Envelope {
  try {
    return parseEnvelope(bytes, maxItems);
  } catch (error) {
    if (!(error instanceof MalformedEnvelope)) throw error;
    throw invalid(`invalid envelope: ${error.message}`);
  }
}

/** From here a clock is corrected: less is the way of the packet. */
const LEAST_DRIFT_MS = 60_000;

/** Arrival minus `sent_at`, when it says that the client's clock is wrong. */
function driftOf(sentAt: number | null, { receivedAt }: WireRequest): number {
  const drift = sentAt === null ? 0 : receivedAt - sentAt;
  return Math.abs(drift) >= LEAST_DRIFT_MS ? drift : 0;
}
