import {
  judgeAbort,
  judgeFailure,
  judgeSuccess,
  type OutcomeRedactor,
  type RunTexts,
  readFacts,
  redactOutcome,
} from '../../core/jobs/index.ts';
import type { ExecutionContext, ExecutionOutcome, Executor, Run } from '../../core/jobs/ports.ts';
import { createFunctionExecutor } from './function/function-executor.ts';
import { createHttpExecutor } from './http/http-executor.ts';
import { createShellExecutor } from './shell/shell-executor.ts';

export interface ExecutorsOptions {
  texts: RunTexts;
  clock: { now(): number };
  /** Modules of functions are named from here, and commands without a folder of their own run here. */
  folder: string;
  /** Guardian's own environment, of which commands get PATH, HOME, LANG and TZ. */
  environment: Readonly<Record<string, string | undefined>>;
  userAgent: string;
  /** Error texts and stats go through it before anybody gets them; output is the receiver's to redact. */
  redactor?: OutcomeRedactor;
  /** Guardian's own work by its name. */
  internal?: Readonly<Record<string, InternalWork>>;
  /** Threads for functions at once; default: two, or as many as the machine has processors. */
  threads?: number;
  /** ms from the abort signal or SIGTERM to the end by force. */
  graceMs?: number;
  /** What a function left running threw after its run had ended. */
  onProblem(error: unknown): void;
}

/** On the caller's own event loop: it must yield, and heed the signal. What it resolves with is its stats. */
export type InternalWork = (
  context: ExecutionContext,
  run: Pick<Run, 'tick' | 'createdAt'>,
) => Promise<Record<string, unknown> | undefined>;

export interface Executors {
  executor: Executor;
  /** `function` runs that are carried out at once; more wait for a thread. */
  functionThreads: number;
  /** Ends threads; call it once the runs have been asked to end. */
  stop(): Promise<void>;
}

/** What carries out the runs of every kind of job that runs here. */
export function createExecutors(options: ExecutorsOptions): Executors {
  const { texts, internal = {} } = options;
  const functions = createFunctionExecutor(options);
  const shell = createShellExecutor(options);
  const http = createHttpExecutor(options);
  const { redactor } = options;
  const safe = (outcome: ExecutionOutcome) => (redactor ? redactOutcome(outcome, redactor) : outcome);
  const own: Executor = {
    execute: (run, job, context) => carryOutOwn(internal, run, { job, context, texts }),
  };
  const kinds = { function: functions, shell, http, internal: own, watched: null };
  return {
    functionThreads: functions.threads,
    stop: functions.stop,
    executor: {
      async execute(run, job, context) {
        try {
          const executor = kinds[job.work.kind];
          // A watched job runs elsewhere: nobody may hand it here.
          if (!executor) throw new TypeError(`${job.work.kind} jobs are not carried out here`);
          return safe(await executor.execute(run, job, context));
        } catch (error) {
          return safe(failure(error, texts));
        }
      },
    },
  };
}

async function carryOutOwn(
  internal: NonNullable<ExecutorsOptions['internal']>,
  run: Run,
  { job, context, texts }: { job: Parameters<Executor['execute']>[1]; context: ExecutionContext; texts: RunTexts },
): Promise<ExecutionOutcome> {
  const name = job.work.kind === 'internal' ? job.work.name : '';
  const work = Object.hasOwn(internal, name) ? internal[name] : undefined;
  if (!work) return judgeFailure({ reason: 'exception', message: texts.noFunction(name, 'Guardian'), error: null });
  try {
    const facts = readFacts(await work(context, run));
    return context.signal.aborted
      ? judgeAbort(context.signal.reason, { timeoutMs: run.timeoutMs, texts, facts })
      : judgeSuccess({ facts, job, texts });
  } catch (error) {
    return context.signal.aborted
      ? judgeAbort(context.signal.reason, { timeoutMs: run.timeoutMs, texts })
      : failure(error, texts);
  }
}

function failure(error: unknown, texts: RunTexts): ExecutionOutcome {
  const isError = error instanceof Error;
  const name = isError ? `${error.name}: ${error.message}` : String(error);
  return judgeFailure({
    reason: 'exception',
    message: texts.threw(name),
    error: isError ? (error.stack ?? name) : name,
  });
}
