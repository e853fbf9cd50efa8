import type { FixDetail, FixSummary, Verification as VerificationView } from '../../contracts/api/fixes.ts';
import type { AgentRun, Fix, FixAttempt, FixChange, Verification } from '../../core/fixes/index.ts';
import type { StoredIssue } from '../../core/issues/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import { severityClassOf } from './severity.ts';

export interface FixSurroundings {
  /** Of the fix; null: it is gone. */
  issue: StoredIssue | null;
  /** Slug of its project. */
  project: string;
  nameOf(actor: string): string;
  messages: Messages;
}

/** What a person wrote into a note is shown, cut. */
const TEXT = 20_000;
const STEPS = ['handed off', 'proposed', 'merged', 'deployed', 'verified', 'recurred', 'declined', 'failed'] as const;

export function fixSummaryView(fix: Fix, { issue, project, nameOf, messages }: FixSurroundings): FixSummary {
  const { proposal, end, verification } = fix;
  return {
    id: fix.id,
    issue: {
      id: fix.issueId,
      shortId: fix.shortId,
      title: issue?.title ?? fix.shortId,
      service: fix.service,
      project,
      severity: severityClassOf(issue?.severity ?? 0),
    },
    state: fix.state,
    way: fix.way,
    agent: fix.agent,
    fixability: fix.fixability.score,
    level: fix.level,
    startedAt: toInstant(fix.handedOffAt),
    changedAt: toInstant(fix.stateSince),
    by: nameOf(fix.handedOffBy),
    branch: proposal?.branch ?? null,
    pullRequest: proposal?.url ?? null,
    revision: fix.revisionWithFix,
    verification: verification === null ? null : verificationView(verification, messages),
    problem: end === null ? null : messages.fixes.end[end.reason],
  };
}

export function fixDetailView(
  fix: Fix,
  { history, attempts }: { history: readonly FixChange[]; attempts: readonly FixAttempt[] },
  surroundings: FixSurroundings,
): FixDetail {
  const { messages, nameOf } = surroundings;
  const { signals, assignment, caps } = messages.fixes;
  const { points, cap } = fix.fixability;
  const attempt = attempts.find(({ work }) => work.kind === 'command') ?? null;
  const failing = attempts.find(({ state, lastError }) => state !== 'done' && lastError !== null) ?? null;
  const summary = fixSummaryView(fix, surroundings);
  return {
    ...summary,
    problem: summary.problem ?? failing?.lastError ?? null,
    history: history.map((change) => changeView(change, nameOf, messages)),
    run: attempt === null ? null : runView(attempt, messages),
    fixabilityReasons: [
      ...points.map(({ signal, points: worth }) => ({ points: worth, text: signals[signal] })),
      ...(cap === null ? [] : [{ points: 0, text: assignment.cap(caps[cap.reason], cap.at) }]),
    ],
    verifications: fix.verifications.map((one) => verificationView(one, messages)),
  };
}

function verificationView(verification: Verification, { fixes: t }: Messages): VerificationView {
  const { revision, outcome, incidents, requests, hours, needed, unit, at } = verification;
  return {
    revision,
    outcome,
    incidents,
    requests,
    needed,
    unit,
    detail: sentenceOf(verification, {
      fixes: t,
      counted: unit === 'requests' ? t.requests(requests ?? 0) : t.hours(Math.floor(hours)),
    }),
    at: toInstant(at),
  };
}

function sentenceOf(
  { outcome, revision, incidents, problem, needed, unit }: Verification,
  { fixes: t, counted }: { fixes: Messages['fixes']; counted: string },
): string {
  switch (outcome) {
    case 'fixed':
      return t.outcome.fixed(revision, counted);
    case 'still seen':
      return t.outcome['still seen'](revision, incidents);
    case 'too early': {
      const whole = Math.ceil(needed ?? 0);
      return t.outcome['too early'](revision, counted, unit === 'requests' ? t.requests(whole) : t.hours(whole));
    }
    case 'no traffic':
      return t.outcome['no traffic'](revision);
    case 'could not look':
      return t.outcome['could not look'](t.problem[problem ?? 'store']);
    default:
      return outcome satisfies never;
  }
}

/** Guardian's word for the step, and what somebody wrote beside it. */
function changeView(
  { at, action, actor, detail }: FixChange,
  nameOf: FixSurroundings['nameOf'],
  { fixes: t }: Messages,
): FixDetail['history'][number] {
  const state = STEPS.find((step) => step === action) ?? null;
  const word = state === null ? t.steps.note : t.steps[state];
  const said = ['text', 'branch', 'url', 'revision', 'commit']
    .map((key) => detail?.[key])
    .filter((value): value is string => typeof value === 'string' && value !== '');
  return { at: toInstant(at), state, text: [word, ...said].join('\n').slice(0, TEXT), by: nameOf(actor) };
}

function runView(
  { run, state, startedAt, createdAt, finishedAt }: FixAttempt,
  { fixes: t }: Messages,
): FixDetail['run'] {
  const change = run?.change ?? null;
  return {
    startedAt: toInstant(startedAt ?? createdAt),
    endedAt: finishedAt === null ? null : toInstant(finishedAt),
    outcome: run === null ? (state === 'dead' ? 'failed' : 'running') : outcomeOf(run),
    exitCode: run?.exitCode ?? null,
    isolation:
      run === null ? '' : `${t.isolation.network[run.isolation.network]} ${t.isolation.files[run.isolation.files]}`,
    output: run?.output.text ?? '',
    outputCut: run?.output.cutBytes ?? 0,
    diff: change === null || change.diff === '' ? null : change.diff,
    filesChanged: change === null ? null : change.files.length + change.moreFiles,
    tests: testsOf(run),
    flags: [...new Set(change?.flags.map(({ kind }) => t.flags[kind]) ?? [])],
  };
}

function testsOf(run: AgentRun | null): NonNullable<FixDetail['run']>['tests'] {
  if (!run?.test) return null;
  const { command, exitCode, output } = run.test;
  return { command, passed: exitCode === 0, output: output.text };
}

function outcomeOf({ end, exitCode, change }: AgentRun): NonNullable<FixDetail['run']>['outcome'] {
  if (end === 'timed-out') return 'timed out';
  if (end === 'aborted') return 'stopped';
  if (change?.flags.some(({ isRefused }) => isRefused)) return 'refused';
  if (change?.commit) return 'proposed';
  if (end !== 'exited' || exitCode !== 0) return 'failed';
  return change !== null && change.files.length > 0 ? 'proposed' : 'no change';
}
