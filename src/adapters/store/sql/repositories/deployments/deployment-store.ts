import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Deployment, NewDeployment, StepChange } from '../../../../../core/deploy/index.ts';
import {
  busy,
  type DeploymentClaims,
  type DeploymentHistory,
  type DeploymentStore,
  gaveWay,
  openedDeployment,
} from '../../../../../core/deploy/ports.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { createDeploymentHistory } from './deployment-history.ts';
import { toDeployment, toDeploymentRow } from './deployment-row.ts';
import { noteRevision } from './note-revision.ts';

/**
 * Deployments as rows. One that is not over excludes another of its service by a unique index, and each write is an UPDATE of the version that
 * was read: of two processes that carry on the same deployment, one writes, and the other learns that it was not first.
 */
export function createDeploymentStore(dialect: StoreDialect): DeploymentStore & DeploymentHistory & DeploymentClaims {
  const { kysely } = dialect;
  return {
    ...createDeploymentHistory(dialect),

    open: (given) => contendedTransaction(dialect, (trx) => openRow(trx, dialect, given)),

    async get(id) {
      const row = await kysely.selectFrom('deployment').select('deployment').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toDeployment(row);
    },

    async list({ service, isOpen, phases, cursor, limit }) {
      let query = kysely
        .selectFrom('deployment')
        .select(['id', 'created_at', 'deployment'])
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (service !== null) query = query.where('service', '=', service);
      if (isOpen !== null) query = query.where('is_open', '=', isOpen ? 1 : 0);
      if (phases !== null) query = query.where('phase', 'in', phases.length === 0 ? [''] : phases);
      if (cursor !== null) {
        const after = parseCursor(cursor);
        query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after.value, after.id)));
      }
      const { rows, next } = toPage(await query.execute(), limit, (last) => ({ value: last.created_at, id: last.id }));
      return { items: rows.map(toDeployment), nextCursor: next };
    },

    claimDue: ({ now, holdMs, limit }) =>
      contendedTransaction(dialect, async (trx) => {
        const due = await trx
          .selectFrom('deployment')
          .select(['id', 'deployment'])
          .where('next_at', '<=', now)
          .where('claimed_until', '<=', now)
          .orderBy('next_at')
          .limit(limit)
          .modifyEnd(dialect.lock.skip('deployment'))
          .execute();
        if (due.length === 0) return [];
        const ids = due.map(({ id }) => id);
        await trx
          .updateTable('deployment')
          .set({ claimed_until: now + holdMs })
          .where('id', 'in', ids)
          .execute();
        return due.map(toDeployment);
      }),

    async releaseClaims() {
      await kysely.updateTable('deployment').set({ claimed_until: 0 }).where('claimed_until', '>', 0).execute();
    },

    async renewClaims(held, until) {
      if (held.length === 0) return;
      await kysely
        .updateTable('deployment')
        .set({ claimed_until: until })
        .where((eb) => eb.or(held.map(({ id, version }) => eb.and({ id, version }))))
        .execute();
    },

    async nextDue() {
      const row = await kysely
        .selectFrom('deployment')
        .select((eb) =>
          eb.fn
            .min(
              eb
                .case()
                .when('claimed_until', '>', eb.ref('next_at'))
                .then(eb.ref('claimed_until'))
                .else(eb.ref('next_at'))
                .end(),
            )
            .as('due_at'),
        )
        .where('next_at', 'is not', null)
        .executeTakeFirst();
      return row?.due_at ?? null;
    },

    save: ({ id, version, at, change, steps = [], outbox = [], releases }) =>
      contendedTransaction(dialect, async (trx) => {
        const row = await trx
          .selectFrom('deployment')
          .select('deployment')
          .where('id', '=', id)
          .where('version', '=', version)
          .modifyEnd(dialect.lock.wait)
          .executeTakeFirst();
        if (row === undefined) return null;
        const before = toDeployment(row);
        const saved: Deployment = { ...before, ...change, version: version + 1 };
        await trx
          .updateTable('deployment')
          .set({ ...toDeploymentRow(saved), ...(releases && { claimed_until: 0 }) })
          .where('id', '=', id)
          .execute();
        await keepSteps(trx, id, steps);
        await addOutboxRows(
          trx,
          outbox.map(({ kind, payload }) => ({ kind, payload, projectId: saved.projectId, subjectId: id })),
          at,
        );
        await noteRevision(trx, before, saved, at);
        return saved;
      }),
  };
}

async function openRow(trx: Transaction<Schema>, dialect: StoreDialect, given: NewDeployment): Promise<Deployment> {
  const open = await trx
    .selectFrom('deployment')
    .select(['id', 'deployment'])
    .where('service', '=', given.service)
    .where('is_open', '=', 1)
    .modifyEnd(dialect.lock.wait)
    .executeTakeFirst();
  if (open !== undefined) {
    const over = gaveWay(toDeployment(open), given);
    if (over === null) throw busy(given.service, open.id);
    await trx.updateTable('deployment').set(toDeploymentRow(over)).where('id', '=', open.id).execute();
  }
  const known = await trx
    .selectFrom('deployment')
    .select((eb) => [
      eb.fn.max('build_id').as('build_id'),
      eb.fn.max('sequence').as('sequence'),
      eb.fn.max('cooldown_until').as('cooldown_until'),
    ])
    .where('service', '=', given.service)
    .executeTakeFirst();
  const isRollback = given.kind === 'rollback';
  const deployment = openedDeployment(given, {
    id: `dep-${randomBytes(6).toString('hex')}`,
    buildId: isRollback ? given.knownBuildId : Math.max(known?.build_id ?? 0, given.knownBuildId) + 1,
    sequence: known?.sequence ?? 0,
    automaticFrom: known?.cooldown_until ?? null,
  });
  // The unique index decides between two who open at once.
  const added = await trx
    .insertInto('deployment')
    .values({ ...toDeploymentRow(deployment), claimed_until: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (Number(added.numInsertedOrUpdatedRows ?? 0) === 0) throw busy(given.service, null);
  return deployment;
}

async function keepSteps(trx: Transaction<Schema>, id: string, steps: readonly StepChange[]): Promise<void> {
  if (steps.length === 0) return;
  await trx
    .insertInto('deployment_step')
    .values(
      steps.map(({ number, kind, intentId, state, intendedAt, endedAt, attempts, detail }) => ({
        deployment_id: id,
        number,
        kind,
        intent_id: intentId,
        state,
        intended_at: intendedAt,
        ended_at: endedAt,
        attempts,
        detail: JSON.stringify(detail),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['deployment_id', 'number']).doUpdateSet((eb) => ({
        state: eb.ref('excluded.state'),
        ended_at: eb.ref('excluded.ended_at'),
        attempts: eb.ref('excluded.attempts'),
        detail: eb.ref('excluded.detail'),
      })),
    )
    .execute();
}
