import type { EventIndex, EventQuery, ReadProblem, Source, SourceBatch, StoredEvent } from '../events/index.ts';
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

/** What the store holds of one service, as a source: its events are joined, redacted and parsed already. */
export function createStoredSource(options: StoredSourceOptions): Source {
  return {
    kind: 'store',
    async *read({ since, until, signal }): AsyncIterable<SourceBatch> {
      const scope = scopeOf(options, since, until);
      const counted = await options.index.histogram(scope, 2);
      const all = counted.steps.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0);
      const isWhole = all <= options.maxEvents;
      let read = 0;
      for await (const page of pages(options, { ...scope, minimumSeverity: isWhole ? null : SEVERITY.warn }, signal)) {
        read += page.length;
        yield batchOf(page);
        if (read >= options.maxEvents) break;
      }
      if (isWhole) return;
      yield* contextBatches(options, scope);
      yield { ...batchOf([]), quiet: { entries: Math.max(0, all - read), from: since, to: until, served: [] } };
      if (read >= options.maxEvents) yield { ...batchOf([]), problems: [limitReached(options, read)] };
    },
  };
}

type Scope = Omit<EventQuery, 'cursor' | 'limit' | 'order'>;

function scopeOf({ projectId, service }: StoredSourceOptions, from: number | null, to: number | null): Scope {
  const fields = service === null ? [] : [{ name: 'service', value: service, isExcluded: false }];
  return { words: [], fields, minimumSeverity: null, projectId, from, to };
}

/** Newest first, so that a bound keeps what matters now. */
async function* pages(
  { index }: StoredSourceOptions,
  scope: Scope,
  signal: AbortSignal | undefined,
): AsyncIterable<StoredEvent[]> {
  let cursor: number | null = null;
  do {
    signal?.throwIfAborted();
    const page: { events: StoredEvent[]; cursor: number | null } = await index.search({
      ...scope,
      cursor,
      limit: PAGE,
      order: 'newest',
    });
    cursor = page.cursor;
    if (page.events.length > 0) yield page.events;
  } while (cursor !== null);
}

/** The lines around the newest failures: what a reader looks at first. */
async function* contextBatches(options: StoredSourceOptions, scope: Scope): AsyncIterable<SourceBatch> {
  const { index } = options;
  const failures = await index.search({
    ...scope,
    minimumSeverity: SEVERITY.error,
    cursor: null,
    limit: CONTEXT.failures,
    order: 'newest',
  });
  for (const { event } of failures.events) {
    const around = { ...scope, from: event.time - CONTEXT.beforeMs, to: event.time + CONTEXT.afterMs };
    const lines = await index.search({ ...around, cursor: null, limit: CONTEXT.lines, order: 'newest' });
    // Failures among them were read already; repeats fall by their ids.
    yield batchOf(lines.events);
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
