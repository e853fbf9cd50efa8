import type {
  DeploymentCheck,
  DeploymentDetail,
  DeploymentSummary,
  DeploymentStep as StepView,
} from '../../contracts/api/deployments.ts';
import type { CheckResult, Deployment, DeploymentStep, StepVerdict } from '../../core/deploy/index.ts';
import { factsInWords, mayBeHeld, reasonInWords } from '../../core/deploy/ports.ts';
import { type Messages, textFor, toInstant } from '../../core/shared/index.ts';
import { comparisonsOf } from './comparisons.ts';
import { logLine } from './log-line.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

const STATES = {
  planned: 'planned',
  creating: 'running',
  checking: 'running',
  shifting: 'running',
  measuring: 'running',
  promoting: 'running',
  held: 'holding',
  watching: 'watching',
  promoted: 'promoted',
  rolling_back: 'rolling back',
  rolled_back: 'rolled back',
} as const satisfies Record<Deployment['phase'], DeploymentSummary['state']>;

/** Phases that a state of the API stands for; what was never given any traffic and went back is `failed`. */
export function phasesOf(state: DeploymentSummary['state']): Deployment['phase'][] {
  const wanted = state === 'failed' ? 'rolled back' : state;
  return Object.entries(STATES)
    .filter(([, named]) => named === wanted)
    .map(([phase]) => phase as Deployment['phase']);
}

export function stateOf({ phase, step, kind, promotedAt }: Deployment): DeploymentSummary['state'] {
  const hadTraffic = kind === 'deploy' ? step >= 0 : promotedAt !== null;
  return phase === 'rolled_back' && !hadTraffic ? 'failed' : STATES[phase];
}

export function deploymentSummaryView(
  deployment: Deployment,
  { messages, nameOf }: { messages: Messages; nameOf(actor: string): string },
): DeploymentSummary {
  const { id, service, target, buildId, revision, plan, baseRevision, createdAt, finishedAt, actor } = deployment;
  const { phase, promotedAt, knobs, isIrreversible } = deployment;
  return {
    id,
    service,
    target,
    buildId,
    revision: revision ?? plan.commit ?? plan.artifact,
    previousRevision: baseRevision,
    state: stateOf(deployment),
    traffic: trafficOf(deployment),
    startedAt: toInstant(createdAt),
    endedAt: instantOrNull(finishedAt),
    by: nameOf(actor),
    commits: plan.commits.length,
    reason: reasonText(deployment, messages),
    watchedUntil: phase === 'watching' && promotedAt !== null ? toInstant(promotedAt + knobs.watchMs) : null,
    isIrreversible,
  };
}

/** As the rows say it, between the intent and its read-back the share that is meant. */
function trafficOf({ phase, step, steps, kind, heldFrom, isTrafficBack, promotedAt }: Deployment): number {
  // Of a rollback the revision has everything, or nothing yet.
  if (kind === 'rollback') return promotedAt === null ? 0 : 100;
  const share = step < 0 ? 0 : (steps[step] ?? 100);
  switch (phase === 'held' ? heldFrom : phase) {
    case 'watching':
    case 'promoted':
      return 100;
    case 'rolling_back':
      return isTrafficBack ? 0 : share;
    case 'shifting':
    case 'measuring':
    case 'promoting':
      return share;
    default:
      return 0;
  }
}

function reasonText(deployment: Deployment, messages: Messages): string | null {
  const { reason, problem, problemSaid } = deployment;
  if (reason === null)
    return problem && (messages.deploying.problems[problem] ?? textFor(problem, problemSaid, messages));
  const said = messages.deploy.reasons[reason];
  const facts = reasonInWords(deployment, messages);
  return facts === '' ? said : `${said} (${facts})`;
}

export interface DetailParts {
  steps: readonly DeploymentStep[];
  newIssues: DeploymentDetail['newIssues'];
  fixes: DeploymentDetail['fixes'];
  /** Null: there is nothing to go back to. */
  rollbackCommand: string | null;
  messages: Messages;
  nameOf(actor: string): string;
}

