import type { Store } from '../../adapters/store/sql/index.ts';

/** Newest reports of a service that are looked at. */
export const HISTORY = 100;

/** Newest first. */
export function newestReports(store: Store, projectId: number | null, service: string | null) {
  return store.reports.list({ projectId, service, status: null, cursor: null, limit: HISTORY });
}
