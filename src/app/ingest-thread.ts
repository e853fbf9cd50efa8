import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openSpoolFile } from '../adapters/store/spool-file.ts';
import { openStore } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { AppendBatch, DecodedRequest, WireRequest } from '../core/ingest/index.ts';
import { systemClock as clock, toGuardianError } from '../core/shared/index.ts';
import { startFolding } from './folding.ts';
import type { IngestEngine } from './ingest-engine.ts';
import { hasSources } from './needs-ingest-thread.ts';
import { type StoreWatch, watchStore } from './store-watch.ts';
import type { FromIngestThread, IngestThreadData, ToIngestThread } from './thread-messages.ts';

/** Bodies decoded into one transaction: enough to share one sync to disk, and few enough to answer within milliseconds. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_REQUESTS = 256;
/** What is packed well comes to more than its bytes say. */
const BATCH_EVENTS = 5_000;
const BATCH_CHARACTERS = 4 * 1024 * 1024;
const TOLD_EVERY_MS = 500;
/** ms after the last events were stored from which nobody is known to send: longer than a batch takes. */
const TAKING_IN_MS = 250;
/** Batches on their way to the store. SQLite writes in this thread; while PostgreSQL writes one, the next is decoded: 18,000 events/s become 24,000. */
const AT_ONCE = { sqlite: 1, postgres: 2 };

type Waiting = Extract<ToIngestThread, { kind: 'request' }>;

const port = parentPort as MessagePort;
const { configuration, folder, timing, rest } = workerData as IngestThreadData;
const tell = (message: FromIngestThread) => port.postMessage(message);

await run().catch((thrown) => {
  const { code, about, message } = toGuardianError(thrown);
  tell({ kind: 'problem', code, reason: about.reason ?? message, about });
  port.close();
  // Whatever still runs here would run on without anybody who takes requests.
  setTimeout(() => process.exit(1), 100);
});

/** The composition of the thread that takes events in: its store, its spool, and what is loaded once something comes. */
async function run(): Promise<void> {
  const store = await openStore({ dialect: settings.storeLocationOf(configuration, folder), role: 'ingest', clock });
  const { spool: spoolFolder } = settings.placesOf(configuration, folder);
  const spool = openSpoolFile({ folder: spoolFolder, maxBytes: configuration.ingest.spoolBytes });
  const watch = watchStore(store.events, clock);
  const onProblem = (code: string, reason: string) => tell({ kind: 'problem', code, reason });
  let activeAt = performance.now();
  let loaded: IngestEngine | null = null;
  let loading: Promise<IngestEngine> | null = null;
  const engine = () => {
    loading ??= import('./ingest-engine.ts').then(async ({ openIngestEngine }) => {
      const appender = {
        ...watch.appender,
        append: (batch: AppendBatch) =>
          watch.appender.append(batch).finally(() => {
            activeAt = performance.now();
          }),
      };
      const onFailure = (error: { code: string; message: string }, format: string) =>
        onProblem(error.code, `${format}: ${error.message}`);
      loaded = await openIngestEngine({ configuration, folder, store, appender, spool, clock, onFailure });
      return loaded;
    });
    return loading;
  };
  const following = hasSources(configuration) ? await (await engine()).startFollowing() : null;
  const folding = startFolding({
    store,
    watch,
    spool,
    clock,
    everyMs: configuration.ingest.foldEveryMs,
    engine,
    isEngineLoaded: () => loaded !== null,
    isTakingIn: () => performance.now() - activeAt < TAKING_IN_MS,
    timing,
    rest,
    onChanges: (changes) => tell({ kind: 'changes', changes }),
    onProblem,
  });
  const tellNow = () => {
    tellState({
      counts: loaded?.ingest.counts,
      foldQueue: folding.queued(),
      spooled: spool.waitingEvents,
      watch,
    });
  };
  const ticker = setInterval(() => {
    tellNow();
    // Sources are followed by whoever is there.
    const left = following === null ? folding.restSince(activeAt) : null;
    if (left !== null) tell({ kind: 'quiet', rest: left });
  }, TOLD_EVERY_MS);
  tell({ kind: 'ready' });
  await takeRequests(engine, {
    countDropped: folding.countDropped,
    onUnprepared: (thrown) => watch.note(thrown),
    atOnce: AT_ONCE[store.kind],
    onStored: () => {
      activeAt = performance.now();
    },
  });
  clearInterval(ticker);
  await following?.stop();
  await folding.stop();
  tellNow();
  await store.close();
  port.close();
}

