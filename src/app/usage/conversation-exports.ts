import type { Store } from '../../adapters/store/sql/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { ExportedTable, PersonalRow } from '../../core/usage/index.ts';

type Stores = Pick<Store, 'concepts' | 'conversations'>;

/** Conversations of one step; of each its messages are read by themselves. */
const STEP = 100;

/**
 * What an erasure takes along beside usage: conversations with their last analysis, what was said in them, and what was recalled of it (unless it was
 * dismissed). The index by which concepts are found again holds nothing that does not stand there.
 */
export function conversationExports(stores: Stores, pseudonyms: () => Promise<readonly string[]>): ExportedTable[] {
  const conversations = () => eachOf(pseudonyms, (pseudonym) => conversationsOf(stores, pseudonym));
  return [
    {
      name: 'conversation',
      columns: ['id', 'created_at', 'updated_at', 'messages', 'analysis'],
      async *rows() {
        for await (const { id, createdAt, updatedAt, messages, latest } of conversations())
          yield {
            ...{ id, created_at: toInstant(createdAt), updated_at: toInstant(updatedAt), messages },
            analysis: latest === null ? null : JSON.stringify(latest.analysis),
          };
      },
    },
    {
      name: 'conversation_message',
      columns: ['conversation', 'id', 'role', 'author', 'created_at', 'content'],
      async *rows() {
        for await (const { id: conversation } of conversations()) {
          for (const { id, role, author, content, createdAt } of (await stores.conversations.read(conversation))
            ?.messages ?? [])
            yield {
              ...{ conversation, id, role, author, content },
              created_at: createdAt === null ? null : toInstant(createdAt),
            };
        }
      },
    },
    {
      name: 'concept_recall',
      columns: [
        ...['id', 'conversation', 'message', 'concept', 'recalled', 'similarity', 'mention_count'],
        ...['first_mention_at', 'last_mention_at', 'at'],
      ],
      rows: () => eachOf(pseudonyms, (pseudonym) => recallsOf(stores, pseudonym)),
    },
  ];
}

async function* eachOf<Row>(
  pseudonyms: () => Promise<readonly string[]>,
  rowsOf: (pseudonym: string) => AsyncIterable<Row>,
): AsyncGenerator<Row> {
  for (const pseudonym of await pseudonyms()) yield* rowsOf(pseudonym);
}

async function* conversationsOf({ conversations }: Stores, userId: string) {
  for (let last: { updatedAt: number; id: string } | undefined; ; ) {
    const page = await conversations.list({ userId, limit: STEP, ...(last && { before: last }) });
    yield* page;
    last = page.at(-1);
    if (last === undefined || page.length < STEP) return;
  }
}

async function* recallsOf({ concepts }: Stores, userId: string): AsyncGenerator<PersonalRow> {
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<Stores['concepts']['history']>> = await concepts.history({
      ...{ userId, minSimilarity: 0, cursor, limit: STEP },
    });
    for (const { id, conversationId, messageId, concept, recalled, similarity, mentionCount, ...when } of page.items)
      yield {
        ...{ id, conversation: conversationId, message: messageId, concept, recalled, similarity },
        mention_count: mentionCount,
        first_mention_at: toInstant(when.firstMentionAt),
        last_mention_at: toInstant(when.lastMentionAt),
        at: toInstant(when.at),
      };
    cursor = page.nextCursor;
    if (cursor === null) return;
  }
}
