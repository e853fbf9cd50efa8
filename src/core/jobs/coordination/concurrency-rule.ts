import type { EndedRun } from './history.ts';
import type { Interval, Rule } from './rule.ts';

/** Waiting below this share of the time from ready to end is nothing to change. */
const SMALLEST_WAIT = 0.2;
const ENOUGH_WAITING = 20;
const BLOCKS = 10;
const SAMPLES = 200;

/**
 * One more run of a key at a time. The runs of the key are served again as they came, with the limit as it is and with one more; what the
 * mean waiting time changes by is the effect, its interval that of blocks of runs drawn again (bootstrap).
 */
export const concurrencyRule: Rule = {
  parameter: 'concurrency.limit',

  propose({ job, sharing }) {
    if (job.concurrency === null || sharing.length < ENOUGH_WAITING) return null;
    const { limit } = job.concurrency;
    const waited = sum(sharing, ({ startedAt, readyAt }) => startedAt - readyAt);
    const all = sum(sharing, ({ finishedAt, readyAt }) => finishedAt - readyAt);
    if (all === 0 || waited / all < SMALLEST_WAIT) return null;
    const effect = changeOf(sharing, limit);
    if (effect === null || effect.high >= 0) return null;
    return {
      parameter: 'concurrency.limit',
      from: limit,
      to: limit + 1,
      measure: 'waiting',
      effect,
      because: { waiting: waited / all },
      runs: sharing.length,
    };
  },

  judge(known, held) {
    const limit = known.job.concurrency?.limit;
    if (limit === undefined || held.sharing.length < ENOUGH_WAITING) return null;
    const foretold = changeOf(known.sharing, limit);
    const before = meanWait(held.sharing, limit);
    if (foretold === null || before === 0) return null;
    const width = 1 / Math.sqrt(held.sharing.length);
    return {
      foretold: { low: foretold.low - width, high: foretold.high + width },
      observed: meanWait(held.sharing, limit + 1) / before - 1,
    };
  },
};

function changeOf(runs: readonly EndedRun[], limit: number): Interval | null {
  const ordered = [...runs].sort((a, b) => a.readyAt - b.readyAt);
  const size = Math.max(1, Math.floor(ordered.length / BLOCKS));
  const waits = Array.from({ length: Math.ceil(ordered.length / size) }, (_, block) => {
    const own = ordered.slice(block * size, (block + 1) * size);
    return { before: meanWait(own, limit), after: meanWait(own, limit + 1) };
  });
  if (sum(waits, ({ before }) => before) === 0) return null;
  const random = sequence(ordered.length);
  const changes = Array.from({ length: SAMPLES }, () => {
    const drawn = waits.map(() => waits[Math.floor(random() * waits.length)]!);
    const before = sum(drawn, (block) => block.before);
    return before === 0 ? 0 : sum(drawn, (block) => block.after) / before - 1;
  }).sort((a, b) => a - b);
  return { low: changes[Math.floor(SAMPLES * 0.025)]!, high: changes[Math.floor(SAMPLES * 0.975)]! };
}

/** First come, first served, by so many at a time. */
function meanWait(runs: readonly EndedRun[], limit: number): number {
  const free: number[] = [];
  let waited = 0;
  for (const { readyAt, startedAt, finishedAt } of runs) {
    free.sort((a, b) => a - b);
    const begin = free.length < limit ? readyAt : Math.max(readyAt, free.shift()!);
    waited += begin - readyAt;
    free.push(begin + (finishedAt - startedAt));
  }
  return runs.length === 0 ? 0 : waited / runs.length;
}

/** The same numbers each time: a suggestion must not change between two looks. */
function sequence(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
