import { randomBytes } from 'node:crypto';
import { asEntry, chainEntry, genesisOf, OWN_TRAIL } from '../../../../core/audit/index.ts';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { AuditTable } from '../schema/access.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Chained audit trails; what was audited before becomes the first entries of Guardian's own, marked as taken over. */
export async function createAuditTrailTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'audit_trail', {
    key: { counter: 'id' },
    columns: {
      name: 'text!',
      chain: 'text!',
      epoch: 'text!',
      project_id: 'integer',
      begun_at: 'integer!',
    },
    // Every look at a trail.
    indexes: { name: { columns: ['name'], isUnique: true } },
  });
  await createTable(db, dialect, 'audit_entry', {
    key: ['trail_id', 'sequence'],
    columns: {
      trail_id: 'integer!',
      sequence: 'integer!',
      at: 'integer!',
      actor: 'text!',
      action: 'text!',
      object: 'text!',
      outcome: 'text!',
      address: 'text',
      fields: 'text',
      previous: 'text!',
      hash: 'text!',
    },
    // The page of a trail, filtered.
    indexes: {
      actor: { columns: ['trail_id', 'actor', 'sequence'] },
      action: { columns: ['trail_id', 'action', 'sequence'] },
      object: { columns: ['trail_id', 'object', 'sequence'] },
    },
  });
  await createTable(db, dialect, 'audit_checkpoint', {
    key: ['trail_id', 'count', 'key_id'],
    columns: {
      trail_id: 'integer!',
      count: 'integer!',
      key_id: 'text!',
      head: 'text!',
      at: 'integer!',
      signature: 'text!',
      public_key: 'text!',
      anchored_at: 'integer',
    },
  });
  await takeOver(db);
  await db.schema.dropTable('audit').execute();
}

const PAGE = 500;

async function takeOver(migrating: MigrationDatabase): Promise<void> {
  const trail = { name: OWN_TRAIL, epoch: randomBytes(16).toString('hex') };
  // The table of the steps before; it is not in the schema any more.
  const db = migrating.withTables<{ audit: AuditTable }>();
  const { id: trailId } = await db
    .insertInto('audit_trail')
    .values({ name: OWN_TRAIL, chain: OWN_TRAIL, epoch: trail.epoch, project_id: null, begun_at: Date.now() })
    .returning('id')
    .executeTakeFirstOrThrow();
  let previous = genesisOf(trail);
  let sequence = 0;
  for (let after = 0; ; ) {
    const rows = await db.selectFrom('audit').selectAll().where('id', '>', after).orderBy('id').limit(PAGE).execute();
    const entries = rows.map(({ at, actor, action, target, detail, address }) => {
      const known = detail === null ? {} : (JSON.parse(detail) as Record<string, unknown>);
      const fields = { ...known, takenOver: true };
      const taken = { at, actor, action, object: target, outcome: 'success' as const, address, fields };
      const chained = chainEntry(previous, asEntry(taken, ++sequence));
      previous = chained.hash;
      return { ...chained, trail_id: trailId, at, fields: JSON.stringify(chained.fields) };
    });
    if (entries.length > 0) await db.insertInto('audit_entry').values(entries).execute();
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}
