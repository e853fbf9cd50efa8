import type {
  Deployment,
  DeploymentHistory,
  DeploymentMarker,
  DeploymentStep,
} from '../../../../../core/deploy/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { toDeployment, toStep } from './deployment-row.ts';

const MARKED = ['traffic', 'promote', 'rollback'];

export function createDeploymentHistory({ kysely }: StoreDialect): DeploymentHistory {
  return {
    async steps(id) {
      const rows = await kysely
        .selectFrom('deployment_step')
        .selectAll()
        .where('deployment_id', '=', id)
        .orderBy('number')
        .execute();
      return rows.map(toStep);
    },

    async lastGood(service, except) {
      let query = kysely
        .selectFrom('deployment')
        .select('deployment')
        .where('service', '=', service)
        .where('watch', '=', 'passed')
        .where('revision', 'is not', null)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1);
      if (except !== undefined) query = query.where('revision', '!=', except);
      const row = await query.executeTakeFirst();
      if (row === undefined) return null;
      const { revision, plan, buildId, id, finishedAt } = toDeployment(row);
      if (revision === null) return null;
      return { revision, digest: plan.digest, buildId, deploymentId: id, at: finishedAt ?? 0 };
    },

    async ofRevision(service, revision) {
      const row = await kysely
        .selectFrom('deployment')
        .select('deployment')
        .where('service', '=', service)
        .where('revision', '=', revision)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : toDeployment(row);
    },

    async lastBuildId(service) {
      const row = await kysely
        .selectFrom('deployment')
        .select((eb) => eb.fn.max('build_id').as('build_id'))
        .where('service', '=', service)
        .executeTakeFirst();
      return row?.build_id ?? 0;
    },

    async markers({ service, from, to, limit }) {
      let query = kysely
        .selectFrom('deployment_step as step')
        .innerJoin('deployment', 'deployment.id', 'step.deployment_id')
        .selectAll('step')
        .select('deployment.deployment')
        .where('step.ended_at', '>=', from)
        .where('step.ended_at', '<', to)
        .where('step.kind', 'in', MARKED)
        .where('step.state', '=', 'done')
        .orderBy('step.ended_at', 'desc')
        .orderBy('step.number', 'desc')
        .limit(limit);
      if (service !== null) query = query.where('deployment.service', '=', service);
      const rows = await query.execute();
      return rows.map(({ deployment, ...row }) => toMarker(toDeployment({ deployment }), toStep(row)));
    },
  };
}

function toMarker(
  { id, service, buildId, revision, kind }: Deployment,
  { kind: done, endedAt, detail }: DeploymentStep,
): DeploymentMarker {
  const isBack = done === 'rollback' || kind === 'rollback';
  return {
    at: endedAt ?? 0,
    service,
    deploymentId: id,
    buildId,
    revision: String(detail.revision ?? revision),
    kind: isBack ? 'rolled_back' : done === 'promote' ? 'promoted' : 'step',
    percent: done === 'rollback' ? 0 : Number(detail.percent ?? 0),
  };
}
