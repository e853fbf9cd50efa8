import type { z } from 'zod';
import { FIX_STATES, type FixDetail, type FixSummary, type fixListQuery } from '../../contracts/api/fixes.ts';
import type { Fix, HandOffRefusal, ReplyResult } from '../../core/fixes/index.ts';
import { GuardianError, type Messages } from '../../core/shared/index.ts';
import { actorNames } from '../actor-names.ts';
import type { AppContext } from '../app-env.ts';
import { projectIdOf, projectSlugs } from '../find-project.ts';
import { getIssue } from '../issues/find-issue.ts';
import { fixDetailView, fixSummaryView } from '../views/fix-view.ts';

type Query = z.output<typeof fixListQuery>;

/** A page of hand-offs, newest first. Throws `not_found`, or `payload_invalid` for a state there is none of. */
export async function listFixes(context: AppContext, { state, issue, project, cursor, limit }: Query) {
  const { services, messages } = context.var;
  const page = await services.store.fixes.list({
    states: state === undefined ? null : statesOf(state, messages),
    projectId: await projectIdOf(context, project),
    issueId: issue === undefined ? null : (await getIssue(services, issue, messages)).id,
    service: null,
    since: null,
    cursor: cursor ?? null,
    limit,
  });
  return { items: await fixSummaries(context, page.items), nextCursor: page.nextCursor, total: null };
}

function statesOf(given: string, messages: Messages) {
  const names = given.split(',').map((one) => one.trim());
  const states = FIX_STATES.filter((state) => names.includes(state));
  if (states.length === new Set(names).size) return states;
  throw new GuardianError('payload_invalid', {
    key: 'state',
    reason: messages.server.validation.values(FIX_STATES.join(', ')),
  });
}

export async function fixSummaries(context: AppContext, fixes: readonly Fix[]): Promise<FixSummary[]> {
  const { services, messages } = context.var;
  const ids = [...new Set(fixes.map(({ issueId }) => issueId))];
  const [found, slugOf, nameOf] = await Promise.all([
    Promise.all(ids.map((id) => services.store.issues.get(id))),
    projectSlugs(context),
    actorNames(
      services,
      fixes.map(({ handedOffBy }) => handedOffBy),
      messages,
    ),
  ]);
  const issues = new Map(ids.map((id, index) => [id, found[index] ?? null]));
  return fixes.map((fix) => {
    const project = slugOf(fix.projectId) ?? String(fix.projectId);
    return fixSummaryView(fix, { issue: issues.get(fix.issueId) ?? null, project, nameOf, messages });
  });
}

/** Throws `not_found`. */
export async function fixDetail(context: AppContext, id: string): Promise<FixDetail> {
  const { services, messages } = context.var;
  const [fix, about] = await Promise.all([services.store.fixes.get(id), services.store.fixes.about(id)]);
  if (!fix || !about) throw new GuardianError('not_found', { reason: messages.fixes.refusals['not-found'] });
  const actors = [fix.handedOffBy, ...about.history.map(({ actor }) => actor)];
  const [issue, slugOf, nameOf] = await Promise.all([
    services.store.issues.get(fix.issueId),
    projectSlugs(context),
    actorNames(services, actors, messages),
  ]);
  const project = slugOf(fix.projectId) ?? String(fix.projectId);
  return fixDetailView(fix, about, { issue, project, nameOf, messages });
}

/** What was refused, as a problem: what is not there, what names nobody, and what contradicts the state it is in. */
export function refusalError(
  reason: HandOffRefusal | Extract<ReplyResult, { isRefused: true }>['reason'],
  { fixes: t }: Messages,
): GuardianError {
  const sentence = t.refusals[reason];
  if (reason === 'not-found') return new GuardianError('not_found', { reason: sentence });
  if (reason === 'unknown-agent' || reason === 'not-set-up')
    return new GuardianError('payload_invalid', {
      key: reason === 'unknown-agent' ? 'agent' : 'way',
      reason: sentence,
    });
  if (reason === 'empty') return new GuardianError('payload_invalid', { key: 'action', reason: sentence });
  return new GuardianError('conflict', { reason: sentence });
}
