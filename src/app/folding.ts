import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SpoolFile } from '../adapters/store/spool-file.ts';
import type { Store } from '../adapters/store/sql/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { AppendBatch } from '../core/ingest/index.ts';
import type { FoldPass } from '../core/issues/index.ts';
import { type Clock, toGuardianError } from '../core/shared/index.ts';
import type { IngestEngine } from './ingest-engine.ts';
import type { StoreWatch } from './store-watch.ts';
import type { RestState, RestTiming } from './thread-messages.ts';

export interface FoldingOptions {
  store: Store;
  watch: StoreWatch;
  spool: SpoolFile;
  clock: Clock;
  everyMs: number;
  /** Loads it when it is not loaded yet. */
  engine(): Promise<IngestEngine>;
  isEngineLoaded(): boolean;
  /** Whether events come in right now. */
  isTakingIn(): boolean;
  timing: RestTiming;
  /** What the thread before this one left. */
  rest: RestState;
  onChanges(changes: Change[]): void;
  onProblem(code: string, reason: string): void;
}

/** Renewed with every pass; a node that died is missed for so long. */
const FOLD_LEASE_MS = 30_000;
const STOP_SEEN_MS = 50;
/** Held so long without a break, they are settled by a folder that stays: else those that come now and then would pile up. */
const LONGEST_HELD_MS = 30 * 60_000;

/** Folds again and again what was taken in, and gives the store what waited for it while it was away. */
export function startFolding(options: FoldingOptions) {
  const { store, watch, spool, clock, everyMs, engine, timing } = options;
  const holder = `${hostname()}:${process.pid}`;
  const dropped: AppendBatch['dropped'] = [];
  let folder: ReturnType<IngestEngine['openFolder']> | null = null;
  let queued = 0;
  let failure = '';
  let isStopping = false;
  let { heldSince } = options.rest;
  let mustSettle = options.rest.settleAt !== null && options.rest.settleAt <= clock.now();
  let held = 0;
  /** The last pass found something: perhaps not all that there was. */
  let hasMore = false;
  let readAt = clock.now();
  /** Of `performance.now()`: when the last pass that went through began, and when one last had something to do. */
  let passBegan = Number.NEGATIVE_INFINITY;
  let busyAt = performance.now();
  const running = run();

  return {
    /** Events that wait to be folded. */
    queued: () => queued,
    countDropped: (more: AppendBatch['dropped']) => void dropped.push(...more),
    restSince,
    async stop(): Promise<void> {
      isStopping = true;
      await running;
      if (folder && store.kind !== 'sqlite') await store.leases.release('fold', holder).catch(() => undefined);
      await flushDropped();
    },
  };

  async function run(): Promise<void> {
    while (!isStopping) {
      const began = performance.now();
      await once().then(() => {
        failure = '';
        passBegan = began;
      }, told);
      await pause(performance.now() - began);
    }
  }

  async function once(): Promise<void> {
    hasMore = false;
    await spool.drain(watch.appender);
    if (watch.problem() !== null) await watch.appender.append(probe(clock.now()));
    await flushDropped();
    if (!(await isFoldingHere()) || !(await isNeeded())) return;
    const { openFolder } = await engine();
    if (mustSettle) tellChanges((await openFolder({ holdMs: 0 }).pass()).changes);
    mustSettle = false;
    folder ??= openFolder();
    note(await folder.pass());
  }

  function note({ changes, folded, waiting }: FoldPass): void {
    queued = waiting;
    hasMore = folded > 0;
    held = folder?.state().events ?? 0;
    if (folded > 0) readAt = clock.now();
    heldSince = held === 0 ? null : (heldSince ?? readAt);
    if (folded > 0 || waiting > 0 || changes.length > 0) busyAt = performance.now();
    tellChanges(changes);
  }

  function tellChanges(changes: FoldPass['changes']): void {
    if (changes.length === 0) return;
    options.onChanges(changes.map(({ issueId, action }): Change => ({ kind: 'issue', id: issueId, action })));
  }

  /**
   * Null while there is something to do, or was within the quiet time; `activeAt` (of `performance.now()`): when events were last stored.
   * Where several nodes share a database each must be there to fold for one that died.
   */
  function restSince(activeAt: number): RestState | null {
    const last = Math.max(activeAt, busyAt);
    const isQuiet = store.kind === 'sqlite' && passBegan > last && performance.now() - last >= timing.quietMs;
    const isDone = dropped.length === 0 && spool.waitingEvents === 0 && watch.problem() === null && failure === '';
    const isPilingUp = heldSince !== null && clock.now() - heldSince > LONGEST_HELD_MS;
    if (!isQuiet || !isDone || isPilingUp) return null;
    return { heldSince, settleAt: held > 0 ? readAt + timing.settleAfterMs : null };
  }

  function told(thrown: unknown): void {
    const { code, about, message } = toGuardianError(thrown);
    if (code.startsWith('store_')) watch.note(thrown);
    else if (failure !== message) options.onProblem(code, `folding: ${about.reason ?? message}`);
    failure = message;
  }

  /** Of several nodes over one database one folds: what it holds in memory is only true while nobody else does. */
  async function isFoldingHere(): Promise<boolean> {
    if (store.kind === 'sqlite') return true;
    const isOurs = await store.leases.take('fold', holder, clock.now(), FOLD_LEASE_MS);
    if (!isOurs) folder = null;
    return isOurs;
  }

  /** Until something waits, nothing is loaded that would fold it. */
  async function isNeeded(): Promise<boolean> {
    return folder !== null || options.isEngineLoaded() || (await store.fold.queued(0, 1)).length > 0;
  }

  async function flushDropped(): Promise<void> {
    const own = dropped.splice(0);
    if (own.length === 0) return;
    const batch = { events: [], records: [], dropped: own, positions: [], at: clock.now() };
    await watch.appender.append(batch).catch(() => void dropped.push(...own));
  }

  /** While events come in, a pass that took long is not followed at once: folding may take a fifth of the time, ingest has the rest. */
  async function pause(tookMs: number): Promise<void> {
    const ended = performance.now();
    const ownMs = () => (options.isTakingIn() ? Math.max(everyMs, tookMs * 4) : hasMore ? 0 : everyMs);
    // Whatever is left to do, those that come now get their turn.
    await nextTurn();
    for (let left = ownMs(); !isStopping && left > 0; left = ownMs() - (performance.now() - ended)) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(STOP_SEEN_MS, Math.max(1, left))));
    }
  }
}

/** Writes one row: without traffic nothing else would tell that the store can be written again, and nobody sends to a server that is not ready. */
function probe(at: number): AppendBatch {
  return { events: [], records: [], dropped: [], positions: [{ source: 'guardian', position: 'writable' }], at };
}
