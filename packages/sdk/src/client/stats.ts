import type { CounterLevel, Delivery, DeliveryCounters, DeliveryGauges } from '../delivery/delivery.ts';
import type { DurationSummary } from '../logger/histogram.ts';
import type { MisuseCounts } from '../logger/idle-target.ts';
import type { PerLevel, RecordCounters } from '../logger/record-counters.ts';
import { LEVELS, type Level } from '../record.ts';
import type { UsageCounters } from '../usage/index.ts';
import type { Route } from './routes.ts';

/** Everything that is counted. Reading changes nothing; the figures stay readable after `stop()`. */
export interface ClientStats {
  service: string;
  instance: string;
  /** Epoch ms. */
  startedAt: number;
  isRunning: boolean;
  /** Before any sink. */
  records: RecordCounters;
  /** What the redactor took, by kind. */
  maskedKinds: Record<string, number>;
  /** Calls that no client took, since the process began. */
  misuse: MisuseCounts;
  /** By sink; `guardian-usage`, `guardian-keys` and `guardian-audit` are the streams of usage, of sealing keys and of the audit trail. */
  sinks: Record<string, SinkStats>;
  /** By operation. */
  timers: Record<string, DurationSummary>;
  /** Null: nothing of usage is recorded. */
  usage: UsageCounters | null;
}

/** At every instant `queued = sent + deadLettered + dropped (all reasons) + folded + gauges.waiting`, level by level and in all. */
export interface SinkStats extends DeliveryCounters {
  folded: Readonly<Record<CounterLevel, number>>;
  gauges: DeliveryGauges;
}

/** Folded records count as queued at each sink that would have got them. */
export function sinkStats({ delivery, threshold }: Route, folded: PerLevel): SinkStats {
  const counters = delivery.counters();
  const foldedHere: Record<CounterLevel, number> = { ...folded, audit: 0 };
  const queued: Record<CounterLevel, number> = { ...counters.queued };
  for (const level of Object.keys(LEVELS) as Level[]) {
    if (LEVELS[level] < threshold) foldedHere[level] = 0;
    queued[level] += foldedHere[level];
  }
  return { ...counters, queued, folded: foldedHere, gauges: delivery.gauges() };
}

/** Of a stream that carries no log records. */
export function streamStats(delivery: Delivery): SinkStats {
  const none: Record<CounterLevel, number> = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0, audit: 0 };
  return { ...delivery.counters(), folded: none, gauges: delivery.gauges() };
}
