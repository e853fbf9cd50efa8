import { describe, expect, it } from 'vitest';
import { CONVERSATION, GOOD } from '../analysis-fixtures.ts';
import { detectLanguage } from './detect-language.ts';
import { countSentences, validateAnalysis } from './validate-analysis.ts';
import { repairPrompt } from './validated.ts';

const SENT = { text: CONVERSATION.map(({ content }) => content).join('\n'), language: 'en' };

function faultsOf(value: unknown): string[] {
  const validated = validateAnalysis(value, SENT);
  return 'faults' in validated ? validated.faults : [];
}

describe('an analysis by a model', () => {
  it('is taken as it is when it is valid, without what was not asked for', () => {
    expect(validateAnalysis({ ...GOOD, extra: 1 }, SENT)).toEqual({ value: GOOD });
  });

  it.each<[unknown, string[]]>([
    [null, ['the answer is not a JSON object with summary, concepts and entities']],
    [[GOOD], ['the answer is not a JSON object with summary, concepts and entities']],
    ['text', ['the answer is not a JSON object with summary, concepts and entities']],
    [{}, ['summary is missing, empty or not text', 'concepts is not a list of texts', 'entities is not a list']],
    [{ ...GOOD, summary: '  ' }, ['summary is missing, empty or not text']],
    [{ ...GOOD, summary: ['a', 'b'] }, ['summary is missing, empty or not text']],
    [{ ...GOOD, summary: 'Only one.' }, ['summary has 1 sentences, not 2 or 3']],
    [{ ...GOOD, summary: 'One. Two. Three. Four.' }, ['summary has 4 sentences, not 2 or 3']],
    [{ ...GOOD, summary: `One. ${'Xa '.repeat(700)}` }, ['summary is longer than 2000 characters']],
    [{ ...GOOD, concepts: ['a', 'b'] }, ['concepts has 2 entries, not 3 to 5']],
    [{ ...GOOD, concepts: ['a', 'b', 'c', 'd', 'e', 'f'] }, ['concepts has 6 entries, not 3 to 5']],
    [{ ...GOOD, concepts: ['a', 'b', ''] }, ['a concept is empty or longer than 80 characters']],
    [{ ...GOOD, concepts: ['a', 'b', 'A '] }, ['a concept stands twice']],
    [{ ...GOOD, concepts: [1, 2, 3] }, ['concepts is not a list of texts']],
    [{ ...GOOD, entities: {} }, ['entities is not a list']],
    [{ ...GOOD, entities: ['Lyon'] }, ['an entity has no text, or too long a one']],
    [{ ...GOOD, entities: [null] }, ['an entity has no text, or too long a one']],
    [
      { ...GOOD, entities: [{ text: 'Berlin', type: 'place' }] },
      ['the entity "Berlin" does not occur in the conversation'],
    ],
    [
      { ...GOOD, entities: [{ text: 'Lyon', type: 'city' }] },
      [expect.stringMatching(/^the entity "Lyon" has none of the types person, /)] as unknown as string[],
    ],
    [
      { ...GOOD, entities: Array.from({ length: 51 }, () => ({ text: 'Lyon', type: 'place' })) },
      ['entities has more than 50 entries'],
    ],
  ])('%# is told what is wrong', (value, faults) => {
    expect(faultsOf(value)).toEqual(faults);
  });

  it('may have no entities, and names one once', () => {
    expect(faultsOf({ ...GOOD, entities: [] })).toEqual([]);
    const twice = { ...GOOD, entities: [GOOD.entities[2], { text: 'LYON', type: 'place' }] };
    expect(validateAnalysis(twice, SENT)).toMatchObject({ value: { entities: [{ type: 'place' }] } });
  });

  it('finds entities whatever the spaces, the case, and the form of accents and apostrophes', () => {
    const text = "L'équipe de  Saint\nÉtienne";
    for (const entity of ['l’équipe', 'saint étienne', 'SAINT E\u0301TIENNE']) {
      const one = { ...GOOD, entities: [{ text: entity, type: 'organisation' }] };
      expect(validateAnalysis(one, { text, language: null })).toHaveProperty('value');
    }
  });

  it('names no place that was taken out', () => {
    const marked = { text: 'It said [redacted:password] then.', language: null };
    const one = { ...GOOD, entities: [{ text: '[redacted:password]', type: 'title' }] };
    expect(validateAnalysis(one, marked)).toHaveProperty('faults');
  });

  it('is in the language of the conversation', () => {
    const french =
      'Le paiement de Lyon est en panne depuis la mise en production. Nous sommes revenus à la version qui est stable.';
    expect(faultsOf({ ...GOOD, summary: french })).toEqual(['summary is written in "fr", the conversation is in "en"']);
    expect(validateAnalysis({ ...GOOD, summary: french }, { ...SENT, language: 'fr' })).toHaveProperty('value');
    expect(validateAnalysis({ ...GOOD, summary: french }, { ...SENT, language: null })).toHaveProperty('value');
  });

  it('tells the model at most twenty faults', () => {
    const prompt = repairPrompt(Array.from({ length: 50 }, (_, index) => `fault ${index}`));
    expect(prompt.match(/^- /gm)).toHaveLength(20);
    expect(prompt).toContain('JSON');
  });
});

describe('sentences', () => {
  it.each([
    ['One. Two.', 2],
    ['Dr. Martin called Mr. Smith at 3.15 p.m. today. He was out.', 2],
    ['It runs version 2.4.1 now! Does it? Yes.', 3],
    ['No full stop', 1],
    ['J. Dupont a appelé. M. Durand était absent…', 2],
    ['', 0],
  ])('%j: %i', (text, count) => {
    expect(countSentences(text)).toBe(count);
  });
});

describe('the language of a text', () => {
  it.each([
    ['The checkout fails and we have to roll the release back to what it was.', 'en'],
    ['Le paiement est en panne et nous avons des plaintes dans les magasins.', 'fr'],
    ['Die Kasse ist ausgefallen und wir haben das nicht mit der Version von gestern.', 'de'],
    ['El pago no funciona y los clientes están en la tienda con las quejas.', 'es'],
  ])('%s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it.each(['', 'ok', 'ECONNRESET 10.0.0.1:5432', '決済が失敗しています', 'the le die el'])(
    'is not guessed: %s',
    (text) => {
      expect(detectLanguage(text)).toBeNull();
    },
  );
});
