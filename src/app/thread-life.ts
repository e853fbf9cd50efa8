import { Worker } from 'node:worker_threads';
import { GuardianError } from '../core/shared/index.ts';
import type {
  FromIngestThread,
  IngestThreadData,
  RestState,
  RestTiming,
  ThreadData,
  ToIngestThread,
} from './thread-messages.ts';

export interface ThreadLifeOptions {
  data: ThreadData;
  timing: RestTiming;
  /** Whether everything that was given to the thread is answered. */
  isAnswered(): boolean;
  onMessage(message: Exclude<FromIngestThread, { kind: 'ready' | 'problem' | 'quiet' }>): void;
  onProblem(code: string, reason: string): void;
  /** It ended because it was quiet; what comes starts another. */
  onRest(): void;
  /** It is gone, with all that it was given and did not answer; null when it was told to stop. */
  onEnd(error: GuardianError | null): void;
}

export interface ThreadLife {
  /** Resolves once the thread takes requests; rejects with why it cannot. */
  start(): Promise<void>;
  /** Instead of starting: nothing is left to do, and the first message starts it. */
  rest(): void;
  /** What it was given is answered, then it ends. */
  stop(): Promise<void>;
  /** Whether it takes messages, or is started by one. */
  isTaking(): boolean;
  /** In the order given; what is transferred belongs to the thread. */
  post(message: ToIngestThread, transfer?: ArrayBuffer[]): void;
}

/** What the thread gets to store and answer all that it was given. */
const STOP_MS = 30_000;
/** ms until a thread that died is started again. */
const RESTART_MS = 500;

/**
 * The ingest thread from start to end. V8 never gives back the modules of a thread, so a quiet server ends it: it takes 20 MB before traffic and 60
 * after, given back 8 s later. The next message starts another, as does the time when what is held of the last events can be settled.
 */
export function createThreadLife(options: ThreadLifeOptions): ThreadLife {
  let thread: Worker | null = null;
  let phase: 'off' | 'running' | 'ending' | 'resting' = 'off';
  let isStopping = false;
  let hasRun = false;
  let rest: RestState = { heldSince: null, settleAt: null };
  /** What came while it ended, for the next one: two at a time would both write the spool. */
  let held: { message: ToIngestThread; transfer: ArrayBuffer[] }[] = [];
  let exited: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  return {
    start,
    rest: beginAtRest,
    stop,
    isTaking: () => !isStopping && phase !== 'off',
    post,
  };

  function start(): Promise<void> {
    clearTimeout(timer);
    const workerData: IngestThreadData = { ...options.data, timing: options.timing, rest };
    // It says anew what it leaves behind; one that dies does not.
    rest = { ...rest, settleAt: null };
    const worker = new Worker(new URL('./ingest-thread.ts', import.meta.url), {
      name: 'ingest',
      workerData,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 512 },
    });
    thread = worker;
    phase = 'running';
    return new Promise((resolve, reject) => {
      exited = new Promise((ended) => {
        worker.once('exit', (status) => {
          const isResting = phase === 'ending' && status === 0 && !isStopping;
          thread = null;
          const error = new GuardianError('internal', { reason: 'the ingest thread ended' });
          reject(error);
          if (isResting) rested();
          else died(error);
          ended();
        });
      });
      worker.on('error', (cause) => {
        const error = new GuardianError('internal', { reason: `ingest: ${(cause as Error).message}`, cause });
        reject(error);
        options.onProblem(error.code, error.message);
      });
      worker.on('message', (message: FromIngestThread) => {
        if (message.kind === 'ready') {
          hasRun = true;
          resolve();
        } else if (message.kind === 'problem') {
          reject(new GuardianError(message.code as 'internal', { ...message.about, reason: message.reason }));
          options.onProblem(message.code, message.reason);
        } else if (message.kind === 'quiet') letRest(message.rest);
        else options.onMessage(message);
      });
    });
  }

  function beginAtRest(): void {
    hasRun = true;
    phase = 'resting';
  }

  function startAgain(): void {
    void start().catch(() => {});
  }

  function letRest(told: RestState): void {
    if (phase !== 'running' || isStopping || !options.isAnswered()) return;
    rest = told;
    phase = 'ending';
    void end();
  }

  function rested(): void {
    phase = 'resting';
    options.onRest();
    if (held.length > 0) {
      startAgain();
      for (const { message, transfer } of held.splice(0)) post(message, transfer);
    } else if (rest.settleAt !== null) {
      timer = setTimeout(startAgain, Math.max(0, rest.settleAt - Date.now())).unref();
    }
  }

  /** Whatever one body did to it, the others must still get in. What waited was told to come again. */
  function died(error: GuardianError): void {
    phase = 'off';
    held = [];
    options.onEnd(isStopping ? null : error);
    if (!isStopping && hasRun) timer = setTimeout(startAgain, RESTART_MS);
  }

  function post(message: ToIngestThread, transfer: ArrayBuffer[] = []): void {
    if (phase === 'ending') {
      held.push({ message, transfer });
      return;
    }
    if (phase === 'resting') startAgain();
    thread?.postMessage(message, transfer);
  }

  async function stop(): Promise<void> {
    isStopping = true;
    clearTimeout(timer);
    await end();
  }

  async function end(): Promise<void> {
    const ending = thread;
    ending?.postMessage({ kind: 'stop' } satisfies ToIngestThread);
    // One that does not come to its end holds nothing that was answered with success and not stored.
    const force = setTimeout(() => void ending?.terminate(), STOP_MS);
    await exited;
    clearTimeout(force);
  }
}
