import { Worker } from 'node:worker_threads';
import type { Change } from '../contracts/api/overview.ts';
import type { AppendBatch, Intake, IntakeState, WireReply, WireRequest } from '../core/ingest/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import type { FromIngestThread, IngestThreadState, ThreadData, ToIngestThread } from './thread-messages.ts';

export interface ThreadIntakeOptions {
  data: ThreadData;
  /** Bytes of bodies that wait; above it clients are asked to come again. */
  waitingBytes: number;
  onChanges(changes: Change[]): void;
  onProblem(code: string, reason: string): void;
  /** The thread died: nothing is taken until the next one runs. */
  onExit(error: GuardianError): void;
}

export interface ThreadIntake extends Intake {
  /** Resolves once the thread takes requests; rejects with why it cannot. */
  start(): Promise<void>;
  /** Everything accepted is answered, then the thread ends. */
  stop(): Promise<void>;
  sources(): IngestThreadState['sources'];
}

/** What the thread gets to store and answer all that it was given. */
const STOP_MS = 30_000;

const NO_STATE: IngestThreadState = {
  problem: null,
  spooledEvents: 0,
  accepted: 0,
  duplicates: 0,
  refused: 0,
  foldQueue: 0,
  sources: [],
};

/** ms until a thread that died is started again. */
const RESTART_MS = 500;

/**
 * Decoding, redaction and writing cost time: they happen in a thread of their own, so that the one that serves answers at once whatever comes in.
 * Bodies are handed over, not copied.
 */
export function createThreadIntake(options: ThreadIntakeOptions): ThreadIntake {
  const waiting = new Map<number, { bytes: number; answer(reply: WireReply): void }>();
  let waitingBytes = 0;
  let refusedHere = 0;
  let nextId = 1;
  let state = NO_STATE;
  let thread: Worker | null = null;
  let isStopping = false;
  let exited: Promise<void> = Promise.resolve();
  let hasRun = false;
  let restarting: NodeJS.Timeout | undefined;

  return { start, stop, accept, countDropped, state: currentState, sources: () => state.sources };

  function start(): Promise<void> {
    const worker = new Worker(new URL('./ingest-thread.ts', import.meta.url), {
      workerData: options.data,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 512 },
    });
    thread = worker;
    return new Promise((resolve, reject) => {
      exited = new Promise((ended) => {
        worker.once('exit', () => {
          thread = null;
          answerAll();
          ended();
          const error = new GuardianError('internal', { reason: 'the ingest thread ended' });
          reject(error);
          if (isStopping) return;
          state = { ...state, problem: { code: 'store_unavailable', since: Date.now(), reason: error.message } };
          options.onExit(error);
          if (hasRun) restart();
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
          reject(new GuardianError(message.code as 'internal', { reason: message.reason }));
          options.onProblem(message.code, message.reason);
        } else receive(message);
      });
    });
  }

  /** Whatever one body did to it, the others must still get in. What waited was told to come again. */
  function restart(): void {
    restarting = setTimeout(() => void start().catch(() => {}), RESTART_MS);
  }

  function receive(message: Exclude<FromIngestThread, { kind: 'ready' | 'problem' }>): void {
    if (message.kind === 'state') state = message.state;
    else if (message.kind === 'changes') options.onChanges(message.changes);
    else for (const { id, reply } of message.replies) answer(id, reply);
  }

  function accept(request: WireRequest): Promise<WireReply> {
    const bytes = request.body.byteLength;
    // A body larger than all that may wait is taken when it comes alone: refused, it would come again for ever.
    const hasRoom = waiting.size === 0 || waitingBytes + bytes <= options.waitingBytes;
    if (!thread || isStopping || !hasRoom) {
      refusedHere++;
      return Promise.resolve(comeAgain());
    }
    const id = nextId++;
    waitingBytes += bytes;
    return new Promise((resolve) => {
      waiting.set(id, { bytes, answer: resolve });
      // A small buffer may be a view into a pool that others share: that one is copied, it is small.
      const isOwn = request.body.byteOffset === 0 && request.body.byteLength === request.body.buffer.byteLength;
      const transfer = isOwn && request.body.buffer instanceof ArrayBuffer ? [request.body.buffer] : [];
      post({ kind: 'request', id, request }, transfer);
    });
  }

  function countDropped(dropped: AppendBatch['dropped'][number]): void {
    refusedHere += dropped.quantity;
    post({ kind: 'dropped', dropped: [dropped] });
  }

  function currentState(): IntakeState {
    const { sources: _sources, ...known } = state;
    return { ...known, refused: known.refused + refusedHere, waiting: waiting.size, waitingBytes };
  }

  async function stop(): Promise<void> {
    isStopping = true;
    clearTimeout(restarting);
    post({ kind: 'stop' });
    // One that does not come to its end holds nothing that was answered with success and not stored.
    const force = setTimeout(() => void thread?.terminate(), STOP_MS);
    await exited;
    clearTimeout(force);
  }

  function post(message: ToIngestThread, transfer: ArrayBuffer[] = []): void {
    thread?.postMessage(message, transfer);
  }

  function answer(id: number, reply: WireReply): void {
    const waiter = waiting.get(id);
    if (!waiter) return;
    waiting.delete(id);
    waitingBytes -= waiter.bytes;
    waiter.answer(reply);
  }

  function answerAll(): void {
    for (const id of [...waiting.keys()]) answer(id, comeAgain());
  }
}

function comeAgain(): WireReply {
  return {
    status: 503,
    headers: { 'content-type': 'application/json', 'retry-after': '5' },
    body: JSON.stringify({ detail: 'Too much is waiting to be stored. Send it again.' }),
  };
}
