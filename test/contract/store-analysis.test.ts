import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationMessage, KeptAnalysis } from '../../src/core/analysis/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 1, 3);
const LIMITS = { messages: 5, bytes: 1_000 };

function message(content: string, over: Partial<ConversationMessage> = {}): ConversationMessage {
  return { id: null, role: 'user', author: null, content, createdAt: null, ...over };
}

function made(over: Partial<KeptAnalysis> = {}): KeptAnalysis {
  return {
    key: 'key-1',
    sessionId: 'talk',
    contentHash: 'content-1',
    messages: 2,
    at: NOW,
    validUntil: null,
    analysis: { summary: 'One. Two.', concepts: ['a', 'b', 'c'], entities: [{ text: 'Lyon', type: 'place' }] },
    metadata: {
      provider: 'neo_analysis',
      model: 'gpt-5-mini',
      attempts: [
        {
          provider: 'neo_analysis',
          model: 'gpt-5-mini',
          outcome: 'success',
          errorType: null,
          status: 200,
          durationMs: 12.5,
        },
      ],
      cache: 'none',
      language: 'en',
      extractive: false,
      tokens: { prompt: 3, completion: 4 },
      costUsd: 0.000_038,
      promptVersion: '1',
      schemaVersion: '1',
      analyzedAt: NOW,
    },
    ...over,
  };
}

/** What the store gives back of it. */
function known({ key: _key, sessionId: _session, at: _at, ...rest }: KeptAnalysis) {
  return rest;
}

