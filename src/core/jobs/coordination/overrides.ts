import type { Job } from '../job.ts';
import type { Parameter } from './rule.ts';

/** A parameter that was changed by a suggestion; it holds as long as what is configured is what it was changed from. */
export interface Override {
  jobId: string;
  parameter: Parameter;
  from: number;
  to: number;
  suggestionId: string;
}

/** The job as it runs: what is configured, with what was changed on top. */
export function withOverrides(job: Job, overrides: readonly Override[]): Job {
  return overrides
    .filter((one) => one.jobId === job.id && valueOfParameter(job, one.parameter) === one.from)
    .reduce((changed, { parameter, to }) => withParameter(changed, parameter, to), job);
}

/** Those whose configured value is no longer what they were made for, or whose job is gone. */
export function staleOverrides<T extends Override>(jobs: readonly Job[], overrides: readonly T[]): T[] {
  return overrides.filter(({ jobId, parameter, from }) => {
    const job = jobs.find(({ id }) => id === jobId);
    return job === undefined || valueOfParameter(job, parameter) !== from;
  });
}

/** Null: the job has no such parameter. */
export function valueOfParameter(
  job: Pick<Job, 'retries' | 'timeoutMs' | 'concurrency'>,
  parameter: Parameter,
): number | null {
  switch (parameter) {
    case 'retries.count':
      return job.retries.count;
    case 'timeoutMs':
      return job.timeoutMs;
    case 'concurrency.limit':
      return job.concurrency?.limit ?? null;
    default:
      return parameter satisfies never;
  }
}

function withParameter(job: Job, parameter: Parameter, to: number): Job {
  switch (parameter) {
    case 'retries.count':
      return { ...job, retries: { ...job.retries, count: to } };
    case 'timeoutMs':
      return { ...job, timeoutMs: to };
    case 'concurrency.limit':
      return job.concurrency === null ? job : { ...job, concurrency: { ...job.concurrency, limit: to } };
    default:
      return parameter satisfies never;
  }
}
