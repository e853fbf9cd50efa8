import type { AnswerOrigin, EventIndex, EventQuery, SearchChangeStore } from '../../core/events/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import { SEQS_PER_MS } from '../store/sql/repositories/events/event-row.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** By the age of the newest instant that is asked for: the older, the less comes to it. */
const LIVES: readonly { youngerThanMs: number; ms: number }[] = [
  { youngerThanMs: MINUTE_MS, ms: SECOND_MS },
  { youngerThanMs: HOUR_MS, ms: 10 * SECOND_MS },
  { youngerThanMs: DAY_MS, ms: MINUTE_MS },
  { youngerThanMs: 7 * DAY_MS, ms: HOUR_MS },
  { youngerThanMs: Number.POSITIVE_INFINITY, ms: DAY_MS },
];

/** ms that an answer lives whose newest instant is so old; none lives longer than a day. */
export function lifeOf(ageMs: number): number {
  return LIVES.find(({ youngerThanMs }) => ageMs < youngerThanMs)!.ms;
}

export interface SearchCacheOptions {
  index: EventIndex;
  changes: Pick<SearchChangeStore, 'stateOf'>;
  bytes: number;
  clock: Clock;
}

export interface SearchCacheCounts {
  hits: number;
  misses: number;
  /** Waited for the same answer that somebody else had asked for. */
  joined: number;
  /** Left because of the bound. */
  evicted: number;
  entries: number;
  bytes: number;
}

export interface CachedEventIndex extends EventIndex {
  counts(): SearchCacheCounts;
  /** Something came in: answers that reach to the last minute are asked anew. */
  forgetNewest(): void;
}

interface Entry {
  answer: AnswerOrigin;
  state: string;
  madeAt: number;
  lifeMs: number;
  bytes: number;
}

/** Of a search or a count: which instants it is about. */
interface Span {
  from: number;
  /** Exclusive; null: whatever comes. */
  to: number | null;
}

/**
 * Remembers answers of an index. The key holds the whole query with its project, which is all that access depends on: readers of one project’s
 * events see the same. An answer is given again only while nothing came late to, changed in or went from the hours it is about, which the
 * database tells every node; what failed, and what the database alone answered for a cluster, is not kept.
 */
export function createSearchCache({ index, changes, bytes: bound, clock }: SearchCacheOptions): CachedEventIndex {
  const entries = new Map<string, Entry>();
  const flights = new Map<string, { state: string; answer: Promise<AnswerOrigin> }>();
  const counts = { hits: 0, misses: 0, joined: 0, evicted: 0 };
  let held = 0;
  /** Grows with everything that came in. */
  let arrivals = 0;

  const drop = (key: string) => {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  const keep = (key: string, entry: Entry) => {
    drop(key);
    if (entry.bytes > bound) return;
    entries.set(key, entry);
    held += entry.bytes;
    for (const [oldest] of entries) {
      if (held <= bound) break;
      drop(oldest);
      counts.evicted += 1;
    }
  };
  /** Null when it may not be given again. */
  const ageWhileTrue = (entry: Entry, state: string): number | null => {
    const age = clock.now() - entry.madeAt;
    return entry.state === state && age >= 0 && age < entry.lifeMs ? age : null;
  };
  const asked = async <Answer extends AnswerOrigin>(
    key: string,
    span: Span,
    ask: () => Promise<Answer>,
  ): Promise<Answer> => {
    // Known before it is asked: what changes meanwhile makes the answer untrue.
    const state = await changes.stateOf({ from: span.from, to: span.to ?? Number.MAX_SAFE_INTEGER });
    const known = entries.get(key);
    const cachedMs = known ? ageWhileTrue(known, state) : null;
    if (known && cachedMs !== null) {
      counts.hits += 1;
      // The last that was used goes last.
      entries.delete(key);
      entries.set(key, known);
      return { ...(known.answer as Answer), cachedMs };
    }
    drop(key);
    const flying = flights.get(key);
    if (flying && flying.state === state) {
      counts.joined += 1;
      return (await flying.answer) as Answer;
    }
    counts.misses += 1;
    return await askAnew(key, { state, span, ask });
  };
  const askAnew = async <Answer extends AnswerOrigin>(
    key: string,
    { state, span, ask }: { state: string; span: Span; ask: () => Promise<Answer> },
  ): Promise<Answer> => {
    const madeAt = clock.now();
    const arrivedBefore = arrivals;
    const answer = ask();
    const flight = { state, answer };
    flights.set(key, flight);
    try {
      const made = await answer;
      const lifeMs = lifeOf(madeAt - (span.to ?? madeAt));
      // What came in meanwhile may be missing.
      const isWhole = lifeMs > SECOND_MS || arrivals === arrivedBefore;
      if (isWhole && !made.isDatabaseOnly) {
        keep(key, { answer: made, state, madeAt, lifeMs, bytes: bytesOf(key, made) });
      }
      return made;
    } finally {
      if (flights.get(key) === flight) flights.delete(key);
    }
  };

  return {
    add: index.add,
    get: index.get,
    remove: index.remove,
    search: (query) => asked(`search ${JSON.stringify(query)}`, spanOf(query), () => index.search(query)),
    histogram: (query, steps) =>
      asked(`histogram ${steps} ${JSON.stringify(query)}`, spanOf({ ...query, cursor: null, order: 'newest' }), () =>
        index.histogram(query, steps),
      ),
    counts: () => ({ ...counts, entries: entries.size, bytes: held }),
    forgetNewest() {
      arrivals += 1;
      for (const [key, { lifeMs }] of entries) if (lifeMs === SECOND_MS) drop(key);
    },
  };
}

/** The page behind a cursor asks for nothing newer (or older) than it. */
function spanOf({ from, to, cursor, order }: Pick<EventQuery, 'from' | 'to' | 'cursor' | 'order'>): Span {
  const at = cursor === null ? null : Math.floor(cursor / SEQS_PER_MS);
  if (at === null) return { from: from ?? 0, to };
  if (order === 'oldest') return { from: Math.max(from ?? 0, at), to };
  return { from: from ?? 0, to: Math.min(to ?? at + 1, at + 1) };
}

/** Two bytes a character, as strings are held at most. */
function bytesOf(key: string, answer: AnswerOrigin): number {
  return 2 * (key.length + JSON.stringify(answer).length);
}
