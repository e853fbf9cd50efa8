import type { z } from 'zod';
import type { deployReply } from '../../contracts/api/deployments.ts';
import type { ServiceChecks } from '../../core/deploy/index.ts';
import type { Messages } from '../../core/shared/index.ts';
import type { DeploymentPlanned, RollbackPlanned } from './deploy-control.ts';

type PlanView = z.infer<typeof deployReply>['plan'];

/** What would be done, before anything is: names of settings, never a value of the environment. */
export function planView(planned: DeploymentPlanned, messages: Messages): PlanView {
  const { target, service, asked, buildId, steps, baseRevision, plan } = planned;
  return {
    target,
    service,
    buildId,
    revision: plan.commit ?? plan.artifact,
    digest: plan.digest,
    previousRevision: baseRevision,
    // The first of a service has nobody to share with.
    steps: baseRevision === null ? [100] : [...steps],
    difference: differenceOf(planned),
    checks: checkNames(asked, messages),
  };
}

export function rollbackView(planned: RollbackPlanned, messages: Messages): PlanView {
  const { target, service, asked, buildId, revision, baseRevision, plan } = planned;
  return {
    target,
    service,
    buildId,
    revision,
    digest: plan.digest,
    previousRevision: baseRevision,
    steps: [100],
    difference: differenceOf(planned),
    checks: checkNames(asked, messages),
  };
}

function differenceOf({ plan }: Pick<DeploymentPlanned, 'plan'>): PlanView['difference'] {
  return plan.difference.map(({ path, kind, before, after }) => ({ setting: path, kind, before, after }));
}

function checkNames({ metrics, analysisPath, own }: ServiceChecks, { deploy }: Messages): string[] {
  const named = (...kinds: string[]) =>
    own
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ kind, name }) => `${deploy.checks[kind]}${deploy.log.colon}${name}`);
  return [
    deploy.checks.healthy,
    ...named('feature'),
    ...named('tests'),
    deploy.checks['anonymous-access'],
    ...(metrics === null ? [] : [deploy.checks.metrics]),
    ...(analysisPath === null ? [] : [deploy.checks.analysis]),
    ...named('url', 'command'),
    deploy.checks.memory,
    deploy.checks['new-issues'],
  ];
}
