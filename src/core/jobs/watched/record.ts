import type { Clock } from '../../shared/index.ts';
import type { DeclaredJobs } from '../engine/declared-jobs.ts';
import type { JobStores } from '../engine/stores.ts';
import type { Job, StoredJob } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import type { OutputChunk, Run } from '../run.ts';
import { type OutcomeRedactor, type RunTexts, redactOutcome, type WatchedSignal } from '../stats/index.ts';
import { decidePosted, decideSignal, type SyncLogEntry } from './decide.ts';
import { defineWatched, findMonitor, findWatched } from './watched-job.ts';

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

/** Which job a client tells of, and what it says of it. */
interface Meant {
  name: WatchedSignal['job'];
  environment: string | null;
  /** Of a monitor that is known, another environment is watched like it. */
  isMonitor: boolean;
  definition: WatchedSignal['definition'];
  taskType?: Job['taskType'];
}

const NOTHING = { trigger: null, graceMs: null, maxRunMs: null, failureThreshold: null, recoveryThreshold: null };

/** ms between looks for a job that is not known: another node may have made it just now. */
const LOOK_AGAIN_MS = 1_000;

/** Writes down what clients tell of their runs. The same word twice changes nothing the second time. */
export function createWatchedRecorder(options: RecordOptions): WatchedRecorder {
  const { stores, jobs, clock, texts, newId, redactor, mostClientJobs, onRuns, onOutput, onJobs } = options;
  let seq = 0;
  let looking: Promise<void> | null = null;
  let lookedAt = 0;

  /** Who guesses names makes the store read no more for it. What may have to be made is always looked for. */
  function lookAgain(): Promise<void> {
    const now = clock.now();
    if (looking === null || Math.abs(now - lookedAt) >= LOOK_AGAIN_MS) {
      lookedAt = now;
      looking = jobs.refresh();
    }
    return looking;
  }

  async function jobFor(meant: Meant): Promise<StoredJob | 'unknown' | 'full'> {
    const { name, environment } = meant;
    let existing = findWatched(jobs.all(), name, environment);
    if (!existing) {
      await (name.by === 'slug' && (meant.definition || meant.isMonitor) ? jobs.refresh() : lookAgain());
      existing = findWatched(jobs.all(), name, environment);
    }
    const job = name.by === 'key' ? null : defined(meant, name, existing);
    if (!job) return existing ?? 'unknown';
    const made = [...jobs.all()].filter(({ job: { origin } }) => origin === 'client');
    if (!existing && made.length >= mostClientJobs) return 'full';
    const stored = await stores.registry.put(job, clock.now());
    await jobs.refresh();
    onJobs();
    return stored;
  }

  /** The job as the client would have it; null: it says nothing new of one. */
  function defined(
    { environment, isMonitor, definition, taskType }: Meant,
    name: Extract<WatchedSignal['job'], { by: 'slug' }>,
    existing: StoredJob | null,
  ): Job | null {
    const all = [...jobs.all()];
    const like = existing || !isMonitor ? null : (findMonitor(all, name)?.job ?? null);
    if (!definition && !like) return null;
    const isNameTaken = (id: string) => all.some(({ job }) => job.id === id);
    const known = { existing: existing?.job ?? null, like, isNameTaken };
    return defineWatched({ ...name, ...known, environment, definition, taskType });
  }

  /** What comes without an id and while nothing is open is of the run that was last. */
  async function keepOutput(jobId: string, run: Run | null, { output, clientId }: WatchedSignal): Promise<void> {
    if (output.length === 0) return;
    const last = run ?? (clientId === null ? (await stores.reader.lastOf([jobId])).get(jobId)?.last : null);
    const runId = last?.id;
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
      const { job: name, environment, definition } = signal;
      const stored = await jobFor({ name, environment, isMonitor: signal.protocol === 'check-in', definition });
      if (typeof stored === 'string') return { kind: stored };
      const { job } = stored;
      let isNew = false;
      let isRepeated = false;
      let inWay: string | null = null;
      const run = await stores.watched.record(
        job.id,
        // Who asks wants to know of what is open, whatever its id.
        signal.mayBeRefused ? null : signal.clientId,
        (known) => {
          const decided = decideSignal(signal, known, { stored, texts, newId });
          isNew = decided.make !== null && decided.make.id !== known?.id;
          inWay = decided.inWay ?? null;
          isRepeated = decided.isRepeated ?? false;
          return { make: decided.make, end: decided.end, outbox: [] };
        },
        jobs.follow,
      );
      if (inWay !== null) return { kind: 'refused', inWay };
      if (run && (isNew || signal.kind !== 'log')) onRuns([run]);
      if (!isRepeated) await keepOutput(job.id, run, signal);
      return { kind: 'recorded', run, isNew };
    },
    async post(told) {
      const posted = redactEntry(told, redactor);
      const { name, projectId, taskType } = posted;
      const definition = { isUpdate: false, ...NOTHING };
      const meant = { name: { by: 'slug', projectId, slug: name }, environment: null, isMonitor: false } as const;
      const stored = await jobFor({ ...meant, definition, taskType });
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
