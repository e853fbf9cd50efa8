import type { Prediction, PredictionStore } from '../../../../../core/jobs/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';

/** A prediction is a row from when it is made; once it is judged it stays as it is. */
export function createPredictionStore({ kysely }: Pick<StoreDialect, 'kysely'>): PredictionStore {
  return {
    async keep(predictions) {
      if (predictions.length === 0) return;
      const rows = predictions.map((prediction) => ({
        job_id: prediction.jobId,
        event: prediction.event,
        for_at: prediction.forAt,
        made_at: prediction.madeAt,
        is_judged: prediction.judged === null ? 0 : 1,
        prediction: JSON.stringify(prediction),
      }));
      await kysely
        .insertInto('job_prediction')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(['job_id', 'event', 'for_at'])
            .doUpdateSet((eb) => ({
              made_at: eb.ref('excluded.made_at'),
              is_judged: eb.ref('excluded.is_judged'),
              prediction: eb.ref('excluded.prediction'),
            }))
            .where('job_prediction.is_judged', '=', 0),
        )
        .execute();
    },

    async open(jobId) {
      const rows = await kysely
        .selectFrom('job_prediction')
        .select('prediction')
        .where('job_id', '=', jobId)
        .where('is_judged', '=', 0)
        .orderBy('for_at')
        .execute();
      return rows.map(({ prediction }) => JSON.parse(prediction) as Prediction);
    },

    async list(jobId, limit) {
      const rows = await kysely
        .selectFrom('job_prediction')
        .select('prediction')
        .where('job_id', '=', jobId)
        .orderBy('made_at', 'desc')
        .orderBy('event')
        .limit(limit)
        .execute();
      return rows.map(({ prediction }) => JSON.parse(prediction) as Prediction);
    },

    async forget({ before, limit }) {
      const { numDeletedRows } = await kysely
        .deleteFrom('job_prediction')
        .where((eb) =>
          eb(
            eb.refTuple('job_id', 'event', 'for_at'),
            'in',
            eb
              .selectFrom('job_prediction')
              .select(['job_id', 'event', 'for_at'])
              .where('made_at', '<', before)
              .limit(limit)
              .$asTuple('job_id', 'event', 'for_at'),
          ),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
