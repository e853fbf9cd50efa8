import type { Job } from './job.ts';

/** A job with the defaults of the requirements, by hand only, whose work is Guardian's own of its name. */
export function plainJob(id: string, changes: Partial<Job> = {}): Job {
  return {
    id,
    label: id,
    origin: 'configuration',
    projectId: null,
    work: { kind: 'internal', name: id },
    trigger: { kind: 'none' },
    condition: null,
    taskType: null,
    overlap: { kind: 'skip' },
    concurrency: null,
    retries: { count: 0, firstDelayMs: 30_000, factor: 2, longestDelayMs: 900_000, jitter: 0.2 },
    timeoutMs: 3_600_000,
    catchUp: { kind: 'last', lookBackMs: 86_400_000 },
    mustStartBy: null,
    mustFinishBy: null,
    failWhen: [],
    warnWhen: [],
    failureThreshold: 1,
    recoveryThreshold: 1,
    ...changes,
  };
}
