import type { Transaction } from 'kysely';
import type { Alert, AlertStore, DecideObservation, Observation } from '../../../../../core/alerts/ports.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { AlertChanges } from './alert-changes.ts';
import { toAlert } from './alert-row.ts';
import { addMeasurements } from './measurements.ts';
import { addTexts } from './texts.ts';

export interface AlertStoreContext {
  dialect: StoreDialect;
  now(): number;
}

export function createAlertStore({ dialect, now }: AlertStoreContext): AlertStore {
  const { kysely } = dialect;
  const observeIn = async (
    trx: Transaction<Schema>,
    observations: readonly Observation[],
    decide: DecideObservation,
  ): Promise<Alert[]> => {
    if (observations.length === 0) return [];
    const keys = observations.map(({ dedupeKey }) => dedupeKey);
    const changes = await AlertChanges.hold(trx, dialect, keys);
    for (const observation of observations) {
      const { dedupeKey: key } = observation;
      changes.apply(key, decide(observation, changes.alert(key), changes.look(key)));
    }
    return changes.write(now());
  };

  return {
    observe: (observations, decide) => contendedTransaction(dialect, (trx) => observeIn(trx, observations, decide)),

    post: ({ measurements, texts }, observations, decide) =>
      contendedTransaction(dialect, async (trx) => {
        const alerts = await observeIn(trx, observations, decide);
        const newMeasurements = (await addMeasurements(trx, dialect, measurements)).length;
        const newTexts = (await addTexts(trx, dialect, texts)).size;
        return { alerts, newMeasurements, newTexts };
      }),

    change: (ids, decide) =>
      contendedTransaction(dialect, async (trx) => {
        if (ids.length === 0) return [];
        const rows = await trx
          .selectFrom('alert')
          .select(['id', 'dedupe_key'])
          .where('id', 'in', [...new Set(ids)])
          .execute();
        const keys = new Map(rows.map(({ id, dedupe_key }) => [id, dedupe_key]));
        const changes = await AlertChanges.hold(trx, dialect, [...keys.values()]);
        const there = [...new Set(ids)].flatMap((id) => {
          const key = keys.get(id);
          // Another may have taken its place between the two looks.
          return key !== undefined && changes.alert(key)?.id === id ? [key] : [];
        });
        for (const key of there) changes.apply(key, decide(changes.alert(key)!));
        await changes.write(now());
        return there.map((key) => changes.alert(key)!);
      }),

    async due(at, limit) {
      const rows = await kysely
        .selectFrom('alert')
        .selectAll()
        .where('next_send_at', 'is not', null)
        .where('next_send_at', '<=', at)
        .orderBy('next_send_at')
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.map(toAlert);
    },
  };
}
