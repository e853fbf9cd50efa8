import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Conversations, their messages, and what was said of them. */
export async function createAnalysisTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'conversation', {
    key: 'id',
    columns: {
      id: 'text!',
      user_id: 'text',
      created_at: 'integer!',
      updated_at: 'integer!',
      messages: 'integer!',
      bytes: 'integer!',
    },
    indexes: {
      // The list, newest first, and what is forgotten, oldest first.
      touched: { columns: ['updated_at', 'id'] },
      // Those of one user, newest first; what is erased with a user.
      of_user: { columns: ['user_id', 'updated_at', 'id'], where: 'user_id IS NOT NULL' },
    },
  });
  await createTable(db, dialect, 'conversation_message', {
    key: ['conversation_id', 'position'],
    columns: {
      conversation_id: 'text!',
      position: 'integer!',
      message_id: 'text',
      role: 'text!',
      author: 'text',
      content: 'text!',
      created_at: 'integer',
    },
    indexes: {
      // A message that is sent again is not stored again.
      sent: { columns: ['conversation_id', 'message_id'], isUnique: true, where: 'message_id IS NOT NULL' },
    },
  });
  await createTable(db, dialect, 'analysis', {
    key: 'key',
    columns: {
      key: 'text!',
      content_hash: 'text!',
      analysis: 'text!',
      metadata: 'text!',
      valid_until: 'integer',
    },
  });
  await createTable(db, dialect, 'conversation_analysis', {
    key: 'conversation_id',
    columns: { conversation_id: 'text!', analysis_key: 'text!', messages: 'integer!', at: 'integer!' },
    indexes: {
      // Whether another conversation has the analysis.
      used: { columns: ['analysis_key'] },
      // Those of conversations that were posted along, oldest first: they are forgotten too.
      made: { columns: ['at', 'conversation_id'] },
    },
  });
}
