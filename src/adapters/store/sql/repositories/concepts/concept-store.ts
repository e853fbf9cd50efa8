import { type Selectable, sql, type Transaction } from 'kysely';
import type {
  ConceptSearch,
  ConceptStore,
  ConceptWork,
  LookedAt,
  StoredRecall,
} from '../../../../../core/analysis/index.ts';
import { chunksOf } from '../../chunks.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { ConceptRecallTable } from '../../schema/concepts.ts';
import type { Schema } from '../../schema.ts';

/** Concepts by user and stem. A conversation is written by whoever moves its mark first; the other writes nothing. */
export function createConceptStore(dialect: StoreDialect): ConceptStore {
  const { kysely } = dialect;
  return {
    async behind(limit) {
      const rows = await kysely
        .selectFrom('conversation')
        .select('id')
        .where('user_id', 'is not', null)
        .whereRef('looked', '<', 'messages')
        .orderBy('updated_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    async next(conversationId, limit) {
      const row = await kysely
        .selectFrom('conversation')
        .select(['user_id', 'created_at', 'updated_at', 'messages', 'looked', 'began_at'])
        .where('id', '=', conversationId)
        .executeTakeFirst();
      if (row === undefined || row.user_id === null || row.looked >= row.messages) return null;
      const messages = await kysely
        .selectFrom('conversation_message')
        .select(['position', 'message_id', 'role', 'content', 'created_at'])
        .where('conversation_id', '=', conversationId)
        .where('position', '>=', row.looked)
        .orderBy('position')
        .limit(limit)
        .execute();
      const atOf = (saidAt: number | null) => Math.min(saidAt ?? row.updated_at, row.updated_at);
      const began = row.began_at ?? Math.min(row.created_at, ...messages.map(({ created_at }) => atOf(created_at)));
      return {
        ...{ conversationId, userId: row.user_id, beganAt: began, position: row.looked },
        messages: messages.map(({ position, message_id, role, content, created_at }) => ({
          ...{ position, id: message_id, role, content, at: atOf(created_at) },
        })),
      } satisfies ConceptWork;
    },

    search: (query) => search(dialect, query),

    keep: (looked) => contendedTransaction(dialect, (trx) => keep(trx, looked)),

    async history({ userId, minSimilarity, cursor, limit }) {
      let query = kysely
        .selectFrom('concept_recall')
        .selectAll()
        .where('user_id', '=', userId)
        .where('similarity', '>=', minSimilarity)
        .where('dismissed_at', 'is', null)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        query = query.where((eb) => eb(eb.refTuple('at', 'id'), '<', eb.tuple(value, id)));
      }
      const { rows, next } = toPage(await query.execute(), limit, ({ at, id }) => ({ value: at, id }));
      return { items: rows.map(recallOf), nextCursor: next };
    },

    async dismiss(id, at) {
      const { numUpdatedRows } = await kysely
        .updateTable('concept_recall')
        .set({ dismissed_at: at })
        .where('id', '=', id)
        .where('dismissed_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return true;
      return (await this.has(id)) ? false : null;
    },

    async has(id) {
      const row = await kysely.selectFrom('concept_recall').select('id').where('id', '=', id).executeTakeFirst();
      return row !== undefined;
    },

    eraseUser: (userId) => contendedTransaction(dialect, (trx) => eraseConceptsOfUser(trx, userId)),
  };
}

/** Two steps: which mentions share most of the stems, by the index alone; then those. */
async function search(
  { kysely }: StoreDialect,
  { userId, conversationId, beganAt, stems, least, limit }: ConceptSearch,
) {
  if (stems.length === 0) return [];
  const weights = stems.map(({ term, weight }) => sql`when ${term} then cast(${weight} as double precision)`);
  const score = sql<number>`sum(weight * case term ${sql.join(weights, sql` `)} else 0 end)`;
  const near = await kysely
    .selectFrom('concept_posting')
    .select(['conversation_id', 'key', score.as('score')])
    .where('user_id', '=', userId)
    .where(
      'term',
      'in',
      stems.map(({ term }) => term),
    )
    .where('began_at', '<', beganAt)
    .where('conversation_id', '!=', conversationId)
    .groupBy(['conversation_id', 'key'])
    .having(score, '>=', least)
    .orderBy('score', 'desc')
    .orderBy('conversation_id')
    .orderBy('key')
    .limit(limit)
    .execute();
  if (near.length === 0) return [];
  const rows = await kysely
    .selectFrom('concept_mention')
    .selectAll()
    .where((eb) =>
      eb(
        eb.refTuple('conversation_id', 'key'),
        'in',
        near.map(({ conversation_id, key }) => eb.tuple(conversation_id, key)),
      ),
    )
    .execute();
  return rows.map((row) => ({
    concept: row.concept,
    vector: JSON.parse(row.vector),
    conversationId: row.conversation_id,
    firstMentionAt: row.first_at,
    lastMentionAt: row.last_at,
    mentionCount: row.mentions,
  }));
}

async function keep(trx: Transaction<Schema>, { work, mentions, recalls }: LookedAt): Promise<Set<string> | null> {
  const { conversationId, userId, beganAt, position, messages } = work;
  const { numUpdatedRows } = await trx
    .updateTable('conversation')
    .set({ looked: position + messages.length, began_at: beganAt })
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('looked', '=', position)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return null;
  const about = { conversation_id: conversationId, user_id: userId };
  const rows = mentions.map(({ key, concept, vector, firstMentionAt, lastMentionAt, mentionCount }) => ({
    ...about,
    ...{ key, concept, vector: JSON.stringify(vector) },
    ...{ first_at: firstMentionAt, last_at: lastMentionAt, mentions: mentionCount },
  }));
  for (const chunk of chunksOf(rows)) {
    await trx
      .insertInto('concept_mention')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['conversation_id', 'key']).doUpdateSet(({ ref }) => ({
          first_at: sql`case when ${ref('excluded.first_at')} < ${ref('concept_mention.first_at')} then ${ref('excluded.first_at')} else ${ref('concept_mention.first_at')} end`,
          last_at: sql`case when ${ref('excluded.last_at')} > ${ref('concept_mention.last_at')} then ${ref('excluded.last_at')} else ${ref('concept_mention.last_at')} end`,
          mentions: sql`${ref('concept_mention.mentions')} + ${ref('excluded.mentions')}`,
        })),
      )
      .execute();
  }
  const postings = mentions.flatMap(({ key, vector }) =>
    vector
      .filter(({ term }) => term.startsWith('s:'))
      .map(({ term, weight }) => ({ ...about, term, key, weight, began_at: beganAt })),
  );
  for (const chunk of chunksOf(postings)) {
    await trx
      .insertInto('concept_posting')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return keepRecalls(trx, userId, recalls);
}

