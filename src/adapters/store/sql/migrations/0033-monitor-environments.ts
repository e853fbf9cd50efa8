import { sql } from 'kysely';
import { canonicalJson } from '../../../../core/shared/index.ts';
import type { MigrationDatabase } from './tables.ts';

/**
 * Environments of a monitor are jobs of their own, `production` that of the plain name. One that was only ever told of in another keeps its job, as that
 * environment's: nothing is late because of the change.
 */
export async function nameMonitorEnvironments(db: MigrationDatabase): Promise<void> {
  const { rows } = await sql<{ id: string; definition: string; environment: string }>`
    SELECT job.id, job.definition, min(run.environment) AS environment FROM job
    JOIN run ON run.job_id = job.id AND run.trigger_kind IN ('check-in', 'ping', 'posted')
    WHERE job.origin = 'client'
    GROUP BY job.id, job.definition
    HAVING min(coalesce(run.environment, 'production')) = max(coalesce(run.environment, 'production'))
      AND min(coalesce(run.environment, 'production')) <> 'production'`.execute(db);
  for (const { id, definition, environment } of rows) {
    const job = JSON.parse(definition) as { label: string };
    // Monitors' names are short: what people read of them is the name itself.
    const monitor = { environment, slug: job.label.toLowerCase() };
    const named = canonicalJson({ ...job, monitor });
    await sql`UPDATE job SET definition = ${named} WHERE id = ${id}`.execute(db);
  }
}
