import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  judgeAbort,
  judgeFailure,
  judgeSuccess,
  NO_FACTS,
  type RunFacts,
  type RunTexts,
  readFactsText,
} from '../../../core/jobs/index.ts';
import type { ExecutionOutcome, Executor } from '../../../core/jobs/ports.ts';
import { createFunctionPool, type PoolResult } from './function-pool.ts';

export interface FunctionOptions {
  texts: RunTexts;
  /** Modules are named from here. */
  folder: string;
  /** Threads at once; default: two, or as many as the machine has processors. */
  threads?: number;
  /** ms from the abort signal to the end of the thread. */
  graceMs?: number;
  idleMs?: number;
  onProblem(error: unknown): void;
}

export interface FunctionExecutor extends Executor {
  /** Runs that it carries out at once: more wait for a thread. */
  threads: number;
  stop(): Promise<void>;
}

type FunctionJob = Parameters<Executor['execute']>[1];
type FunctionRun = Parameters<Executor['execute']>[0];

/**
 * Carries out `function` jobs in pooled threads, never on the caller's event loop: `(input, {signal, log, job, run}) => stats | void`. A module is loaded
 * once by each thread. Whatever the function does to its thread (process.exit, an error that nobody catches, too much memory) ends its run and no more.
 */
export function createFunctionExecutor(options: FunctionOptions): FunctionExecutor {
  const { texts, folder, graceMs = 10_000, idleMs = 60_000, onProblem } = options;
  const threads = options.threads ?? Math.max(2, availableParallelism());
  const pool = createFunctionPool({ threads, graceMs, idleMs, onProblem });
  return {
    threads,
    stop: pool.stop,
    async execute(run, job, { signal, output }) {
      if (job.work.kind !== 'function') throw new TypeError(`${job.work.kind} is no function job`);
      const { module, export: name, input, heapMib } = job.work;
      const path = isAbsolute(module) ? module : resolve(folder, module);
      let result: PoolResult;
      try {
        const call = { module: pathToFileURL(path).href, export: name, input, job: viewOf(job), run: viewOfRun(run) };
        result = await pool.run({ call, heapMib, signal, output });
      } catch (error) {
        return judgeFailure({ reason: 'exception', message: texts.notLoaded(path), error: String(error) });
      }
      if (result.isAborted) {
        const facts = result.how === 'resolved' ? factsOf(result) : undefined;
        return judgeAbort(signal.aborted ? signal.reason : 'shutdown', {
          timeoutMs: run.timeoutMs,
          texts,
          ...(facts && { facts }),
        });
      }
      return judge(result, { job, path, name, heapMib });
    },
  };

  function judge(
    result: PoolResult,
    { job, path, name, heapMib }: { job: FunctionJob; path: string; name: string; heapMib: number },
  ): ExecutionOutcome {
    const failed = (message: string, error: string | null = null) =>
      judgeFailure({ reason: 'exception', message, error });
    switch (result.how) {
      case 'resolved':
        return judgeSuccess({ facts: factsOf(result), job, texts });
      case 'threw':
        return failed(texts.threw(result.name), result.stack);
      case 'not-loaded':
        return failed(texts.notLoaded(path), result.stack);
      case 'no-function':
        return failed(texts.noFunction(name, path));
      case 'out-of-memory':
        return failed(texts.outOfMemory(heapMib));
      case 'exited':
        return failed(texts.exitInside(result.status));
      case 'died':
        return failed(texts.threadDied, stackOf(result.error));
      case 'ended-by-force':
        return failed(texts.threadDied);
      default:
        return result satisfies never;
    }
  }
}

function factsOf({ json, problem }: Extract<PoolResult, { how: 'resolved' }>): RunFacts {
  return json === null ? { ...NO_FACTS, problem } : readFactsText(json);
}

function viewOf({ id, label }: FunctionJob) {
  return { id, label };
}

function viewOfRun({ id, tick, attempt, trigger, chainRunId, causeRunId }: FunctionRun) {
  return { id, tick, attempt, trigger, chainRunId, causeRunId };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
