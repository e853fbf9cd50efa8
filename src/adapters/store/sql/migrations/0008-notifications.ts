import { type ColumnDataType, sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Notifications; and deliveries as the one model of everything that leaves. Mails of before stay what they were. */
export async function createNotificationTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'notification', {
    key: 'id',
    columns: {
      id: 'text!',
      key: 'text!',
      occasion: 'text!',
      dedupe_key: 'text!',
      at: 'integer!',
      gravity: 'integer!',
      project_id: 'integer',
      about_kind: 'text!',
      about_id: 'text!',
      firing: 'integer',
      is_unrouted: 'integer!',
      content: 'text!',
    },
    indexes: {
      key: { columns: ['key'], isUnique: true },
      // What an alert, a run, … was told of; retention.
      about: { columns: ['about_id', 'at'] },
      at: { columns: ['at'] },
    },
  });
  await createTable(db, dialect, 'delivery_attempt', {
    key: ['delivery_id', 'number'],
    columns: {
      delivery_id: 'text!',
      number: 'integer!',
      at: 'integer!',
      outcome: 'text!',
      error: 'text',
      ms: 'integer!',
    },
  });
  await createTable(db, dialect, 'channel_health', {
    key: ['channel', 'address'],
    columns: {
      channel: 'text!',
      address: 'text!',
      failures_in_row: 'integer!',
      last_sent_at: 'integer',
      last_failed_at: 'integer',
      last_error: 'text',
    },
  });
  await extendOutbox(db, dialect);
  await extendDeliveries(db, dialect);
}

async function extendOutbox(db: MigrationDatabase, { types }: StoreDialect): Promise<void> {
  await db.schema.alterTable('outbox').addColumn('told_at', types.integer).execute();
  // What happened before there were notifications is told to nobody now.
  await db
    .updateTable('outbox')
    .set((eb) => ({ told_at: eb.ref('at') }))
    .execute();
  await sql`CREATE INDEX outbox_untold ON outbox (kind, id) WHERE told_at IS NULL`.execute(db);
}

async function extendDeliveries(db: MigrationDatabase, { types }: StoreDialect): Promise<void> {
  const { schema } = db;
  await schema.dropIndex('delivery_occasion').execute();
  await schema.dropIndex('delivery_due').execute();
  await schema.dropIndex('delivery_last').execute();
  await schema.alterTable('delivery').renameColumn('occasion', 'key').execute();
  await schema.alterTable('delivery').renameColumn('recipient', 'address').execute();
  const texts = ['notification_id', 'alert_id', 'episode', 'reason', 'group_id', 'fallback_of', 'provider_id'];
  const integers = ['firing', 'ended_at', 'release_at', 'stood_in_at', 'first_attempt_at', 'last_attempt_at'];
  const given: [string, ColumnDataType, string | number][] = [
    ...['recipient', 'occasion', 'dedupe_key', 'title'].map((name): [string, ColumnDataType, string] => [
      name,
      'text',
      '',
    ]),
    ['routes', 'text', '[]'],
    ...['gravity', 'is_unrouted', 'due_at', 'attempts_before', 'position'].map(
      (name): [string, ColumnDataType, number] => [name, types.integer, 0],
    ),
  ];
  for (const name of texts) await schema.alterTable('delivery').addColumn(name, 'text').execute();
  for (const name of integers) await schema.alterTable('delivery').addColumn(name, types.integer).execute();
  for (const [name, type, value] of given) {
    await schema
      .alterTable('delivery')
      .addColumn(name, type, (column) => column.notNull().defaultTo(value))
      .execute();
  }
  await db
    .updateTable('delivery')
    .set((eb) => ({
      state: sql<string>`CASE state WHEN 'stored' THEN 'simulated' WHEN 'failed' THEN 'dead'
        WHEN 'pending' THEN CASE WHEN attempts > 0 THEN 'failed' ELSE 'pending' END ELSE state END`,
      occasion: sql<string>`CASE WHEN key LIKE 'digest:%' THEN 'usage_digest' ELSE 'report_ready' END`,
      dedupe_key: sql<string>`'report:' || service`,
      due_at: eb.ref('created_at'),
      // Nothing stands in for what was given up long ago.
      stood_in_at: eb.ref('created_at'),
    }))
    .execute();
  await createIndexes(db);
}

async function createIndexes(db: MigrationDatabase): Promise<void> {
  // One occasion reaches nobody twice.
  await sql`CREATE UNIQUE INDEX delivery_key ON delivery (key, recipient, channel, address)`.execute(db);
  // What is due, held ones with the end of their hold.
  await sql`CREATE INDEX delivery_due ON delivery (next_attempt_at)
    WHERE state IN ('pending', 'failed', 'held', 'sending')`.execute(db);
  // What is under way for an address, by its key; the members of a group.
  await sql`CREATE INDEX delivery_lane ON delivery (channel, address, dedupe_key, position)
    WHERE state IN ('pending', 'failed', 'sending')`.execute(db);
  await sql`CREATE INDEX delivery_group ON delivery (group_id) WHERE group_id IS NOT NULL`.execute(db);
  // What a recipient was told of late: of a key, for the cool-down; in all, for groups and bursts.
  await sql`CREATE INDEX delivery_cooled ON delivery (recipient, channel, dedupe_key, due_at) WHERE state <> 'suppressed'`.execute(
    db,
  );
  await sql`CREATE INDEX delivery_told ON delivery (recipient, channel, due_at) WHERE state <> 'suppressed'`.execute(
    db,
  );
  // Who was told within an episode.
  await sql`CREATE INDEX delivery_episode ON delivery (episode) WHERE episode IS NOT NULL AND ended_at IS NULL`.execute(
    db,
  );
  // What did not arrive and has nothing that stands in for it.
  await sql`CREATE INDEX delivery_undelivered ON delivery (due_at)
    WHERE stood_in_at IS NULL AND state IN ('pending', 'failed', 'sending', 'dead')`.execute(db);
  // The last report that an address got about a service; the log by alert, by notification.
  await sql`CREATE INDEX delivery_last ON delivery (address, service, created_at)`.execute(db);
  await sql`CREATE INDEX delivery_alert ON delivery (alert_id, created_at) WHERE alert_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX delivery_notification ON delivery (notification_id) WHERE notification_id IS NOT NULL`.execute(
    db,
  );
}
