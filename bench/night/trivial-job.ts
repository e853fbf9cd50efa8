import type { Job } from '../../src/core/jobs/index.ts';

/** A job whose function gives back at once; nothing triggers it. */
export function trivialJob(id: string, module: string): Job {
  return {
    id,
    label: id,
    origin: 'configuration',
    projectId: null,
    work: { kind: 'function', module, export: 'default', input: null, heapMib: 64 },
    trigger: { kind: 'none' },
    condition: null,
    taskType: null,
    overlap: { kind: 'allow' },
    concurrency: null,
    retries: { count: 0, firstDelayMs: 1, factor: 1, longestDelayMs: 1, jitter: 0 },
    timeoutMs: 60_000,
    catchUp: { kind: 'none', lookBackMs: 0 },
    mustStartBy: null,
    mustFinishBy: null,
    failWhen: [],
    warnWhen: [],
    failureThreshold: 1,
    recoveryThreshold: 1,
  };
}
