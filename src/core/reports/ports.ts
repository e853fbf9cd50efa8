import type { Report } from '../../contracts/report.ts';

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

export interface ReportStore {
  /** With its outbox row `report-made`. */
  add(report: StoredReport, content: Report | null): Promise<void>;
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
