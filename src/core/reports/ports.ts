import type { Report } from '../../contracts/report.ts';

/** Here too: the server shows how sources stand, and needs nothing else of how reports are made. */
export type { FollowedState } from './coverage.ts';
/** Here too: who renders by templates at rest needs nothing of how reports are made, which is a seventh of the server's code. */
export { reportDefinition } from './render/report-template.ts';
export { isStaleReport, type StaleRule } from './stale.ts';
/** Here too: the server judges by them at every look at the overview, and needs nothing else of how reports are made. */
export * from './unified/index.ts';

/** A report that was made, or a look that failed (`report` null, `problem` says why). Rows are only ever added. */
export interface StoredReport {
  id: string;
  projectId: number | null;
  service: string | null;
  status: 'OK' | 'DEGRADED' | 'CRITICAL' | 'could not look';
  occasion: 'schedule' | 'critical' | 'demand' | 'trigger';
  /** Epoch ms. */
  from: number | null;
  to: number | null;
  madeAt: number;
  /** Of the schedule that made it; null otherwise. */
  intervalMs: number | null;
  errors: number;
  warnings: number;
  problem: string | null;
}

/** A report of a service that people were told of. */
export interface ToldReport {
  /** Epoch ms. */
  at: number;
  status: string;
  /** Fingerprints; `… regressed` beside those that came back. */
  issues: readonly string[];
}

export interface ReportStore {
  /**
   * With its outbox row `report-made`. `news` is given in the same transaction the reports of this service that people were told of, newest first; what it
   * gives is remembered as told, null says that it is no news. Without it every report is.
   */
  add(
    report: StoredReport,
    content: Report | null,
    news?: (told: readonly ToldReport[]) => ToldReport[] | null,
  ): Promise<void>;
  list(filter: {
    projectId: number | null;
    service: string | null;
    status: string | null;
    cursor: string | null;
    limit: number;
  }): Promise<{ items: StoredReport[]; nextCursor: string | null }>;
  get(id: string): Promise<{ about: StoredReport; content: Report | null } | null>;
  /** The newest report of each service. */
  newest(): Promise<StoredReport[]>;
  /** Deletes those made before, but never the newest of a service. */
  forget(madeBefore: number): Promise<void>;
}
