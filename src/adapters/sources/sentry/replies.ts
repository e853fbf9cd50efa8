import { type DroppedItems, WireRefusal, type WireReply } from '../../../core/ingest/ports.ts';

/** `{"id": …}` for what has an id, `{}` for what has none; SDKs read no more of a reply than its status and headers. */
export function accepted(id: string | null): WireReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(id === null ? {} : { id }),
  };
}

/** `detail` is in our own words, ASCII: it stands in a header too. */
export function refusal(status: 400 | 413, detail: string, dropped: DroppedItems[]): WireRefusal {
  return new WireRefusal(
    {
      status,
      headers: { 'content-type': 'application/json', 'x-sentry-error': detail },
      body: JSON.stringify({ detail }),
    },
    dropped,
  );
}
