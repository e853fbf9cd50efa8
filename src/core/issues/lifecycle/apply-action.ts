import type {
  IssueChangeEntry,
  IssueWriter,
  OutboxEntry,
  SeenRevisionRow,
  StateDetail,
  StoredIssue,
} from '../ports.ts';
import { orderRevisions } from './revision-order.ts';

/** What a person or an agent does to one issue. Merging is another matter: it takes two. */
export type IssueAction =
  | { type: 'resolve'; in: 'now' | 'next' | { revision: string } }
  | { type: 'ignore'; until: 'escalating' | 'for-ever' | { time: number } | { incidents: number } }
  | { type: 'reopen' }
  | { type: 'hand-off'; to?: string }
  | { type: 'assign'; assignee: string | null }
  | { type: 'note'; text: string };

export interface ActionContext {
  /** `user:<id>`, `key:<id>`, `agent:<label>`. */
  actor: string;
  /** Epoch ms. */
  at: number;
  /** Every revision of the issue's service. Needed to resolve in the next one. */
  serviceRevisions: readonly SeenRevisionRow[];
}

export type ActionResult =
  | {
      isRefused: false;
      /** Null: only the history gets a row. */
      change: Parameters<IssueWriter['change']>[1] | null;
      history: IssueChangeEntry;
      outbox: OutboxEntry;
    }
  | { isRefused: true; reason: ActionRefusal };

/** `merged`: act on the issue it was merged into. `no-change`: it is so already. `past`: a time that is over. `empty`: a note without text. */
export type ActionRefusal = 'merged' | 'no-change' | 'past' | 'empty';

const LONGEST_NOTE = 10_000;

/**
 * What an action changes. States: open → handed off → resolved → regressed, and ignored; any of them may be reopened, resolved or ignored
 * by a person. Nothing is resolved by the words of a commit.
 */
export function applyAction(issue: StoredIssue, action: IssueAction, context: ActionContext): ActionResult {
  if (issue.mergedInto !== null) return refuse('merged');
  switch (action.type) {
    case 'resolve':
      return toState(issue, context, {
        state: 'resolved',
        stateDetail: resolvedDetail(action.in, context),
        action: 'resolved',
      });
    case 'ignore':
      if (typeof action.until === 'object' && 'time' in action.until && action.until.time <= context.at)
        return refuse('past');
      return toState(issue, context, {
        state: 'ignored',
        stateDetail: ignoredDetail(action.until, issue),
        action: 'ignored',
      });
    case 'reopen':
      return toState(issue, context, { state: 'open', stateDetail: null, action: 'reopened' });
    case 'hand-off':
      return toState(issue, context, {
        state: 'handed off',
        stateDetail: null,
        action: 'handed off',
        detail: action.to === undefined ? undefined : { to: action.to },
      });
    case 'assign':
      return assign(issue, action.assignee, context);
    case 'note':
      return note(issue, action.text, context);
    default: {
      const unknown: never = action;
      return unknown;
    }
  }
}

function toState(
  issue: StoredIssue,
  { actor, at }: ActionContext,
  to: Pick<StoredIssue, 'state' | 'stateDetail'> & { action: string; detail?: Record<string, unknown> | undefined },
): ActionResult {
  const { state, stateDetail, action } = to;
  const isSame = issue.state === state && JSON.stringify(issue.stateDetail) === JSON.stringify(stateDetail);
  // Handing off once more is another run.
  if (isSame && state !== 'handed off') return refuse('no-change');
  const detail = { before: issue.state, ...stateDetail, ...to.detail };
  return {
    isRefused: false,
    change: { state, stateDetail, stateSince: at },
    history: { issueId: issue.id, at, actor, action, detail },
    outbox: changedRow(issue, { action, state, actor }),
  };
}

function assign(issue: StoredIssue, assignee: string | null, { actor, at }: ActionContext): ActionResult {
  if (issue.assignee === assignee) return refuse('no-change');
  return {
    isRefused: false,
    change: { assignee },
    history: { issueId: issue.id, at, actor, action: 'assigned', detail: { assignee } },
    outbox: changedRow(issue, { action: 'assigned', state: issue.state, actor }),
  };
}

function note(issue: StoredIssue, text: string, { actor, at }: ActionContext): ActionResult {
  const plain = text.trim().slice(0, LONGEST_NOTE);
  if (plain === '') return refuse('empty');
  return {
    isRefused: false,
    change: null,
    history: { issueId: issue.id, at, actor, action: 'note', detail: { text: plain } },
    outbox: changedRow(issue, { action: 'note', state: issue.state, actor }),
  };
}

function resolvedDetail(
  where: Extract<IssueAction, { type: 'resolve' }>['in'],
  { serviceRevisions }: ActionContext,
): StateDetail {
  if (where === 'now') return { kind: 'resolved', in: 'now' };
  if (where === 'next')
    return { kind: 'resolved', in: 'next', after: orderRevisions(serviceRevisions).at(-1)?.name ?? null };
  return { kind: 'resolved', in: 'revision', revision: where.revision };
}

function ignoredDetail(
  until: Extract<IssueAction, { type: 'ignore' }>['until'],
  { incidents: from }: StoredIssue,
): StateDetail {
  if (until === 'escalating' || until === 'for-ever') return { kind: 'ignored', until };
  if ('time' in until) return { kind: 'ignored', until: 'time', time: until.time };
  return { kind: 'ignored', until: 'count', incidents: until.incidents, from };
}

function changedRow(
  { id, projectId, service, severity, signal }: StoredIssue,
  payload: Record<string, unknown>,
): OutboxEntry {
  return { kind: 'issue-changed', projectId, subjectId: id, payload: { service, severity, signal, ...payload } };
}

function refuse(reason: ActionRefusal): ActionResult {
  return { isRefused: true, reason };
}

/** Milliseconds. "14 quiet days": only said, nothing is resolved by silence. */
const QUIET_MS = 14 * 86_400_000;

/** Whole days without an incident when an unresolved issue has been silent for 14 of them or more; else null. */
export function quietDays({ state, lastSeen }: Pick<StoredIssue, 'state' | 'lastSeen'>, now: number): number | null {
  if (state === 'resolved' || now - lastSeen < QUIET_MS) return null;
  return Math.floor((now - lastSeen) / 86_400_000);
}
