import { accessNow } from '../access.ts';
import type { Deployment, DeploymentReason } from '../deployment.ts';
import {
  DEFAULT_JUDGE_KNOBS,
  inconclusive,
  isLookDue,
  judge,
  type LookInput,
  type StepVerdict,
  type Stratum,
  WATCH_JUDGE_KNOBS,
} from '../judge/index.ts';
import { DEFAULT_DEPLOY_KNOBS } from '../knobs.ts';
import type { RetireIntent } from '../ports.ts';
import { carryOut } from './carry-out.ts';
import { lookAround } from './look-around.ts';
import { type EngineContext, ended, enter, giveUp, hold, KEPT, type Move, noted, toldOf } from './move.ts';
import { type Observation, observe, readLatencies } from './observe.ts';

const RETIRE_ATTEMPTS = 5;

/** New against old at the same time, until there is enough to say whether the next step may come. */
export async function measure(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { knobs, phaseSince, step, steps, strata } = deployment;
  const around = await lookAround(deployment, context);
  if (around.move !== null) return around.move;
  const now = context.clock.now();
  const window = { from: phaseSince, to: now };
  const seen = await observe(deployment, context, window);
  if (seen === null) return withLookedAt(await unreadable(deployment, context, now), around.lookedAt);
  const { stratum } = seen;
  const isStepOver =
    now - phaseSince >= knobs.stepMs && Math.min(stratum.newRequests, stratum.oldRequests) >= knobs.stepRequests;
  const input = {
    ...inputOf(seen, [...strata, stratum], lastLook(deployment)),
    isStepOver,
    knobs: { ...DEFAULT_JUDGE_KNOBS, latencyLeastMs: latencyKnobsOf(deployment).latencyLeastMs },
  };
  const warm = { from: Math.min(now, phaseSince + warmUpOf(deployment)), to: now };
  const verdict = await look(deployment, context, {
    input,
    window: warm,
    against: warm,
    percent: steps[step]!,
    index: step,
  });
  if (verdict === null) return withLookedAt(await waitOn(deployment, context, now), around.lookedAt);
  const move = decided(deployment, verdict);
  if (verdict.verdict !== 'pass' || !isStepOver) return withLookedAt(move, around.lookedAt);
  const isLast = (steps[step + 1] ?? 100) >= 100;
  const change = enter(isLast ? 'promoting' : 'shifting', now, { strata: [...strata, stratum], baseline: window });
  return { ...move, change: { ...move.change, ...change } };
}

/** After promotion, against what the old revision did during the steps: until the watch is over. */
export async function watch(deployment: Deployment, context: EngineContext): Promise<Move> {
  if (deployment.intent?.kind === 'retire') return retireOld(deployment, context);
  const { phaseSince, steps, baseline } = deployment;
  const around = await lookAround(deployment, context);
  if (around.move !== null) return around.move;
  const now = context.clock.now();
  const isStepOver = now - (deployment.promotedAt ?? phaseSince) >= deployment.knobs.watchMs;
  const seen = await observe(deployment, context, { from: phaseSince, to: now });
  if (seen === null) return withLookedAt(await unreadable(deployment, context, now), around.lookedAt);
  const knobs = { ...WATCH_JUDGE_KNOBS, latencyLeastMs: latencyKnobsOf(deployment).latencyLeastMs };
  const strata = baseline === null ? [] : [{ ...oldTotal(deployment.strata), ...newSide(seen.stratum) }];
  const input = { ...inputOf(seen, strata, lastLook(deployment)), isStepOver, knobs };
  const window = { from: phaseSince, to: now };
  const verdict = await look(deployment, context, {
    input,
    window,
    against: baseline ?? window,
    percent: 100,
    index: steps.length,
  });
  if (verdict === null) return withLookedAt(await waitOn(deployment, context, now), around.lookedAt);
  if (verdict.verdict !== 'pass' || !isStepOver) return withLookedAt(decided(deployment, verdict), around.lookedAt);
  return retireOld(deployment, context);
}

