import { createHistogram } from '../../../../../core/shared/index.ts';
import type { TemplateStore, TemplateUse, TemplateVersion } from '../../../../../core/templates/ports.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { TemplateUseTable, TemplateVersionTable } from '../../schema/templates.ts';

/** A version is written once: whoever comes second with other content is told so. Uses of all nodes add up. */
export function createTemplateStore(dialect: StoreDialect): TemplateStore {
  const { kysely } = dialect;
  return {
    async keep({ createdAt, ...version }) {
      await kysely
        .insertInto('template_version')
        .values({ ...version, created_at: createdAt })
        .onConflict((conflict) => conflict.columns(['namespace', 'name', 'version']).doNothing())
        .execute();
      const kept = await kysely
        .selectFrom('template_version')
        .select('hash')
        .where((eb) => eb.and({ namespace: version.namespace, name: version.name, version: version.version }))
        .executeTakeFirst();
      return kept?.hash === version.hash;
    },

    async list() {
      const rows = await kysely
        .selectFrom('template_version')
        .selectAll()
        .orderBy('namespace')
        .orderBy('name')
        .orderBy('created_at')
        .execute();
      return rows.map(versionOf);
    },

    async addUses(uses) {
      if (uses.length === 0) return;
      await contendedTransaction(dialect, async (trx) => {
        for (const use of uses) {
          const key = { namespace: use.namespace, name: use.name, version: use.version };
          await trx
            .insertInto('template_use')
            .values({ ...key, renders: 0, failures: 0, durations: '[]', last_used_at: 0 })
            .onConflict((conflict) => conflict.columns(['namespace', 'name', 'version']).doNothing())
            .execute();
          let query = trx
            .selectFrom('template_use')
            .selectAll()
            .where((eb) => eb.and(key));
          if (dialect.lock.isNeeded) query = query.modifyEnd(dialect.lock.wait);
          const known = countsOf(await query.executeTakeFirstOrThrow());
          const durations = createHistogram(known.durations);
          durations.merge(createHistogram(use.durations));
          await trx
            .updateTable('template_use')
            .set({
              renders: known.renders + use.renders,
              failures: known.failures + use.failures,
              durations: JSON.stringify(durations.encode()),
              last_used_at: Math.max(known.lastUsedAt, use.lastUsedAt),
            })
            .where((eb) => eb.and(key))
            .execute();
        }
      });
    },

    async uses() {
      return (await kysely.selectFrom('template_use').selectAll().execute()).map(countsOf);
    },
  };
}

function versionOf({ created_at, kind, origin, ...row }: TemplateVersionTable): TemplateVersion {
  return {
    ...row,
    kind: kind as TemplateVersion['kind'],
    origin: origin as TemplateVersion['origin'],
    createdAt: created_at,
  };
}

function countsOf({ durations, last_used_at, ...row }: TemplateUseTable): TemplateUse {
  return { ...row, durations: JSON.parse(durations) as number[], lastUsedAt: last_used_at };
}
