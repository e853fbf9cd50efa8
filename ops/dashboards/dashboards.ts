import { ANALYSIS } from './areas/analysis.ts';
import { INGEST, LOGGING } from './areas/intake.ts';
import { RECALL } from './areas/recall.ts';
import { DEPLOYMENTS, HTTP, ISSUES, JOBS, NOTIFICATIONS } from './areas/work.ts';
import { type Dashboard, toGrafana } from './dashboard.ts';

export const DASHBOARDS: readonly Dashboard[] = [
  ANALYSIS,
  RECALL,
  HTTP,
  INGEST,
  ISSUES,
  JOBS,
  NOTIFICATIONS,
  DEPLOYMENTS,
  LOGGING,
];

/** Every file of ops/grafana that Grafana imports, as it must read. */
export function grafanaFiles(): Record<string, string> {
  return Object.fromEntries(
    DASHBOARDS.map((dashboard) => [`${dashboard.name}.json`, `${JSON.stringify(toGrafana(dashboard), null, 2)}\n`]),
  );
}
