import { Worker } from 'node:worker_threads';
import { GuardianError } from '../core/shared/index.ts';
import type { ThreadData } from './thread-messages.ts';
import type { WorkMethods } from './work-methods.ts';

export interface WorkCall {
  id: number;
  method: keyof WorkMethods;
  arguments: unknown[];
}

export interface WorkResult {
  id: number;
  value?: unknown;
  error?: { code: string; about: Record<string, unknown>; message: string };
}

/** Idle this long, the thread ends and gives its memory back; the next call starts another. */
const IDLE_MS = 30_000;
const STOPS = 'the server stops';

/** One thread for what takes long (git, reports), started when it is needed. Calls wait for each other: they would share one core anyway. */
export function createWorkPool(data: ThreadData) {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: GuardianError): void }>();
  let nextId = 1;
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | null = null;
  let isStopped = false;

  return {
    makeReport: (...args: Parameters<WorkMethods['makeReport']>) => call('makeReport', args),
    evidenceOf: (...args: Parameters<WorkMethods['evidenceOf']>) => call('evidenceOf', args),
    compareIssues: () => call('compareIssues', []),
    handOffOf: (...args: Parameters<WorkMethods['handOffOf']>) => call('handOffOf', args),
    fixMaterialOf: (...args: Parameters<WorkMethods['fixMaterialOf']>) => call('fixMaterialOf', args),
    extract: (...args: Parameters<WorkMethods['extract']>) => call('extract', args),
    async stop() {
      isStopped = true;
      await end();
    },
  } satisfies WorkMethods & { stop(): Promise<void> };

  function call<M extends keyof WorkMethods>(method: M, args: Parameters<WorkMethods[M]>): ReturnType<WorkMethods[M]> {
    const made = new Promise((resolve, reject) => {
      if (isStopped) throw new GuardianError('internal', { reason: STOPS });
      const id = nextId++;
      if (idle) clearTimeout(idle);
      worker ??= open();
      worker.postMessage({ id, method, arguments: args } satisfies WorkCall);
      waiting.set(id, { resolve, reject });
    });
    return made as ReturnType<WorkMethods[M]>;
  }

  function open(): Worker {
    const opened = new Worker(new URL('./work-thread.ts', import.meta.url), {
      name: 'work',
      workerData: data,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 },
    });
    opened.on('message', ({ id, value, error }: WorkResult) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error) call?.reject(new GuardianError(error.code as 'internal', error.about));
      else call?.resolve(value);
      if (waiting.size === 0) idle = setTimeout(() => void end(), IDLE_MS).unref();
    });
    opened.on('error', (cause) => fail(opened, (cause as Error).message));
    opened.on('exit', () => fail(opened, 'the work thread ended'));
    opened.unref();
    return opened;
  }

  function fail(ended: Worker, reason: string): void {
    if (worker !== ended) return;
    worker = null;
    for (const [id, { reject }] of waiting) {
      waiting.delete(id);
      reject(new GuardianError('internal', { reason }));
    }
  }

  async function end(): Promise<void> {
    if (idle) clearTimeout(idle);
    const ending = worker;
    worker = null;
    for (const { reject } of waiting.values()) reject(new GuardianError('internal', { reason: STOPS }));
    waiting.clear();
    await ending?.terminate();
  }
}
