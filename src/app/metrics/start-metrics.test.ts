import pino from 'pino';
import { expect, it } from 'vitest';
import { lintExposition } from '../../adapters/metrics/lint-exposition.ts';
import { type ExposedFamily, parseExposition } from '../../adapters/metrics/parse-exposition.ts';
import type { UsageSummary } from '../../contracts/api/usage.ts';
import { METRIC_FAMILIES } from '../../contracts/metrics.ts';
import type { AppendBatch } from '../../core/ingest/index.ts';
import { createChangeHub } from '../change-hub.ts';
import { createIngestedTally } from './ingested-tally.ts';
import { type MetricSources, startMetrics } from './start-metrics.ts';

const NOW = Date.parse('2026-01-31T08:15:30.000Z');
/** Figures of the parts, which tell of them by themselves: `work-metrics.test.ts` moves those. */
const OF_PARTS = /^(?:memory_|llm_|concept_|guardian_deployment)/;

function open(over: Partial<MetricSources> = {}) {
  const changes = createChangeHub();
  const logger = pino({ level: 'silent' });
  let now = NOW;
  const metrics = startMetrics({ clock: { now: () => now }, version: '1.2.3', logger, changes });
  const server = metrics.serve({ ...quietSources(), ...over });
  const read = async () => {
    // Past what counts of rows are kept for.
    now += 20_000;
    return (await server.read()).text;
  };
  return { changes, metrics, server, read };
}

let rows = { issues: 0, alerts: 0, due: null as number | null, outbox: 0 };
let given = 0;

/** Sources whose every figure is `given`, or counts of `rows`. */
function quietSources(): MetricSources {
  rows = { issues: 0, alerts: 0, due: null, outbox: 0 };
  given = 0;
  return {
    store: {
      counts: {
        issues: async () => [{ state: 'open', count: rows.issues }],
        alerts: async () => [{ state: 'firing', count: rows.alerts }],
        deliveries: async () => [{ state: 'failed', count: given }],
        jobs: async () => ({ queued: given, running: given, failing: given }),
        outbox: async () => ({ rows: rows.outbox, oldestAt: rows.outbox === 0 ? null : NOW - 60_000 }),
        oldestDueDelivery: async () => rows.due,
      },
    },
    intake: {
      state: () => ({
        waiting: given,
        waitingBytes: given,
        problem: given === 0 ? null : { code: 'store_full', since: NOW, reason: 'no space' },
        spooledEvents: given,
        accepted: given,
        duplicates: given,
        refused: given,
        foldQueue: given,
      }),
    },
    live: {
      read: () => (given === 0 ? [] : [{ service: 'shop', eventsPerSecond: given, errorsPerSecond: given }]),
    } as unknown as MetricSources['live'],
    usage: {
      summary: async () =>
        ({
          active_users: given,
          total_requests: given,
          total_errors: given,
          meta: { anonymousRequests: given, missingRecords: given },
        }) as UsageSummary,
      waiting: async () => given,
      lastRecords: async () => (given === 0 ? [] : [{ service: 'shop', at: NOW }]),
    } as unknown as MetricSources['usage'],
    search: {
      cache: () => ({ hits: given, misses: given, joined: 0, evicted: 0, entries: 0, bytes: given }),
      cluster: async () => ({
        connections: { requests: given, opened: given },
        progress: { waiting: given } as never,
      }),
      problems: async () => [],
    },
  };
}

const sumOf = (families: readonly ExposedFamily[], name: string) =>
  (families.find((family) => family.name === name)?.samples ?? [])
    .filter((sample) => !sample.name.endsWith('_bucket'))
    .reduce((total, { value }) => total + value, 0);

const batch = (time: number): AppendBatch => ({
  events: [{ projectId: 1, event: { source: { kind: 'otlp' }, time } as never, claimedTime: time, isCandidate: false }],
  records: [],
  dropped: [
    { projectId: 1, source: 'otlp-logs', reason: 'lost-at-client:queue full', category: 'log_item', quantity: 3 },
  ],
  positions: [],
  at: NOW,
});