/** One row of each subject of a conversation; one that was too unlike to be told may be told when it comes nearer. */
async function keepRecalls(
  trx: Transaction<Schema>,
  userId: string,
  recalls: readonly StoredRecall[],
): Promise<Set<string>> {
  const fresh = new Set<string>();
  for (const recall of recalls) {
    const row = rowOf(userId, recall);
    const written = await trx
      .insertInto('concept_recall')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet(row)
          .where('concept_recall.is_told', '<', row.is_told)
          .where('concept_recall.dismissed_at', 'is', null),
      )
      .returning('id')
      .execute();
    if (written.length > 0) fresh.add(recall.id);
  }
  return fresh;
}

/** Takes concepts and recalls of conversations away; called where conversations are forgotten, in the same transaction. */
export async function forgetConcepts(trx: Transaction<Schema>, conversationIds: readonly string[]): Promise<void> {
  await trx.deleteFrom('concept_posting').where('conversation_id', 'in', conversationIds).execute();
  await trx.deleteFrom('concept_mention').where('conversation_id', 'in', conversationIds).execute();
  await trx.deleteFrom('concept_recall').where('conversation_id', 'in', conversationIds).execute();
}

async function eraseConceptsOfUser(trx: Transaction<Schema>, userId: string) {
  await trx.deleteFrom('concept_posting').where('user_id', '=', userId).execute();
  const mentions = await trx.deleteFrom('concept_mention').where('user_id', '=', userId).executeTakeFirst();
  const recalls = await trx.deleteFrom('concept_recall').where('user_id', '=', userId).executeTakeFirst();
  return { mentions: Number(mentions.numDeletedRows), recalls: Number(recalls.numDeletedRows) };
}

function rowOf(userId: string, recall: StoredRecall): ConceptRecallTable {
  return {
    id: recall.id,
    user_id: userId,
    conversation_id: recall.conversationId,
    message_id: recall.messageId,
    concept: recall.concept,
    recalled: recall.recalled,
    similarity: recall.similarity,
    first_at: recall.firstMentionAt,
    last_at: recall.lastMentionAt,
    mentions: recall.mentionCount,
    conversations: JSON.stringify(recall.conversations),
    at: recall.at,
    is_told: recall.isTold ? 1 : 0,
    dismissed_at: null,
  };
}

function recallOf(row: Selectable<ConceptRecallTable>): StoredRecall {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    messageId: row.message_id,
    concept: row.concept,
    recalled: row.recalled,
    similarity: row.similarity,
    firstMentionAt: row.first_at,
    lastMentionAt: row.last_at,
    mentionCount: row.mentions,
    conversations: JSON.parse(row.conversations) as string[],
    at: row.at,
    isTold: row.is_told === 1,
  };
}
