import { describe, expect, it } from 'vitest';
import { type ConceptLanguage, type ConceptMention, conceptVector, cosine, findRecalls } from './index.ts';

function similarity(one: string, other: string, language: ConceptLanguage = 'en'): number {
  return cosine(conceptVector(one, language), conceptVector(other, language));
}

describe('concept vectors', () => {
  it.each<[string, string, ConceptLanguage]>([
    ['connection pool', 'connection pools', 'en'],
    ['connection pool', 'pool of connections', 'en'],
    ['database migration', 'migrating databases', 'en'],
    ['retry policy', 'Retry Policies', 'en'],
    ['kubernetes', 'kubernets', 'en'],
    ['payment gateway timeout', 'payment gateway', 'en'],
    ['base de données', 'bases de données', 'fr'],
    ['délai de paiement', 'delais de paiement', 'fr'],
    ['déploiement', 'déployer', 'fr'],
    ['réseau', 'réseaux', 'fr'],
    ['Datenbank', 'datenbank', 'other'],
  ])('bring "%s" and "%s" together (%s)', (one, other, language) => {
    expect(similarity(one, other, language)).toBeGreaterThanOrEqual(0.75);
  });

  it.each<[string, string, ConceptLanguage]>([
    ['payment timeout', 'login timeout', 'en'],
    ['database migration', 'database', 'en'],
    ['cache', 'cash', 'en'],
    ['redis', 'reddit', 'en'],
    ['migration', 'immigration', 'fr'],
    ['serveur de cache', 'serveur', 'fr'],
  ])('keep "%s" and "%s" apart (%s)', (one, other, language) => {
    expect(similarity(one, other, language)).toBeLessThan(0.75);
  });

  it('are of unit length, sorted, and the same every time', () => {
    const vector = conceptVector('Délai de visibilité', 'fr');
    expect(vector.reduce((sum, { weight }) => sum + weight * weight, 0)).toBeCloseTo(1, 12);
    expect(vector.map(({ term }) => term)).toEqual([...vector.map(({ term }) => term)].sort());
    expect(new Set(vector.map(({ term }) => term)).size).toBe(vector.length);
    expect(conceptVector('Délai de visibilité', 'fr')).toEqual(vector);
    expect(vector.map(({ term }) => term)).toContain('t:^de');
  });

  it('are bounded, and empty where there is nothing to compare', () => {
    expect(conceptVector('!!! 🎉 \u0000', 'en')).toEqual([]);
    expect(cosine(conceptVector('', 'en'), conceptVector('cache', 'en'))).toBe(0);
    expect(conceptVector('ab '.repeat(100_000), 'en').length).toBeLessThan(200);
    expect(conceptVector(`${'z'.repeat(1_000_000)}`, 'en').length).toBeLessThan(200);
  });
});

describe('recalling concepts', () => {
  const mention = (concept: string, conversationId: string, at: number, mentionCount = 1): ConceptMention => ({
    concept,
    vector: conceptVector(concept, 'en'),
    conversationId,
    firstMentionAt: at,
    lastMentionAt: at + 100,
    mentionCount,
  });
  const asked = (...concepts: string[]) =>
    concepts.map((concept) => ({ concept, vector: conceptVector(concept, 'en') }));

  it('sums what earlier conversations said of it', () => {
    const candidates = [
      mention('connection pool', 'monday', 1000, 4),
      mention('connection pools', 'friday', 5000, 2),
      mention('payment gateway', 'friday', 5000, 9),
    ];
    expect(findRecalls({ concepts: asked('connection pool'), candidates })).toEqual([
      {
        concept: 'connection pool',
        recalled: 'connection pool',
        similarity: expect.closeTo(1, 9),
        firstMentionAt: 1000,
        lastMentionAt: 5100,
        mentionCount: 6,
        conversations: ['friday', 'monday'],
        conversationCount: 2,
      },
    ]);
  });

  it('tells of three at most: the nearest, of equals the most frequent', () => {
    const names = ['retry policy', 'status page', 'heap snapshot', 'query plan'];
    const candidates = [...names.map((name, at) => mention(name, `c${at}`, at)), mention('status pages', 'c9', 9)];
    const recalls = findRecalls({
      concepts: asked('status pages', 'retry policies', 'heap snapshot', 'query plan'),
      candidates,
    });
    expect(recalls.map(({ concept }) => concept)).toEqual(['status pages', 'heap snapshot', 'query plan']);
  });

  it('tells one earlier subject once', () => {
    const recalls = findRecalls({
      concepts: asked('connection pool', 'connection pools'),
      candidates: [mention('connection pool', 'monday', 1)],
    });
    expect(recalls.map(({ concept }) => concept)).toEqual(['connection pool']);
  });

  it('is silent below the threshold, and knows a lower one for the history', () => {
    const candidates = [mention('database migration', 'monday', 1)];
    expect(findRecalls({ concepts: asked('database'), candidates })).toEqual([]);
    expect(findRecalls({ concepts: asked('database'), candidates, threshold: 0.6 })).toHaveLength(1);
    expect(findRecalls({ concepts: [], candidates })).toEqual([]);
    expect(findRecalls({ concepts: asked('database'), candidates: [] })).toEqual([]);
  });

  it('lists twenty conversations and counts all', () => {
    const candidates = Array.from({ length: 30 }, (_, at) => mention('query plan', `c${at}`, at));
    const [recall] = findRecalls({ concepts: asked('query plan'), candidates });
    expect(recall).toMatchObject({ conversationCount: 30, mentionCount: 30, firstMentionAt: 0, lastMentionAt: 129 });
    expect(recall!.conversations).toHaveLength(20);
    expect(recall!.conversations[0]).toBe('c29');
  });
});
