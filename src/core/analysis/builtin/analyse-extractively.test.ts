import { describe, expect, it } from 'vitest';
import { analyseExtractively } from './analyse-extractively.ts';

const MEBIBYTE = 1 << 20;
const QUARTER = MEBIBYTE / 4;

function analysed(text: string) {
  return analyseExtractively({ messages: [{ role: 'user', text }] });
}

const INCIDENT =
  `The checkout service returned HTTP 503 for eleven minutes after the deployment of version 2.4.1. The connection pool of the
payment gateway was exhausted because the retry policy opened a new database connection for each attempt. We rolled back to version 2.4.0
and added a circuit breaker around the payment gateway. The connection pool now has 40 places. Mrs. Green watches db-2.prod.internal.`
    .split('\n')
    .join(' ');

describe('the built-in analyser', () => {
  it('says what an incident is about, in its own words', () => {
    const { summary, concepts, entities, language } = analysed(INCIDENT);
    expect(language).toBe('en');
    expect(summary).toBe(
      'The checkout service returned HTTP 503 for eleven minutes after the deployment of version 2.4.1. The connection pool of the payment gateway was exhausted because the retry policy opened a new database connection for each attempt. We rolled back to version 2.4.0 and added a circuit breaker around the payment gateway.',
    );
    expect(concepts).toHaveLength(5);
    expect(concepts).toEqual(expect.arrayContaining(['payment gateway', 'connection pool', 'checkout service']));
    expect(entities).toEqual([
      { text: 'checkout service', type: 'service' },
      { text: 'eleven minutes', type: 'duration' },
      { text: '2.4.1', type: 'version' },
      { text: 'payment gateway', type: 'service' },
      { text: '2.4.0', type: 'version' },
      { text: 'Mrs. Green', type: 'person' },
      { text: 'db-2.prod.internal', type: 'host' },
    ]);
  });

  it('quotes a conversation with its speakers, without their greetings', () => {
    const { summary, concepts, entities } = analyseExtractively({
      messages: [
        { role: 'user', author: 'Linda', text: 'Hello! How are you?' },
        { role: 'user', author: 'Tom', text: 'Fine, thanks.' },
        {
          role: 'user',
          author: 'Linda',
          text: 'The flights to Greece are too expensive in August, and my new job starts soon.',
        },
        {
          role: 'user',
          author: 'Tom',
          text: 'Well, you could take the train to the mountains with Linda and your sister.',
        },
      ],
    });
    expect(summary).toContain('Linda: The flights to Greece are too expensive in August, and my new job starts soon.');
    expect(summary).toContain('Tom: You could take the train to the mountains with Linda and your sister.');
    expect(concepts).toContain('flights');
    expect(entities).toEqual([
      { text: 'Greece', type: 'place' },
      { text: 'Linda', type: 'person' },
    ]);
  });

  it('analyses French as French', () => {
    const { summary, concepts, entities, language } = analysed(
      "Depuis la migration vers PostgreSQL 17, la page de recherche met plus de huit secondes à répondre. Le plan d'exécution montre un parcours séquentiel sur la table des produits : l'index trigramme n'a pas été recréé. Mme Dupont relance le script de migration à Lyon.",
    );
    expect(language).toBe('fr');
    expect(concepts).toEqual(expect.arrayContaining(["plan d'exécution", 'page de recherche', 'parcours séquentiel']));
    expect(entities).toEqual([
      { text: 'PostgreSQL', type: 'service' },
      { text: 'huit secondes', type: 'duration' },
      { text: 'Mme Dupont', type: 'person' },
      { text: 'Lyon', type: 'place' },
    ]);
    expect(summary.split(/(?<=\.) /).length).toBeLessThanOrEqual(3);
  });

  it('gives a language it does not know its names and sentences', () => {
    const { summary, concepts, language } = analysed(
      'Ich habe gestern den Server neu gestartet, weil die Datenbank nicht mehr geantwortet hat. Der Speicher war voll.',
    );
    expect(language).toBe('other');
    expect(concepts).toEqual(expect.arrayContaining(['Server', 'Datenbank', 'Speicher']));
    expect(summary).toContain('Der Speicher war voll.');
  });

  it('gives as many concepts and sentences as asked for', () => {
    const { summary, concepts } = analyseExtractively({
      messages: [{ role: 'user', text: INCIDENT }],
      concepts: 10,
      sentences: 1,
    });
    expect(concepts).toHaveLength(10);
    expect(new Set(concepts).size).toBe(10);
    expect(summary.match(/\.(?= |$)/g)).toHaveLength(1);
  });

  it('names no person, span, version or id as a concept', () => {
    const { concepts } = analysed(
      'Alice Martin restarted 10.0.0.7 after three hours. Alice Martin saw version 9.8.7 there. Alice Martin called the storage team.',
    );
    expect(concepts).toContain('storage team');
    expect(concepts.filter((concept) => /Alice|9\.8|10\.0|hours/.test(concept))).toEqual([]);
  });

  it('prefers what is said to stack traces and code', () => {
    const trace = Array.from(
      { length: 30 },
      (_, line) => `    at Object.handle (/srv/app/dist/pool-${line}.js:${line}:15)`,
    );
    const { summary, entities } = analysed(
      `TypeError: Cannot read properties of undefined\n${trace.join('\n')}\nThe order page stays empty since the release of Tuesday evening.\nCustomers cannot see the invoices of their orders any more.`,
    );
    expect(summary).toContain('The order page stays empty since the release of Tuesday evening.');
    expect(summary).toContain('Customers cannot see the invoices of their orders any more.');
    expect(entities).toContainEqual({ text: 'TypeError', type: 'error_class' });
  });

  it('answers the same bytes for the same conversation, whatever was asked between', () => {
    const first = JSON.stringify(analysed(INCIDENT));
    analysed("Le serveur de cache tombe à chaque redémarrage de l'équilibreur de charge.");
    expect(JSON.stringify(analysed(INCIDENT))).toBe(first);
  });
});

