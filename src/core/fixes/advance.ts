import type { IssueState, OutboxEntry, StoredIssue } from '../issues/index.ts';
import { type Fix, type FixEnd, type FixProposal, type FixState, isOpenFix, type Verification } from './fix.ts';
import type { FixMove, IssueMove } from './ports.ts';

/** What happens to a fix. Whoever says it (API, MCP, mail, forge, the watch) says it in these. */
export type FixStep =
  | { kind: 'propose'; proposal: Omit<FixProposal, 'at'> }
  | { kind: 'merge'; commit: string | null; revision: string | null }
  | { kind: 'deploy'; revision: string | null; commit: string | null }
  | { kind: 'verify'; verifications: readonly Verification[] }
  | { kind: 'recur'; verifications: readonly Verification[] }
  /** The watch looked, and the state stays. */
  | { kind: 'look'; verifications: readonly Verification[] }
  | { kind: 'decline' | 'fail'; end: FixEnd };

/** `ended`: nothing moves it any more. `backwards`: it is further than that. `no-change`: it is so already. `empty`: it says nothing. */
export type StepRefusal = 'ended' | 'backwards' | 'no-change' | 'empty';

export type Advance = { isRefused: false; move: FixMove } | { isRefused: true; reason: StepRefusal };

export interface AdvanceContext {
  at: number;
  /** `guardian`, `user:<id>`, `key:<id>`, `agent:<label>`, `mail:<address>`, `github:<login>`. */
  by: string;
  /** The issue as it is, of its fix; null: it is gone. */
  issue: Pick<StoredIssue, 'id' | 'severity' | 'signal' | 'title'> | null;
}

/** Verifications kept: those of the newest revisions. */
const KEPT = 20;
const ORDER: readonly FixState[] = ['handed off', 'proposed', 'merged', 'deployed', 'verified', 'recurred'];

/**
 * What a step changes: the fix, its history, its issue, and the rows of the outbox, to be written in one transaction. Steps may be leapt over, none is
 * taken back; what ended has ended, but for a verified one that is seen again.
 */
export function advanceFix(fix: Fix, step: FixStep, context: AdvanceContext): Advance {
  const hasEnded = !isOpenFix(fix);
  const isSeenAgain = fix.state === 'verified' && (step.kind === 'recur' || step.kind === 'look');
  if (hasEnded && !isSeenAgain) return { isRefused: true, reason: 'ended' };
  switch (step.kind) {
    case 'propose':
      return propose(fix, step.proposal, context);
    case 'merge':
      return merge(fix, step, context);
    case 'deploy':
      return deploy(fix, step, context);
    case 'look':
      return { isRefused: false, move: moveOf(fix, context, { to: looked(step.verifications), action: null }) };
    case 'verify':
    case 'recur':
      return judge(fix, step, context);
    case 'decline':
    case 'fail':
      return end(fix, step, context);
    default: {
      const unknown: never = step;
      return unknown;
    }
  }
}

function propose(fix: Fix, given: Omit<FixProposal, 'at'>, context: AdvanceContext): Advance {
  if (Object.values(given).every((value) => value === null)) return { isRefused: true, reason: 'empty' };
  if (rank(fix.state) > rank('proposed')) return { isRefused: true, reason: 'backwards' };
  const known = fix.proposal;
  const proposal: FixProposal = {
    at: context.at,
    branch: given.branch ?? known?.branch ?? null,
    commit: given.commit ?? known?.commit ?? null,
    url: given.url ?? known?.url ?? null,
    pullRequest: given.pullRequest ?? known?.pullRequest ?? null,
  };
  const isSame = known !== null && JSON.stringify({ ...proposal, at: 0 }) === JSON.stringify({ ...known, at: 0 });
  if (isSame && fix.state === 'proposed') return { isRefused: true, reason: 'no-change' };
  const to = { state: 'proposed' as const, proposal };
  const detail = { branch: proposal.branch, commit: proposal.commit, url: proposal.url };
  return { isRefused: false, move: moveOf(fix, context, { to, action: 'proposed', detail, tells: 'fix-proposed' }) };
}

function merge(fix: Fix, { commit, revision }: Extract<FixStep, { kind: 'merge' }>, context: AdvanceContext): Advance {
  if (rank(fix.state) > rank('merged')) return { isRefused: true, reason: 'backwards' };
  const to = {
    state: 'merged' as const,
    mergedCommit: commit ?? fix.mergedCommit,
    revisionWithFix: revision ?? fix.revisionWithFix,
  };
  const isSame = to.mergedCommit === fix.mergedCommit && to.revisionWithFix === fix.revisionWithFix;
  if (fix.state === 'merged' && isSame) return { isRefused: true, reason: 'no-change' };
  return { isRefused: false, move: moveOf(fix, context, { to, action: 'merged', detail: { commit, revision } }) };
}

function deploy(
  fix: Fix,
  { commit, revision }: Extract<FixStep, { kind: 'deploy' }>,
  context: AdvanceContext,
): Advance {
  const to = {
    state: 'deployed' as const,
    mergedCommit: commit ?? fix.mergedCommit,
    revisionWithFix: revision ?? fix.revisionWithFix,
  };
  if (fix.state === 'deployed' && to.revisionWithFix === fix.revisionWithFix)
    return { isRefused: true, reason: 'no-change' };
  // What was seen of another revision says nothing of this one.
  const again = fix.state === 'deployed' ? { verification: null, verifications: [] } : {};
  const detail = { commit, revision };
  return { isRefused: false, move: moveOf(fix, context, { to: { ...to, ...again }, action: 'deployed', detail }) };
}

