import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventQuery } from './parse-event-query.ts';

describe('parseEventQuery', () => {
  it('reads words, phrases, fields, exclusions and a least severity', () => {
    expect(
      parseEventQuery('service:api severity>=error "connection reset" -health attr.x:1 -revision:"v 1.2" timeout'),
    ).toEqual({
      words: [
        { text: 'connection reset', isExcluded: false },
        { text: 'health', isExcluded: true },
        { text: 'timeout', isExcluded: false },
      ],
      fields: [
        { name: 'service', value: 'api', isExcluded: false },
        { name: 'attr.x', value: '1', isExcluded: false },
        { name: 'revision', value: 'v 1.2', isExcluded: true },
      ],
      minimumSeverity: 17,
      ignored: [],
    });
  });

  it('leaves times, addresses and lone signs as words', () => {
    expect(parseEventQuery('12:30 https://shop.example/cart - ::1').words.map(({ text }) => text)).toEqual([
      '12:30',
      'https://shop.example/cart',
      '-',
      '::1',
    ]);
  });

  it('takes a phrase that is not closed to the end', () => {
    expect(parseEventQuery('"no such table').words).toEqual([{ text: 'no such table', isExcluded: false }]);
  });

  it('says what means nothing, and searches for the rest', () => {
    expect(parseEventQuery('service: severity>=loud "" checkout')).toEqual({
      words: [{ text: 'checkout', isExcluded: false }],
      fields: [],
      minimumSeverity: null,
      ignored: ['service:', 'severity>=loud', '""'],
    });
  });

  it('takes the strictest of several severities, and an exact one as a field', () => {
    expect(parseEventQuery('severity>=warn SEVERITY>=FATAL severity:error')).toMatchObject({
      minimumSeverity: 21,
      fields: [{ name: 'level', value: 'error', isExcluded: false }],
    });
  });

  it('never throws, and keeps its bounds, whatever it is given', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1_000 }),
      fc
        .array(fc.constantFrom('"', ':', '-', ' ', 'a', 'severity>=', '__proto__:', '\u0000', '\ud800'), {
          maxLength: 200,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const { words, fields, ignored } = parseEventQuery(text);
        expect(words.length + fields.length + ignored.length).toBeLessThanOrEqual(30);
        for (const { text: word } of words) expect(word.trim()).not.toBe('');
        for (const { name, value } of fields) expect([name.length <= 100, value.length <= 200]).toEqual([true, true]);
      }),
    );
  });
});
