import type { DroppedItems } from '../../../core/ingest/ports.ts';

/** Counts what is left out, by reason and category. Names of clients are bounded in length, letters and number: they become metrics. */
export interface DropTally {
  add(reason: string, category: string, quantity?: number): void;
  list(): DroppedItems[];
}

const MOST_KINDS = 64;
const MOST_OF_ONE = 1_000_000_000;

export function createDropTally(): DropTally {
  const kinds = new Map<string, DroppedItems>();
  return {
    add(reason, category, quantity = 1) {
      if (quantity <= 0) return;
      const key = `${reason}\u0000${category}`;
      const known = kinds.get(key) ?? (kinds.size < MOST_KINDS ? null : kinds.get('other'));
      if (known) known.quantity = Math.min(known.quantity + quantity, MOST_OF_ONE);
      else if (kinds.size < MOST_KINDS - 1) kinds.set(key, { reason, category, quantity });
      else kinds.set('other', { reason: 'other', category: 'default', quantity });
    },
    list: () => [...kinds.values()],
  };
}

/** A client's word as a metric's label: lower case, digits, `_`, `-`, `.`; anything else is `other`. */
export function asLabel(value: unknown): string {
  if (typeof value !== 'string') return 'other';
  const label = value.toLowerCase();
  return /^[a-z][a-z0-9_.-]{0,63}$/.test(label) ? label : 'other';
}

/** The protocol's categories by item type: https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/ */
const CATEGORIES: Readonly<Record<string, string>> = {
  event: 'error',
  log: 'log_item',
  otel_log: 'log_item',
  transaction: 'transaction',
  session: 'session',
  sessions: 'session',
  check_in: 'monitor',
  feedback: 'feedback',
  user_report: 'feedback',
  attachment: 'attachment',
  client_report: 'internal',
  span: 'span',
  profile: 'profile',
  profile_chunk: 'profile_chunk',
  replay_event: 'replay',
  replay_recording: 'replay',
  replay_video: 'replay',
  statsd: 'metric_bucket',
  metric_buckets: 'metric_bucket',
  trace_metric: 'trace_metric',
};

export function categoryOf(type: string): string {
  return Object.hasOwn(CATEGORIES, type) ? (CATEGORIES[type] ?? 'default') : 'default';
}
