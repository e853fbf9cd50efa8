import type { JobDetail } from '../../../contracts/api/jobs.ts';

/** The zone that the job's schedule is meant in; null: it has none, or none that this browser knows. */
export function zoneOf({ timeZone }: Pick<JobDetail, 'timeZone'>): string | null {
  if (timeZone === null) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return null;
  }
}

export function readersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
