import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AfterRule, Job, Overlap } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import { isTerminal, type Run } from '../run.ts';
import { expectedChain, expectedEnd } from './chain-model-fixtures.ts';
import { aJob, createHarness, outcome, type Script, taking } from './engine-fixtures.ts';
import { createMemoryStore, type MemoryStore } from './memory-store-fixtures.ts';
import { type Death, mortalNode } from './mortal-node-fixtures.ts';
import { createTimeline } from './timeline-fixtures.ts';

/** The gate is 10,000; in every test run fewer. */
const CHAINS = Number(process.env.GUARDIAN_MODEL_CHAINS ?? 250);
const START = Date.parse('2026-03-02T12:00:00Z');
const TICK_EVERY_MS = 30_000;
const CHAIN_RUNS_MS = 70_000;

interface Scenario {
  jobs: JobPlan[];
  deaths: Death[];
  /** On one database: the node that dies starts again; else another one is there from the beginning. */
  isOnlyNode: boolean;
  cancels: { atMs: number; pick: number }[];
}

interface JobPlan {
  edges: { from: number; isStrict: boolean }[];
  rule: AfterRule;
  retries: number;
  overlap: Overlap;
  sharesKey: boolean;
  /** By attempt, then by chain run. */
  outcomes: ExecutionOutcome['status'][];
  tookMs: number;
}

const jobPlan: fc.Arbitrary<JobPlan> = fc.record({
  edges: fc.array(fc.record({ from: fc.nat(6), isStrict: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  rule: fc.constantFrom<AfterRule>('all_success', 'all_success', 'all_done', 'one_failed', 'none_failed'),
  retries: fc.constantFrom(0, 0, 1, 2),
  overlap: fc.constantFrom<Overlap>(
    { kind: 'skip' },
    { kind: 'allow' },
    { kind: 'queue', bound: 1 },
    { kind: 'cancel-other' },
  ),
  sharesKey: fc.boolean(),
  outcomes: fc.array(
    fc.constantFrom<ExecutionOutcome['status']>('success', 'success', 'success', 'warning', 'error', 'timed_out'),
    { minLength: 1, maxLength: 4 },
  ),
  tookMs: fc.constantFrom(0, 0, 100, 3_000, 25_000),
});

const scenario: fc.Arbitrary<Scenario> = fc.record({
  jobs: fc.array(jobPlan, { minLength: 2, maxLength: 7 }),
  deaths: fc.array(fc.record({ call: fc.integer({ min: 2, max: 60 }), isDone: fc.boolean() }), { maxLength: 3 }),
  isOnlyNode: fc.boolean(),
  cancels: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 100_000 }), pick: fc.nat(6) }), { maxLength: 2 }),
});

function toJobs(plans: readonly JobPlan[]): Job[] {
  return plans.map((plan, index) =>
    aJob(`j${index}`, {
      trigger:
        index === 0
          ? { kind: 'interval', everyMs: TICK_EVERY_MS, anchor: START + 5_000 }
          : {
              kind: 'after',
              rule: plan.rule,
              edges: plan.edges.map(({ from, isStrict }) => ({ job: `j${from % index}`, isStrict })),
            },
      overlap: plan.overlap,
      concurrency: plan.sharesKey ? { key: 'shared', limit: 1 } : null,
      retries: { count: plan.retries, firstDelayMs: 2_000, factor: 2, longestDelayMs: 5_000, jitter: 0 },
    }),
  );
}

