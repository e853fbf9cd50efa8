import type { Selectable, Transaction } from 'kysely';
import type {
  ConversationMessage,
  ConversationStore,
  NewMessages,
  StoredConversation,
} from '../../../../../core/analysis/index.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import { chunksOf } from '../../chunks.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { ConversationMessageTable, ConversationTable } from '../../schema/analysis.ts';
import type { Schema } from '../../schema.ts';
import { forgetConcepts } from '../concepts/concept-store.ts';
import { forgetAnalyses, knownAnalysisOf } from './analyses.ts';

/** Conversations as they were sent, redacted before they come here. */
export function createConversationStore(dialect: StoreDialect): ConversationStore {
  const { kysely } = dialect;
  return {
    append: (messages) => contendedTransaction(dialect, (trx) => append(trx, dialect, messages)),

    async read(id) {
      const row = await kysely.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      const messages = await kysely
        .selectFrom('conversation_message')
        .selectAll()
        .where('conversation_id', '=', id)
        .orderBy('position')
        .execute();
      return { ...conversationOf(row), messages: messages.map(messageOf) };
    },

    async list({ userId, before, limit }) {
      let query = kysely
        .selectFrom('conversation')
        .leftJoin('conversation_analysis', 'conversation_analysis.conversation_id', 'conversation.id')
        .leftJoin('analysis', 'analysis.key', 'conversation_analysis.analysis_key')
        .select(['conversation.id', 'user_id', 'created_at', 'updated_at', 'conversation.messages'])
        .select(['content_hash', 'analysis', 'metadata', 'valid_until'])
        .select('conversation_analysis.messages as analysed_messages')
        .orderBy('updated_at', 'desc')
        .orderBy('conversation.id', 'desc')
        .limit(limit);
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      if (before !== undefined) {
        query = query.where((eb) =>
          eb(eb.refTuple('updated_at', 'conversation.id'), '<', eb.tuple(before.updatedAt, before.id)),
        );
      }
      return (await query.execute()).map((row) => ({
        ...conversationOf(row),
        messages: row.messages,
        latest: knownAnalysisOf(row),
      }));
    },

    eraseUser: (userId) =>
      contendedTransaction(dialect, async (trx) => {
        const rows = await trx.selectFrom('conversation').select('id').where('user_id', '=', userId).execute();
        return forget(
          trx,
          rows.map(({ id }) => id),
        );
      }),

    forgetBefore: (instant, limit) =>
      contendedTransaction(dialect, async (trx) => {
        const rows = await trx
          .selectFrom('conversation')
          .select('id')
          .where('updated_at', '<', instant)
          .orderBy('updated_at')
          .orderBy('id')
          .limit(limit)
          .execute();
        // Conversations that were posted along have no row of their own.
        const posted = await trx
          .selectFrom('conversation_analysis')
          .leftJoin('conversation', 'conversation.id', 'conversation_analysis.conversation_id')
          .select('conversation_id as id')
          .where('at', '<', instant)
          .where('conversation.id', 'is', null)
          .orderBy('at')
          .limit(Math.max(0, limit - rows.length))
          .execute();
        return forget(
          trx,
          [...rows, ...posted].map(({ id }) => id),
        );
      }),
  };
}

async function append(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  { conversationId, userId, messages, at, limits }: NewMessages,
): Promise<{ stored: number; total: number }> {
  await trx
    .insertInto('conversation')
    .values({ id: conversationId, user_id: userId, created_at: at, updated_at: at, messages: 0, bytes: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  let query = trx.selectFrom('conversation').selectAll().where('id', '=', conversationId);
  if (dialect.lock.isNeeded) query = query.modifyEnd(dialect.lock.wait);
  const conversation = await query.executeTakeFirstOrThrow();
  const fresh = await unknownMessages(trx, conversationId, messages);
  const total = conversation.messages + fresh.length;
  const bytes = conversation.bytes + fresh.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (total > limits.messages || bytes > limits.bytes) {
    throw new GuardianError('too_large', {
      reason: (m) => m.server.bodies.conversation(limits.messages, limits.bytes),
    });
  }
  const rows = fresh.map((message, index) => rowOf(conversationId, conversation.messages + index, message));
  for (const chunk of chunksOf(rows)) await trx.insertInto('conversation_message').values(chunk).execute();
  await trx
    .updateTable('conversation')
    .set({
      messages: total,
      bytes,
      user_id: conversation.user_id ?? userId,
      updated_at: fresh.length > 0 ? Math.max(conversation.updated_at, at) : conversation.updated_at,
    })
    .where('id', '=', conversationId)
    .execute();
  return { stored: fresh.length, total };
}

/** Those whose id is not stored yet, each id once. */
async function unknownMessages(
  trx: Transaction<Schema>,
  conversationId: string,
  messages: readonly ConversationMessage[],
): Promise<ConversationMessage[]> {
  const known = new Set<string>();
  const ids = messages.flatMap(({ id }) => (id === null ? [] : [withoutNul(id)]));
  for (const chunk of chunksOf(ids)) {
    const rows = await trx
      .selectFrom('conversation_message')
      .select('message_id')
      .where('conversation_id', '=', conversationId)
      .where('message_id', 'in', chunk)
      .execute();
    for (const { message_id } of rows) known.add(message_id!);
  }
  return messages.filter(({ id }) => {
    if (id === null) return true;
    const sent = withoutNul(id);
    if (known.has(sent)) return false;
    known.add(sent);
    return true;
  });
}

/** Conversations with their messages, analyses and concepts; gives how many ids there were. */
async function forget(trx: Transaction<Schema>, ids: readonly string[]): Promise<number> {
  for (const chunk of chunksOf(ids)) {
    await trx.deleteFrom('conversation_message').where('conversation_id', 'in', chunk).execute();
    await trx.deleteFrom('conversation').where('id', 'in', chunk).execute();
    await forgetAnalyses(trx, chunk);
    await forgetConcepts(trx, chunk);
  }
  return ids.length;
}

function rowOf(
  conversationId: string,
  position: number,
  { id, role, author, content, createdAt }: ConversationMessage,
): ConversationMessageTable {
  return {
    conversation_id: conversationId,
    position,
    message_id: id === null ? null : withoutNul(id),
    role,
    author: author === null ? null : withoutNul(author),
    content: withoutNul(content),
    created_at: createdAt,
  };
}

/** PostgreSQL takes no NUL in text. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}

function messageOf(row: Selectable<ConversationMessageTable>): ConversationMessage {
  return {
    id: row.message_id,
    role: row.role as ConversationMessage['role'],
    author: row.author,
    content: row.content,
    createdAt: row.created_at,
  };
}

function conversationOf(
  row: Pick<ConversationTable, 'id' | 'user_id' | 'created_at' | 'updated_at'>,
): Omit<StoredConversation, 'messages'> {
  return { id: row.id, userId: row.user_id, createdAt: row.created_at, updatedAt: row.updated_at };
}
