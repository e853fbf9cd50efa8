import type { StoreDialect } from '../dialects/dialect.ts';
import type { MigrationDatabase } from './tables.ts';

/** Since when nobody answers for an alert, and how grave it was then; the step that comes next; its sentences, for readers of any language. */
export async function keepHowAlertsAreTold(db: MigrationDatabase, { types }: StoreDialect): Promise<void> {
  const { schema } = db;
  await schema
    .alterTable('alert')
    .addColumn('unanswered_since', types.integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('alert')
    .addColumn('unanswered_severity', 'text', (column) => column.notNull().defaultTo('info'))
    .execute();
  await schema.alterTable('alert').addColumn('next_step', types.integer).execute();
  await schema.alterTable('alert').addColumn('said', 'text').execute();
  await db
    .updateTable('alert')
    .set((eb) => ({ unanswered_since: eb.ref('firing_since'), unanswered_severity: eb.ref('severity') }))
    .execute();
}
