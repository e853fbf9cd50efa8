import type { Job } from '../job.ts';
import type { JobOutboxEntry } from '../ports.ts';
import type { RunStatus } from '../run.ts';

/** Payload of `job-late`, once per job and chain run (or tick). Instants are epoch ms. */
export interface JobLate {
  jobId: string;
  label: string;
  /** What is late: a run has not begun or not ended by its deadline; a watched job was not heard of. */
  what: 'start' | 'finish' | 'report';
  /** The instant it should have been by. */
  deadline: number;
  tick: number | null;
  chainRunId: string | null;
  /** Null: it is not a row yet. */
  runId: string | null;
  status: RunStatus | null;
  /** Guardian itself was away at the tick, and may only have missed the report. */
  wasAway: boolean;
}

export function jobLate(job: Job, late: Omit<JobLate, 'jobId' | 'label'>): JobOutboxEntry {
  const payload: JobLate = { jobId: job.id, label: job.label, ...late };
  return { kind: 'job-late', projectId: job.projectId, subjectId: job.id, payload: { ...payload } };
}
