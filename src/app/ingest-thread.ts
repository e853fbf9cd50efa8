import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openRepository } from '../adapters/git/index.ts';
import { openSpoolFile } from '../adapters/store/spool-file.ts';
import { openStore } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import * as events from '../core/events/index.ts';
import {
  type AppendBatch,
  createIngest,
  type DecodedRequest,
  type EventAppender,
  type WireRequest,
} from '../core/ingest/index.ts';
import { createFolder, isFoldCandidate } from '../core/issues/index.ts';
import { systemClock, toGuardianError } from '../core/shared/index.ts';
import { startFollowing } from './followed-sources.ts';
import type { FromIngestThread, IngestThreadState, ThreadData, ToIngestThread } from './thread-messages.ts';
import { wireFormats } from './wire-formats.ts';

/** Bodies decoded into one transaction: enough to share one sync to disk, and few enough to answer within milliseconds. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_REQUESTS = 256;
/** What is packed well comes to more than its bytes say. */
const BATCH_EVENTS = 5_000;
const TOLD_EVERY_MS = 500;
/** Renewed with every pass; a node that died is missed for so long. */
const FOLD_LEASE_MS = 30_000;

const port = parentPort as MessagePort;
const { configuration, folder } = workerData as ThreadData;
const tell = (message: FromIngestThread) => port.postMessage(message);

await run().catch((thrown) => {
  const { code, about, message } = toGuardianError(thrown);
  tell({ kind: 'problem', code, reason: about.reason ?? message });
  port.close();
  // Whatever still runs here would run on without anybody who takes requests.
  setTimeout(() => process.exit(1), 100);
});

