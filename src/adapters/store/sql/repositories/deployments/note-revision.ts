import type { Transaction } from 'kysely';
import type { Deployment } from '../../../../../core/deploy/index.ts';
import type { Schema } from '../../schema.ts';

/**
 * With the first requests that a new revision gets, it stands among the service's revisions, with its commit: whether a fix is deployed, and whether an
 * issue came back, goes by their order.
 */
export async function noteRevision(
  trx: Transaction<Schema>,
  before: Deployment,
  saved: Deployment,
  at: number,
): Promise<void> {
  const { projectId, service, revision, kind, plan, phase } = saved;
  const hasTraffic = phase === 'measuring' || phase === 'watching';
  if (projectId === null || revision === null || kind !== 'deploy' || !hasTraffic || before.phase === phase) return;
  await trx
    .insertInto('revision')
    .values({
      project_id: projectId,
      service,
      name: revision,
      first_seen: at,
      last_seen: at,
      deployed_at: at,
      commit_sha: plan.commit,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'service', 'name']).doUpdateSet((eb) => ({
        deployed_at: eb.fn.coalesce('revision.deployed_at', eb.ref('excluded.deployed_at')),
        commit_sha: eb.fn.coalesce('revision.commit_sha', eb.ref('excluded.commit_sha')),
      })),
    )
    .execute();
}
