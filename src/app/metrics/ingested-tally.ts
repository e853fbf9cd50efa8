import type { MetricBook } from '../../adapters/metrics/index.ts';
import { metricFamily, OTHER } from '../../contracts/metrics.ts';
import type { AppendBatch, EventOutcome } from '../../core/ingest/index.ts';

/** What came in since the last telling, as it goes from the thread that stores to the one that counts. */
export interface Ingested {
  events: { source: string; stored: number; duplicate: number; lag: { counts: number[]; sum: number } }[];
  dropped: { source: string; reason: string; quantity: number }[];
}

const LAG_SECONDS = metricFamily('guardian_ingest_lag_seconds').buckets;
/** Kinds of sources and reasons that are kept apart between two tellings; they are words of ours but for what clients say. */
const MOST_KEPT = 200;
const OTHER_KEY = `${OTHER} ${OTHER}`;

/** Counts batches as they are stored: a few additions for each event, since this stands in the way of all of them. */
export function createIngestedTally() {
  let events = new Map<string, Ingested['events'][number]>();
  let dropped = new Map<string, Ingested['dropped'][number]>();
  return { add, take };

  function add(batch: AppendBatch, outcomes: readonly EventOutcome[], now: number): void {
    batch.events.forEach(({ event }, index) => {
      const of = ofSource(event.source.kind);
      if (outcomes[index] !== 'stored') {
        of.duplicate++;
        return;
      }
      of.stored++;
      const seconds = Math.max(0, (now - event.time) / 1_000);
      const at = LAG_SECONDS.findIndex((bound) => seconds <= bound);
      const bucket = at === -1 ? LAG_SECONDS.length : at;
      of.lag.counts[bucket] = of.lag.counts[bucket]! + 1;
      of.lag.sum += seconds;
    });
    for (const { source, reason, quantity } of batch.dropped) addDropped(source, reason, quantity);
  }

  function ofSource(source: string): Ingested['events'][number] {
    let known = events.get(source);
    if (!known) {
      known = { source, stored: 0, duplicate: 0, lag: { counts: [...LAG_SECONDS.map(() => 0), 0], sum: 0 } };
      events.set(source, known);
    }
    return known;
  }

  function addDropped(from: string, told: string, quantity: number): void {
    // What stands after a colon is a path, or the client's own word.
    const source = from.split(':')[0]!;
    const reason = told.split(':')[0]!;
    const key = `${source} ${reason}`;
    const known = dropped.get(key) ?? (dropped.size < MOST_KEPT ? null : dropped.get(OTHER_KEY));
    if (known) known.quantity += quantity;
    else if (dropped.size < MOST_KEPT) dropped.set(key, { source, reason, quantity });
    else dropped.set(OTHER_KEY, { source: OTHER, reason: OTHER, quantity });
  }

  /** Null: nothing came. */
  function take(): Ingested | null {
    if (events.size === 0 && dropped.size === 0) return null;
    const taken = { events: [...events.values()], dropped: [...dropped.values()] };
    events = new Map();
    dropped = new Map();
    return taken;
  }
}

export function countIngested(book: MetricBook): (ingested: Ingested) => void {
  return ({ events, dropped }) => {
    for (const { source, stored, duplicate, lag } of events) {
      book.count('guardian_ingest_events_total', { source, outcome: 'stored' }, stored);
      book.count('guardian_ingest_events_total', { source, outcome: 'duplicate' }, duplicate);
      book.observeMany('guardian_ingest_lag_seconds', { source }, lag);
    }
    for (const { source, reason, quantity } of dropped)
      book.count('guardian_ingest_dropped_total', { source, reason }, quantity);
  };
}
