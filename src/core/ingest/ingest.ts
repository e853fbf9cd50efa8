import { type Appended, appendPieces } from './append-pieces.ts';
import { type DecodedRequest, decodeRequest } from './decode-request.ts';
import type { IngestOptions } from './options.ts';
import { type AppendBatch, unsaidReply, type WireReply, type WireRequest } from './ports.ts';
import { toldReply } from './replies.ts';

export interface IngestCounts {
  accepted: number;
  duplicates: number;
  refused: number;
}

/**
 * Requests → one durable batch → the reply of each, in order. Accept → durable → answer: a request is answered with success only once its
 * events are in the store, or in the spool. Nothing here throws: what one request does never reaches another.
 */
export function createIngest(options: IngestOptions) {
  const counts: IngestCounts = { accepted: 0, duplicates: 0, refused: 0 };
  return { counts, decode, store };

  /** The part that costs time and waits for nothing. */
  function decode(requests: readonly WireRequest[]): DecodedRequest[] {
    return requests.map((request) => decodeRequest(options, request));
  }

  /** One transaction for all that is not huge; when the store cannot, the spool; when neither can, all are refused with 503. */
  async function store(decoded: readonly DecodedRequest[]): Promise<WireReply[]> {
    const outcomes = await appendPieces(options, batchOf(decoded, options.clock.now()));
    if (outcomes !== 'refused' || decoded.length === 1) return repliesOf(decoded, outcomes);
    // One of them holds what the store refuses for good: each goes alone, so that it takes no other with it.
    const replies: WireReply[] = [];
    for (const one of decoded) {
      replies.push(...repliesOf([one], await appendPieces(options, batchOf([one], options.clock.now()))));
    }
    return replies;
  }

  function repliesOf(decoded: readonly DecodedRequest[], outcomes: Appended): WireReply[] {
    if (typeof outcomes === 'string') {
      counts.refused += decoded.length;
      return decoded.map(({ refusal }) => refusal ?? unsaidReply('store-away'));
    }
    for (const outcome of outcomes) outcome === 'stored' ? counts.accepted++ : counts.duplicates++;
    let at = 0;
    return decoded.map((request) => {
      const own = outcomes.slice(at, at + request.events.length);
      at += request.events.length;
      if (request.refusal !== null) counts.refused++;
      return request.refusal ?? toldReply(options, request, own);
    });
  }
}

export type Ingest = ReturnType<typeof createIngest>;

function batchOf(decoded: readonly DecodedRequest[], at: number): AppendBatch {
  return {
    events: decoded.flatMap(({ events }) => events),
    records: decoded.flatMap(({ records }) => records),
    spans: decoded.flatMap(({ spans }) => spans),
    dropped: decoded.flatMap(({ dropped }) => dropped),
    positions: [],
    at,
  };
}