describe.each(DATABASES)('conversations and analyses in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  const append = (messages: ConversationMessage[], over: { id?: string; userId?: string | null; at?: number } = {}) =>
    stores.main.conversations.append({
      conversationId: over.id ?? 'talk',
      userId: over.userId ?? null,
      messages,
      at: over.at ?? NOW,
      limits: LIMITS,
    });
  const rows = async (table: 'analysis' | 'conversation_message' | 'conversation_analysis' | 'conversation') =>
    Number(
      (await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(stores.main.kysely)).rows[0]!.n,
    );

  it('gives messages back in the order they were added, as they were sent', async () => {
    const { conversations } = stores.main;
    expect(await conversations.read('talk')).toBeNull();
    const first = message('Bonjour 👋', { id: 'm1', author: 'Ana', createdAt: NOW - 5 });
    const second = message('', { role: 'tool' });
    expect(await append([first, second], { userId: 'user-1' })).toEqual({ stored: 2, total: 2 });
    const third = message('a\nb\t"c"', { id: 'm3', role: 'assistant' });
    expect(await append([third], { at: NOW + 10 })).toEqual({ stored: 1, total: 3 });
    expect(await conversations.read('talk')).toEqual({
      id: 'talk',
      userId: 'user-1',
      createdAt: NOW,
      updatedAt: NOW + 10,
      messages: [first, second, third],
    });
  });

  it('stores a message whose id is known once, also when it stands twice in one call', async () => {
    const sent = [message('one', { id: 'm1' }), message('two', { id: 'm2' })];
    await append(sent);
    expect(await append([...sent, message('three', { id: 'm3' }), message('again', { id: 'm3' })])).toEqual({
      stored: 1,
      total: 3,
    });
    expect(await append([message('no id'), message('no id')])).toEqual({ stored: 2, total: 5 });
    const { messages } = (await stores.main.conversations.read('talk'))!;
    expect(messages.map(({ content }) => content)).toEqual(['one', 'two', 'three', 'no id', 'no id']);
  });

  it('stores each message once when the same call arrives several times at once', async () => {
    const sent = [message('one', { id: 'm1' }), message('two', { id: 'm2' })];
    const results = await Promise.all([append(sent), append(sent), append(sent), append(sent)]);
    expect(results.map(({ stored }) => stored).sort()).toEqual([0, 0, 0, 2]);
    expect(await rows('conversation_message')).toBe(2);
  });

  it('refuses what would make a conversation too large, and then stores nothing of it', async () => {
    await append([message('x'.repeat(900))]);
    await expect(append([message('é'.repeat(51))])).rejects.toMatchObject({ code: 'too_large' });
    await expect(append(Array.from({ length: 5 }, () => message('y')))).rejects.toMatchObject({ code: 'too_large' });
    expect((await stores.main.conversations.read('talk'))!.messages).toHaveLength(1);
    await expect(append([message('x'.repeat(1_001))], { id: 'other' })).rejects.toMatchObject({ code: 'too_large' });
    expect(await stores.main.conversations.read('other')).toBeNull();
    expect(await append([message('é'.repeat(50))])).toEqual({ stored: 1, total: 2 });
  });

  it('takes text that a database would choke on', async () => {
    await append([message('a\0b', { id: 'i\0d', author: 'n\0' }), message("'; DROP TABLE conversation; --")]);
    await append([message('a\0b', { id: 'i\0d' })]);
    const { messages } = (await stores.main.conversations.read('talk'))!;
    expect(messages.map(({ content }) => content)).toEqual(['a\ufffdb', "'; DROP TABLE conversation; --"]);
  });

  it('lists conversations newest first, with their last analysis, page by page and by user', async () => {
    const { conversations, analyses } = stores.main;
    await append([message('a')], { id: 'a', userId: 'user-1', at: NOW });
    await append([message('b'), message('c')], { id: 'b', userId: 'user-2', at: NOW + 1 });
    await append([message('c')], { id: 'c', userId: 'user-1', at: NOW + 1 });
    await analyses.keep(made({ sessionId: 'b' }));
    const all = await conversations.list({ limit: 10 });
    expect(all.map(({ id, messages }) => [id, messages])).toEqual([
      ['c', 1],
      ['b', 2],
      ['a', 1],
    ]);
    expect(all.map(({ latest }) => latest)).toEqual([null, known(made()), null]);
    const [first] = await conversations.list({ limit: 1 });
    expect((await conversations.list({ limit: 10, before: first! })).map(({ id }) => id)).toEqual(['b', 'a']);
    expect((await conversations.list({ limit: 10, userId: 'user-1' })).map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('finds an analysis by its key and as the last one of its conversation, figures and all', async () => {
    const { analyses } = stores.main;
    expect(await analyses.find('key-1')).toBeNull();
    expect(await analyses.latest('talk')).toBeNull();
    await analyses.keep(made());
    expect(await analyses.find('key-1')).toEqual(known(made()));
    expect(await analyses.latest('talk')).toEqual(known(made()));
    const renewed = made({ validUntil: NOW + 300_000, messages: 3 });
    await analyses.keep(renewed);
    expect(await analyses.latest('talk')).toEqual(known(renewed));
    expect(await rows('analysis')).toBe(1);
  });

  it('forgets an analysis when its content changed, unless another conversation has equal content', async () => {
    const { analyses } = stores.main;
    await analyses.keep(made());
    await analyses.keep(made({ sessionId: 'twin' }));
    await analyses.keep(made({ key: 'key-2', contentHash: 'content-2' }));
    expect(await analyses.find('key-1')).not.toBeNull();
    expect((await analyses.latest('twin'))!.contentHash).toBe('content-1');
    await analyses.keep(made({ key: 'key-3', sessionId: 'twin' }));
    expect(await analyses.find('key-1')).toBeNull();
    expect(await analyses.find('key-2')).not.toBeNull();
  });

  it('keeps equal analyses that are made at the same time as one', async () => {
    const { analyses } = stores.main;
    await Promise.all(['a', 'b', 'c', 'd'].map((sessionId) => analyses.keep(made({ sessionId }))));
    expect([await rows('analysis'), await rows('conversation_analysis')]).toEqual([1, 4]);
  });

  it('erases a user with conversations, messages and analyses, and nobody else', async () => {
    const { conversations, analyses } = stores.main;
    await append([message('mine')], { id: 'a', userId: 'user-1' });
    await append([message('mine too')], { id: 'b', userId: 'user-1' });
    await append([message('mine')], { id: 'c', userId: 'user-2' });
    await analyses.keep(made({ sessionId: 'a' }));
    await analyses.keep(made({ sessionId: 'b', key: 'key-2' }));
    await analyses.keep(made({ sessionId: 'c' }));
    expect(await conversations.eraseUser('user-1')).toBe(2);
    expect(await conversations.eraseUser('user-1')).toBe(0);
    expect((await conversations.list({ limit: 10 })).map(({ id }) => id)).toEqual(['c']);
    expect(await rows('conversation_message')).toBe(1);
    expect([await analyses.find('key-1'), await analyses.find('key-2')]).toEqual([known(made()), null]);
  });

  it('forgets the oldest conversations first, those that were only posted along too, so many at a time', async () => {
    const { conversations, analyses } = stores.main;
    for (const [index, id] of ['a', 'b', 'c'].entries()) await append([message(id)], { id, at: NOW + index });
    await analyses.keep(made({ sessionId: 'a' }));
    await analyses.keep(made({ sessionId: 'posted', key: 'key-2', at: NOW }));
    await analyses.keep(made({ sessionId: 'posted later', key: 'key-3', at: NOW + 5 }));
    expect(await conversations.forgetBefore(NOW + 2, 1)).toBe(1);
    expect(await conversations.read('a')).toBeNull();
    expect(await conversations.forgetBefore(NOW + 2, 10)).toBe(2);
    expect(await conversations.forgetBefore(NOW + 2, 10)).toBe(0);
    expect((await conversations.list({ limit: 10 })).map(({ id }) => id)).toEqual(['c']);
    expect([await rows('analysis'), await rows('conversation_message')]).toEqual([1, 1]);
    expect(await analyses.latest('posted later')).not.toBeNull();
  });
});
