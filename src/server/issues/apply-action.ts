import type { IssueAction } from '../../contracts/api/issues.ts';
import type { IssueChangeEntry, IssueWriter, OutboxEntry, StateDetail, StoredIssue } from '../../core/issues/index.ts';
import type { Messages } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';
import { findIssue } from './find-issue.ts';

export interface ActionAsked {
  /** Id or `SHOP-12`. */
  name: string;
  action: IssueAction;
  /** `user:<id>`, `key:<id>`, `open`. */
  actor: string;
  messages: Messages;
}

type Context = Pick<Services, 'store' | 'ingestKeys' | 'revisionOrder' | 'changes' | 'clock'>;
type Changed = Parameters<IssueWriter['change']>[1];
/** Null: done; else why not, for people. */
type Outcome = string | null;

/** Carries out what a person or an agent decided about one issue; the change, its history and its outbox row are one transaction. */
export async function applyIssueAction(
  context: Context,
  { name, action, actor, messages }: ActionAsked,
): Promise<{ id: string; isDone: boolean; reason: string | null }> {
  const issue = await findIssue(context, name);
  const say = messages.server;
  if (!issue) return { id: name, isDone: false, reason: say.things.issue(name) };
  const reason = await apply(context, issue, action, actor, messages);
  if (reason === null) context.changes.publish({ kind: 'issue', id: issue.id, action: action.type });
  return { id: issue.id, isDone: reason === null, reason };
}

async function apply(
  context: Context,
  issue: StoredIssue,
  action: IssueAction,
  actor: string,
  messages: Messages,
): Promise<Outcome> {
  const { store, clock } = context;
  const now = clock.now();
  const { reasons } = messages.server;
  const told = (what: string, detail: Record<string, unknown> | null, issueId = issue.id): IssueChangeEntry => ({
    issueId,
    at: now,
    actor,
    action: what,
    detail,
  });
  const outbox = (what: string): OutboxEntry => ({
    kind: 'issue-changed',
    projectId: issue.projectId,
    subjectId: issue.id,
    payload: { action: what },
  });
  const change = async (what: string, changed: Changed, detail: Record<string, unknown> | null): Promise<Outcome> => {
    const isDone = await store.issueWriter.change(issue.id, changed, told(what, detail), outbox(what));
    return isDone ? null : reasons.changed;
  };
  const enter = (
    state: StoredIssue['state'],
    stateDetail: StateDetail | null,
    detail: Record<string, unknown> | null,
  ) => change(state === 'open' ? 'reopened' : state, { state, stateDetail, stateSince: now }, detail);

  if (issue.mergedInto !== null && action.type !== 'unmerge' && action.type !== 'note') return reasons.isMerged;
  switch (action.type) {
    case 'resolve': {
      const detail = await resolution(context, issue, action.in);
      return enter('resolved', detail, { ...detail });
    }
    case 'ignore': {
      const detail = ignoring(issue, action.until);
      if ('time' in detail && detail.time <= now) return messages.server.validation.past;
      return enter('ignored', detail, { ...detail });
    }
    case 'reopen':
      return enter('open', null, null);
    case 'hand-off':
      return enter('handed off', null, { to: action.to ?? null });
    case 'assign':
      return change('assigned', { assignee: action.assignee }, { assignee: action.assignee });
    case 'note':
      await store.issueWriter.note(told('note', { text: action.text }), outbox('note'));
      return null;
    case 'merge':
      return merge(context, issue, action.into, { told, outbox, messages });
    case 'unmerge': {
      if (issue.mergedInto === null) return reasons.notMerged;
      const entries = [
        told('unmerged', { from: issue.mergedInto }),
        told('unmerged', { issue: issue.id }, issue.mergedInto),
      ];
      await store.issueWriter.unmerge(issue.id, entries, outbox('unmerged'));
      return null;
    }
    case 'dismiss-suggestion':
      await store.issueWriter.dismissSuggestion(issue.id, action.other, now);
      return null;
    default:
      return action satisfies never;
  }
}

async function merge(
  context: Context,
  issue: StoredIssue,
  name: string,
  tell: {
    told: (what: string, detail: Record<string, unknown>, issueId?: string) => IssueChangeEntry;
    outbox: (what: string) => OutboxEntry;
    messages: Messages;
  },
): Promise<Outcome> {
  const { reasons, things } = tell.messages.server;
  const into = await findIssue(context, name);
  if (!into) return things.issue(name);
  if (into.id === issue.id) return reasons.mergeSelf;
  if (into.projectId !== issue.projectId) return reasons.otherProject;
  if (into.mergedInto !== null) return reasons.isMerged;
  const entries = [tell.told('merged', { into: into.id }), tell.told('merged', { issue: issue.id }, into.id)];
  await context.store.issueWriter.merge(issue.id, into.id, entries, tell.outbox('merged'));
  return null;
}

async function resolution(
  { revisionOrder }: Context,
  { projectId, service }: StoredIssue,
  asked: Extract<IssueAction, { type: 'resolve' }>['in'],
): Promise<StateDetail> {
  if (asked === 'now') return { kind: 'resolved', in: 'now' };
  if (asked !== 'next') return { kind: 'resolved', in: 'revision', revision: asked.revision };
  const after = (await revisionOrder({ projectId, service })).at(-1) ?? null;
  return { kind: 'resolved', in: 'next', after };
}

function ignoring(
  { incidents }: StoredIssue,
  until: Extract<IssueAction, { type: 'ignore' }>['until'],
): Extract<StateDetail, { kind: 'ignored' }> {
  if (until === 'escalating' || until === 'for-ever') return { kind: 'ignored', until };
  if ('time' in until) return { kind: 'ignored', until: 'time', time: Date.parse(until.time) };
  return { kind: 'ignored', until: 'count', incidents: until.incidents, from: incidents };
}
