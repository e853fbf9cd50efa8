import { readFileSync } from 'node:fs';
import type { Job, JobWork } from '../../core/jobs/job.ts';
import { plainJob } from '../../core/jobs/job-fixtures.ts';
import type { ExecutionOutcome, Executor } from '../../core/jobs/ports.ts';
import type { OutputChunk, Run } from '../../core/jobs/run.ts';

let runs = 0;

/** A run of a job with this work, as the engine hands it over. */
export function runOf(work: JobWork, more: { job?: Partial<Job>; run?: Partial<Run> } = {}): { run: Run; job: Job } {
  runs += 1;
  const job = plainJob('nightly', { label: 'Nightly', work, ...more.job });
  const id = `run-${runs}`;
  const run: Run = {
    id,
    jobId: job.id,
    projectId: null,
    tick: Date.parse('2026-03-08T06:00:00.000Z'),
    trigger: 'schedule',
    triggeredBy: { kind: 'scheduler', user: null },
    chainRunId: id,
    causeRunId: null,
    status: 'running',
    reason: null,
    message: null,
    error: null,
    attempt: 1,
    attempts: [],
    keys: [],
    order: 0,
    createdAt: 0,
    dueAt: 0,
    condition: null,
    startBy: null,
    finishBy: null,
    timeoutMs: job.timeoutMs,
    startedAt: 0,
    finishedAt: null,
    node: 'node-1',
    heartbeatAt: 0,
    cancelRequest: null,
    stats: null,
    recordErrors: null,
    version: 1,
    environment: null,
    clientId: null,
    outputBytes: 0,
    lostOutputBytes: 0,
    ...more.run,
  };
  return { run, job };
}

export interface Executing {
  outcome: Promise<ExecutionOutcome>;
  abort(reason: string): void;
  /** Resolves when the text stands in what the run has written, of all streams. */
  written(text: string): Promise<void>;
  pieces: { stream: OutputChunk['stream']; text: string }[];
  output(stream?: OutputChunk['stream']): string;
}

/** Carries a run out and keeps what it writes. */
export function executing(executor: Executor, { run, job }: { run: Run; job: Job }): Executing {
  const controller = new AbortController();
  const pieces: Executing['pieces'] = [];
  const waiting = new Set<() => void>();
  const output: Executing['output'] = (stream) =>
    pieces
      .filter((piece) => stream === undefined || piece.stream === stream)
      .map(({ text }) => text)
      .join('');
  const outcome = executor.execute(run, job, {
    signal: controller.signal,
    output(stream, text) {
      pieces.push({ stream, text });
      for (const look of waiting) look();
    },
  });
  return {
    outcome,
    pieces,
    output,
    abort: (reason) => controller.abort(reason),
    written: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!output().includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** The dead that nobody has collected are dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return process.platform !== 'linux';
  }
}
