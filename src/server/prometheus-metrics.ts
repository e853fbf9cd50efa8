import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricSources, ServerMetrics } from './metrics.ts';
import { usageGauges } from './usage-metrics.ts';

/** ms that counts of rows are shown again before the store is asked anew: scrapers may come often. */
const COUNTED_EVERY_MS = 10_000;
/** Services that the live rates are shown of. */
const SHOWN_SERVICES = 50;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Every label takes few values: routes are patterns, formats and reasons are ours, methods are known ones. */
export function openPrometheusMetrics({
  intake,
  live,
  store,
  search,
  clock,
  logger,
  usage,
}: MetricSources): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const lastCounted = new Map<string, number>();
  const requests = new Histogram({
    name: 'guardian_http_request_duration_seconds',
    help: 'Requests by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10],
    registers,
  });
  const ingest = new Counter({
    name: 'guardian_ingest_requests_total',
    help: 'Requests that brought events, by wire format and status',
    labelNames: ['format', 'status'],
    registers,
  });
  const refused = new Counter({
    name: 'guardian_ingest_refused_total',
    help: 'Requests refused before they were read, by wire format and reason',
    labelNames: ['format', 'reason'],
    registers,
  });
  const listeners = new Gauge({ name: 'guardian_change_listeners', help: 'Screens that listen', registers });
  intakeGauges();
  liveGauges();
  stateGauges();
  usageGauges(usage, { registers, now: () => clock.now(), counted });
  searchGauges();
  // Of the process: its memory and processor time as they are, its event loop and garbage collection from now on.
  collectDefaultMetrics({ register: registry });

  return {
    request({ method, route, status, seconds }) {
      const known = METHODS.has(method) ? method : 'other';
      requests.observe({ method: known, route, status: String(status) }, seconds);
    },
    intake: ({ format, status }) => ingest.inc({ format, status: String(status) }),
    refused: ({ format, reason }) => refused.inc({ format, reason }),
    listeners: (count) => listeners.set(count),
    async read() {
      return { text: await registry.metrics(), type: registry.contentType };
    },
  };

  function intakeGauges(): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    // Totals are kept by the intake: they are shown as they are, and start again with the process as counters do.
    gauge('guardian_events_accepted', 'Events accepted since the start', () => intake.state().accepted);
    gauge('guardian_events_duplicate', 'Events known already, since the start', () => intake.state().duplicates);
    gauge('guardian_events_refused', 'Events refused since the start', () => intake.state().refused);
    gauge('guardian_events_spooled', 'Events that wait for the store in a file', () => intake.state().spooledEvents);
    gauge('guardian_ingest_waiting_requests', 'Requests that wait to be stored', () => intake.state().waiting);
    gauge('guardian_ingest_waiting_bytes', 'Bytes of them', () => intake.state().waitingBytes);
    gauge('guardian_fold_queue', 'Events that wait to be folded into incidents', () => intake.state().foldQueue);
    gauge('guardian_store_problem', '1 while the store cannot be written', () => (intake.state().problem ? 1 : 0));
  }

  /** Of the services that send most: others would be a label each. */
  function liveGauges(): void {
    const gauge = (name: string, help: string, of: 'eventsPerSecond' | 'errorsPerSecond') =>
      new Gauge({
        ...{ name, help, labelNames: ['service'] as const, registers },
        collect() {
          this.reset();
          const busiest = live.read().sort((a, b) => b.eventsPerSecond - a.eventsPerSecond);
          for (const rates of busiest.slice(0, SHOWN_SERVICES)) this.set({ service: rates.service }, rates[of]);
        },
      });
    gauge('guardian_service_events_per_second', 'Events of a service, over 10 s', 'eventsPerSecond');
    gauge('guardian_service_errors_per_second', 'Those of them that are errors', 'errorsPerSecond');
  }

  function stateGauges(): void {
    const dropped = new Gauge({
      name: 'guardian_events_dropped',
      help: 'Items left out in the last 24 hours, by source and reason',
      labelNames: ['source', 'reason'],
      registers,
      collect: () => counted('dropped', showDropped),
    });
    const issues: Gauge<'state'> = new Gauge({
      name: 'guardian_issues',
      help: 'Issues by state',
      labelNames: ['state'],
      registers,
      collect: () => counted('issues', async () => show(issues, await store.counts.issues())),
    });
    const deliveries: Gauge<'state'> = new Gauge({
      name: 'guardian_deliveries',
      help: 'Deliveries by state',
      labelNames: ['state'],
      registers,
      collect: () => counted('deliveries', async () => show(deliveries, await store.counts.deliveries())),
    });

    async function showDropped(): Promise<void> {
      const rows = await store.activity.dropped(clock.now() - 24 * 60 * 60 * 1000);
      dropped.reset();
      for (const { source, reason, quantity } of rows.slice(0, 500)) {
        // What a client says after the colon is its own word.
        dropped.inc({ source, reason: reason.split(':')[0]! }, quantity);
      }
    }
  }

  function searchGauges(): void {
    if (!search) return;
    const gauge = (name: string, help: string, collect: (this: Gauge) => void | Promise<void>) =>
      new Gauge({ name, help, registers, collect });
    const { cache, cluster } = search;
    gauge('guardian_search_cache_hits', 'Searches answered from memory since the start', function () {
      this.set(cache().hits);
    });
    gauge('guardian_search_cache_misses', 'Searches that were asked of the index since the start', function () {
      this.set(cache().misses);
    });
    gauge('guardian_search_cache_bytes', 'Bytes of remembered answers', function () {
      this.set(cache().bytes);
    });
    if (!cluster) return;
    gauge('guardian_search_waiting_changes', 'Changes of events that wait for the search cluster', function () {
      return counted('search', async () => this.set((await cluster()).progress?.waiting ?? 0));
    });
    gauge('guardian_search_requests', 'Calls of the search cluster since the start', async function () {
      this.set((await cluster()).connections.requests);
    });
    gauge('guardian_search_connections', 'Connections opened for them', async function () {
      this.set((await cluster()).connections.opened);
    });
  }

  function show(gauge: Gauge<'state'>, rows: readonly { state: string; count: number }[]): void {
    gauge.reset();
    for (const { state, count } of rows) gauge.set({ state }, count);
  }

  /** A store that does not answer must not take the other figures with it. */
  async function counted(name: string, count: () => Promise<void>): Promise<void> {
    const now = clock.now();
    if (now - (lastCounted.get(name) ?? Number.NEGATIVE_INFINITY) < COUNTED_EVERY_MS) return;
    lastCounted.set(name, now);
    await count().catch((thrown) => logger.warn({ err: thrown, figure: name }, 'a figure could not be counted'));
  }
}
