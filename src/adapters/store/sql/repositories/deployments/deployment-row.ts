import type { Insertable, Selectable } from 'kysely';
import type { Deployment, DeploymentStep } from '../../../../../core/deploy/index.ts';
import { isOver } from '../../../../../core/deploy/ports.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { DeploymentStepTable, DeploymentTable } from '../../schema/deployments.ts';

export function toDeploymentRow(deployment: Deployment): Omit<Insertable<DeploymentTable>, 'claimed_until'> {
  return {
    id: deployment.id,
    service: deployment.service,
    kind: deployment.kind,
    phase: deployment.phase,
    is_open: isOver(deployment) ? 0 : 1,
    build_id: deployment.buildId,
    revision: deployment.revision,
    watch: deployment.watch,
    sequence: deployment.sequence,
    cooldown_until: deployment.cooldownUntil,
    created_at: deployment.createdAt,
    finished_at: deployment.finishedAt,
    next_at: deployment.nextAt,
    version: deployment.version,
    deployment: packJson(deployment),
  };
}

export function toDeployment({ deployment }: Pick<Selectable<DeploymentTable>, 'deployment'>): Deployment {
  return unpackJson(deployment) as Deployment;
}

export function toStep(row: Selectable<DeploymentStepTable>): DeploymentStep {
  return {
    deploymentId: row.deployment_id,
    number: row.number,
    kind: row.kind as DeploymentStep['kind'],
    intentId: row.intent_id,
    state: row.state as DeploymentStep['state'],
    intendedAt: row.intended_at,
    endedAt: row.ended_at,
    attempts: row.attempts,
    detail: JSON.parse(row.detail) as DeploymentStep['detail'],
  };
}
