import type {
  CoordinationStore,
  Parameter,
  StoredLearning,
  StoredOverride,
  StoredSuggestion,
} from '../../../../../core/jobs/index.ts';
import { chunksOf } from '../../chunks.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { JobOverrideTable } from '../../schema/coordination.ts';

/** One suggestion of a job's parameter is open at a time, by the index; a decision is one conditional UPDATE with its override. */
export function createCoordinationStore(dialect: StoreDialect): CoordinationStore {
  const { kysely } = dialect;
  return {
    async keepLearnings(learnings) {
      await contendedTransaction(dialect, async (trx) => {
        await trx.deleteFrom('job_learning').execute();
        for (const some of chunksOf(learnings)) {
          const rows = some.map((one) => ({
            job_id: one.jobId,
            learnt_at: one.learntAt,
            learning: JSON.stringify(one),
          }));
          await trx.insertInto('job_learning').values(rows).execute();
        }
      });
    },

    async learnings() {
      const rows = await kysely.selectFrom('job_learning').select('learning').orderBy('job_id').execute();
      return rows.map(({ learning }) => JSON.parse(learning) as StoredLearning);
    },

    async suggestions(limit) {
      const rows = await kysely
        .selectFrom('job_suggestion')
        .select('suggestion')
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ suggestion }) => JSON.parse(suggestion) as StoredSuggestion);
    },

    async get(id) {
      const row = await kysely
        .selectFrom('job_suggestion')
        .select('suggestion')
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? (JSON.parse(row.suggestion) as StoredSuggestion) : null;
    },

    async show(suggestion) {
      const changed = await kysely
        .updateTable('job_suggestion')
        .set({ suggestion: JSON.stringify(suggestion) })
        .where('id', '=', suggestion.id)
        .where('state', '=', 'shown')
        .executeTakeFirst();
      if (changed.numUpdatedRows > 0n) return true;
      const added = await kysely
        .insertInto('job_suggestion')
        .values({ ...rowOf(suggestion), created_at: suggestion.createdAt })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    async withdraw(ids) {
      for (const some of chunksOf(ids))
        await kysely.deleteFrom('job_suggestion').where('id', 'in', some).where('state', '=', 'shown').execute();
    },

    async decide(suggestion, from, override) {
      return contendedTransaction(dialect, async (trx) => {
        const changed = await trx
          .updateTable('job_suggestion')
          .set(rowOf(suggestion))
          .where('id', '=', suggestion.id)
          .where('state', '=', from)
          .executeTakeFirst();
        if (changed.numUpdatedRows === 0n) return false;
        if (override === null) return true;
        await trx
          .deleteFrom('job_override')
          .where('job_id', '=', suggestion.jobId)
          .where('parameter', '=', suggestion.parameter)
          .execute();
        if ('add' in override) await trx.insertInto('job_override').values(overrideRow(override.add)).execute();
        return true;
      });
    },

    async overrides() {
      const rows = await kysely.selectFrom('job_override').selectAll().orderBy('job_id').orderBy('at').execute();
      return rows.map(overrideOf);
    },

    async dropOverrides(overrides) {
      for (const { jobId, parameter } of overrides)
        await kysely
          .deleteFrom('job_override')
          .where('job_id', '=', jobId)
          .where('parameter', '=', parameter)
          .execute();
    },
  };
}

function rowOf(suggestion: StoredSuggestion) {
  const { id, jobId, parameter, state } = suggestion;
  return { id, job_id: jobId, parameter, state, suggestion: JSON.stringify(suggestion) };
}

function overrideRow({ jobId, parameter, from, to, suggestionId, at }: StoredOverride): JobOverrideTable {
  return { job_id: jobId, parameter, from_value: from, to_value: to, suggestion_id: suggestionId, at };
}

function overrideOf(row: JobOverrideTable): StoredOverride {
  return {
    jobId: row.job_id,
    parameter: row.parameter as Parameter,
    from: row.from_value,
    to: row.to_value,
    suggestionId: row.suggestion_id,
    at: row.at,
  };
}
