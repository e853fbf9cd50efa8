import { accessNow } from '../access.ts';
import type { CheckResult } from '../checks/check.ts';
import { decideHealth, isHealthy } from '../checks/decide.ts';
import type { Deployment, DeploymentReason } from '../deployment.ts';
import { type EngineContext, enter, giveUp, KEPT, type Move, noted, wentBack } from './move.ts';
import { askHealth, plannedChecks, runCheck } from './run-check.ts';

/** A check that could not look is made again so often; then doubt means no deployment. */
const ATTEMPTS = 3;
const AGAIN_MS = 2_000;

/** One check, or one answer of the healthy row, at a time: each is a row, so a restart goes on where it was. */
export async function check(deployment: Deployment, context: EngineContext): Promise<Move> {
  const planned = plannedChecks(deployment)[deployment.checkIndex];
  if (planned === undefined) return checked(deployment, context);
  if (planned.kind === 'healthy') return checkHealth(deployment, context);
  const result = await runCheck(planned, deployment, context);
  const attempts = deployment.streak + 1;
  if (result.outcome === 'inconclusive' && attempts < ATTEMPTS) {
    return { change: { streak: attempts, nextAt: result.at + AGAIN_MS } };
  }
  return settle(deployment, result);
}

async function checkHealth(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { knobs, phaseSince, streak } = deployment;
  const reply = await askHealth(deployment, context);
  const now = context.clock.now();
  const answers = isHealthy(reply) ? streak + 1 : 0;
  const decided = decideHealth(
    { streak: answers, wanted: knobs.healthyAnswers, sinceMs: now - phaseSince, withinMs: knobs.startMs },
    reply,
  );
  if (decided === null) return { change: { streak: answers, nextAt: now + knobs.healthyEveryMs } };
  return settle(deployment, { kind: 'healthy', name: 'healthy', ...decided, at: now, durationMs: now - phaseSince });
}

function settle(deployment: Deployment, result: CheckResult): Move {
  const isFailed = result.outcome === 'failed' || result.outcome === 'inconclusive';
  const checks = [...deployment.checks, result].slice(-KEPT);
  const detail = { name: result.name, outcome: result.outcome, ...result.facts };
  const { step, stepRows } = noted(deployment, 'check', result.at, detail, isFailed);
  if (!isFailed)
    return {
      change: { checks, stepRows, checkIndex: deployment.checkIndex + 1, streak: 0, nextAt: result.at },
      steps: [step],
    };
  const move = giveUp({ ...deployment, stepRows }, result.at, reasonOf(result), {
    check: result.name,
    outcome: result.outcome,
    ...result.facts,
  });
  return { ...move, change: { stepRows, ...move.change, checks }, steps: [step, ...(move.steps ?? [])] };
}

export function reasonOf({ kind, facts }: Pick<CheckResult, 'kind' | 'facts'>): DeploymentReason {
  if (kind === 'feature') return 'feature_broken';
  if (kind === 'tests') return 'tests_failed';
  if (kind === 'new-issues') return 'critical' in facts ? 'critical_error' : 'new_issue';
  return kind === 'anonymous-access' ? 'access_changed' : 'check_failed';
}

async function checked(deployment: Deployment, context: EngineContext): Promise<Move> {
  if (deployment.kind === 'rollback') {
    const accessAfter = await accessNow(deployment.asked, context);
    // Chosen by a person, and it passed: a later rollback comes here, not to what was left.
    return wentBack(deployment, context.clock.now(), { watch: 'passed', accessAfter });
  }
  const { restarts, crashes, outOfMemory } = await context.target.vitals(deployment.revision!);
  const isAlone = deployment.baseRevision === null || (deployment.steps[0] ?? 100) >= 100;
  return {
    change: enter(isAlone ? 'promoting' : 'shifting', context.clock.now(), {
      vitalsBefore: { restarts: restarts + crashes, outOfMemory },
    }),
  };
}
