import type { Pause, StoredJob } from '../job.ts';
import type { JobRegistry } from '../ports.ts';
import type { ScheduleVersion } from '../schedule/index.ts';

export function isHeld(pause: Pause | null, now: number): boolean {
  return pause !== null && (pause.until === null || pause.until > now);
}

/** Where the planning of a job begins. */
export function plannedFrom(stored: StoredJob): number {
  return stored.plannedUntil ?? stored.firstSeenAt;
}

/** The versions whose ticks can lie after `from`; the store is asked only when the present one is younger. */
export async function versionsSince(
  stored: StoredJob,
  from: number,
  registry: Pick<JobRegistry, 'versions'>,
): Promise<readonly ScheduleVersion[]> {
  const present = { job: stored.job, version: stored.version, since: stored.versionSince };
  if (stored.versionSince <= from) return [present];
  const kept = await registry.versions(stored.job.id, from);
  return kept.length > 0 ? kept : [present];
}
