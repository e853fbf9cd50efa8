import { hostname } from 'node:os';
import type { SpoolFile } from '../adapters/store/spool-file.ts';
import type { Store } from '../adapters/store/sql/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { AppendBatch } from '../core/ingest/index.ts';
import { type Clock, toGuardianError } from '../core/shared/index.ts';
import type { IngestEngine } from './ingest-engine.ts';
import type { StoreWatch } from './store-watch.ts';

export interface FoldingOptions {
  store: Store;
  watch: StoreWatch;
  spool: SpoolFile;
  clock: Clock;
  everyMs: number;
  /** Loads it when it is not loaded yet. */
  engine(): Promise<IngestEngine>;
  isEngineLoaded(): boolean;
  onChanges(changes: Change[]): void;
  onProblem(code: string, reason: string): void;
}

/** Renewed with every pass; a node that died is missed for so long. */
const FOLD_LEASE_MS = 30_000;
const STOP_SEEN_MS = 50;

/** Folds again and again what was taken in, and gives the store what waited for it while it was away. */
export function startFolding(options: FoldingOptions) {
  const { store, watch, spool, clock, everyMs, engine } = options;
  const holder = `${hostname()}:${process.pid}`;
  const dropped: AppendBatch['dropped'] = [];
  let folder: ReturnType<IngestEngine['openFolder']> | null = null;
  let queued = 0;
  let failure = '';
  let isStopping = false;
  const running = run();

  return {
    /** Events that wait to be folded. */
    queued: () => queued,
    countDropped: (more: AppendBatch['dropped']) => void dropped.push(...more),
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
      await once().catch(told);
      // A pass that took long is not followed at once: folding may take a fifth of the time, ingest has the rest.
      await pause(Math.max(everyMs, (performance.now() - began) * 4));
    }
  }

  async function once(): Promise<void> {
    if (spool.waitingEvents > 0) await spool.drain(watch.appender);
    else if (watch.problem() !== null) await watch.appender.append(probe(clock.now()));
    await flushDropped();
    if (!(await isFoldingHere()) || !(await isNeeded())) return;
    folder ??= (await engine()).openFolder();
    const { changes, waiting } = await folder.pass();
    queued = waiting;
    failure = '';
    if (changes.length > 0) {
      options.onChanges(changes.map(({ issueId, action }): Change => ({ kind: 'issue', id: issueId, action })));
    }
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

  async function pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (!isStopping && performance.now() < until) {
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(STOP_SEEN_MS, Math.max(1, until - performance.now()))),
      );
    }
  }
}

/** Writes one row: without traffic nothing else would tell that the store can be written again, and nobody sends to a server that is not ready. */
function probe(at: number): AppendBatch {
  return { events: [], records: [], dropped: [], positions: [{ source: 'guardian', position: 'writable' }], at };
}
