import type { AfterRule, Trigger } from '../job.ts';
import { FAILED_STATUSES, isTerminal, type Run, type RunReason } from '../run.ts';

/** What a rule needs of an upstream's run. */
export type UpstreamRun = Pick<Run, 'id' | 'status' | 'causeRunId'>;

export type AfterDecision =
  | { kind: 'wait' }
  | { kind: 'run' }
  /** The rule can no longer hold. */
  | { kind: 'never'; status: 'upstream_failed' | 'skipped'; reason: RunReason; causeRunId: string };

interface Upstream {
  isStrict: boolean;
  /** Null: not a row yet. */
  run: UpstreamRun | null;
}

/**
 * Whether a job that comes after others runs now. Only edges from jobs of this chain run count (`isInChain`): in a join over two roots the
 * other root's part never becomes a row here. Decided as soon as it is certain, whatever else still runs.
 */
export function decideAfter(
  trigger: Extract<Trigger, { kind: 'after' }>,
  isInChain: (jobId: string) => boolean,
  runOf: (jobId: string) => UpstreamRun | undefined,
): AfterDecision {
  const upstreams = trigger.edges
    .filter((edge) => isInChain(edge.job))
    .map((edge) => ({ isStrict: edge.isStrict, run: runOf(edge.job) ?? null }));
  const failed = upstreams.find(({ run }) => run !== null && FAILED_STATUSES.includes(run.status));
  const isAllTerminal = upstreams.every(({ run }) => run !== null && isTerminal(run.status));
  return decideRule(trigger.rule, { upstreams, failed, isAllTerminal });
}

interface Standing {
  upstreams: readonly Upstream[];
  failed: Upstream | undefined;
  isAllTerminal: boolean;
}

function decideRule(rule: AfterRule, { upstreams, failed, isAllTerminal }: Standing): AfterDecision {
  const runWhenAllEnded: AfterDecision = { kind: isAllTerminal ? 'run' : 'wait' };
  switch (rule) {
    case 'all_success': {
      if (failed) return never(failed);
      const other = upstreams.find((upstream) => !mayStillBeGood(upstream));
      if (other) return never(other);
      return runWhenAllEnded;
    }
    case 'all_done':
      return runWhenAllEnded;
    case 'one_failed':
      if (failed) return { kind: 'run' };
      return isAllTerminal ? never(upstreams.at(-1)!) : { kind: 'wait' };
    case 'none_failed':
      return failed ? never(failed) : runWhenAllEnded;
    default:
      return rule satisfies never;
  }
}

function mayStillBeGood({ run, isStrict }: Upstream): boolean {
  if (run === null || !isTerminal(run.status)) return true;
  return run.status === 'success' || (run.status === 'warning' && !isStrict);
}

/** The cause is the run that failed (or was skipped) first, not the one in between that was held back by it. */
function never({ run }: Upstream): AfterDecision {
  const cause = run!;
  if (FAILED_STATUSES.includes(cause.status)) {
    const causeRunId = cause.status === 'upstream_failed' ? (cause.causeRunId ?? cause.id) : cause.id;
    return { kind: 'never', status: 'upstream_failed', reason: 'upstream_failed', causeRunId };
  }
  if (cause.status === 'skipped') {
    return { kind: 'never', status: 'skipped', reason: 'upstream_skipped', causeRunId: cause.id };
  }
  return { kind: 'never', status: 'skipped', reason: 'rule_not_met', causeRunId: cause.id };
}