async function retireOld(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { intent, failures, knobs } = deployment;
  if (failures >= RETIRE_ATTEMPTS) {
    const move = await passed(deployment, context);
    const closed = intent === null ? [] : [ended(intent, 'failed', context.clock.now())];
    return { ...move, change: { ...move.change, intent: null }, steps: closed };
  }
  const idle = await idleRevisions(deployment, context);
  if (intent === null && idle.length === 0) return passed(deployment, context);
  return carryOut(deployment, context, {
    kind: 'retire',
    detail: { revision: idle.map(({ revision }) => revision).join(', ') },
    async act(given) {
      for (const one of idle) await context.target.retire({ ...given, ...one, drainMs: knobs.drainMs });
    },
    agrees: () => true,
    done: () => passed(deployment, context),
  });
}

/**
 * What needs not run any more: the one before, which is kept to go back to until the next deployment has passed its watch, as is the one that was good if that is
 * another; and those that were kept for earlier ones, which go.
 */
async function idleRevisions(
  { revision, baseRevision, goodRevision }: Deployment,
  { target }: EngineContext,
): Promise<Pick<RetireIntent, 'revision' | 'keeps'>[]> {
  const { revisions, traffic } = await target.describe();
  const serving = new Set([revision, ...traffic.shares.map((share) => share.revision)]);
  const kept = new Set([baseRevision, goodRevision]);
  return revisions
    .filter(({ name, intentId }) => !serving.has(name) && (kept.has(name) || intentId !== null))
    .map(({ name }) => ({ revision: name, keeps: kept.has(name) }));
}

/** From here on it is the one to go back to, and access is to stay as it is now. */
async function passed(deployment: Deployment, context: EngineContext): Promise<Move> {
  const accessAfter = await accessNow(deployment.asked, context);
  const now = context.clock.now();
  const over: Deployment = { ...deployment, phase: 'promoted' };
  return {
    change: enter('promoted', now, { nextAt: null, finishedAt: now, watch: 'passed', accessAfter }),
    outbox: [{ kind: 'deployment-changed', payload: toldOf(over, now) }],
  };
}

/** A deployment that a former version began knows neither. */
function latencyKnobsOf({ knobs }: Deployment): { latencyLeastMs: number; warmUpMs: number } {
  return { ...DEFAULT_DEPLOY_KNOBS, ...knobs };
}

/** ms of the first step, from its begin on. */
function warmUpOf(deployment: Deployment): number {
  return deployment.step > 0 ? 0 : Math.min(latencyKnobsOf(deployment).warmUpMs, deployment.knobs.stepMs / 5);
}

interface Look {
  input: LookInput;
  /** Whose latencies count. */
  window: { from: number; to: number };
  /** Where the latencies of the old revision are from. */
  against: { from: number; to: number };
  percent: number;
  index: number;
}

/** Null: no look is due, or its latencies could not be read, so that it is made the next time. */
async function look(
  deployment: Deployment,
  context: EngineContext,
  { input, window, against, percent, index }: Look,
): Promise<StepVerdict | null> {
  if (!isLookDue(input)) return null;
  const latencies = await readLatencies(deployment, context, window, against);
  if (latencies === null) return null;
  return judge({ ...input, latencies, at: window.to, step: index, percent });
}

function inputOf({ vitals, issues }: Observation, strata: readonly Stratum[], last: StepVerdict | null) {
  return { strata, vitals, issues, last };
}

/** The last look that said something, of the steps or of the watch. */
function lastLook({ verdicts, phase, steps }: Deployment): StepVerdict | null {
  const isWatch = phase === 'watching';
  return (
    verdicts.findLast(({ verdict, step }) => verdict !== 'inconclusive' && step >= steps.length === isWatch) ?? null
  );
}

