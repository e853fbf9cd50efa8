import type { Bench } from './bench.ts';
import { type Outcome, seeded, simulate, type Truth } from './judge/simulate.ts';

const CALM: Truth = { requestsPerSecond: 50, oldErrors: 0.01, newErrors: 0.01, sigma: 0.5, slower: 1 };

/** Nothing differs: every rollback is a false one. */
const SAME: Record<string, Truth> = {
  usual: CALM,
  quiet: { ...CALM, requestsPerSecond: 2 },
  rareErrors: { ...CALM, oldErrors: 0.001, newErrors: 0.001 },
  manyErrors: { ...CALM, oldErrors: 0.05, newErrors: 0.05 },
  quietManyErrors: { ...CALM, requestsPerSecond: 2, oldErrors: 0.05, newErrors: 0.05 },
  failing: { ...CALM, requestsPerSecond: 5, oldErrors: 0.2, newErrors: 0.2 },
  wildLatency: { ...CALM, sigma: 1 },
  quietWildLatency: { ...CALM, requestsPerSecond: 2, sigma: 1 },
};

const WORSE: Record<string, Truth> = {
  errors1to5: { ...CALM, newErrors: 0.05 },
  errors1to5Quiet: { ...CALM, requestsPerSecond: 2, newErrors: 0.05 },
  latency10: { ...CALM, slower: 1.1 },
  latency25: { ...CALM, slower: 1.25 },
  latency50: { ...CALM, slower: 1.5 },
  latency50Quiet: { ...CALM, requestsPerSecond: 2, slower: 1.5 },
};

/**
 * The judge of deployments on simulated ones: `--size N` of each truth (10,000). Each goes through every traffic step and the whole watch, with
 * every test. Shares of the N: `falseRollbacks` where both revisions are the same; else detected (suspect or failed) within 200 requests
 * of the new revision, rolled back within 400, and rolled back at all. `plain`: fixed limits on the same requests, judged at the end of each step.
 */
export const bench: Bench = async ({ size }) => {
  const deployments = Number(size ?? 10_000);
  const same = mapValues(SAME, (truth) => {
    const all = outcomesOf(truth, deployments);
    return {
      falseRollbacks: share(all, ({ rolledBackAt }) => rolledBackAt !== null),
      held: share(all, ({ isHeld }) => isHeld),
      plain: share(all, ({ plain }) => plain.errors || plain.latency),
    };
  });
  const worse = mapValues(WORSE, (truth) => {
    const all = outcomesOf(truth, deployments);
    return {
      detectedWithin200: share(all, ({ suspectAt }) => suspectAt !== null && suspectAt <= 200),
      rolledBackWithin400: share(all, ({ rolledBackAt }) => rolledBackAt !== null && rolledBackAt <= 400),
      rolledBack: share(all, ({ rolledBackAt }) => rolledBackAt !== null),
      plain: share(all, ({ plain }) => plain.errors || plain.latency),
    };
  });
  return {
    deployments,
    worstFalseRollbacks: Math.max(...Object.values(same).map(({ falseRollbacks }) => falseRollbacks)),
    same,
    worse,
  };
};

function outcomesOf(truth: Truth, count: number): Outcome[] {
  const random = seeded(20_261_121);
  return Array.from({ length: count }, () => simulate(truth, random));
}

function share(all: readonly Outcome[], isIt: (outcome: Outcome) => boolean): number {
  return Math.round((1e4 * all.filter(isIt).length) / all.length) / 1e4;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));
}
