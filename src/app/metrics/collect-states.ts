import type { MetricBook } from '../../adapters/metrics/index.ts';
import type { UsageSummary } from '../../contracts/api/usage.ts';
import type { LiveRates } from '../../core/events/index.ts';
import type { IntakeState } from '../../core/ingest/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import type { SearchControl, UsageControl } from '../../server/index.ts';

const HOUR_MS = 60 * 60_000;
/** Services that rates and records are shown of: whoever has more of them watches them elsewhere. */
const SHOWN_SERVICES = 50;
/** ms that figures which are counted from rows are shown again. */
const COUNTED_EVERY_MS = 10_000;

/** What waits to be stored, and what became of what came. */
export function collectIntake(book: MetricBook, state: () => IntakeState): void {
  book.collect({
    name: 'intake',
    families: [
      'guardian_events_accepted_total',
      'guardian_events_duplicate_total',
      'guardian_events_refused_total',
      'guardian_events_spooled',
      'guardian_ingest_waiting_requests',
      'guardian_ingest_waiting_bytes',
      'guardian_fold_queue',
      'guardian_store_problem',
    ],
    read() {
      const { accepted, duplicates, refused, spooledEvents, waiting, waitingBytes, foldQueue, problem } = state();
      book.total('guardian_events_accepted_total', {}, accepted);
      book.total('guardian_events_duplicate_total', {}, duplicates);
      book.total('guardian_events_refused_total', {}, refused);
      book.set('guardian_events_spooled', {}, spooledEvents);
      book.set('guardian_ingest_waiting_requests', {}, waiting);
      book.set('guardian_ingest_waiting_bytes', {}, waitingBytes);
      book.set('guardian_fold_queue', {}, foldQueue);
      book.set('guardian_store_problem', {}, problem ? 1 : 0);
    },
  });
}

/** Of the services that send most: others would be a label each. */
export function collectLive(book: MetricBook, live: Pick<LiveRates, 'read'>): void {
  book.collect({
    name: 'live rates',
    families: ['guardian_service_events_per_second', 'guardian_service_errors_per_second'],
    read() {
      book.clear('guardian_service_events_per_second');
      book.clear('guardian_service_errors_per_second');
      const busiest = live.read().sort((a, b) => b.eventsPerSecond - a.eventsPerSecond);
      for (const { service, eventsPerSecond, errorsPerSecond } of busiest.slice(0, SHOWN_SERVICES)) {
        book.set('guardian_service_events_per_second', { service }, eventsPerSecond);
        book.set('guardian_service_errors_per_second', { service }, errorsPerSecond);
      }
    },
  });
}

export function collectSearch(book: MetricBook, { cache, cluster }: Pick<SearchControl, 'cache' | 'cluster'>): void {
  book.collect({
    name: 'search cache',
    families: ['guardian_search_cache_hits_total', 'guardian_search_cache_misses_total', 'guardian_search_cache_bytes'],
    read() {
      const { hits, misses, bytes } = cache();
      book.total('guardian_search_cache_hits_total', {}, hits);
      book.total('guardian_search_cache_misses_total', {}, misses);
      book.set('guardian_search_cache_bytes', {}, bytes);
    },
  });
  if (!cluster) return;
  book.collect({
    name: 'search cluster',
    families: [
      'guardian_search_waiting_changes',
      'guardian_search_requests_total',
      'guardian_search_connections_total',
    ],
    async read() {
      const { progress, connections } = await cluster();
      book.set('guardian_search_waiting_changes', {}, progress?.waiting ?? 0);
      book.total('guardian_search_requests_total', {}, connections.requests);
      book.total('guardian_search_connections_total', {}, connections.opened);
    },
  });
}

/** Usage in numbers: how much is used, what fails, and whether records come at all. Never a user, never an endpoint. */
export function collectUsage(
  book: MetricBook,
  usage: Pick<UsageControl, 'summary' | 'lastRecords' | 'waiting'>,
  clock: Clock,
): void {
  const keptMs = COUNTED_EVERY_MS;
  book.collect({
    name: 'usage',
    families: [
      'guardian_usage_active_users',
      'guardian_usage_requests',
      'guardian_usage_errors',
      'guardian_usage_anonymous_requests',
      'guardian_usage_missing_records',
    ],
    keptMs,
    async read() {
      const to = clock.now();
      const summary: UsageSummary = await usage.summary({ from: to - HOUR_MS, to, service: null });
      book.set('guardian_usage_active_users', {}, summary.active_users);
      book.set('guardian_usage_requests', {}, summary.total_requests);
      book.set('guardian_usage_errors', {}, summary.total_errors);
      book.set('guardian_usage_anonymous_requests', {}, summary.meta.anonymousRequests);
      book.set('guardian_usage_missing_records', {}, summary.meta.missingRecords);
    },
  });
  book.collect({
    name: 'usage records',
    families: ['guardian_usage_waiting_records', 'guardian_usage_last_record_timestamp_seconds'],
    keptMs,
    async read() {
      const [waiting, records] = await Promise.all([usage.waiting(), usage.lastRecords()]);
      book.set('guardian_usage_waiting_records', {}, waiting);
      book.clear('guardian_usage_last_record_timestamp_seconds');
      for (const { service, at } of records.toSorted((a, b) => b.at - a.at).slice(0, SHOWN_SERVICES))
        book.set('guardian_usage_last_record_timestamp_seconds', { service }, at / 1_000);
    },
  });
}
