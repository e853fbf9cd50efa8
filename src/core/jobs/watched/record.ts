import type { Clock } from '../../shared/index.ts';
import type { DeclaredJobs } from '../engine/declared-jobs.ts';
import type { JobStores } from '../engine/stores.ts';
import type { Job, StoredJob } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import type { OutputChunk, Run } from '../run.ts';
import { type OutcomeRedactor, type RunTexts, redactOutcome, type WatchedSignal } from '../stats/index.ts';
import { decidePosted, decideSignal, type SyncLogEntry } from './decide.ts';
import { defineWatched, findWatched } from './watched-job.ts';

export interface RecordOptions {
  stores: Pick<JobStores, 'registry' | 'watched' | 'reader' | 'outputs'>;
  jobs: DeclaredJobs;
  clock: Clock;
  texts: RunTexts;
  newId(): string;
  /** Nothing that clients tell is kept unredacted. */
  redactor: OutcomeRedactor;
  /** Jobs that clients may make; one more is refused. */
  mostClientJobs: number;
  onRuns(runs: readonly Run[]): void;
  onOutput(runId: string, chunks: readonly OutputChunk[]): void;
  /** A job was made or changed. */
  onJobs(): void;
}

/** `run`: null where a log came before any run. */
export type Recorded =
  | { kind: 'recorded'; run: Run | null; isNew: boolean }
  /** A start that asks, where a run is open. */
  | { kind: 'refused'; inWay: string }
  /** There is no such job: 404. */
  | { kind: 'unknown' }
  /** No more jobs are made for clients. */
  | { kind: 'full' };

export interface WatchedRecorder {
  signal(signal: WatchedSignal): Promise<Recorded>;
  post(posted: SyncLogEntry): Promise<Recorded>;
}

const NOTHING = { trigger: null, graceMs: null, maxRunMs: null, failureThreshold: null, recoveryThreshold: null };

/** Writes down what clients tell of their runs. The same word twice changes nothing the second time. */
export function createWatchedRecorder(options: RecordOptions): WatchedRecorder {
  const { stores, jobs, clock, texts, newId, redactor, mostClientJobs, onRuns, onOutput, onJobs } = options;
  let seq = 0;

  async function jobFor(
    name: WatchedSignal['job'],
    definition: WatchedSignal['definition'],
    taskType: Job['taskType'] = null,
  ): Promise<StoredJob | 'unknown' | 'full'> {
    let existing = findWatched(jobs.all(), name);
    if (!existing) {
      await jobs.refresh();
      existing = findWatched(jobs.all(), name);
    }
    if (!definition || name.by === 'key') return existing ?? 'unknown';
    const all = [...jobs.all()].map(({ job }) => job);
    const { slug, projectId } = name;
    const isNameTaken = (id: string) => all.some((job) => job.id === id);
    const job = defineWatched({ slug, projectId, existing: existing?.job ?? null, definition, taskType, isNameTaken });
    if (!job) return existing ?? 'unknown';
    if (!existing && all.filter(({ origin }) => origin === 'client').length >= mostClientJobs) return 'full';
    const stored = await stores.registry.put(job, clock.now());
    await jobs.refresh();
    onJobs();
    return stored;
  }

  async function keepOutput(jobId: string, run: Run | null, { output }: WatchedSignal): Promise<void> {
    if (output.length === 0) return;
    const runId = run?.id ?? (await stores.reader.lastOf([jobId])).get(jobId)?.last?.id;
    if (runId === undefined) return;
    const chunks = output.map(({ at, stream, text }) => {
      // Behind what an earlier signal left, whichever node took that.
      seq = Math.max(seq + 1, at * 1_000);
      return { seq, at, stream, text: redactor.text(text).replaceAll('\0', '\uFFFD') };
    });
    await stores.outputs.append(runId, chunks);
    onOutput(runId, chunks);
  }

  return {
    async signal(told) {
      const signal = redactSignal(told, redactor);
      const stored = await jobFor(signal.job, signal.definition);
      if (typeof stored === 'string') return { kind: stored };
      const { job } = stored;
      let isNew = false;
      let inWay: string | null = null;
      const run = await stores.watched.record(
        job.id,
        // Who asks wants to know of what is open, whatever its id.
        signal.mayBeRefused ? null : signal.clientId,
        (known) => {
          const decided = decideSignal(signal, known, { stored, texts, newId });
          isNew = decided.make !== null && decided.make.id !== known?.id;
          inWay = decided.inWay ?? null;
          return { make: decided.make, end: decided.end, outbox: [] };
        },
        jobs.follow,
      );
      if (inWay !== null) return { kind: 'refused', inWay };
      if (run && signal.kind !== 'log') onRuns([run]);
      await keepOutput(job.id, run, signal);
      return { kind: 'recorded', run, isNew };
    },
    async post(told) {
      const posted = redactEntry(told, redactor);
      const { name, projectId, taskType } = posted;
      const definition = { isUpdate: false, ...NOTHING };
      const stored = await jobFor({ by: 'slug', projectId, slug: name }, definition, taskType);
      if (typeof stored === 'string') return { kind: stored };
      let isNew = false;
      const clientId = posted.clientId ?? newId();
      const run = await stores.watched.record(
        stored.job.id,
        clientId,
        (known) => {
          const decided = decidePosted({ ...posted, clientId }, known, { stored, texts, newId, at: clock.now() });
          isNew = decided.make !== null && known === null;
          return { ...decided, outbox: [] };
        },
        jobs.follow,
      );
      if (run) onRuns([run]);
      return { kind: 'recorded', run, isNew };
    },
  };
}

function redactSignal(signal: WatchedSignal, redactor: OutcomeRedactor): WatchedSignal {
  const { facts, error } = signal;
  const told = { status: 'success' as const, reason: null, message: null, error, ...facts };
  const safe = redactOutcome(told, redactor);
  const warnings = facts.warnings.map((warning) => redactor.text(warning));
  return { ...signal, error: safe.error, facts: { ...facts, ...pickFacts(safe), warnings } };
}

function redactEntry(entry: SyncLogEntry, redactor: OutcomeRedactor): SyncLogEntry {
  const { message, error, stats, recordErrors } = entry;
  const safe = redactOutcome({ status: 'success', reason: null, message, error, stats, recordErrors }, redactor);
  return { ...entry, ...pickFacts(safe), message: safe.message, error: safe.error };
}

function pickFacts({ stats, recordErrors }: ExecutionOutcome): Pick<ExecutionOutcome, 'stats' | 'recordErrors'> {
  return { stats, recordErrors };
}
