import type { MetricBook } from '../../adapters/metrics/index.ts';
import type { Store } from '../../adapters/store/sql/index.ts';
import { TOLD_KINDS } from '../../core/notify/index.ts';
import type { Clock } from '../../core/shared/index.ts';

/** ms that counts of rows are shown again before the store is asked anew: scrapers may come often. */
const COUNTED_EVERY_MS = 10_000;

/** How many rows stand in which state; of all nodes, since they share the store. */
export function collectRows(book: MetricBook, { counts }: Pick<Store, 'counts'>, clock: Clock): void {
  const keptMs = COUNTED_EVERY_MS;
  book.collect({
    name: 'issues',
    families: ['guardian_issues'],
    keptMs,
    async read() {
      const rows = await counts.issues();
      for (const state of ISSUE_STATES) book.set('guardian_issues', { state }, countOf(rows, state));
    },
  });
  book.collect({
    name: 'alerts',
    families: ['guardian_alerts'],
    keptMs,
    async read() {
      const rows = await counts.alerts();
      for (const state of ALERT_STATES) book.set('guardian_alerts', { state }, countOf(rows, state));
    },
  });
  book.collect({
    name: 'jobs',
    families: ['guardian_job_runs_active', 'guardian_jobs_failing'],
    keptMs,
    async read() {
      const { queued, running, failing } = await counts.jobs();
      book.set('guardian_job_runs_active', { status: 'queued' }, queued);
      book.set('guardian_job_runs_active', { status: 'running' }, running);
      book.set('guardian_jobs_failing', {}, failing);
    },
  });
  book.collect({
    name: 'deliveries',
    families: ['guardian_deliveries', 'guardian_delivery_oldest_age_seconds'],
    keptMs,
    async read() {
      const rows = await counts.deliveries();
      const oldest = await counts.oldestDueDelivery(clock.now());
      for (const state of DELIVERY_STATES) book.set('guardian_deliveries', { state }, countOf(rows, state));
      for (const { state, count } of rows) book.set('guardian_deliveries', { state }, count);
      book.set('guardian_delivery_oldest_age_seconds', {}, secondsSince(oldest));
    },
  });
  book.collect({
    name: 'outbox',
    families: ['guardian_outbox_rows', 'guardian_outbox_oldest_age_seconds'],
    keptMs,
    async read() {
      const { rows, oldestAt } = await counts.outbox(TOLD_KINDS);
      book.set('guardian_outbox_rows', {}, rows);
      book.set('guardian_outbox_oldest_age_seconds', {}, secondsSince(oldestAt));
    },
  });

  function secondsSince(at: number | null): number {
    return at === null ? 0 : Math.max(0, (clock.now() - at) / 1_000);
  }
}

const ISSUE_STATES = ['open', 'handed off', 'resolved', 'regressed', 'ignored'] as const;
const ALERT_STATES = ['firing', 'acknowledged', 'resolved'] as const;
const DELIVERY_STATES = [
  'pending',
  'held',
  'suppressed',
  'sending',
  'sent',
  'failed',
  'dead',
  'stored',
  'simulated',
] as const;

function countOf(rows: readonly { state: string; count: number }[], state: string): number {
  return rows.find((row) => row.state === state)?.count ?? 0;
}