/** The composition of the thread that takes events in, and its loop: take what waits, decode, store once, answer, fold. */
async function run(): Promise<void> {
  const clock = systemClock;
  const places = settings.placesOf(configuration, folder);
  const store = await openStore({ dialect: settings.storeLocationOf(configuration, folder), role: 'ingest', clock });
  const spool = openSpoolFile({ folder: places.spool, maxBytes: configuration.ingest.spoolBytes });
  const retentionMs = configuration.retention.days * 24 * 60 * 60 * 1000;
  const redactor = events.createRedactor(configuration.redaction);
  const trackedFiles = await trackedFilesOf(places.repository);
  const frameOrigin = events.createFrameOrigin({ ...settings.frameOptionsOf(configuration), trackedFiles });
  const openPipeline = () => events.createEventPipeline({ clock, redactor });
  const appender = watched(store.events);
  const ingest = createIngest({
    formats: wireFormats(),
    pipeline: openPipeline(),
    redactor,
    appender,
    spool,
    isCandidate: isFoldCandidate,
    frameOrigin,
    bounds: configuration.ingest,
    retentionMs,
    clock,
    onFailure: (error, format) => tell({ kind: 'problem', code: error.code, reason: `${format}: ${error.message}` }),
  });
  const openFolder = () =>
    createFolder({
      store: store.fold,
      clock,
      limits: settings.understandingLimitsOf(configuration),
      frameOrigin,
    });
  const holder = `${hostname()}:${process.pid}`;
  let issueFolder: ReturnType<typeof openFolder> | null = null;
  const stored = new Map<string, number>();
  let problem: IngestThreadState['problem'] = null;
  let foldQueue = 0;
  let failure = '';
  let isStopping = false;
  let wake: () => void = () => {};
  const waitingRequests: { id: number; request: WireRequest }[] = [];
  const dropped: AppendBatch['dropped'] = [];

  const following = await startFollowing({
    configuration,
    folder,
    store,
    appender,
    openPipeline,
    clock,
    isCandidate: isFoldCandidate,
    frameOrigin,
    retentionMs,
  });
  port.on('message', (message: ToIngestThread) => {
    take(message);
    wake();
  });
  const ticker = setInterval(tellState, TOLD_EVERY_MS);
  const folding = foldLoop();
  tell({ kind: 'ready' });
  await takeLoop();
  clearInterval(ticker);
  await following.stop();
  await folding;
  if (issueFolder && store.kind !== 'sqlite') await store.leases.release('fold', holder).catch(() => undefined);
  await flushDropped();
  tellState();
  await store.close();
  port.close();

  function take(message: ToIngestThread): void {
    if (message.kind === 'request') waitingRequests.push(message);
    else if (message.kind === 'dropped') dropped.push(...message.dropped);
    else isStopping = true;
  }

  async function takeLoop(): Promise<void> {
    while (!isStopping || waitingRequests.length > 0) {
      drainPort();
      if (waitingRequests.length === 0) {
        if (isStopping) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const { ids, decoded } = nextBatch();
      const replies = await ingest.store(decoded);
      tell({ kind: 'replies', replies: ids.map((id, index) => ({ id, reply: replies[index]! })) });
      await nextTurn();
    }
  }

  /** What came while a batch was stored goes into the next one together. */
  function drainPort(): void {
    for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) take(message.message);
  }

  /** Decoded one after the other, until together they are enough. */
  function nextBatch(): { ids: number[]; decoded: DecodedRequest[] } {
    const ids: number[] = [];
    const decoded: DecodedRequest[] = [];
    let bytes = 0;
    let count = 0;
    while (
      ids.length < waitingRequests.length &&
      ids.length < BATCH_REQUESTS &&
      bytes < BATCH_BYTES &&
      count < BATCH_EVENTS
    ) {
      const { id, request } = waitingRequests[ids.length]!;
      bytes += request.body.byteLength;
      const [one] = ingest.decode([request]);
      count += one!.events.length;
      ids.push(id);
      decoded.push(one!);
    }
    waitingRequests.splice(0, ids.length);
    return { ids, decoded };
  }

  async function foldLoop(): Promise<void> {
    while (!isStopping) {
      const began = performance.now();
      await foldOnce();
      // A pass that took long is not followed at once: folding may take a fifth of the time, ingest has the rest.
      const took = performance.now() - began;
      await pause(Math.max(configuration.ingest.foldEveryMs, took * 4));
    }
  }

  async function foldOnce(): Promise<void> {
    try {
      if (spool.waitingEvents > 0) await spool.drain(appender);
      else if (problem !== null) await appender.append(probe(clock.now()));
      await flushDropped();
      if (!(await isFoldingHere())) return;
      issueFolder ??= openFolder();
      const { changes, waiting } = await issueFolder.pass();
      foldQueue = waiting;
      if (changes.length > 0)
        tell({
          kind: 'changes',
          changes: changes.map(({ issueId, action }): Change => ({ kind: 'issue', id: issueId, action })),
        });
      failure = '';
    } catch (thrown) {
      const { code, about, message } = toGuardianError(thrown);
      if (code.startsWith('store_')) noteProblem(thrown);
      else if (failure !== message) tell({ kind: 'problem', code, reason: `folding: ${about.reason ?? message}` });
      failure = message;
    }
  }

  /** Of several nodes over one database one folds: what it holds in memory is only true while nobody else does. */
  async function isFoldingHere(): Promise<boolean> {
    if (store.kind === 'sqlite') return true;
    const isOurs = await store.leases.take('fold', holder, clock.now(), FOLD_LEASE_MS);
    if (!isOurs) issueFolder = null;
    return isOurs;
  }

  async function flushDropped(): Promise<void> {
    const own = dropped.splice(0);
    if (own.length === 0) return;
    await appender.append({ events: [], records: [], dropped: own, positions: [], at: clock.now() }).catch(() => {
      dropped.push(...own);
    });
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const poll = setInterval(() => isStopping && done(), 50);
      function done() {
        clearTimeout(timer);
        clearInterval(poll);
        resolve();
      }
    });
  }

  /** The store's trouble is told from here, and over as soon as one batch goes through. */
  function watched(inner: EventAppender): EventAppender {
    return {
      async append(batch) {
        try {
          const outcomes = await inner.append(batch);
          problem = null;
          batch.events.forEach(({ event, projectId }, index) => {
            if (outcomes[index] !== 'stored') return;
            stored.set(String(projectId), (stored.get(String(projectId)) ?? 0) + 1);
            void event;
          });
          return outcomes;
        } catch (thrown) {
          noteProblem(thrown);
          throw thrown;
        }
      },
    };
  }

  function noteProblem(thrown: unknown): void {
    const { code, about, message } = toGuardianError(thrown);
    const known = code === 'store_full' || code === 'store_read_only' ? code : 'store_unavailable';
    problem ??= { code: known, since: clock.now(), reason: about.reason ?? message };
  }

  function tellState(): void {
    const { accepted, duplicates, refused } = ingest.counts;
    const sources = following.state();
    tell({
      kind: 'state',
      state: { problem, spooledEvents: spool.waitingEvents, accepted, duplicates, refused, foldQueue, sources },
    });
    if (stored.size === 0) return;
    tell({
      kind: 'changes',
      changes: [...stored].map(([project, count]): Change => ({ kind: 'events', project, count })),
    });
    stored.clear();
  }
}

/** Writes one row: without traffic nothing else would tell that the store can be written again, and nobody sends to a server that is not ready. */
function probe(at: number): AppendBatch {
  return { events: [], records: [], dropped: [], positions: [{ source: 'guardian', position: 'writable' }], at };
}

/** The files that git knows at HEAD tell the application's frames from the libraries'; null when there is no repository. */
async function trackedFilesOf(repository: string): Promise<string[] | null> {
  const opened = await openRepository(repository, { environment: settings.processEnvironment() }).catch(() => null);
  if (!opened) return null;
  try {
    const head = await opened.resolve('HEAD');
    return head ? await opened.listFiles(head.sha) : null;
  } catch {
    // Without them the other rules decide, as they do where there is no repository.
    return null;
  } finally {
    opened.close();
  }
}
