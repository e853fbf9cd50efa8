import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConversationMessage,
  conceptVector,
  createRecall,
  type StoredRecall,
  type ToldRecalls,
} from '../../src/core/analysis/index.ts';
import { noWorkMetrics, type RecallMetrics } from '../../src/core/shared/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const START = Date.UTC(2026, 1, 3);
const HOUR = 3_600_000;
const LIMITS = { messages: 5_000, bytes: 10_000_000 };

describe.each(DATABASES)('concepts of conversations in $name', ({ open }) => {
  let stores: OpenedStores;
  let now: number;
  let told: ToldRecalls[];
  let counted: string[];
  beforeEach(async () => {
    now = START;
    told = [];
    counted = [];
    stores = await open({ clock: { now: () => now } });
  });
  afterEach(() => stores.close());

  function metrics(): RecallMetrics {
    return {
      ...noWorkMetrics().recall,
      detection: (similarity) => counted.push(`detection ${similarity.toFixed(2)}`),
      emitted: () => counted.push('emitted'),
    };
  }
  function recallOver(limits = {}) {
    return createRecall({
      store: stores.main.concepts,
      metrics: metrics(),
      feed: { told: (recalled) => told.push(recalled) },
      clock: { now: () => now },
      limits,
      onFailure: (error) => {
        throw error;
      },
    });
  }
  /** Stores what was said, an hour after what was said before, and looks at it. */
  async function say(
    conversationId: string,
    content: string,
    over: { user?: string | null; id?: string; role?: ConversationMessage['role'] } = {},
  ) {
    now += HOUR;
    const { user = 'ana', id = null, role = 'user' } = over;
    await stores.main.conversations.append({
      ...{ conversationId, userId: user, at: now, limits: LIMITS },
      messages: [{ id, role, author: null, content, createdAt: null }],
    });
    const recall = recallOver();
    recall.look(conversationId);
    await recall.idle();
  }
  const recalled = () =>
    told.flatMap(({ conversationId, recalls }) => recalls.map(({ concept }) => `${conversationId}: ${concept}`));

  it('tells of a concept that an earlier conversation of the same user had, with when, how often and where', async () => {
    await say('monday', 'The payment gateway timed out again.');
    await say('monday', 'Is the payment gateway slow because of the release?');
    await say('tuesday', 'Do the payment gateways still fail?', { id: 'm-7' });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ conversationId: 'tuesday', messageId: 'm-7' });
    const [found] = told[0]!.recalls;
    expect(found).toMatchObject({
      concept: 'payment gateways',
      recalled: 'payment gateway',
      conversations: ['monday'],
      mentionCount: 2,
      firstMentionAt: START + HOUR,
      lastMentionAt: START + 2 * HOUR,
      isTold: true,
    });
    expect(found!.similarity).toBeGreaterThanOrEqual(0.75);
    expect(counted.filter((one) => one === 'emitted')).toHaveLength(1);
  });

  it('tells nothing of other users, of later conversations, of the same conversation, and of what nobody claims', async () => {
    await say('monday', 'The payment gateway timed out again.');
    await say('of ben', 'The payment gateway timed out.', { user: 'ben' });
    await say('of nobody', 'The payment gateway timed out.', { user: null });
    await say('monday', 'The payment gateway timed out once more.');
    expect(told).toEqual([]);
    await say('tuesday', 'The release notes are missing.');
    // Wednesday's talk began after tuesday's: it is not earlier, whatever is said in it first.
    await say('wednesday', 'The invoice archive is corrupt.');
    await say('tuesday', 'The invoice archive is corrupt here too.');
    expect(recalled().filter((one) => one.startsWith('tuesday'))).toEqual([]);
  });

  it('tells of at most three concepts a message, nearest first, and of each once in a conversation', async () => {
    await say(
      'monday',
      'The payment gateway, the invoice archive, the customer database and the billing report are broken.',
    );
    await say(
      'tuesday',
      'The payment gateway, the invoice archive, the customer database and the billing report are fine.',
    );
    expect(told).toHaveLength(1);
    const { recalls } = told[0]!;
    expect(recalls).toHaveLength(3);
    expect(recalls.map(({ similarity }) => similarity)).toEqual(
      recalls.map(({ similarity }) => similarity).toSorted((a, b) => b - a),
    );
    told.length = 0;
    await say('tuesday', 'The payment gateway, the invoice archive and the customer database are fine.');
    expect(
      told.flatMap((one) => one.recalls.map(({ id }) => id)).filter((id) => recalls.some((known) => known.id === id)),
    ).toEqual([]);
  });

  it('keeps what is near but not near enough for the history only', async () => {
    await say('monday', 'The database migration failed.');
    await say('tuesday', 'Is there a database migration plan?');
    const query = { userId: 'ana', cursor: null, limit: 10 };
    const all = await stores.main.concepts.history({ ...query, minSimilarity: 0.6 });
    for (const { similarity, isTold } of all.items) expect(isTold).toBe(similarity >= 0.75);
    const near = await stores.main.concepts.history({ ...query, minSimilarity: 0.999 });
    expect(near.items.every(({ similarity }) => similarity >= 0.999)).toBe(true);
  });

  it('passes over what programs say: the same words stand in every conversation', async () => {
    await say('monday', 'You are the assistant of the payment gateway.', { role: 'system' });
    await say('tuesday', 'You are the assistant of the payment gateway.', { role: 'system' });
    expect(told).toEqual([]);
  });

  it('recalls French across plurals and accents', async () => {
    await say('lundi', 'La passerelle de paiement a encore échoué hier soir.');
    await say('mardi', 'Est-ce que les passerelles de paiement sont réparées ?');
    expect(recalled()).toEqual(['mardi: passerelles de paiement']);
  });

  it('takes up what nobody has looked at, and two who look write it once', async () => {
    now += HOUR;
    for (const conversationId of ['monday', 'tuesday']) {
      now += HOUR;
      await stores.main.conversations.append({
        ...{ conversationId, userId: 'ana', at: now, limits: LIMITS },
        messages: Array.from({ length: 70 }, (_, at) => ({
          ...{ id: `${at}`, role: 'user' as const, author: null, createdAt: null },
          content: 'The payment gateway timed out.',
        })),
      });
    }
    expect(await stores.main.concepts.behind(10)).toEqual(['monday', 'tuesday']);
    const { signal } = new AbortController();
    await Promise.all([recallOver().catchUp(signal), recallOver().catchUp(signal)]);
    expect(await stores.main.concepts.behind(10)).toEqual([]);
    expect(recalled()).toEqual(['tuesday: payment gateway']);
    expect(told[0]!.recalls[0]).toMatchObject({ mentionCount: 70 });
  });

  it('says of what is dismissed that it is, once, and shows it no more', async () => {
    await say('monday', 'The payment gateway timed out.');
    await say('tuesday', 'The payment gateway timed out.');
    const [recall] = told[0]!.recalls as [StoredRecall];
    const { concepts } = stores.main;
    expect([await concepts.dismiss(recall.id, now), await concepts.dismiss(recall.id, now)]).toEqual([true, false]);
    expect([await concepts.dismiss('recall-none', now), await concepts.has(recall.id)]).toEqual([null, true]);
    const history = await concepts.history({ userId: 'ana', minSimilarity: 0.6, cursor: null, limit: 10 });
    expect(history.items.map(({ id }) => id)).not.toContain(recall.id);
  });

  it('gives the history page by page, newest first', async () => {
    await say('monday', 'The payment gateway and the invoice archive are broken.');
    await say('tuesday', 'The payment gateway is broken.');
    await say('wednesday', 'The invoice archive is broken.');
    const { concepts } = stores.main;
    const query = { userId: 'ana', minSimilarity: 0.75, limit: 1 };
    const first = await concepts.history({ ...query, cursor: null });
    const second = await concepts.history({ ...query, cursor: first.nextCursor });
    expect([first, second].map(({ items }) => items[0]!.conversationId)).toEqual(['wednesday', 'tuesday']);
    expect(second.nextCursor).toBeNull();
    await expect(concepts.history({ ...query, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'payload_invalid' });
  });

  it('is erased with the user, by itself, and with its conversation', async () => {
    for (const user of ['ana', 'ben']) {
      await say(`${user} 1`, 'The payment gateway timed out.', { user });
      await say(`${user} 2`, 'The payment gateway timed out.', { user });
    }
    const { concepts, conversations } = stores.main;
    const query = { minSimilarity: 0.6, cursor: null, limit: 10 };
    expect(await concepts.eraseUser('ana')).toMatchObject({ recalls: 1 });
    expect((await concepts.history({ ...query, userId: 'ana' })).items).toEqual([]);
    // Its messages stay looked at: nothing brings it back.
    expect(await concepts.behind(10)).toEqual([]);
    expect((await concepts.history({ ...query, userId: 'ben' })).items).toHaveLength(1);
    await conversations.eraseUser('ben');
    const left = await Promise.all(
      (['concept_mention', 'concept_posting', 'concept_recall'] as const).map((table) =>
        stores.main.kysely.selectFrom(table).select('user_id').execute(),
      ),
    );
    expect(left).toEqual([[], [], []]);
  });

  it('compares only with mentions that share stems, most of them first, and never with more than it is told to', async () => {
    for (let at = 0; at < 30; at++) await say(`talk ${at}`, `The payment gateway timed out in region ${at}.`);
    const vector = conceptVector('payment gateway', 'en');
    const found = await stores.main.concepts.search({
      ...{ userId: 'ana', conversationId: 'new', beganAt: now + 1, least: 0.1, limit: 5 },
      stems: vector.filter(({ term }) => term.startsWith('s:')),
    });
    expect(found.map(({ concept }) => concept)).toEqual(Array(5).fill('payment gateway'));
  });
});
