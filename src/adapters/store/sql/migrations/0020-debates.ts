import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Debates and their turns. */
export async function createDebateTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'debate', {
    key: 'id',
    columns: {
      id: 'text!',
      topic: 'text!',
      state: 'text!',
      started_at: 'integer!',
      ended_at: 'integer',
      ended_because: 'text',
      synthesis: 'text',
      agreement: 'number',
      is_one_voice: 'integer!',
      config: 'text!',
      cost: 'text!',
      alive_until: 'integer!',
    },
    indexes: {
      // The list, newest first.
      started: { columns: ['started_at', 'id'] },
      // Those whose process died.
      running: { columns: ['alive_until'], where: "state = 'running'" },
      // What is forgotten, oldest first.
      over: { columns: ['ended_at'], where: 'ended_at IS NOT NULL' },
    },
  });
  await createTable(db, dialect, 'debate_turn', {
    key: ['debate_id', 'position'],
    columns: { debate_id: 'text!', position: 'integer!', turn: 'text!' },
  });
}
