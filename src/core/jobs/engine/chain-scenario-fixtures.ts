import fc from 'fast-check';
import { expect } from 'vitest';
import type { AfterRule, Job, Overlap } from '../job.ts';
import type { ExecutionOutcome, Follow, JobOutboxEntry } from '../ports.ts';
import { isTerminal, type Run } from '../run.ts';
import { expectedChain, expectedEnd } from './chain-model-fixtures.ts';
import type { JobEngine } from './engine.ts';
import { aJob, createHarness, outcome, type Script, taking } from './engine-fixtures.ts';
import { createMemoryStore } from './memory-store-fixtures.ts';
import { type Death, mortalNode } from './mortal-node-fixtures.ts';
import type { JobStores } from './stores.ts';
import { createTimeline } from './timeline-fixtures.ts';

/** A store to carry scenarios out on, new and empty. It must answer without any time of the timeline passing. */
export interface StoreUnderTest {
  stores: JobStores;
  outbox(): Promise<JobOutboxEntry[]>;
}

const START = Date.parse('2026-03-02T12:00:00Z');
const TICK_EVERY_MS = 30_000;
const CHAIN_RUNS_MS = 70_000;

export interface Scenario {
  jobs: JobPlan[];
  deaths: Death[];
  /** On one database: the node that dies starts again; else another one is there from the beginning. */
  isOnlyNode: boolean;
  cancels: { atMs: number; pick: number }[];
}

