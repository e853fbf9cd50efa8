import { type GuardianError, steadyNow, toGuardianError } from '../../shared/index.ts';
import type { DeliveryQueue } from '../ports.ts';
import { createHeldClaims } from './held-claims.ts';
import { createLaneMemory } from './lane-memory.ts';
import { createLanes } from './lanes.ts';
import { createSend, type SendOptions } from './send-message.ts';
import { createWakeUp } from './wake-up.ts';

export interface DeliveryWorkerOptions extends SendOptions {
  store: DeliveryQueue;
  /** On SQLite: whatever is claimed when it starts was an earlier process's. */
  isOnlyNode?: boolean;
  /** Told once when the store begins to fail a worker that runs by itself, not again before it is well. */
  onProblem?(error: GuardianError): void;
}

/** Messages that are claimed at a time. */
const CLAIMED = 100;
/** A store that wakes nobody is asked this often. */
const POLL_MS = 1_000;
/** One that looks every second and has not for so long stands still. */
const STOPPED_MS = 60_000;

/** Claims what is due, pass by pass, and sends it through lanes. */
export function createDeliveryWorker(options: DeliveryWorkerOptions) {
  const { store, channels, knobs, clock } = options;
  /** What the store failed the pass with. */
  let problem: unknown;
  const alarm = createWakeUp(POLL_MS);
  const claims = createHeldClaims({ store, holdMs: knobs.holdMs, clock });
  const memory = createLaneMemory();
  const lanes = createLanes({
    ...{ channels, claims, memory },
    send: createSend(options, { claims, memory }),
    onEnded(failure) {
      problem ??= failure;
      alarm.call();
    },
  });
  let lastTurnAt: number | null = null;
  /** By the steady reading; null: it does not run. */
  let turnedAt: number | null = null;
  let loop: Promise<void> | null = null;
  let stopping = new AbortController();

  return {
    pass,
    /** Something is due: no need to wait for the next look. */
    wake: alarm.call,
    /** Passes without end, each as soon as it is woken or something is due. */
    start(): void {
      stopping = new AbortController();
      turnedAt ??= steadyNow(clock);
      loop ??= run(stopping.signal);
    },
    /** Lets running attempts end. */
    async stop(): Promise<void> {
      stopping.abort();
      alarm.call();
      await loop;
      loop = null;
      turnedAt = null;
      await lanes.allEnded();
    },
    /** `isStopped`: it does not run, or its store was not claimed from for a minute, however the clock was set meanwhile. */
    state: () => ({
      lastTurnAt,
      busyLanes: lanes.count(),
      isRunning: loop !== null,
      isStopped: turnedAt === null || steadyNow(clock) - turnedAt >= STOPPED_MS,
    }),
  };

  /** Sends until nothing is due; gives how many messages were taken. Rejects when the store does, after the attempts under way. */
  async function pass(signal?: AbortSignal): Promise<number> {
    let taken = 0;
    problem = undefined;
    const endRenewal = claims.keepRenewed((failure) => {
      problem ??= failure;
    });
    try {
      while (!signal?.aborted && problem === undefined) {
        const started = await turn();
        taken += started;
        if (lanes.count() === 0 && started === 0) break;
        if (started < CLAIMED) await alarm.sleep();
      }
    } finally {
      await lanes.allEnded();
      endRenewal();
    }
    if (problem !== undefined) throw problem;
    return taken;
  }

  async function run(signal: AbortSignal): Promise<void> {
    let isFailing = false;
    let hasLeftOvers = options.isOnlyNode === true;
    while (!signal.aborted) {
      try {
        if (hasLeftOvers) await store.reclaim(clock.now());
        hasLeftOvers = false;
        await pass(signal);
        isFailing = false;
      } catch (thrown) {
        if (!isFailing) options.onProblem?.(toGuardianError(thrown));
        isFailing = true;
      }
      if (!signal.aborted) await alarm.sleep();
    }
  }

  /** One look at what is due; gives how many messages were taken. */
  async function turn(): Promise<number> {
    alarm.answer();
    const started = await claim();
    lastTurnAt = clock.now();
    if (loop) turnedAt = steadyNow(clock);
    return started;
  }

  /** Claims what the free lanes can take, and starts them. */
  async function claim(): Promise<number> {
    const at = clock.now();
    if (lanes.isFull()) return 0;
    const claimed = await store.claim({ at, holdMs: knobs.holdMs, limit: CLAIMED, busy: lanes.busy(at) });
    claims.hold(claimed);
    await lanes.take(claimed);
    return claimed.length;
  }
}

export type DeliveryWorker = ReturnType<typeof createDeliveryWorker>;
