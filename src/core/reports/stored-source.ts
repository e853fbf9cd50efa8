import type {
  EventIndex,
  EventPage,
  EventQuery,
  EventStanding,
  ReadOptions,
  ReadProblem,
  ServedRequest,
  Source,
  SourceBatch,
  StandingIndex,
  StoredEvent,
} from '../events/index.ts';
import { observedRequest, SERVED_EVERY_MS } from '../issues/index.ts';
import { toInstant } from '../shared/index.ts';

export interface StoredSourceOptions {
  index: Pick<EventIndex, 'search' | 'histogram'>;
  standings: StandingIndex;
  /** Epoch ms of the newest event that came before standings were judged: of those until then severity alone tells. Null: there is none. */
  unjudgedUntil: number | null;
  projectId: number | null;
  service: string | null;
  /** Events read whole at most; of a window with more, those without a standing are only counted. */
  maxEvents: number;
}

const PAGE = 1_000;
/** Of a window that is not read whole: how many failures get the lines around them, how many lines, how far back. */
const CONTEXT = { failures: 20, lines: 60, beforeMs: 60_000, afterMs: 5_000 };
/** Counts are kept by the minute: asked for so finely, none of outside the window is among them, for a window of up to a day and a half. */
const MINUTE_MS = 60_000;
const COUNTED_STEPS = 2_160;

type Scope = Omit<EventQuery, 'cursor' | 'limit' | 'order'>;

/** What the store holds of one service, as a source: its events are joined, redacted and parsed already. */
export function createStoredSource(options: StoredSourceOptions): Source {
  return {
    kind: 'store',
    async *read(window: ReadOptions): AsyncIterable<SourceBatch> {
      const scope = scopeOf(options, window);
      const all = await countOf(options, scope);
      yield* all <= options.maxEvents ? readAll(options, scope, window) : readTelling(options, scope, window);
    },
  };
}

async function* readAll(options: StoredSourceOptions, scope: Scope, { signal }: ReadOptions) {
  const search = (query: EventQuery) => options.index.search(query);
  for await (const { events, isCut } of pages(search, { scope, most: options.maxEvents, signal })) {
    yield batchOf(events);
    // More has come than was counted.
    if (isCut) yield told(options, 'entry-limit', positionOf(events.at(-1)!));
  }
}

/**
 * Failures, then warnings and slow requests, so that none of these takes a failure's place; then the lines around the newest failures; of all others
 * their number, and which routes they prove to be there. A window with more failures than are read begins with the oldest that was.
 */
async function* readTelling(options: StoredSourceOptions, asked: Scope, window: ReadOptions) {
  const { maxEvents, unjudgedUntil } = options;
  const { signal } = window;
  const read = new Set<number>();
  const failures: StoredEvent[] = [];
  let scope = asked;
  for await (const { events, isCut } of pages(finder(options, 'error'), { scope, most: maxEvents, signal })) {
    yield batchOf(unread(events, read));
    failures.push(...events.slice(0, CONTEXT.failures - failures.length));
    if (!isCut) continue;
    yield told(options, 'entry-limit', positionOf(events.at(-1)!));
    scope = { ...scope, from: positionOf(events.at(-1)!) };
  }
  const rest = { scope, most: maxEvents - read.size, signal };
  for await (const { events, isCut } of pages(finder(options, 'warning', 'latency'), rest)) {
    yield batchOf(unread(events, read));
    const oldest = events.at(-1);
    if (isCut) yield told(options, 'unread-warnings', oldest ? positionOf(oldest) : scope.to);
  }
  for await (const lines of contextLines(options, scope, failures)) yield batchOf(unread(lines, read));
  const { from, to } = scope;
  const entries = Math.max(0, (await countOf(options, scope)) - read.size);
  if (entries > 0) yield { ...batchOf([]), quiet: { entries, from, to, served: [] } };
  yield* readRoutes(options, scope, signal);
  if (unjudgedUntil !== null && (from ?? 0) <= unjudgedUntil) yield told(options, 'unjudged', unjudgedUntil);
}

