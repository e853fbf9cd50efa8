import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** What conversations of one user have in common, and what issues are explained by. */
export async function createConceptTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  const { integer } = dialect.types;
  await db.schema
    .alterTable('conversation')
    .addColumn('looked', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('conversation').addColumn('began_at', integer).execute();
  // Those whose messages nobody has looked at.
  await sql`CREATE INDEX conversation_unlooked ON conversation (updated_at, id) WHERE user_id IS NOT NULL AND looked < messages`.execute(
    db,
  );
  await createTable(db, dialect, 'concept_mention', {
    key: ['conversation_id', 'key'],
    columns: {
      conversation_id: 'text!',
      key: 'text!',
      user_id: 'text!',
      concept: 'text!',
      vector: 'text!',
      first_at: 'integer!',
      last_at: 'integer!',
      mentions: 'integer!',
    },
    indexes: {
      // What is erased with a user.
      of_user: { columns: ['user_id'] },
    },
  });
  await createTable(db, dialect, 'concept_posting', {
    // The search: one user, some stems.
    key: ['user_id', 'term', 'conversation_id', 'key'],
    columns: {
      user_id: 'text!',
      term: 'text!',
      conversation_id: 'text!',
      key: 'text!',
      weight: 'number!',
      began_at: 'integer!',
    },
    indexes: {
      // What is forgotten with a conversation.
      of_conversation: { columns: ['conversation_id'] },
    },
  });
  await createTable(db, dialect, 'concept_recall', {
    key: 'id',
    columns: {
      id: 'text!',
      user_id: 'text!',
      conversation_id: 'text!',
      message_id: 'text',
      concept: 'text!',
      recalled: 'text!',
      similarity: 'number!',
      first_at: 'integer!',
      last_at: 'integer!',
      mentions: 'integer!',
      conversations: 'text!',
      at: 'integer!',
      is_told: 'integer!',
      dismissed_at: 'integer',
    },
    indexes: {
      // The history of one user, newest first.
      of_user: { columns: ['user_id', 'at', 'id'] },
      of_conversation: { columns: ['conversation_id'] },
    },
  });
  await createTable(db, dialect, 'issue_explanation', {
    key: ['issue_id', 'language'],
    columns: {
      issue_id: 'text!',
      language: 'text!',
      evidence_hash: 'text!',
      explanation: 'text!',
      valid_until: 'integer',
      at: 'integer!',
    },
  });
}
