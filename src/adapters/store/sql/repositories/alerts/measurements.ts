import type { Transaction } from 'kysely';
import type { Measurement, MeasurementStore } from '../../../../../core/alerts/ports.ts';
import { chunksOf } from '../../chunks.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { GivenColumns, StoreDialect } from '../../dialects/dialect.ts';
import type { MeasurementSeriesTable, MeasurementTable } from '../../schema/alerts.ts';
import type { Schema } from '../../schema.ts';

const COLUMNS: GivenColumns<MeasurementTable> = {
  name: 'text',
  project_id: 'integer',
  subject_kind: 'text',
  subject_id: 'text',
  at: 'integer',
  value: 'number',
  unit: 'text',
};
const SERIES_COLUMNS: GivenColumns<MeasurementSeriesTable> = {
  ...COLUMNS,
  subject_name: 'text',
  subject_labels: 'text',
};

export function createMeasurementStore(dialect: StoreDialect): MeasurementStore {
  const { kysely } = dialect;
  return {
    add: (measurements) => contendedTransaction(dialect, (trx) => addMeasurements(trx, dialect, measurements)),

    async latest(name) {
      const rows = await kysely
        .selectFrom('measurement_series')
        .selectAll()
        .where('name', '=', name)
        .orderBy('project_id')
        .orderBy('subject_id')
        .orderBy('subject_kind')
        .execute();
      return rows.map((row) => toMeasurement(row, row));
    },

    async series({ projectId, name, subjectId, from, to, limit }) {
      const rows = await kysely
        .selectFrom('measurement')
        .innerJoin('measurement_series as series', (join) =>
          join
            .onRef('series.name', '=', 'measurement.name')
            .onRef('series.project_id', '=', 'measurement.project_id')
            .onRef('series.subject_id', '=', 'measurement.subject_id')
            .onRef('series.subject_kind', '=', 'measurement.subject_kind'),
        )
        .selectAll('measurement')
        .select(['series.subject_name', 'series.subject_labels'])
        .where('measurement.name', '=', name)
        .where('measurement.project_id', '=', projectId)
        .where('measurement.subject_id', '=', subjectId)
        .where('measurement.at', '>=', from)
        .where('measurement.at', '<', to)
        .orderBy('measurement.at')
        .orderBy('measurement.subject_kind')
        .limit(limit)
        .execute();
      return rows.map((row) => toMeasurement(row, row));
    },
  };
}

/** Gives those that are new, in the order given. */
export async function addMeasurements(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  measurements: readonly Measurement[],
): Promise<Measurement[]> {
  const byKey = new Map<string, Measurement>();
  for (const measurement of measurements) {
    const key = keyOf(toRow(measurement));
    if (!byKey.has(key)) byKey.set(key, measurement);
  }
  const added: Measurement[] = [];
  const names = Object.keys(COLUMNS) as (keyof MeasurementTable)[];
  // In the order of their keys: two that post the same wait for each other instead of locking each other out.
  for (const chunk of chunksOf([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)))) {
    const rows = chunk.map(([, measurement]) => toRow(measurement));
    const stored = await trx
      .insertInto('measurement')
      .columns(names)
      // SQLite takes `ON CONFLICT` after a SELECT for a join without this.
      .expression(
        trx
          .selectFrom(dialect.given(COLUMNS, rows).as('given'))
          .select(names)
          .where((eb) => eb.lit(true)),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning(['name', 'project_id', 'subject_kind', 'subject_id', 'at'])
      .execute();
    const fresh = new Set(stored.map(keyOf));
    for (const [key, measurement] of chunk) if (fresh.has(key)) added.push(measurement);
  }
  await keepNewest(trx, dialect, added);
  const isNew = new Set(added);
  return [...byKey.values()].filter((measurement) => isNew.has(measurement));
}

async function keepNewest(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  measurements: readonly Measurement[],
): Promise<void> {
  const newest = new Map<string, Measurement>();
  for (const measurement of measurements) {
    const key = JSON.stringify(seriesOf(toRow(measurement)));
    const known = newest.get(key);
    if (!known || known.at <= measurement.at) newest.set(key, measurement);
  }
  const names = Object.keys(SERIES_COLUMNS) as (keyof MeasurementSeriesTable)[];
  const changing = ['subject_name', 'subject_labels', 'at', 'value', 'unit'] as const;
  for (const chunk of chunksOf([...newest].sort(([a], [b]) => (a < b ? -1 : 1)))) {
    const rows = chunk.map(
      ([, measurement]): MeasurementSeriesTable => ({
        ...toRow(measurement),
        subject_name: measurement.subject.name,
        subject_labels: JSON.stringify(measurement.subject.labels),
      }),
    );
    await trx
      .insertInto('measurement_series')
      .columns(names)
      .expression(
        trx
          .selectFrom(dialect.given(SERIES_COLUMNS, rows).as('given'))
          .select(names)
          .where((eb) => eb.lit(true)),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['name', 'project_id', 'subject_id', 'subject_kind'])
          .doUpdateSet((eb) => Object.fromEntries(changing.map((name) => [name, eb.ref(`excluded.${name}`)])))
          .whereRef('measurement_series.at', '<=', 'excluded.at'),
      )
      .execute();
  }
}

function toRow({ name, projectId, subject, at, value, unit }: Measurement): MeasurementTable {
  return {
    name,
    project_id: projectId,
    subject_kind: subject.kind,
    subject_id: subject.id,
    at: Math.floor(at),
    value,
    unit,
  };
}

type Series = Pick<MeasurementTable, 'name' | 'project_id' | 'subject_kind' | 'subject_id'>;

function seriesOf({ name, project_id, subject_kind, subject_id }: Series): unknown[] {
  return [name, project_id, subject_id, subject_kind];
}

function keyOf(row: Series & { at: number }): string {
  return JSON.stringify([...seriesOf(row), row.at]);
}

function toMeasurement(
  row: MeasurementTable,
  { subject_name, subject_labels }: Pick<MeasurementSeriesTable, 'subject_name' | 'subject_labels'>,
): Measurement {
  return {
    projectId: row.project_id,
    name: row.name,
    subject: {
      kind: row.subject_kind,
      id: row.subject_id,
      name: subject_name,
      labels: JSON.parse(subject_labels) as Measurement['subject']['labels'],
    },
    at: row.at,
    value: row.value,
    unit: row.unit,
  };
}
