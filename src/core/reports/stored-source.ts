import type {
  EventIndex,
  EventPage,
  EventQuery,
  ReadProblem,
  Source,
  SourceBatch,
  StoredEvent,
} from '../events/index.ts';
import { SEVERITY } from '../events/index.ts';

export interface StoredSourceOptions {
  index: Pick<EventIndex, 'search' | 'histogram'>;
  projectId: number | null;
  service: string | null;
  /** Events read whole at most; of a window with more, those below a warning are only counted. */
  maxEvents: number;
}

const PAGE = 1_000;
/** Of a window that is not read whole: how many failures get the lines around them, how many lines, how far back. */
const CONTEXT = { failures: 20, lines: 60, beforeMs: 60_000, afterMs: 5_000 };
/** Counts are kept by the minute: asked for so finely, none of outside the window is among them, for a window of up to a day and a half. */
const MINUTE_MS = 60_000;
const COUNTED_STEPS = 2_160;

/** What the store holds of one service, as a source: its events are joined, redacted and parsed already. */
export function createStoredSource(options: StoredSourceOptions): Source {
  return {
    kind: 'store',
    async *read({ since, until, signal }): AsyncIterable<SourceBatch> {
      const scope = scopeOf(options, since, until);
      const counted = await options.index.histogram(scope, stepsOf(since, until));
      const all = counted.steps.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0);
      const isWhole = all <= options.maxEvents;
      const read = new Set<number>();
      const telling = { ...scope, minimumSeverity: isWhole ? null : SEVERITY.warn };
      let isCut = false;
      for await (const page of pages(options, telling, signal)) {
        yield batchOf(unread(page.events, read));
        isCut = page.isCut;
      }
      if (!isWhole) {
        for await (const lines of contextLines(options, scope)) yield batchOf(unread(lines, read));
        const entries = Math.max(0, all - read.size);
        if (entries > 0) yield { ...batchOf([]), quiet: { entries, from: since, to: until, served: [] } };
      }
      if (isCut) yield { ...batchOf([]), problems: [limitReached(options, options.maxEvents)] };
    },
  };
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

type Scope = Omit<EventQuery, 'cursor' | 'limit' | 'order'>;

function scopeOf({ projectId, service }: StoredSourceOptions, from: number | null, to: number | null): Scope {
  const fields = service === null ? [] : [{ name: 'service', value: service, isExcluded: false }];
  return { words: [], fields, minimumSeverity: null, projectId, from, to };
}

/** Newest first, so that a bound keeps what matters now. `isCut`: the bound was reached, and there is more. */
async function* pages(
  { index, maxEvents }: StoredSourceOptions,
  scope: Scope,
  signal: AbortSignal | undefined,
): AsyncIterable<{ events: StoredEvent[]; isCut: boolean }> {
  let cursor: number | null = null;
  let left = maxEvents;
  do {
    signal?.throwIfAborted();
    const limit = Math.min(PAGE, left);
    const page: EventPage = await index.search({ ...scope, cursor, limit, order: 'newest' });
    cursor = page.cursor;
    left -= page.events.length;
    if (page.events.length > 0) yield { events: page.events, isCut: left <= 0 && cursor !== null };
  } while (cursor !== null && left > 0);
}

/** The lines around the newest failures: what a reader looks at first. */
async function* contextLines(options: StoredSourceOptions, scope: Scope): AsyncIterable<StoredEvent[]> {
  const { index } = options;
  const failures = await index.search({
    ...scope,
    minimumSeverity: SEVERITY.error,
    cursor: null,
    limit: CONTEXT.failures,
    order: 'newest',
  });
  for (const { event } of failures.events) {
    const time = event.timeSuspect ? event.observedTime : event.time;
    const from = Math.max(time - CONTEXT.beforeMs, scope.from ?? 0);
    const to = Math.min(time + CONTEXT.afterMs, scope.to ?? time + CONTEXT.afterMs);
    const lines = await index.search({ ...scope, from, to, cursor: null, limit: CONTEXT.lines, order: 'newest' });
    yield lines.events;
  }
}

function batchOf(stored: readonly StoredEvent[]): SourceBatch {
  return {
    events: stored.map(({ event }) => event),
    quiet: { entries: 0, from: null, to: null, served: [] },
    problems: [],
    progress: { readBytes: 0, totalBytes: null },
  };
}

function limitReached({ service, maxEvents }: StoredSourceOptions, read: number): ReadProblem {
  return { kind: 'entry-limit', name: service ?? 'store', position: '', count: read, detail: String(maxEvents) };
}
