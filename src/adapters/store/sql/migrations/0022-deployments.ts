import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Deployments, and every intent of theirs with what came of it. */
export async function createDeploymentTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'deployment', {
    key: 'id',
    columns: {
      id: 'text!',
      service: 'text!',
      kind: 'text!',
      phase: 'text!',
      is_open: 'integer!',
      build_id: 'integer!',
      revision: 'text',
      watch: 'text',
      sequence: 'integer!',
      cooldown_until: 'integer',
      created_at: 'integer!',
      finished_at: 'integer',
      next_at: 'integer',
      claimed_until: 'integer!',
      version: 'integer!',
      deployment: 'bytes!',
    },
    indexes: {
      // One at a time per service.
      open: { columns: ['service'], isUnique: true, where: 'is_open = 1' },
      // A build id is given once.
      build: { columns: ['service', 'build_id'], isUnique: true, where: `kind = 'deploy'` },
      // What is due.
      due: { columns: ['next_at'], where: 'next_at IS NOT NULL' },
      // The page, newest first, of one service or of all.
      made: { columns: ['created_at', 'id'] },
      service: { columns: ['service', 'created_at', 'id'] },
    },
  });
  await createTable(db, dialect, 'deployment_step', {
    key: ['deployment_id', 'number'],
    columns: {
      deployment_id: 'text!',
      number: 'integer!',
      kind: 'text!',
      intent_id: 'text!',
      state: 'text!',
      intended_at: 'integer!',
      ended_at: 'integer',
      attempts: 'integer!',
      detail: 'text!',
    },
    indexes: {
      // Lines on charts.
      ended: { columns: ['ended_at'], where: `kind IN ('traffic', 'promote', 'rollback') AND state = 'done'` },
    },
  });
}