export interface JobPlan {
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

export const scenario: fc.Arbitrary<Scenario> = fc.record({
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

/** What came of it: everything that the comparison needs. */
export interface CarriedOut {
  jobs: Job[];
  runs: Run[];
  /** Ids of runs in the order of their ends; not those that a chain's decision wrote as ended. */
  ends: string[];
  outbox: JobOutboxEntry[];
  /** Attempts that were begun, by run and number. */
  begun: string[];
  /** Keys that more runs held at once than may. */
  overheld: string[];
  hasDied: boolean;
  /** What the attempts of a job come to. */
  outcomes: Map<string, readonly ExecutionOutcome['status'][]>;
}

/** Null for a node that does not die. */
function deathOf(deaths: Scenario['deaths'], index: number): Death | null {
  return deaths[index] ?? null;
}

function cancelOne(engine: JobEngine, run: Run | undefined): void {
  if (run) void engine.cancel(run.id, { user: 'louise', reason: null }).catch(() => {});
}

function pickOpen(runs: readonly Run[], pick: number): Run | undefined {
  const open = runs.filter((run) => !isTerminal(run.status));
  return open[pick % Math.max(1, open.length)];
}

/** Keys that more runs hold by now than may go to `overheld`. */
function hold(
  held: Map<string, string[]>,
  { node, run, overheld }: { node: string; run: Run; overheld: string[] },
): void {
  for (const { key, limit } of run.keys) {
    const holders = [...held.values()].flat().filter((other) => other === key);
    if (holders.length >= limit) overheld.push(key);
    held.set(node, [...(held.get(node) ?? []), key]);
  }
}

function letGo(held: Map<string, string[]>, node: string, { keys }: Run): void {
  const kept = [...(held.get(node) ?? [])];
  for (const { key } of keys) if (kept.includes(key)) kept.splice(kept.indexOf(key), 1);
  held.set(node, kept);
}

export async function carryOut(
  { jobs: plans, deaths, isOnlyNode, cancels }: Scenario,
  { stores: given, outbox }: StoreUnderTest,
): Promise<CarriedOut> {
  const timeline = createTimeline(START);
  const jobs = toJobs(plans);
  const ends: string[] = [];
  const outcomes = new Map(plans.map((plan, index) => [`j${index}`, plan.outcomes]));
  const stores = notingEnds(given, ends);
  await stores.registry.declare('configuration', jobs, START);
  const begun: string[] = [];
  const overheld: string[] = [];
  /** By node: who dies holds nothing any more. */
  const held = new Map<string, string[]>();
  let hasDied = false;
  const scripts = (timer: typeof timeline.timer, node: string): Record<string, Script> =>
    Object.fromEntries(
      plans.map(({ outcomes, tookMs }, index) => [
        `j${index}`,
        async (run, job, context) => {
          begun.push(`${run.id} ${run.attempt}`);
          hold(held, { node, run, overheld });
          const told = outcome(outcomes[(run.attempt - 1) % outcomes.length]!);
          const end = tookMs === 0 ? told : await taking({ ...timeline, timer }, tookMs, told)(run, job, context);
          letGo(held, node, run);
          return end;
        },
      ]),
    );
  let nodes = 0;
  let ids = 0;
  const start = async (death: Death | null, isOnly: boolean) => {
    const node = mortalNode(stores, timeline, death);
    nodes += 1;
    const knobs = { refreshMs: 15_000, claimEveryMs: 2_000, planEveryMs: 15_000, watchdogEveryMs: 3_600_000 };
    const { engine } = await createHarness({
      jobs: [],
      timeline,
      store: createMemoryStore(),
      stores: node.stores,
      scripts: scripts(node.timer, `node-${nodes}`),
      node: `node-${nodes}`,
      knobs,
      over: { timer: node.timer, isOnlyNode: isOnly, newId: () => `r${ids++}` },
    });
    const name = `node-${nodes}`;
    void node.died.then(() => {
      hasDied = true;
      held.delete(name);
    });
    await Promise.race([engine.start(), node.died]);
    return { engine, node };
  };
  let current = await start(deathOf(deaths, 0), isOnlyNode);
  // Where nodes share a database, who takes over is there already.
  const other = isOnlyNode ? null : await start(null, false);
  let next = 1;
  let pauseAt = START + CHAIN_RUNS_MS;
  const all = async () => (await stores.reader.list({}, { cursor: null, limit: 1_000 })).items.reverse();
  const asked = [...cancels].sort((a, b) => a.atMs - b.atMs);
  for (let now = 0; now < 20; now++) {
    const until = START + (now + 1) * 10_000;
    while (asked[0] && START + asked[0].atMs < until) {
      cancelOne((other ?? current).engine, pickOpen(await all(), asked.shift()!.pick));
      await timeline.settle();
    }
    const at = timeline.clock.now();
    if (at >= pauseAt) {
      pauseAt = Number.POSITIVE_INFINITY;
      await stores.registry.setPause(['j0'], { at, until: null, reason: null, by: 'test' });
    }
    await timeline.advance(10_000);
    if (current.node.isDead()) {
      current = await start(isOnlyNode ? deathOf(deaths, next) : null, isOnlyNode);
      next += 1;
    }
  }
  await timeline.advance(300_000);
  return { jobs, runs: await all(), ends, outbox: await outbox(), begun, overheld, hasDied, outcomes };
}

/** Rows of each chain run against the reference, with everything that must hold of any row. */
export function compare({ jobs, runs, ends, outbox, begun, overheld, hasDied, outcomes }: CarriedOut): void {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const told = countTold(outbox);
  for (const [chainId, rows] of Map.groupBy(runs, (run) => run.chainRunId)) {
    const root = byId.get(chainId)!;
    const ofChain = ends.flatMap((id) => rows.filter((run) => run.id === id));
    const expected = expectedChain(jobs, root.jobId, root.status === 'skipped' ? [root] : ofChain);
    const found = new Map(rows.map((run) => [run.jobId, run.status]));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(told.get(`chain-finished ${chainId}`) ?? 0).toBe(rows.length > 1 ? 1 : 0);
  }
  for (const run of runs) {
    const { retries } = jobs.find((job) => job.id === run.jobId)!;
    expect(isTerminal(run.status), `${run.jobId} is left ${run.status}`).toBe(true);
    expect(run.attempt).toBeLessThanOrEqual(retries.count + 1);
    if (run.attempts.length > 0) expect(run.status).toBe(expectedEnd(run, retries.count));
    compareAttempts(run, outcomes.get(run.jobId)!, hasDied);
    if (run.status === 'upstream_failed') compareCause(run, byId.get(run.causeRunId!)!);
    const isTold = !['skipped', 'upstream_failed'].includes(run.status);
    expect(told.get(`run-finished ${run.id}`) ?? 0).toBe(isTold ? 1 : 0);
  }
  expect(overheld).toEqual([]);
  expect(new Set(begun).size, 'an attempt was begun twice').toBe(begun.length);
  const ticks = runs.filter((run) => run.tick !== null).map((run) => run.tick! - START);
  expect(ticks.toSorted((a, b) => a - b)).toEqual([5_000, 35_000, 65_000]);
}

/** By kind and subject. */
function countTold(outbox: readonly JobOutboxEntry[]): Map<string, number> {
  const told = new Map<string, number>();
  for (const { kind, subjectId } of outbox) {
    told.set(`${kind} ${subjectId}`, (told.get(`${kind} ${subjectId}`) ?? 0) + 1);
  }
  return told;
}

function compareCause(run: Run, cause: Run): void {
  expect(cause.chainRunId).toBe(run.chainRunId);
  expect(['error', 'timed_out', 'cancelled']).toContain(cause.status);
}

/** Each came to what it was to come to, unless it was cancelled, or lost with its node. */
function compareAttempts(run: Run, wanted: readonly ExecutionOutcome['status'][], hasDied: boolean): void {
  for (const { number, status, reason } of run.attempts) {
    if (reason === 'lost') expect(hasDied, 'an attempt was lost, and nobody died').toBe(true);
    else if (status !== 'cancelled') expect(status).toBe(wanted[(number - 1) % wanted.length]);
  }
}

/** Every end that the store asks the chain's decision about, in that order; a transaction that begins anew asks again. */
function notingEnds(stores: JobStores, ends: string[]): JobStores {
  const noting =
    (follow: Follow): Follow =>
    (chain, changed, health) => {
      const known = ends.indexOf(changed.id);
      if (known >= 0) ends.splice(known, 1);
      ends.push(changed.id);
      return follow(chain, changed, health);
    };
  const { planner, queue, watched } = stores;
  return {
    ...stores,
    planner: {
      plan: (requests, follow) => planner.plan(requests, noting(follow)),
      admit: (admission, follow) => planner.admit(admission, noting(follow)),
    },
    queue: {
      claim: (request) => queue.claim(request),
      renew: (node, runIds, at) => queue.renew(node, runIds, at),
      settle: (told, follow) => queue.settle(told, noting(follow)),
      requestCancel: (runId, request, follow) => queue.requestCancel(runId, request, noting(follow)),
      stale: (before, node) => queue.stale(before, node),
    },
    watched: { record: (jobId, clientId, decide, follow) => watched.record(jobId, clientId, decide, noting(follow)) },
  };
}
