import type { Event } from '../../../core/events/index.ts';
import type { WireBatch, WireBounds, WireRequest } from '../../../core/ingest/ports.ts';
import { WireRefusal } from '../../../core/ingest/ports.ts';
import { sentryEnvelope } from './index.ts';

export const PROJECT = { id: 7, slug: 'shop' };

export const BOUNDS: WireBounds = {
  inflatedBytes: 104_857_600,
  itemBytes: 1_048_576,
  attachmentBytes: 20_971_520,
  items: 10_000,
};

/** 2026-03-14T09:26:53.589Z: when the requests of these tests arrive. */
export const ARRIVAL = Date.UTC(2026, 2, 14, 9, 26, 53, 589);

/** A request as the server hands it over; everything may be set. */
export function sentryRequest(body: Uint8Array | string, given: Partial<WireRequest> = {}): WireRequest {
  return {
    format: 'sentry-envelope',
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    body: typeof body === 'string' ? Buffer.from(body) : body,
    project: PROJECT,
    trust: 'server',
    receivedAt: ARRIVAL,
    ...given,
  };
}

/** An envelope of items, each `[header, payload]`, as SDKs write it. */
export function envelopeOf(header: object, ...items: [header: object, payload: unknown][]): string {
  const lines = items.flatMap(([itemHeader, payload]) => [
    JSON.stringify(itemHeader),
    typeof payload === 'string' ? payload : JSON.stringify(payload),
  ]);
  return [JSON.stringify(header), ...lines, ''].join('\n');
}

export function decode(body: Uint8Array | string, given: Partial<WireRequest> = {}, bounds = BOUNDS): WireBatch {
  return sentryEnvelope.decode(sentryRequest(body, given), bounds);
}

/** The one event that an envelope with this payload becomes. */
export function decodeEvent(payload: object, given: Partial<WireRequest> = {}): Event {
  const { events } = decode(envelopeOf({}, [{ type: 'event' }, payload]), given);
  if (events.length !== 1 || events[0] === undefined) throw new Error(`${events.length} events`);
  return events[0];
}

/** How a request is refused; throws when it is not, or breaks otherwise. */
export function refusalOf(run: () => unknown): { status: number; headers: Record<string, string>; detail: string } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireRefusal)) throw error;
    const { status, headers, body } = error.reply;
    return { status, headers, detail: (JSON.parse(String(body)) as { detail: string }).detail };
  }
  throw new Error('not refused');
}