export function deploymentDetailView(deployment: Deployment, parts: DetailParts): DeploymentDetail {
  const { plan, checks, phase, goodRevision, baseRevision, kind } = deployment;
  const { steps, newIssues, fixes, rollbackCommand, messages } = parts;
  const hasWayBack = (goodRevision ?? baseRevision) !== null && kind === 'deploy';
  return {
    ...deploymentSummaryView(deployment, parts),
    image: plan.artifact,
    digest: plan.digest,
    checks: checks.map((check) => checkView(check, messages)),
    steps: deployment.steps.map((percent, index) => stepView(deployment, { percent, index, rows: steps, messages })),
    difference: plan.difference.map(({ path, kind: changed, before, after }) => ({
      setting: path,
      kind: changed,
      before,
      after,
    })),
    commitList: plan.commits.map(({ committedAt, ...commit }) => ({ ...commit, committedAt: toInstant(committedAt) })),
    log: steps.map((row) => logLine(row, messages)),
    newIssues,
    fixes,
    rollbackCommand: rollbackCommand ?? '',
    mayRollBack: phase !== 'rolled_back' && phase !== 'rolling_back' && hasWayBack,
    mayPromote: phase === 'held',
    mayHold: mayBeHeld(deployment),
  };
}

const OUTCOMES = {
  passed: 'passed',
  failed: 'failed',
  inconclusive: 'could not look',
  skipped: 'not applicable',
} as const satisfies Record<CheckResult['outcome'], DeploymentCheck['outcome']>;

function checkView({ kind, name, outcome, facts, at }: CheckResult, messages: Messages): DeploymentCheck {
  const { deploy } = messages;
  const label = deploy.checks[kind];
  return {
    name: name === kind ? label : `${label}${deploy.log.colon}${name}`,
    outcome: OUTCOMES[outcome],
    detail: factsInWords(facts, messages),
    at: toInstant(at),
  };
}

interface StepParts {
  percent: number;
  index: number;
  rows: readonly DeploymentStep[];
  messages: Messages;
}

function stepView(deployment: Deployment, { percent, index, rows, messages }: StepParts): StepView {
  const { verdicts, steps, phase } = deployment;
  const isLast = index === steps.length - 1;
  const moved = rows.findLast(({ kind, detail }) =>
    isLast ? kind === 'promote' : kind === 'traffic' && detail.percent === percent,
  );
  // The last step is what the watch looks at.
  const seen = verdicts.findLast(({ step }) => step === (isLast ? steps.length : index)) ?? null;
  const nextAt = rows.find(({ number, kind }) => moved !== undefined && number > moved.number && isMove(kind));
  return {
    percent,
    state: stepState(deployment, index, seen),
    startedAt: instantOrNull(moved?.endedAt ?? null),
    endedAt: instantOrNull(nextAt?.intendedAt ?? (isLast && phase === 'promoted' ? deployment.finishedAt : null)),
    requestsOld: seen?.numbers.oldRequests ?? null,
    requestsNew: seen?.numbers.newRequests ?? null,
    verdict: seen?.verdict ?? null,
    comparisons: seen === null ? [] : comparisonsOf(seen, messages),
  };
}

function isMove(kind: DeploymentStep['kind']): boolean {
  return kind === 'traffic' || kind === 'promote' || kind === 'rollback';
}

function stepState(
  { phase, heldFrom, step, steps }: Deployment,
  index: number,
  seen: StepVerdict | null,
): StepView['state'] {
  if (phase === 'promoted') return 'passed';
  const isBack = phase === 'rolling_back' || phase === 'rolled_back';
  if (index < step) return 'passed';
  if (index > step) return isBack ? 'skipped' : 'waiting';
  if (isBack) return 'failed';
  const now = phase === 'held' ? heldFrom : phase;
  if (index === steps.length - 1) return 'running';
  return now === 'promoting' && seen?.verdict === 'pass' ? 'passed' : 'running';
}
