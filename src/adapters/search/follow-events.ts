import type { EventChange, SearchChangeStore, SearchQueueStore } from '../../core/events/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import { HOUR_MS } from '../store/sql/repositories/events/batch-counts.ts';
import { SEQS_PER_MS } from '../store/sql/repositories/events/event-row.ts';
import type { SearchCluster } from './opensearch/index.ts';

/** Events read, written and confirmed at once. */
const STEP = 1_000;
const DAY_MS = 24 * HOUR_MS;
/** Answers that reach into the last minute are remembered for a second: nothing has to be said of them. */
const NEWEST_MS = 60_000;

export interface FollowOptions {
  queue: SearchQueueStore;
  changes: SearchChangeStore;
  cluster: SearchCluster;
  /** Of the cluster: address and prefix; its own id is added. */
  address: string;
  /** As long as the cluster keeps what the database forgets; null: not at all. */
  days: number | null;
  /** Days after which an index that holds nothing is deleted. */
  emptyDays: number;
  queueRows: number;
  clock: Clock;
}

export interface FollowResult {
  /** Events that were written or taken out. */
  told: number;
  refused: number;
  /** The queue was over its bound: everything is read again. */
  isShortened: boolean;
}

/**
 * Tells the cluster what it does not know yet: first what is queued, oldest first, then what was stored before there was a cluster. Nothing leaves
 * the queue before the cluster has confirmed it. One process at a time does it; that two do it by mistake costs work and no truth.
 */
export async function followEvents(options: FollowOptions, signal: AbortSignal): Promise<FollowResult> {
  const { queue, cluster, address, queueRows } = options;
  const result: FollowResult = { told: 0, refused: 0, isShortened: false };
  // Without an answer the queue still has its bound.
  result.isShortened = await queue.shorten(queueRows);
  const { clusterId } = await cluster.check();
  await queue.follow(`${address} ${clusterId}`);
  while (!signal.aborted) {
    const waiting = await queue.waiting(STEP);
    if (waiting.arrivals.length > 0) {
      result.refused += await tell(options, waiting.changes, signal);
      await queue.told(waiting);
      result.told += waiting.changes.length;
      continue;
    }
    const older = await queue.filling(STEP);
    if (older.length === 0) break;
    result.refused += await tell(options, older, signal);
    await queue.filled(older.at(-1)!.seq);
    result.told += older.length;
  }
  return result;
}

/** Written and found before it is said that answers about its hours have changed: who asks then gets the new ones. */
async function tell(options: FollowOptions, all: readonly EventChange[], signal: AbortSignal): Promise<number> {
  const { cluster, queue, changes, days, clock } = options;
  const now = clock.now();
  // What only the database has forgotten stays in a cluster that keeps it longer.
  const kept = days === null ? null : (now - days * DAY_MS) * SEQS_PER_MS;
  const told = kept === null ? all : all.filter(({ seq, event }) => event !== null || seq < kept);
  const refused = told.length === 0 ? [] : await cluster.write(told, signal);
  if (refused.length > 0) await queue.refuse(refused.length, refused.at(-1)!.reason);
  const times = told.map(({ seq }) => Math.floor(seq / SEQS_PER_MS)).filter((time) => time < now - NEWEST_MS);
  if (times.length > 0) {
    await cluster.refresh();
    await changes.changed([...new Set(times.map((time) => Math.floor(time / HOUR_MS) * HOUR_MS))], now);
  }
  return refused.length;
}

/** Indices whose days are over, where the cluster has no lifecycle of its own or counts differently; and empty ones. */
export async function endOldIndices({ cluster, days, emptyDays, clock }: FollowOptions): Promise<string[]> {
  const now = clock.now();
  const over = days === null ? [] : await cluster.deleteIndices(now - days * DAY_MS, 'all');
  return [...over, ...(await cluster.deleteIndices(now - (emptyDays + 1) * DAY_MS, 'empty'))];
}