interface TakeOptions {
  countDropped: ReturnType<typeof startFolding>['countDropped'];
  onUnprepared(thrown: unknown): void;
  atOnce: number;
  onStored(): void;
}

/** Takes what waits, decodes it, stores it at once, answers; until it is told to stop and nothing waits any more. */
async function takeRequests(
  engine: () => Promise<IngestEngine>,
  { countDropped, onUnprepared, atOnce, onStored }: TakeOptions,
): Promise<void> {
  const waiting: Waiting[] = [];
  /** Each with how many requests it holds. */
  const storing = new Map<Promise<void>, number>();
  let isStopping = false;
  let wake: () => void = () => {};
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const take = (message: ToIngestThread) => {
    if (message.kind === 'request') waiting.push(message);
    else if (message.kind === 'dropped') countDropped(message.dropped);
    else isStopping = true;
  };
  port.on('message', (message: ToIngestThread) => {
    take(message);
    wake();
  });
  while (!isStopping || waiting.length > 0) {
    // What came while a batch was stored goes into the next one together.
    for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) take(message.message);
    if (waiting.length === 0) {
      if (isStopping) break;
      await woken();
      continue;
    }
    // A second batch sets out when it is as large as the first, or alone: else a few requests would cost as much as the many that follow them.
    if (storing.size > 0 && waiting.length < Math.min(...storing.values())) {
      await Promise.race([...storing.keys(), woken()]);
      continue;
    }
    const { ingest, prepare, makeRoom } = await engine();
    // Without it usage is refused as long as it must be, and everything else is taken.
    await prepare().catch(onUnprepared);
    const { ids, decoded, bytes } = nextBatch(waiting, (request) => ingest.decode([request])[0]!);
    makeRoom(bytes);
    const stored = ingest.store(decoded).then((replies) => {
      tell({ kind: 'replies', replies: ids.map((id, index) => ({ id, reply: replies[index]! })) });
      storing.delete(stored);
      onStored();
    });
    storing.set(stored, ids.length);
    if (storing.size >= atOnce) await Promise.race(storing.keys());
    await nextTurn();
  }
  await Promise.all(storing.keys());
}

/** Decoded one after the other, until together they are enough. */
function nextBatch(
  waiting: Waiting[],
  decode: (request: WireRequest) => DecodedRequest,
): { ids: number[]; decoded: DecodedRequest[]; bytes: number } {
  const ids: number[] = [];
  const decoded: DecodedRequest[] = [];
  let bytes = 0;
  let count = 0;
  let characters = 0;
  for (const { id, request } of waiting) {
    if (ids.length >= BATCH_REQUESTS || bytes >= BATCH_BYTES) break;
    if (count >= BATCH_EVENTS || characters >= BATCH_CHARACTERS) break;
    bytes += request.body.byteLength;
    const one = decode(request);
    release(request.body);
    count += one.events.length;
    characters += one.characters;
    ids.push(id);
    decoded.push(one);
  }
  waiting.splice(0, ids.length);
  return { ids, decoded, bytes };
}

/** It came to this thread alone, and what was read of it is copied: its memory goes back now, not when the collector finds it. */
function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

function tellState(about: {
  counts: IngestEngine['ingest']['counts'] | undefined;
  foldQueue: number;
  spooled: number;
  watch: StoreWatch;
}): void {
  const { counts = { accepted: 0, duplicates: 0, refused: 0 }, foldQueue, spooled, watch } = about;
  tell({
    kind: 'state',
    state: { ...counts, problem: watch.problem(), spooledEvents: spooled, foldQueue },
  });
  const ingested = watch.takeIngested();
  if (ingested !== null) tell({ kind: 'ingested', ingested });
  const live = watch.takeLive();
  if (live !== null) tell({ kind: 'live', counts: live });
  const stored = [...watch.takeStored()];
  if (stored.length === 0) return;
  tell({
    kind: 'changes',
    changes: stored.map(([project, count]): Change => ({ kind: 'events', project: String(project), count })),
  });
}
