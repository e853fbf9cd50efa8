import type { IssueAction } from '../../contracts/api/issues.ts';
import type {
  ActionRefusal,
  IssueChangeEntry,
  IssueAction as OwnAction,
  StoredIssue,
} from '../../core/issues/index.ts';
import type { Messages } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';
import { findIssue } from './find-issue.ts';

interface ActionAsked {
  /** Id or `SHOP-12`. */
  name: string;
  action: IssueAction;
  /** `user:<id>`, `key:<id>`, `agent:<label>`, `open`. */
  actor: string;
  messages: Messages;
}

type ActionContext = Pick<Services, 'store' | 'ingestKeys' | 'changes' | 'clock'>;

/** Null: done; else why not, for people. */
type Outcome = string | null;

/** Carries out what a person or an agent decided about one issue; the change, its history and its outbox row are one transaction. */
export async function applyIssueAction(
  context: ActionContext,
  { name, action, actor, messages }: ActionAsked,
): Promise<{ id: string; isDone: boolean; reason: string | null }> {
  const issue = await findIssue(context, name);
  if (!issue) return { id: name, isDone: false, reason: messages.server.reasons.noIssue };
  const reason = await carryOut(context, issue, { action, actor, messages });
  if (reason === null) context.changes.publish({ kind: 'issue', id: issue.id, action: action.type });
  return { id: issue.id, isDone: reason === null, reason };
}

type Decided = Omit<ActionAsked, 'name'>;

/** One result for each, in order; one that fails does not stop the others. */
export async function actOnIssues(context: ActionContext, names: readonly string[], decided: Decided) {
  const results = [];
  for (const name of names) results.push(await applyIssueAction(context, { name, ...decided }));
  return results;
}

async function carryOut(context: ActionContext, issue: StoredIssue, decided: Decided): Promise<Outcome> {
  const { action } = decided;
  if (action.type === 'merge') return merge(context, issue, action.into, decided);
  if (action.type === 'unmerge') return unmerge(context, issue, decided);
  if (action.type !== 'dismiss-suggestion') return changeOne(context, issue, ownAction(action), decided);
  await context.store.issueWriter.dismissSuggestion(issue.id, action.other, context.clock.now());
  return null;
}

async function changeOne(
  { store, clock }: ActionContext,
  issue: StoredIssue,
  action: OwnAction,
  { actor, messages }: Decided,
): Promise<Outcome> {
  // Loaded when somebody first decides something: all of folding comes with it, which no thread that serves needs (20 MB, 0.2 s).
  const { applyAction } = await import('../../core/issues/index.ts');
  const [background] = action.type === 'resolve' ? await store.fold.background([issue]) : [];
  const serviceRevisions = background?.serviceRevisions ?? [];
  const result = applyAction(issue, action, { actor, at: clock.now(), serviceRevisions });
  if (result.isRefused) return refusalText(result.reason, messages);
  const { change, history, outbox } = result;
  if (change === null) {
    await store.issueWriter.note(history, outbox);
    return null;
  }
  const isDone = await store.issueWriter.change(issue.id, change, history, outbox);
  return isDone ? null : messages.server.reasons.changed;
}

function refusalText(reason: ActionRefusal, { server }: Messages): string {
  switch (reason) {
    case 'merged':
      return server.reasons.isMerged;
    case 'no-change':
      return server.reasons.noChange;
    case 'past':
      return server.validation.past;
    case 'empty':
      return server.reasons.emptyNote;
    default:
      return reason satisfies never;
  }
}

async function merge(
  context: ActionContext,
  issue: StoredIssue,
  name: string,
  { actor, messages }: Decided,
): Promise<Outcome> {
  const { reasons } = messages.server;
  const into = await findIssue(context, name);
  if (!into) return reasons.noIssue;
  if (into.id === issue.id) return reasons.mergeSelf;
  if (into.projectId !== issue.projectId) return reasons.otherProject;
  if (issue.mergedInto !== null || into.mergedInto !== null) return reasons.isMerged;
  const at = context.clock.now();
  const history: IssueChangeEntry[] = [
    { issueId: issue.id, at, actor, action: 'merged', detail: { into: into.id } },
    { issueId: into.id, at, actor, action: 'merged', detail: { issue: issue.id } },
  ];
  await context.store.issueWriter.merge(issue.id, into.id, history, outboxRow(issue, 'merged', actor));
  return null;
}

async function unmerge(context: ActionContext, issue: StoredIssue, { actor, messages }: Decided): Promise<Outcome> {
  const { mergedInto } = issue;
  if (mergedInto === null) return messages.server.reasons.notMerged;
  const at = context.clock.now();
  const history: IssueChangeEntry[] = [
    { issueId: issue.id, at, actor, action: 'unmerged', detail: { from: mergedInto } },
    { issueId: mergedInto, at, actor, action: 'unmerged', detail: { issue: issue.id } },
  ];
  await context.store.issueWriter.unmerge(issue.id, history, outboxRow(issue, 'unmerged', actor));
  return null;
}

function outboxRow({ id, projectId, service }: StoredIssue, action: string, actor: string) {
  return { kind: 'issue-changed', projectId, subjectId: id, payload: { action, actor, service } };
}

type SingleAction = Exclude<IssueAction, { type: 'merge' | 'unmerge' | 'dismiss-suggestion' }>;

/** As the API writes it → as the lifecycle takes it: instants are numbers inside. */
function ownAction(action: SingleAction): OwnAction {
  if (action.type === 'hand-off') return { type: 'hand-off', ...(action.to === undefined ? {} : { to: action.to }) };
  if (action.type !== 'ignore') return action;
  const { until } = action;
  if (typeof until === 'object' && 'time' in until) return { type: 'ignore', until: { time: Date.parse(until.time) } };
  return { type: 'ignore', until };
}
