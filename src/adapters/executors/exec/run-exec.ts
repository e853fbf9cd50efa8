import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import type { ExecFinish, ExecStart } from '../../../contracts/api/exec.ts';
import { createOutputLines, mergeFacts, NO_FACTS, type RunFacts } from '../../../core/jobs/index.ts';
import { makeScratch, type Scratch } from '../shell/scratch.ts';
import { createExecClient, type ExecAnswer, type ExecClient } from './exec-client.ts';
import { type ExecSpool, type OpenRecord, openExecSpool } from './exec-spool.ts';
import { createRecorder, type ExecRecorder, instant } from './recorder.ts';
import { sendRecord } from './send-record.ts';
import { dieBy, listenForSignals, type WrappedCommand, type WrappedEnd, wrapCommand } from './wrap-command.ts';

/** ms before the command runs, and after it has ended, that Guardian may take; then it goes on without. */
const BEFORE_MS = 900;
const AFTER_MS = 900;
/** ms for what earlier commands left, once Guardian has answered for this one. */
const DRAIN_MS = 2_000;
const GRACE_MS = 10_000;
const ERROR_TAIL = 4_096;
/** The longest that a timer of the runtime can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** sysexits: try again later. */
const TRY_AGAIN = 75;
/** As timeout(1) has it. */
const TIMED_OUT = 124;

export interface ExecOptions {
  job: string;
  command: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  url: URL;
  key: string | null;
  project: string | null;
  /** Where records wait while Guardian cannot be reached; shared by all commands and the server. */
  spoolFolder: string;
  /** Null: what the job is configured with, if Guardian can be asked. */
  timeoutMs: number | null;
  /** Unique. */
  clientId: string;
  clock: { now(): number };
  stdout: Writable;
  stderr: Writable;
  /** What a person must know, on standard error; nothing while all goes well, as cron would mail it. */
  tell(notice: ExecNotice): void;
  graceMs?: number;
}

export type ExecNotice =
  | { kind: 'overlap'; inWay: string; since: string | null }
  | { kind: 'timed-out'; timeoutMs: number }
  | { kind: 'not-started'; error: string }
  /** Guardian will not take it: the key, the name of the job. It is kept all the same. */
  | { kind: 'refused'; reason: string }
  | { kind: 'lost'; reason: string };

/**
 * `guardian exec`: runs the command and tells Guardian of it. Gives its exit status; where a signal ended it, this process is ended by the same. 75 when
 * Guardian says that a run is open and the job does not run beside itself, 124 after the time limit. Whether Guardian answers or not changes nothing else.
 */
export async function runExec(options: ExecOptions): Promise<number> {
  const { job, clientId, clock, tell } = options;
  const startedAt = clock.now();
  const client = createExecClient(options);
  const spool = openExecSpool({ folder: options.spoolFolder, clock });
  const record = openRecord(spool, options, startedAt);
  if (record instanceof Error) tell({ kind: 'lost', reason: record.message });
  const kept = record instanceof Error ? null : record;
  let early: NodeJS.Signals | null = null;
  let passSignal = (signal: NodeJS.Signals): void => {
    early ??= signal;
  };
  const stopListening = listenForSignals((signal) => passSignal(signal));
  const start: ExecStart = {
    phase: 'start',
    job,
    clientId,
    at: instant(startedAt),
    isLate: false,
    timeoutMs: options.timeoutMs,
  };
  try {
    const answer = await askToStart(start, { client, spool, clock });
    const refusal = refusalIn(answer);
    if (refusal) {
      kept?.remove();
      tell({ kind: 'overlap', inWay: refusal.inWay, since: refusal.inWaySince });
      return TRY_AGAIN;
    }
    // A wrapper that is killed from now on leaves that its command ran.
    if (answer.kind !== 'answered') keep(() => kept?.add([{ ...start, isLate: true }]));
    if (answer.kind === 'refused') tell({ kind: 'refused', reason: answer.reason });
    const recorder = createRecorder({ client, spool, record: kept, job, clientId, clock });
    if (answer.kind === 'answered') recorder.goLive();
    const scratch = await makeScratch(tmpdir()).catch(() => null);
    const told = runToldBy(answer);
    const { end, facts, errorTail, tookMs } = await runWrapped(options, {
      runId: told?.runId ?? clientId,
      timeoutMs: options.timeoutMs ?? told?.timeoutMs ?? null,
      recorder,
      scratch,
      onRunning: ({ pid, pass }) => {
        passSignal = pass;
        keep(() => pid !== null && kept?.runs(pid));
        // It came while Guardian was asked: the command gets it as its first.
        if (early) pass(early);
      },
    });
    await scratch?.remove();
    const finish = finishOf(end, { start, at: instant(clock.now()), tookMs, facts, errorTail });
    const outcome = await recorder.finish(finish, AFTER_MS);
    if (typeof outcome === 'object' && kept) tell({ kind: 'lost', reason: outcome.lost });
    if (outcome === 'told') await sendWaiting(spool, client, clock);
    if (end.how === 'not-started') tell({ kind: 'not-started', error: end.error });
    if (end.how === 'timeout') return TIMED_OUT;
    return end.signal === null ? end.status : dieBy(end.signal);
  } finally {
    stopListening();
  }
}