/** A look is a row; a failure goes back, the rest waits for the next look. */
function decided(deployment: Deployment, verdict: StepVerdict): Move {
  const { at, numbers, because } = verdict;
  const { newRequests, newErrors, oldRequests, oldErrors, errorP, latencyP, latencyShift } = numbers;
  const latencyShiftMs = Math.round(100 * (numbers.latencyShiftMs ?? 0)) / 100 || null;
  const facts = { newRequests, newErrors, oldRequests, oldErrors, errorP, latencyP, latencyShift, latencyShiftMs };
  const detail = { verdict: verdict.verdict, because, percent: verdict.percent, ...facts };
  const { step, stepRows } = noted(deployment, 'judge', at, detail, verdict.verdict === 'fail');
  const verdicts = [...deployment.verdicts, verdict].slice(-KEPT);
  const change = { verdicts, stepRows, nextAt: at + deployment.knobs.lookEveryMs, failures: 0, problem: null };
  if (verdict.verdict !== 'fail') return { change, steps: [step] };
  const back = giveUp(
    { ...deployment, stepRows },
    at,
    reasonOf(because),
    presentFacts({ ...facts, ...pickGrave(verdict) }),
  );
  return { ...back, change: { ...change, ...back.change }, steps: [step, ...(back.steps ?? [])] };
}

function pickGrave({ numbers: { restarts, outOfMemory, newIssues } }: StepVerdict) {
  return { restarts, outOfMemory, newIssues };
}

function presentFacts(facts: Record<string, number | null>): Record<string, number> {
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, number] => entry[1] !== null));
}

function reasonOf(because: StepVerdict['because']): DeploymentReason {
  if (because === 'restarts' || because === 'out_of_memory') return 'critical_error';
  return because === 'latency' || because === 'new_issue' ? because : 'errors';
}

/** It could not look: that is no failure, and nothing goes on. */
async function unreadable(deployment: Deployment, context: EngineContext, now: number): Promise<Move> {
  const { verdicts, steps, step, phase } = deployment;
  const percent = phase === 'watching' ? 100 : (steps[step] ?? 100);
  const index = phase === 'watching' ? steps.length : step;
  const before = verdicts.at(-1);
  const isKnown = before?.verdict === 'inconclusive' && before.step === index;
  const waiting = await waitOn(deployment, context, now, 'unreadable');
  if (isKnown || waiting.change.phase !== undefined || waiting.steps !== undefined) return waiting;
  const verdict = inconclusive({ at: now, step: index, percent }, 'unreadable', lastLook(deployment));
  const { step: row, stepRows } = noted(deployment, 'judge', now, {
    verdict: 'inconclusive',
    because: 'unreadable',
    percent,
  });
  return { change: { ...waiting.change, verdicts: [...verdicts, verdict].slice(-KEPT), stepRows }, steps: [row] };
}

/** Not yet; too long without an answer, it is held, or goes on where the knob says so. */
async function waitOn(
  deployment: Deployment,
  context: EngineContext,
  now: number,
  because: 'traffic' | 'unreadable' = 'traffic',
): Promise<Move> {
  const { knobs, phaseSince, phase, step, steps } = deployment;
  const last = lastLook(deployment);
  const isSuspect = last?.verdict === 'suspect';
  const leastMs = phase === 'watching' ? knobs.watchMs : knobs.stepMs;
  const waitedMs = now - phaseSince - leastMs;
  if (waitedMs < (isSuspect ? knobs.suspectMs : knobs.inconclusiveMs))
    return { change: { nextAt: now + knobs.lookEveryMs } };
  if (knobs.promotesInconclusive && !isSuspect) {
    if (phase === 'watching') return retireOld(deployment, context);
    return { change: enter((steps[step + 1] ?? 100) >= 100 ? 'promoting' : 'shifting', now) };
  }
  return hold(deployment, now, {
    reason: 'inconclusive',
    reasonFacts: { because: isSuspect ? 'suspect' : because, minutes: Math.round((now - phaseSince) / 60_000) },
  });
}

function withLookedAt(move: Move, lookedAt: number | null): Move {
  return { ...move, change: { ...move.change, lookedAt } };
}

function oldTotal(strata: readonly Stratum[]): Pick<Stratum, 'oldRequests' | 'oldErrors'> {
  return {
    oldRequests: strata.reduce((sum, { oldRequests }) => sum + oldRequests, 0),
    oldErrors: strata.reduce((sum, { oldErrors }) => sum + oldErrors, 0),
  };
}

function newSide({ newRequests, newErrors }: Stratum): Pick<Stratum, 'newRequests' | 'newErrors'> {
  return { newRequests, newErrors };
}
