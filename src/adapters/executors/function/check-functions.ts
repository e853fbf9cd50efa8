import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Job, RunTexts } from '../../../core/jobs/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { FunctionAddress, FunctionFinding } from './function-messages.ts';

export interface CheckFunctionsOptions {
  texts: RunTexts;
  /** ms that all modules together may take to load. */
  timeoutMs?: number;
}

type FunctionWork = Extract<Job['work'], { kind: 'function' }>;

/**
 * Loads the modules of all `function` jobs in a thread of its own, which ends with that: what is wrong with one shows now, not at its first run in the
 * night. Throws `configuration_invalid` with the key of the first that cannot be loaded, or exports no such function.
 */
export async function checkFunctions(
  jobs: readonly Pick<Job, 'id' | 'work'>[],
  { texts, timeoutMs = 30_000 }: CheckFunctionsOptions,
): Promise<void> {
  const functions = jobs.flatMap(({ id, work }) => (work.kind === 'function' ? [{ id, work }] : []));
  if (functions.length === 0) return;
  const addresses = functions.map(({ work }) => ({ module: pathToFileURL(work.module).href, export: work.export }));
  const heapMib = Math.max(...functions.map(({ work }) => work.heapMib));
  const { found, end } = await lookInThread(addresses, { heapMib, timeoutMs });
  for (const [index, { id, work }] of functions.entries()) {
    const finding = found[index];
    if (finding === undefined) throw wrong(id, 'module', `${texts.notLoaded(work.module)} (${endText(end)})`);
    if (!finding.isLoaded) throw wrong(id, 'module', `${texts.notLoaded(work.module)} (${oneLine(finding.error)})`);
    if (!finding.isFunction) throw wrong(id, 'export', texts.noFunction(work.export, work.module));
  }

  function wrong(id: string, field: keyof FunctionWork, reason: string): GuardianError {
    return new GuardianError('configuration_invalid', {
      key: `jobs.${id}.function.${field}`,
      reason,
      remedy: texts.functionRemedy,
    });
  }

  function endText(how: ThreadEnd): string {
    if (how.kind === 'died') return oneLine(how.error);
    return how.kind === 'exited' ? texts.exitInside(how.status) : texts.tooSlowToLoad(timeoutMs / 1_000);
  }
}

type ThreadEnd = { kind: 'exited'; status: number } | { kind: 'died'; error: string } | { kind: 'too slow' };

function lookInThread(
  functions: readonly FunctionAddress[],
  { heapMib, timeoutMs }: { heapMib: number; timeoutMs: number },
): Promise<{ found: FunctionFinding[]; end: ThreadEnd }> {
  return new Promise((resolve) => {
    const found: FunctionFinding[] = [];
    const worker = new Worker(new URL('./check-functions-thread.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      workerData: functions,
      resourceLimits: { maxOldGenerationSizeMb: heapMib },
      stdout: true,
      stderr: true,
    });
    let end: ThreadEnd | null = null;
    const timer = setTimeout(() => {
      end ??= { kind: 'too slow' };
      void worker.terminate();
    }, timeoutMs);
    // What modules write while they load belongs to no run.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (finding: FunctionFinding) => {
      found.push(finding);
      // A module may have left something that would keep the thread alive.
      if (found.length === functions.length) void worker.terminate();
    });
    worker.on('error', (error) => {
      end ??= { kind: 'died', error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    });
    worker.on('exit', (status) => {
      clearTimeout(timer);
      resolve({ found, end: end ?? { kind: 'exited', status } });
    });
  });
}

function oneLine(text: string): string {
  return text.split('\n', 1)[0]!.slice(0, 300);
}
