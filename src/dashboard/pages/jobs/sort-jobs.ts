import type { JobSummary } from '../../../contracts/api/jobs.ts';

const FAILED = new Set<string>(['error', 'timed_out', 'upstream_failed']);

/** How much a job needs somebody: a known problem, then a last run that failed, then one that is paused; 0: it does not. */
function urgencyOf({ problem, last, pause }: JobSummary): number {
  if (problem !== null) return 4;
  if (last !== null && FAILED.has(last.status)) return 3;
  if (last?.status === 'warning') return 2;
  return pause === null ? 0 : 1;
}

/** Whether a run failed or did not come; the others of the troubled ended with a warning, or are paused. */
export function isFailing(job: JobSummary): boolean {
  return urgencyOf(job) >= 3;
}

export type SortedJobs = ReturnType<typeof sortJobs>;

/** Those of no project belong to the whole installation. */
export function jobsOfProject(jobs: readonly JobSummary[], project: string | undefined): JobSummary[] {
  return jobs.filter((job) => project === undefined || job.project === null || job.project === project);
}

/** Those that need a look first, the gravest of them first; Guardian's own apart unless they need one. */
export function sortJobs(jobs: readonly JobSummary[]) {
  const byName = jobs.toSorted((a, b) => a.label.localeCompare(b.label));
  const calm = byName.filter((job) => urgencyOf(job) === 0);
  return {
    troubled: byName.filter((job) => urgencyOf(job) > 0).sort((a, b) => urgencyOf(b) - urgencyOf(a)),
    well: calm.filter(({ origin }) => origin !== 'guardian'),
    own: calm.filter(({ origin }) => origin === 'guardian'),
  };
}
