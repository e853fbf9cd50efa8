import type { EventPage, EventQuery, StoredEvent } from '../../../core/events/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { toClusterQuery } from './cluster-query.ts';
import type { ClusterConnection } from './connection.ts';
import { fromSource, SOURCE_FIELDS } from './event-document.ts';
import { indexPattern } from './index-names.ts';
import { mustSucceed } from './refusal.ts';

/** Hits of one call at most: what clusters give by default. */
const CALL_HITS = 10_000;

export interface SearchReply {
  timed_out?: boolean;
  _shards?: { failed?: number };
  hits?: { hits?: { _source: Parameters<typeof fromSource>[0] }[] };
  aggregations?: Record<string, unknown>;
}

/** Asks all indices of events. Part of an answer is none: throws `search_unreachable`, as for a cluster that is away. */
export async function askSearch(connection: ClusterConnection, prefix: string, body: object): Promise<SearchReply> {
  const query = 'ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false';
  const path = `/${indexPattern(prefix)}/_search?${query}`;
  const reply = mustSucceed(await connection.ask({ method: 'POST', path, body }), 'a search of events') as SearchReply;
  if (reply.timed_out === true || (reply._shards?.failed ?? 0) > 0) {
    throw new GuardianError('search_unreachable', { reason: (m) => m.outward.someShards });
  }
  return reply;
}

/**
 * One page, in the order of seqs, each seq once: an index that was copied or renamed holds its ids a second time, and those are folded. One
 * more is asked for than the page holds, so that the last page is known as such.
 */
export async function searchPage(
  connection: ClusterConnection,
  prefix: string,
  { cursor, limit, order, ...conditions }: EventQuery,
): Promise<EventPage> {
  const asked = toClusterQuery(conditions);
  const found = new Map<number, StoredEvent>();
  const size = Math.min(limit + 1, CALL_HITS);
  let after = cursor;
  for (let isMore = asked !== null; isMore && found.size <= limit; ) {
    const reply = await askSearch(connection, prefix, {
      query: asked,
      size,
      sort: [{ seq: { order: order === 'newest' ? 'desc' : 'asc' } }],
      track_total_hits: false,
      _source: SOURCE_FIELDS,
      ...(after === null ? {} : { search_after: [after] }),
    });
    const hits = reply.hits?.hits ?? [];
    for (const { _source: source } of hits) {
      // Twins stand beside each other; the page before may have ended between them.
      if (source.seq !== cursor && !found.has(source.seq)) found.set(source.seq, fromSource(source));
      after = source.seq;
    }
    isMore = hits.length === size;
  }
  const events = [...found.values()].slice(0, limit);
  return { events, cursor: found.size > limit ? events.at(-1)!.seq : null };
}