function openRecord(
  spool: ExecSpool,
  { job, clientId, key, project }: ExecOptions,
  startedAt: number,
): OpenRecord | Error {
  try {
    const keyHash = key === null ? null : createHash('sha256').update(key).digest('hex');
    return spool.open({ job, clientId, startedAt, keyHash, project });
  } catch (error) {
    return error as Error;
  }
}

/** First of a run of this job whose wrapper was killed: it would stand in the way for ever. Then of this one. */
/** The job does not run beside itself, and a run of it is open. */
function refusalIn(answer: ExecAnswer) {
  return answer.kind === 'answered' && answer.reply.decision === 'refused' ? answer.reply : null;
}

/** The run that Guardian made of it; null where it makes none, or could not be asked. */
function runToldBy(answer: ExecAnswer) {
  return answer.kind === 'answered' && answer.reply.decision === 'run' ? answer.reply : null;
}

async function askToStart(
  start: ExecStart,
  { client, spool, clock }: { client: ExecClient; spool: ExecSpool; clock: { now(): number } },
): Promise<ExecAnswer> {
  const until = performance.now() + BEFORE_MS;
  try {
    await spool.drainLost(start.job, (record) => sendRecord(record, { client, at: clock.now(), until }));
  } catch {
    // The spool cannot be read: the command runs all the same, and its own record tells of it.
  }
  const left = until - performance.now();
  return left < 1 ? { kind: 'unreachable', reason: 'no time left' } : client.send(start, left);
}

/** Whether the record can be written shows at the end, which is kept likewise, and is told then. */
function keep(write: () => unknown): void {
  try {
    write();
  } catch {}
}

interface Wrapping {
  runId: string;
  timeoutMs: number | null;
  recorder: ExecRecorder;
  scratch: Scratch | null;
  onRunning(wrapped: WrappedCommand): void;
}

async function runWrapped(options: ExecOptions, { runId, timeoutMs, recorder, scratch, onRunning }: Wrapping) {
  const { command, folder, environment, stdout, stderr, graceMs = GRACE_MS, tell } = options;
  const lines = createOutputLines();
  let errorTail = '';
  const began = performance.now();
  const wrapped = await wrapCommand({
    scratchFolder: scratch?.folder ?? null,
    command,
    folder,
    environment: {
      ...environment,
      GUARDIAN_RUN_ID: runId,
      GUARDIAN_JOB: options.job,
      ...(scratch && { GUARDIAN_STATS_FILE: scratch.statsFile }),
    },
    stdout,
    stderr,
    graceMs,
    onOutput(stream, text) {
      recorder.write(stream, text);
      if (stream === 'stdout') lines.read(text);
      else errorTail = `${errorTail}${text}`.slice(-ERROR_TAIL);
    },
  });
  onRunning(wrapped);
  const timer =
    timeoutMs === null || timeoutMs > LONGEST_TIMER_MS
      ? null
      : setTimeout(() => {
          tell({ kind: 'timed-out', timeoutMs });
          wrapped.timeOut();
        }, timeoutMs);
  const end = await wrapped.end;
  if (timer) clearTimeout(timer);
  const tookMs = performance.now() - began;
  const facts = mergeFacts((await scratch?.readStats()) ?? NO_FACTS, lines.facts());
  return { end, facts, errorTail: errorTail.trim(), tookMs };
}

function finishOf(
  end: WrappedEnd,
  {
    start,
    at,
    tookMs,
    facts,
    errorTail,
  }: { start: ExecStart; at: string; tookMs: number; facts: RunFacts; errorTail: string },
): ExecFinish {
  const isWell = end.how === 'exited' && end.status === 0;
  const { stats, recordErrors, warnings, problem } = facts;
  return {
    phase: 'finish',
    job: start.job,
    clientId: start.clientId,
    at,
    startedAt: start.at,
    durationMs: Math.round(tookMs),
    how: end.how,
    exitStatus: end.status,
    signal: end.signal,
    error: end.how === 'not-started' ? end.error : isWell || errorTail === '' ? null : errorTail,
    stats,
    recordErrors,
    warnings: [...warnings],
    statsProblem: problem,
  };
}

async function sendWaiting(spool: ExecSpool, client: ExecClient, clock: { now(): number }): Promise<void> {
  const until = performance.now() + DRAIN_MS;
  try {
    await spool.drain((record) => sendRecord(record, { client, at: clock.now(), until }));
  } catch {
    // Records that cannot be read now wait for the next command, or for the server.
  }
}