/** Each path of each host once. */
async function* readRoutes(options: StoredSourceOptions, scope: Scope, signal: AbortSignal | undefined) {
  const served = new Map<string, ServedRequest>();
  const before = { ...scope, from: scope.from === null ? null : scope.from - SERVED_EVERY_MS };
  const walk = { scope: before, most: options.maxEvents, signal };
  for await (const { events, isCut } of pages(finder(options, 'served'), walk)) {
    for (const { event } of events) {
      const { method = null, host = null, path = null } = observedRequest(event) ?? {};
      if (path !== null) served.set(`${host} ${path}`, { method: method ?? '', host, path });
    }
    if (isCut) yield told(options, 'unread-routes', positionOf(events.at(-1)!));
  }
  yield { ...batchOf([]), quiet: { entries: 0, from: null, to: null, served: [...served.values()] } };
}

function finder({ standings }: StoredSourceOptions, ...wanted: EventStanding[]) {
  return (query: EventQuery) => standings.find(query, wanted);
}

/** From the counts, which are exact. */
async function countOf({ index }: StoredSourceOptions, scope: Scope): Promise<number> {
  const { steps } = await index.histogram(scope, stepsOf(scope.from, scope.to));
  return steps.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0);
}

/** More steps than the window has minutes: the counts then begin and end with the window itself, or with its minutes when it holds very many events. */
function stepsOf(since: number | null, until: number | null): number {
  if (since === null || until === null) return 2;
  return Math.min(Math.max(Math.ceil((until - since) / MINUTE_MS) + 1, 2), COUNTED_STEPS);
}

/** Those that were not given yet; they are now. */
function unread(events: readonly StoredEvent[], read: Set<number>): StoredEvent[] {
  const fresh = events.filter(({ seq }) => !read.has(seq));
  for (const { seq } of fresh) read.add(seq);
  return fresh;
}

function scopeOf({ projectId, service }: StoredSourceOptions, { since, until }: ReadOptions): Scope {
  const fields = service === null ? [] : [{ name: 'service', value: service, isExcluded: false }];
  return { words: [], fields, minimumSeverity: null, projectId, from: since, to: until };
}

interface Walk {
  scope: Scope;
  most: number;
  signal: AbortSignal | undefined;
}

/** Newest first, so that a bound keeps what matters now. `isCut`: the bound was reached, and there is more. */
async function* pages(
  find: (query: EventQuery) => Promise<EventPage>,
  { scope, most, signal }: Walk,
): AsyncIterable<{ events: StoredEvent[]; isCut: boolean }> {
  let cursor: number | null = null;
  let left = most;
  do {
    signal?.throwIfAborted();
    // With nothing left one is looked for all the same: whether something is left out must be known.
    const page = await find({ ...scope, cursor, limit: Math.max(1, Math.min(PAGE, left)), order: 'newest' });
    const events = left > 0 ? page.events : [];
    cursor = page.cursor;
    const isCut = left <= 0 ? page.events.length > 0 : left <= events.length && cursor !== null;
    left -= events.length;
    if (events.length > 0 || isCut) yield { events, isCut };
  } while (cursor !== null && left > 0);
}

/** The lines around the newest failures: what a reader looks at first. */
async function* contextLines(
  { index }: StoredSourceOptions,
  scope: Scope,
  failures: readonly StoredEvent[],
): AsyncIterable<StoredEvent[]> {
  for (const failure of failures) {
    const time = positionOf(failure);
    const from = Math.max(time - CONTEXT.beforeMs, scope.from ?? 0);
    const to = Math.min(time + CONTEXT.afterMs, scope.to ?? time + CONTEXT.afterMs);
    const lines = await index.search({ ...scope, from, to, cursor: null, limit: CONTEXT.lines, order: 'newest' });
    yield lines.events;
  }
}

/** Epoch ms at which it stands. */
function positionOf({ event }: StoredEvent): number {
  return Math.floor(event.timeSuspect ? event.observedTime : event.time);
}

function batchOf(stored: readonly StoredEvent[]): SourceBatch {
  return {
    events: stored.map(({ event }) => event),
    quiet: { entries: 0, from: null, to: null, served: [] },
    problems: [],
    progress: { readBytes: 0, totalBytes: null },
  };
}

/** `since`: from when on it was read, or judged. */
function told(
  { service, maxEvents }: StoredSourceOptions,
  kind: ReadProblem['kind'],
  since: number | null,
): SourceBatch {
  const position = since === null ? '' : toInstant(since);
  const detail = kind === 'unjudged' ? '' : String(maxEvents);
  const problem = { kind, name: service ?? 'store', position, count: 1, detail };
  return { ...batchOf([]), problems: [problem] };
}