async function carryOut({ jobs: plans, deaths, isOnlyNode, cancels }: Scenario) {
  const timeline = createTimeline(START);
  const store = createMemoryStore();
  const jobs = toJobs(plans);
  await store.registry.declare('configuration', jobs, START);
  /** Attempts that were begun, by run and number. */
  const begun: string[] = [];
  const scripts = (timer: typeof timeline.timer): Record<string, Script> =>
    Object.fromEntries(
      plans.map(({ outcomes, tookMs }, index) => [
        `j${index}`,
        (run, job, context) => {
          begun.push(`${run.id} ${run.attempt}`);
          const told = outcome(outcomes[(run.attempt - 1) % outcomes.length]!);
          return tookMs === 0 ? Promise.resolve(told) : taking({ ...timeline, timer }, tookMs, told)(run, job, context);
        },
      ]),
    );
  let nodes = 0;
  let ids = 0;
  const start = async (death: Death | null, isOnly: boolean) => {
    const node = mortalNode(store, timeline, death);
    nodes += 1;
    const knobs = { refreshMs: 15_000, claimEveryMs: 2_000, planEveryMs: 15_000, watchdogEveryMs: 3_600_000 };
    const { engine, failures } = await createHarness({
      jobs: [],
      timeline,
      store,
      stores: node.stores,
      scripts: scripts(node.timer),
      node: `node-${nodes}`,
      knobs,
      over: { timer: node.timer, isOnlyNode: isOnly, newId: () => `r${ids++}` },
    });
    await Promise.race([engine.start(), node.died]);
    return { engine, node, failures };
  };
  let current = await start(deaths[0] ?? null, isOnlyNode);
  // Where nodes share a database, who takes over is there already.
  const other = isOnlyNode ? null : await start(null, false);
  let next = 1;
  const asked = [...cancels].sort((a, b) => a.atMs - b.atMs);
  for (let now = 0; now < 20; now++) {
    const until = START + (now + 1) * 10_000;
    while (asked[0] && START + asked[0].atMs < until) {
      const { pick } = asked.shift()!;
      const open = [...store.runs.values()].filter((run) => !isTerminal(run.status));
      const run = open[pick % Math.max(1, open.length)];
      const asking = other ?? current;
      if (run) void asking.engine.cancel(run.id, { user: 'louise', reason: null }).catch(() => {});
      await timeline.settle();
    }
    if (timeline.clock.now() >= START + CHAIN_RUNS_MS && store.jobs.get('j0')!.pause === null) {
      await store.registry.setPause(['j0'], { at: timeline.clock.now(), until: null, reason: null, by: 'test' });
    }
    await timeline.advance(10_000);
    if (current.node.isDead()) {
      current = await start(isOnlyNode ? (deaths[next] ?? null) : null, isOnlyNode);
      next += 1;
    }
  }
  await timeline.advance(300_000);
  return { store, jobs, begun, failures: [...current.failures, ...(other?.failures ?? [])] };
}

/** Rows of a chain run against the reference, with everything that must hold of any row. */
function compare(store: MemoryStore, jobs: readonly Job[]): void {
  const runs = [...store.runs.values()];
  const chains = Map.groupBy(runs, (run) => run.chainRunId);
  for (const [chainId, rows] of chains) {
    const root = rows.find((run) => run.id === chainId)!;
    const ends = store.ends.flatMap((id) => rows.filter((run) => run.id === id));
    const began = root.status === 'skipped' ? [{ jobId: root.jobId, status: root.status }] : ends;
    const expected = expectedChain(jobs, root.jobId, began);
    const found = new Map(rows.map((run) => [run.jobId, run.status]));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    const finished = store.outbox.filter(({ kind, subjectId }) => kind === 'chain-finished' && subjectId === chainId);
    expect(finished).toHaveLength(rows.length > 1 ? 1 : 0);
  }
  for (const run of runs) checkRun(run, store, jobs);
}

function checkRun(run: Run, store: MemoryStore, jobs: readonly Job[]): void {
  const { retries } = jobs.find((job) => job.id === run.jobId)!;
  expect(isTerminal(run.status), `${run.jobId} is left ${run.status}`).toBe(true);
  expect(run.attempt).toBeLessThanOrEqual(retries.count + 1);
  if (run.attempts.length > 0) expect(run.status).toBe(expectedEnd(run, retries.count));
  if (run.status === 'upstream_failed') {
    const cause = store.runs.get(run.causeRunId!)!;
    expect(cause.chainRunId).toBe(run.chainRunId);
    expect(['error', 'timed_out', 'cancelled']).toContain(cause.status);
  }
  const told = store.outbox.filter(({ kind, subjectId }) => kind === 'run-finished' && subjectId === run.id);
  const isTold = !['skipped', 'upstream_failed'].includes(run.status);
  expect(told).toHaveLength(isTold ? 1 : 0);
}

describe('chains against the reference model', () => {
  it(
    `C10: over ${CHAINS} random chains, outcomes, cancellations and crashes nothing differs and nothing is left open`,
    async () => {
      await fc.assert(
        fc.asyncProperty(scenario, async (told) => {
          const { store, jobs, begun } = await carryOut(told);
          compare(store, jobs);
          expect(new Set(begun).size, 'an attempt was begun twice').toBe(begun.length);
          const ticks = [...store.runs.values()].filter((run) => run.tick !== null).map((run) => run.tick! - START);
          expect(ticks.toSorted((a, b) => a - b)).toEqual([5_000, 35_000, 65_000]);
        }),
        {
          numRuns: CHAINS,
          ...(process.env.GUARDIAN_MODEL_SEED ? { seed: Number(process.env.GUARDIAN_MODEL_SEED) } : {}),
        },
      );
    },
    600_000 + CHAINS * 100,
  );
});
