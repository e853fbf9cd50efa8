import type { DeploymentDetail, DeploymentSummary } from '../../contracts/api/deployments.ts';
import type { Deployment } from '../../core/deploy/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { actorNames } from '../actor-names.ts';
import type { AppContext } from '../app-env.ts';
import { issueSummaries } from '../issues/summaries.ts';
import type { DeployControl } from './deploy-control.ts';
import { deploymentDetailView, deploymentSummaryView } from './deployment-view.ts';

/** Fixes and issues that a page lists. */
const LISTED = 50;

/** Throws `not_found` where no target is configured. */
export function controlOf({ var: { services } }: AppContext): DeployControl {
  if (services.deploy) return services.deploy;
  throw new GuardianError('not_found', {
    reason: (m) => m.deploying.cli.noTarget,
    remedy: (m) => m.deploying.cli.noTargetRemedy,
  });
}

export async function findDeployment({ var: { services } }: AppContext, id: string): Promise<Deployment> {
  const found = await services.store.deployments.get(id);
  if (found === null) throw new GuardianError('not_found', { path: (m) => m.deploying.errors.deployment(id) });
  return found;
}

export async function summariesOf(context: AppContext, items: readonly Deployment[]): Promise<DeploymentSummary[]> {
  const { services, messages } = context.var;
  const actors = items.map(({ actor }) => actor);
  const nameOf = await actorNames(services, actors, messages);
  return items.map((one) => deploymentSummaryView(one, { messages, nameOf }));
}

export async function detailOf(context: AppContext, deployment: Deployment): Promise<DeploymentDetail> {
  const { services, messages } = context.var;
  const { store } = services;
  const [steps, newIssues, fixes, nameOf, { rollbackCommand }] = await Promise.all([
    store.deployments.steps(deployment.id),
    newIssuesOf(context, deployment),
    fixesOf(context, deployment),
    actorNames(services, [deployment.actor], messages),
    import('../../core/deploy/index.ts'),
  ]);
  return deploymentDetailView(deployment, {
    steps,
    newIssues,
    fixes,
    rollbackCommand: rollbackCommand(deployment),
    messages,
    nameOf,
  });
}

async function newIssuesOf(context: AppContext, { service, revision, createdAt, projectId }: Deployment) {
  if (revision === null) return [];
  const { services } = context.var;
  const { items } = await services.store.issues.list({
    words: [],
    states: null,
    projectId,
    service,
    revision,
    assignee: null,
    minimumSeverity: null,
    sort: 'first-seen',
    cursor: null,
    limit: LISTED,
  });
  const own = items.filter(({ firstRevision, firstSeen }) => firstRevision === revision && firstSeen >= createdAt);
  const summaries = await issueSummaries(services, own);
  return summaries.map(({ id, shortId, title, severity }) => ({ id, shortId, title, severity }));
}

async function fixesOf({ var: { services } }: AppContext, { service, revision, projectId }: Deployment) {
  if (revision === null) return [];
  const filter = { states: null, projectId, issueId: null, service, since: null, cursor: null, limit: LISTED };
  const { items } = await services.store.fixes.list(filter);
  return items
    .filter(({ revisionWithFix }) => revisionWithFix === revision)
    .map(({ id, shortId, state }) => ({ id, issue: shortId, state }));
}
