import { Worker } from 'node:worker_threads';
import type { FromFunctionThread, FunctionCall, FunctionResult, ToFunctionThread } from './function-messages.ts';

export interface FunctionPoolOptions {
  /** Threads at once; more calls wait for each other, in order. */
  threads: number;
  /** ms from the abort signal to the end of the thread. */
  graceMs: number;
  /** ms after which a thread that nobody needs is ended. */
  idleMs: number;
  /** A thread died while it had nothing to do: what an earlier function left running threw. */
  onProblem(error: unknown): void;
}

export interface PoolCall {
  call: Omit<FunctionCall, 'kind' | 'id'>;
  heapMib: number;
  signal: AbortSignal;
  output(stream: 'stdout' | 'stderr' | 'log', text: string): void;
}

/** `isAborted`: it was asked to end while it ran, or while it waited for a thread. */
export type PoolResult = { isAborted: boolean } & (
  | FunctionResult
  | { how: 'out-of-memory' }
  | { how: 'exited'; status: number }
  | { how: 'died'; error: unknown }
  | { how: 'ended-by-force' }
);

export interface FunctionPool {
  run(call: PoolCall): Promise<PoolResult>;
  /** Calls that run or wait end as aborted ones do; call it after the runs have been asked to end. */
  stop(): Promise<void>;
}

interface Task extends PoolCall {
  id: number;
  resolve(result: PoolResult): void;
  reject(error: unknown): void;
  cleanUp(): void;
}

interface Thread {
  worker: Worker;
  heapMib: number;
  task: Task | null;
  /** Set while the task is given time to end. */
  grace: NodeJS.Timeout | null;
  idle: NodeJS.Timeout | null;
  error: unknown;
}

/**
 * Threads for functions, kept from one call to the next, one call at a time in each. The heap of a thread is bounded when it is made, so a call takes an
 * idle thread of its own bound, a new one, or the place of an idle one with another bound.
 */
export function createFunctionPool({ threads: most, graceMs, idleMs, onProblem }: FunctionPoolOptions): FunctionPool {
  const threads = new Set<Thread>();
  /** Given back, and not yet ended. */
  const ending = new Set<Promise<number>>();
  const waiting: Task[] = [];
  let nextId = 1;
  let isStopped = false;

  return {
    run: (call) =>
      new Promise((resolve, reject) => {
        if (isStopped || call.signal.aborted) return resolve({ how: 'ended-by-force', isAborted: true });
        const task: Task = { ...call, id: nextId++, resolve, reject, cleanUp: () => {} };
        const onAbort = () => abort(task);
        task.signal.addEventListener('abort', onAbort, { once: true });
        task.cleanUp = () => task.signal.removeEventListener('abort', onAbort);
        waiting.push(task);
        next();
      }),
    async stop() {
      isStopped = true;
      for (const task of waiting.splice(0)) finish(task, { how: 'ended-by-force', isAborted: true });
      await Promise.all([...ending, ...[...threads].map(({ worker }) => worker.terminate())]);
    },
  };

  function next(): void {
    for (let task = waiting[0]; task; task = waiting[0]) {
      const thread = threadFor(task.heapMib);
      if (!thread) return;
      waiting.shift();
      give(thread, task);
    }
  }

  function threadFor(heapMib: number): Thread | null {
    const idle = [...threads].filter(({ task }) => task === null);
    const fitting = idle.find((thread) => thread.heapMib === heapMib);
    if (fitting) return fitting;
    if (threads.size >= most) {
      const other = idle[0];
      if (!other) return null;
      retire(other);
    }
    return open(heapMib);
  }

  function give(thread: Thread, task: Task): void {
    if (thread.idle) clearTimeout(thread.idle);
    thread.idle = null;
    thread.task = task;
    thread.worker.ref();
    try {
      post(thread, { kind: 'call', id: task.id, ...task.call });
    } catch (error) {
      // An input that cannot be handed to a thread.
      thread.task = null;
      rest(thread);
      task.cleanUp();
      task.reject(error);
    }
  }

  function open(heapMib: number): Thread {
    const worker = new Worker(new URL('./function-thread.ts', import.meta.url), {
      name: 'function',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: heapMib },
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { worker, heapMib, task: null, grace: null, idle: null, error: null };
    threads.add(thread);
    worker.on('message', (message: FromFunctionThread) => take(thread, message));
    worker.on('error', (error) => {
      thread.error = error;
    });
    worker.on('exit', (status) => ended(thread, status));
    // What the runtime itself writes comes here; a function's output is captured inside.
    worker.stdout.setEncoding('utf8').on('data', (text: string) => thread.task?.output('stdout', text));
    worker.stderr.setEncoding('utf8').on('data', (text: string) => thread.task?.output('stderr', text));
    return thread;
  }

  function take(thread: Thread, message: FromFunctionThread): void {
    const { task } = thread;
    if (!task || task.id !== message.id) return;
    if (message.kind === 'output') {
      task.output(message.stream, message.text);
      return;
    }
    const isAborted = message.isAborted || (thread.grace !== null && task.signal.reason === 'timeout');
    thread.task = null;
    if (thread.grace) clearTimeout(thread.grace);
    thread.grace = null;
    rest(thread);
    finish(task, { ...message, isAborted });
    next();
  }

  /** An idle thread holds nobody up, and is given back after a while. */
  function rest(thread: Thread): void {
    thread.worker.unref();
    thread.idle = setTimeout(() => retire(thread), idleMs).unref();
  }

  function retire(thread: Thread): void {
    if (thread.idle) clearTimeout(thread.idle);
    threads.delete(thread);
    const end = thread.worker.terminate();
    ending.add(end);
    void end.then(() => ending.delete(end));
  }

  function abort(task: Task): void {
    const at = waiting.indexOf(task);
    if (at >= 0) {
      waiting.splice(at, 1);
      finish(task, { how: 'ended-by-force', isAborted: true });
      return;
    }
    const thread = [...threads].find((one) => one.task === task);
    if (!thread) return;
    post(thread, { kind: 'abort', id: task.id, reason: String(task.signal.reason) });
    thread.grace = setTimeout(() => void thread.worker.terminate(), graceMs);
  }

  function ended(thread: Thread, status: number): void {
    threads.delete(thread);
    if (thread.grace) clearTimeout(thread.grace);
    if (thread.idle) clearTimeout(thread.idle);
    const { task, error } = thread;
    thread.task = null;
    if (!task) {
      if (error !== null) onProblem(error);
    } else if (thread.grace || isStopped) finish(task, { how: 'ended-by-force', isAborted: true });
    else finish(task, { isAborted: false, ...howItDied(error, status) });
    if (!isStopped) next();
  }
}

function howItDied(error: unknown, status: number) {
  if (error === null) return { how: 'exited' as const, status };
  const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory ? { how: 'out-of-memory' as const } : { how: 'died' as const, error };
}

function finish(task: Task, result: PoolResult): void {
  task.cleanUp();
  task.resolve(result);
}

function post({ worker }: Thread, message: ToFunctionThread): void {
  worker.postMessage(message);
}