function judge(
  fix: Fix,
  { kind, verifications }: Extract<FixStep, { kind: 'verify' | 'recur' }>,
  context: AdvanceContext,
): Advance {
  if (kind === 'verify' && fix.state !== 'deployed') return { isRefused: true, reason: 'backwards' };
  if (kind === 'recur' && rank(fix.state) < rank('deployed')) return { isRefused: true, reason: 'backwards' };
  const decisive = decisiveOf(verifications);
  const state = kind === 'verify' ? ('verified' as const) : ('recurred' as const);
  const { revision, incidents, requests, hours } = decisive ?? { revision: '', incidents: 0, requests: null, hours: 0 };
  const move = moveOf(fix, context, {
    to: { ...looked(verifications), state },
    action: state,
    detail: { revision, incidents, requests, hours },
    tells: kind === 'verify' ? 'fix-verified' : 'fix-recurred',
    issue:
      kind === 'verify'
        ? {
            from: ['handed off', 'open', 'regressed'],
            state: 'resolved',
            stateDetail: { kind: 'resolved', in: 'revision', revision },
            action: 'resolved',
          }
        : { from: ['handed off', 'resolved'], state: 'regressed', stateDetail: null, action: 'regressed' },
  });
  return { isRefused: false, move };
}

/** The issue is open again: nobody mends it now. */
function end(fix: Fix, step: Extract<FixStep, { end: FixEnd }>, context: AdvanceContext): Advance {
  const state = step.kind === 'decline' ? ('declined' as const) : ('failed' as const);
  const move = moveOf(fix, context, {
    to: { state, end: step.end },
    action: state,
    detail: { ...step.end },
    issue: { from: ['handed off'], state: 'open', stateDetail: null, action: 'reopened' },
  });
  return { isRefused: false, move };
}

interface Moving {
  to: FixMove['to'];
  /** Null: no row of history. */
  action: string | null;
  detail?: Record<string, unknown>;
  /** People are told by an outbox row of this kind. */
  tells?: 'fix-proposed' | 'fix-verified' | 'fix-recurred';
  issue?: { from: IssueState[]; action: string } & Pick<StoredIssue, 'state' | 'stateDetail'>;
}

function moveOf(fix: Fix, { at, by, issue }: AdvanceContext, moving: Moving): FixMove {
  const { action, detail = null, tells } = moving;
  const hasMoved = moving.to.state !== undefined && moving.to.state !== fix.state;
  const to = hasMoved ? { ...moving.to, stateSince: at } : moving.to;
  return {
    fix,
    to,
    change: action === null ? null : { fixId: fix.id, at, actor: by, action, detail },
    issue: moving.issue && issue ? issueMove(fix, { at, by, issue }, moving.issue) : null,
    outbox: action === null ? [] : outboxOf({ ...fix, ...to }, { by, issue, action, tells: tells ?? null }),
    work: null,
    at,
  };
}

/** `fix-changed` for screens at every change, and the row that people are told by. */
export function outboxOf(
  fix: Fix,
  { by, issue, action, tells }: Pick<AdvanceContext, 'by' | 'issue'> & { action: string; tells: string | null },
): OutboxEntry[] {
  const { verification, proposal } = fix;
  const payload = {
    issueId: fix.issueId,
    shortId: fix.shortId,
    service: fix.service,
    severity: issue?.severity ?? null,
    signal: issue?.signal ?? null,
    title: issue?.title ?? null,
    state: fix.state,
    action,
    actor: by,
    way: fix.way,
    agent: fix.agent,
    url: proposal?.url ?? null,
    branch: proposal?.branch ?? null,
    revision: verification?.revision ?? fix.revisionWithFix,
    incidents: verification?.incidents ?? null,
    requests: verification?.requests ?? null,
    hours: verification?.hours ?? null,
  };
  const kinds = tells === null ? ['fix-changed'] : ['fix-changed', tells];
  return kinds.map((kind) => ({ kind, projectId: fix.projectId, subjectId: fix.id, payload }));
}

function issueMove(
  fix: Fix,
  { at, by, issue }: AdvanceContext & { issue: NonNullable<AdvanceContext['issue']> },
  { from, state, stateDetail, action }: NonNullable<Moving['issue']>,
): IssueMove {
  const { service, projectId } = fix;
  const { severity, signal } = issue;
  return {
    issueId: issue.id,
    from,
    change: { state, stateDetail, stateSince: at },
    history: { issueId: issue.id, at, actor: by, action, detail: { ...stateDetail, fix: fix.id } },
    outbox: {
      kind: 'issue-changed',
      projectId,
      subjectId: issue.id,
      payload: { service, severity, signal, action, state, actor: by },
    },
  };
}

function looked(verifications: readonly Verification[]): FixMove['to'] {
  const kept = verifications.slice(0, KEPT);
  return { verifications: kept, verification: decisiveOf(kept) };
}

const WEIGHT: Record<Verification['outcome'], number> = {
  'still seen': 0,
  fixed: 1,
  'too early': 2,
  'no traffic': 3,
  'could not look': 4,
};

/** Seen on any of them, it is not fixed; else the one that knows most, of equals the newest. */
export function decisiveOf(verifications: readonly Verification[]): Verification | null {
  return [...verifications].sort((a, b) => WEIGHT[a.outcome] - WEIGHT[b.outcome])[0] ?? null;
}

function rank(state: FixState): number {
  return ORDER.indexOf(state);
}