describe('the built-in analyser before hostile text', () => {
  const nothing = { summary: '', concepts: [], entities: [], isCut: false };

  it.each([
    ['nothing', ''],
    ['spaces', ' \n\t\u00a0 '],
    ['emoji', '🎉👩‍👩‍👧🎉'],
    ['control characters', '\u0000\u0007\u001b[\u009f'],
    ['marks', '!?… ((( ))) "" «»'],
    ['lone surrogates', '\ud800 \udfff\ud800'],
  ])('says nothing of %s', (_, text) => {
    expect(analysed(text)).toMatchObject(nothing);
  });

  it('says nothing of no message', () => {
    expect(analyseExtractively({ messages: [] })).toMatchObject(nothing);
  });

  it('repeats one word', () => {
    expect(analysed('database')).toMatchObject({ summary: 'Database.', concepts: ['database'] });
  });

  it('shows no control characters in a summary', () => {
    const { summary } = analysed('The \u001b[31mdatabase\u001b[0m is\u0000 down\u202e since nine.');
    expect(summary).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(summary).toContain('database');
  });

  it('cuts a sentence without end for the summary', () => {
    const { summary } = analysed(`The log says ${'again and again '.repeat(200)}`);
    expect(summary.length).toBeLessThan(1000);
    expect(summary).toContain('…');
  });

  it('keeps authors from the text they could forge', () => {
    const { summary } = analyseExtractively({
      messages: [
        { role: 'user', author: 'Eve\u0000\nSystem: '.repeat(50), text: 'The release of the mobile client is late.' },
      ],
    });
    expect(summary).not.toMatch(/\p{Cc}/u);
    expect(summary.length).toBeLessThan(200);
  });

  const words = (count: number) => Array.from({ length: count }, (_, at) => `w${(at * 7919) % 99_991}x`).join(' ');
  it.each([
    ['one letter', 'a'.repeat(MEBIBYTE)],
    ['one capital', 'A '.repeat(QUARTER / 2)],
    ['full stops', '.'.repeat(QUARTER)],
    ['open quotes', '"A b '.repeat(QUARTER / 5)],
    ['hyphens', 'ab-'.repeat(QUARTER / 3)],
    ['dots', 'abc.'.repeat(QUARTER / 4)],
    ['hexadecimal digits', '0123456789abcdef'.repeat(QUARTER / 16)],
    ['colons', 'f:1:'.repeat(QUARTER / 4)],
    ['apostrophes', "qu'".repeat(QUARTER / 3)],
    ['accents', `e${'\u0301'.repeat(QUARTER / 2)}`],
    ['distinct words', words(40_000)],
    ['names', 'Marie Curie '.repeat(QUARTER / 12)],
    ['short sentences', 'Yes. '.repeat(QUARTER / 5)],
    ['stack lines', '    at f (/srv/a.js:1:2)\n'.repeat(10_000)],
  ])('reads far too much of %s and gives a bounded answer', (_, text) => {
    const { summary, concepts, entities } = analysed(text);
    expect(summary.length).toBeLessThan(2000);
    expect(concepts.length).toBeLessThanOrEqual(5);
    expect(entities.length).toBeLessThanOrEqual(50);
    for (const entity of entities) expect(text).toContain(entity.text);
  });

  it('reads two thousand messages and states what it did not read', () => {
    const messages = Array.from({ length: 2000 }, (_, at) => ({
      role: 'user',
      text: `Message ${at} of the nightly export job.`,
    }));
    expect(analyseExtractively({ messages })).toMatchObject({ isCut: false });
    const long = [...messages, { role: 'user', text: 'x'.repeat(MEBIBYTE) }, { role: 'user', text: 'never read' }];
    const { isCut, concepts } = analyseExtractively({ messages: long });
    expect(isCut).toBe(true);
    expect(concepts[0]).toContain('nightly export job');
  });
});
