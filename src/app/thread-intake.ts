import type { Change } from '../contracts/api/overview.ts';
import type { LiveCount } from '../core/events/index.ts';
import type { AppendBatch, Intake, IntakeState, WireReply, WireRequest } from '../core/ingest/index.ts';
import { unsaidReply } from '../core/ingest/ports.ts';
import type { GuardianError } from '../core/shared/index.ts';
import type { Ingested } from './metrics/ingested-tally.ts';
import { createThreadLife, type ThreadLifeOptions } from './thread-life.ts';
import type { IngestThreadState, RestTiming, ThreadData } from './thread-messages.ts';

export interface ThreadIntakeOptions {
  data: ThreadData;
  /** Bytes of bodies that wait; above it clients are asked to come again. */
  waitingBytes: number;
  /** When the thread of a server to which nobody sends ends. */
  rest?: RestTiming;
  onChanges(changes: Change[]): void;
  /** Told within a second of something being stored. */
  onLive?(counts: readonly LiveCount[]): void;
  /** Told with it: what came in, by source. */
  onIngested?(ingested: Ingested): void;
  onProblem(code: string, reason: string): void;
  /** The thread died: nothing is taken until the next one runs. */
  onExit(error: GuardianError): void;
}

export interface ThreadIntake extends Intake {
  /** Resolves once the thread takes requests; rejects with why it cannot. */
  start(): Promise<void>;
  /** Instead of starting: the first request starts the thread. */
  rest(): void;
  /** Everything accepted is answered, then the thread ends. */
  stop(): Promise<void>;
}

const NO_COUNTS = { accepted: 0, duplicates: 0, refused: 0 };
const NO_STATE: IngestThreadState = { ...NO_COUNTS, problem: null, spooledEvents: 0, foldQueue: 0 };

const REST: RestTiming = {
  quietMs: 15_000, // longer than a failure may take to be told (10 s), and than exporters usually wait between two requests
  settleAfterMs: 15 * 60_000, // longer than the folder holds an event (11 minutes)
};

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
  /** Of the threads before this one. */
  let before = NO_COUNTS;
  const life = createThreadLife({
    data: options.data,
    timing: options.rest ?? REST,
    isAnswered: () => waiting.size === 0,
    onMessage: receive,
    onProblem: options.onProblem,
    onRest: keepCounts,
    onEnd: noteEnd,
  });

  return {
    start: life.start,
    rest: life.rest,
    stop: life.stop,
    accept,
    countDropped,
    state: currentState,
  };

  function keepCounts(): void {
    before = totals();
    state = { ...state, ...NO_COUNTS };
  }

  function noteEnd(error: GuardianError | null): void {
    keepCounts();
    answerAll();
    if (error === null) return;
    state = { ...state, problem: { code: 'store_unavailable', since: Date.now(), reason: error.message } };
    options.onExit(error);
  }

  function receive(message: Parameters<ThreadLifeOptions['onMessage']>[0]): void {
    if (message.kind === 'state') state = message.state;
    else if (message.kind === 'changes') options.onChanges(message.changes);
    else if (message.kind === 'live') options.onLive?.(message.counts);
    else if (message.kind === 'ingested') options.onIngested?.(message.ingested);
    else for (const { id, reply } of message.replies) answer(id, reply);
  }

  function accept(request: WireRequest): Promise<WireReply> {
    const bytes = request.body.byteLength;
    // A body larger than all that may wait is taken when it comes alone: refused, it would come again for ever.
    const hasRoom = waiting.size === 0 || waitingBytes + bytes <= options.waitingBytes;
    if (!life.isTaking() || !hasRoom) {
      refusedHere++;
      return Promise.resolve(unsaidReply(hasRoom ? 'store-away' : 'busy'));
    }
    const id = nextId++;
    waitingBytes += bytes;
    return new Promise((resolve) => {
      waiting.set(id, { bytes, answer: resolve });
      // A small buffer may be a view into a pool that others share: that one is copied, it is small.
      const isOwn = request.body.byteOffset === 0 && request.body.byteLength === request.body.buffer.byteLength;
      const transfer = isOwn && request.body.buffer instanceof ArrayBuffer ? [request.body.buffer] : [];
      life.post({ kind: 'request', id, request }, transfer);
    });
  }

  function countDropped(dropped: AppendBatch['dropped'][number]): void {
    refusedHere += dropped.quantity;
    life.post({ kind: 'dropped', dropped: [dropped] });
  }

  function currentState(): IntakeState {
    const { refused, ...counts } = totals();
    return { ...state, ...counts, refused: refused + refusedHere, waiting: waiting.size, waitingBytes };
  }

  function totals(): typeof NO_COUNTS {
    return {
      accepted: before.accepted + state.accepted,
      duplicates: before.duplicates + state.duplicates,
      refused: before.refused + state.refused,
    };
  }

  function answer(id: number, reply: WireReply): void {
    const waiter = waiting.get(id);
    if (!waiter) return;
    waiting.delete(id);
    waitingBytes -= waiter.bytes;
    waiter.answer(reply);
  }

  function answerAll(): void {
    for (const id of [...waiting.keys()]) answer(id, unsaidReply('store-away'));
  }
}
