import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseExposition } from '../../src/adapters/metrics/parse-exposition.ts';
import { METRICS_PATH } from '../../src/contracts/metrics.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startGuardian();
});
afterAll(() => server.stop());

/** The value of one series; null: there is none. */
async function figure(name: string, labels: Record<string, string> = {}): Promise<number | null> {
  const text = await (await fetch(server.url + METRICS_PATH)).text();
  const samples = parseExposition(text).families.flatMap((family) => family.samples);
  const wanted = Object.entries(labels);
  const found = samples.find(
    (one) => one.name === name && wanted.every(([label, value]) => one.labels[label] === value),
  );
  return found?.value ?? null;
}

const send = (records: object[], key = server.key) => {
  const resourceLogs = [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [{ logRecords: records }],
    },
  ];
  return fetch(`${server.url}/v1/logs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs }),
  });
};

const record = (text: string, ageMs: number) => ({
  timeUnixNano: `${Date.now() - ageMs}000000`,
  severityNumber: 17,
  body: { stringValue: text },
});

it('count what came in by its source, how late it was, and what was refused', async () => {
  expect(await figure('guardian_ingest_events_total', { source: 'otlp', outcome: 'stored' })).toBe(0);
  expect((await send([record('payment failed', 100_000), record('payment failed', 110_000)])).status).toBe(200);
  await expect.poll(() => figure('guardian_ingest_events_total', { source: 'otlp', outcome: 'stored' })).toBe(2);
  expect(await figure('guardian_ingest_lag_seconds_bucket', { source: 'otlp', le: '60' })).toBe(0);
  expect(await figure('guardian_ingest_lag_seconds_bucket', { source: 'otlp', le: '300' })).toBe(2);
  expect(await figure('guardian_events_accepted_total')).toBe(2);
  expect((await send([record('x', 0)], 'f'.repeat(32))).status).toBe(401);
  expect(await figure('guardian_ingest_refused_total', { format: 'otlp-logs', reason: 'unknown-key' })).toBe(1);
  expect(await figure('guardian_ingest_requests_total', { format: 'otlp-logs', status: '200' })).toBe(1);
  await expect
    .poll(() => figure('guardian_ingest_dropped_total', { source: 'otlp-logs', reason: 'unknown-key' }))
    .toBeGreaterThan(0);
});

it('count the issue that the events became, once, and its state', async () => {
  await expect
    .poll(() => figure('guardian_issue_changes_total', { action: 'opened' }), { timeout: 30_000, interval: 200 })
    .toBe(1);
  // Counts of rows are up to ten seconds old.
  await expect.poll(() => figure('guardian_issues', { state: 'open' }), { timeout: 30_000, interval: 500 }).toBe(1);
  expect(await figure('guardian_outbox_oldest_age_seconds')).not.toBeNull();
});

it('count a run of a job by how it ended', async () => {
  const { items } = (await (await fetch(`${server.url}/api/jobs`)).json()) as { items: { id: string }[] };
  const before = (await figure('guardian_job_runs_total', { status: 'success' }))!;
  const asked = await fetch(`${server.url}/api/jobs/${items[0]!.id}/run`, { method: 'POST' });
  expect(asked.ok).toBe(true);
  await expect
    .poll(() => figure('guardian_job_runs_total', { status: 'success' }), { timeout: 30_000, interval: 200 })
    .toBeGreaterThan(before);
});