it('moves every family of the list that no part tells of itself', async () => {
  const { changes, metrics, server, read } = open();
  const before = parseExposition(await read()).families;
  given = 7;
  rows = { issues: 3, alerts: 2, due: NOW - 5_000, outbox: 4 };
  server.request({ method: 'GET', route: '/api/issues/:id', status: 404, seconds: 0.02 });
  server.intake({ format: 'otlp-logs', status: 200 });
  server.refused({ format: 'otlp-logs', reason: 'unknown-key' });
  server.listeners(2);
  const tally = createIngestedTally();
  tally.add(batch(NOW - 90_000), ['stored'], NOW);
  tally.add(batch(NOW), ['duplicate'], NOW);
  metrics.onIngested(tally.take()!);
  changes.publish({ kind: 'issue', id: 'i-1', action: 'issue-opened' });
  changes.publish({ kind: 'alert', id: 'a-1', state: 'firing' });
  changes.publish({ kind: 'run', id: 'r-1', job: 'sync', status: 'timed_out' });
  changes.publish({ kind: 'delivery', id: 'd-1', state: 'dead' });
  changes.publish({ kind: 'report', id: 'p-1', status: 'CRITICAL' });
  const text = await read();
  expect(lintExposition(text)).toEqual([]);
  const after = parseExposition(text).families;
  const names = Object.keys(METRIC_FAMILIES).filter((name) => !OF_PARTS.test(name));
  const still = names.filter((name) => sumOf(after, name) === sumOf(before, name));
  // The version stands from the start; drops and failures have tests of their own, of the book.
  expect(still).toEqual([
    'guardian_build_info',
    'guardian_metrics_cardinality_drops_total',
    'guardian_metrics_collector_failures_total',
  ]);
  for (const line of [
    'guardian_build_info{version="1.2.3"} 1',
    'guardian_http_requests_total{method="GET",route="/api/issues/:id",status_class="4xx"} 1',
    'guardian_http_request_duration_seconds_count{area="issues"} 1',
    'guardian_ingest_events_total{source="otlp",outcome="stored"} 1',
    'guardian_ingest_events_total{source="otlp",outcome="duplicate"} 1',
    'guardian_ingest_dropped_total{source="otlp-logs",reason="lost-at-client"} 6',
    'guardian_ingest_lag_seconds_bucket{source="otlp",le="60"} 0',
    'guardian_ingest_lag_seconds_bucket{source="otlp",le="300"} 1',
    'guardian_issues{state="open"} 3',
    'guardian_job_runs_total{status="timed_out"} 1',
    'guardian_job_runs_active{status="running"} 7',
    'guardian_delivery_oldest_age_seconds 45',
    'guardian_outbox_oldest_age_seconds 100',
    'guardian_store_problem 1',
  ])
    expect(text).toContain(`${line}\n`);
});

it('counts an issue once, though screens hear of it twice, and a run only when it ends', async () => {
  const { changes, read } = open();
  changes.publish({ kind: 'issue', id: 'i-1', action: 'opened' });
  changes.publish({ kind: 'issue', id: 'i-1', action: 'issue-opened' });
  changes.publish({ kind: 'run', id: 'r-1', job: 'sync', status: 'queued' });
  changes.publish({ kind: 'run', id: 'r-1', job: 'sync', status: 'running' });
  changes.publish({ kind: 'run', id: 'r-1', job: 'sync', status: 'success' });
  const { families } = parseExposition(await read());
  expect(sumOf(families, 'guardian_issue_changes_total')).toBe(1);
  expect(sumOf(families, 'guardian_job_runs_total')).toBe(1);
});

it('shows everything else while the store does not answer', async () => {
  const broken = Object.fromEntries(
    ['issues', 'alerts', 'deliveries', 'jobs', 'outbox', 'oldestDueDelivery'].map((name) => [
      name,
      () => Promise.reject(new Error('the store is away')),
    ]),
  ) as unknown as MetricSources['store']['counts'];
  const { read } = open({ store: { counts: broken } });
  const text = await read();
  expect(text).toContain('guardian_metrics_collector_failures_total{collector="issues"} 1\n');
  expect(text).toContain('guardian_metrics_collector_failures_total{collector="intake"} 0\n');
  expect(text).not.toMatch(/^guardian_issues\{/m);
  expect(text).toContain('guardian_fold_queue 0\n');
  expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
});

it('keeps what it counted before anybody read, without loading what only readers need', async () => {
  const { server, read } = open();
  for (let sent = 0; sent < 1_100; sent++)
    server.request({ method: 'GET', route: '/api/health', status: 200, seconds: 0.001 });
  expect(await read()).toContain(
    'guardian_http_requests_total{method="GET",route="/api/health",status_class="2xx"} 1100\n',
  );
});

it('never lets a client’s word, an address or an id become a label', async () => {
  const tally = createIngestedTally();
  for (let one = 0; one < 1_000; one++)
    tally.add(
      {
        ...batch(NOW),
        dropped: [
          { projectId: 1, source: `file:/home/ann/${one}`, reason: `own-${one}:x`, category: 'line', quantity: 1 },
        ],
      },
      ['stored'],
      NOW,
    );
  const taken = tally.take()!;
  expect(taken.dropped.length).toBeLessThanOrEqual(201);
  expect(taken.dropped.reduce((total, { quantity }) => total + quantity, 0)).toBe(1_000);
  expect(new Set(taken.dropped.map(({ source }) => source))).toEqual(new Set(['file', 'other']));
  expect(tally.take()).toBeNull();
});
