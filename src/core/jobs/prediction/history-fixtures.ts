import type { StatsCondition } from '../job.ts';
import type { HistoryRow, PredictionContext } from './history.ts';

/** Histories of jobs, generated from a seed: with a drift of a known kind, and without. */
export interface GeneratedHistory {
  history: HistoryRow[];
  context: PredictionContext;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 1, 6);
const TIMEOUT_MS = HOUR_MS;
const FAIL_WHEN: StatsCondition[] = [{ field: 'clients', of: null, is: 'below', value: 3_000 }];

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** Of mean 0 and deviation 1. */
  normal(): number;
}

/** mulberry32: a small generator that is the same everywhere. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()) };
}

interface Drawn {
  durationMs?: number;
  hasFailed: boolean;
  retries?: number;
  clients?: number;
}

function generate(options: {
  seed: number;
  runs: number;
  everyMs: number;
  draw: (chance: Chance, index: number, dueAt: number) => Drawn;
  upstream?: (chance: Chance, index: number) => boolean;
}): GeneratedHistory {
  const chance = chanceOf(options.seed);
  const upstream: PredictionContext['upstream'][number][] = [];
  const history = Array.from({ length: options.runs }, (_, index): HistoryRow => {
    const dueAt = START + index * options.everyMs;
    if (options.upstream) upstream.push({ finishedAt: dueAt - 60_000, hasFailed: options.upstream(chance, index) });
    const drawn = options.draw(chance, index, dueAt);
    const durationMs = Math.round(Math.min(TIMEOUT_MS, drawn.durationMs ?? ordinaryDuration(chance)));
    const startedAt = dueAt + Math.round(500 * chance.next());
    const deadlineMs = dueAt + 0.75 * HOUR_MS - startedAt;
    return {
      runId: `run-${index}`,
      dueAt,
      startedAt,
      finishedAt: startedAt + durationMs,
      hasFailed: drawn.hasFailed,
      isLate: durationMs > deadlineMs,
      durationMs,
      retries: drawn.retries ?? (chance.next() < 0.05 ? 1 : 0),
      timeoutMs: TIMEOUT_MS,
      deadlineMs,
      stats: {
        clients: Math.round(drawn.clients ?? 4_000 + 60 * chance.normal()),
        pianos: Math.round(900 * chance.next()),
      },
    };
  });
  return { history, context: { timeZone: 'America/Montreal', failWhen: FAIL_WHEN, upstream } };
}

function ordinaryDuration(chance: Chance): number {
  return 600_000 * Math.exp(0.25 * chance.normal());
}

/** It takes longer from night to night until it runs into its timeout, and somebody repairs it some nights later. */
export function growingDurations(seed: number, runs = 365): GeneratedHistory {
  let length = 600_000;
  let failures = 0;
  return generate({
    seed,
    runs,
    everyMs: DAY_MS,
    draw: (chance) => {
      const durationMs = length * Math.exp(0.015 * chance.normal());
      const hasFailed = durationMs >= TIMEOUT_MS;
      length *= 1.05;
      if (hasFailed && ++failures > 3 * chance.next()) {
        failures = 0;
        length = 600_000 * (1 + chance.next());
      }
      return { durationMs, hasFailed };
    },
  });
}

/** It finds fewer records from night to night, until its `failWhen` holds. */
export function shrinkingStats(seed: number, runs = 365): GeneratedHistory {
  let clients = 4_000;
  let failures = 0;
  return generate({
    seed,
    runs,
    everyMs: DAY_MS,
    draw: (chance) => {
      const found = clients + 12 * chance.normal();
      const hasFailed = found < 3_000;
      clients -= 35;
      if (hasFailed && ++failures > 3 * chance.next()) {
        failures = 0;
        clients = 3_700 + 400 * chance.next();
      }
      return { clients: found, hasFailed };
    },
  });
}

/** Its attempts fail more and more often, until three in a row do. */
export function risingRetries(seed: number, runs = 365): GeneratedHistory {
  let wear = 0;
  return generate({
    seed,
    runs,
    everyMs: DAY_MS,
    draw: (chance) => {
      wear += 0.035;
      const odds = Math.min(0.98, wear * wear);
      let retries = 0;
      while (retries < 3 && chance.next() < odds) retries += 1;
      if (wear > 1.3) wear = 0;
      return { retries: Math.min(retries, 2), hasFailed: retries === 3 };
    },
  });
}

/** Hourly; while the backup stands on the database at two and three in the morning it fails nearly always. */
export function badHours(seed: number, runs = 1_000): GeneratedHistory {
  return generate({
    seed,
    runs,
    everyMs: HOUR_MS,
    draw: (chance, _, dueAt) => {
      const hour = new Date(dueAt - 5 * HOUR_MS).getUTCHours();
      return { hasFailed: chance.next() < (hour === 2 || hour === 3 ? 0.95 : 0.01) };
    },
  });
}

/** It fails nearly always when the job before it has. */
export function upstreamFailures(seed: number, runs = 365): GeneratedHistory {
  let isDown = false;
  return generate({
    seed,
    runs,
    everyMs: DAY_MS,
    upstream: (chance) => {
      isDown = chance.next() < 0.15;
      return isDown;
    },
    draw: (chance) => ({ hasFailed: chance.next() < (isDown ? 0.95 : 0.02) }),
  });
}

/** It fails by chance alone, as often now as ever. */
export function withoutDrift(seed: number, share: number, runs = 365, everyMs = DAY_MS): GeneratedHistory {
  return generate({
    seed,
    runs,
    everyMs,
    upstream: (chance) => chance.next() < 0.05,
    draw: (chance) => ({ hasFailed: chance.next() < share }),
  });
}

/** It takes as long as it takes, now and then beyond its deadline, by chance alone. */
export function scatteredDurations(seed: number, deviation: number, runs = 365): GeneratedHistory {
  return generate({
    seed,
    runs,
    everyMs: DAY_MS,
    draw: (chance) => {
      const durationMs = 1_500_000 * Math.exp(deviation * chance.normal());
      return { durationMs, hasFailed: durationMs >= TIMEOUT_MS };
    },
  });
}
