import type { Generated } from 'kysely';

/** What batches amount to, and nobody added up yet. */
export interface AnalyticsInboxTable {
  seq: Generated<number>;
  /** JSON of AnalyticsBatch. */
  counts: string;
}

interface AnalyticsKey {
  /** minute, hour or day */
  step: string;
  /** Epoch ms of its beginning. */
  at: number;
  project_id: number;
  service: string;
  logger: string;
  agent: string;
  category: string;
}

export interface AnalyticsCountTable extends AnalyticsKey {
  events: number;
  errors: number;
  dropped: number;
  /** Time of the newest event; 0: there was none. */
  last_at: number;
}

export interface AnalyticsTemplateTable extends AnalyticsKey {
  /** The severity's class. */
  severity: number;
  template: string;
  count: number;
}

export interface AnalyticsOperationTable extends AnalyticsKey {
  name: string;
  count: number;
  failures: number;
  /** JSON of LogHistogram.encode(), ms. */
  histogram: string;
}

/** Errors by the millisecond, for windows that slide; kept for an hour after they came. */
export interface ErrorInstantTable {
  project_id: number;
  service: string;
  at: number;
  errors: number;
  criticals: number;
  /** When the newest of them came. */
  seen_at: number;
}
