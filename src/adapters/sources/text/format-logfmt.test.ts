import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.ts';

describe('logfmt', () => {
  it('reads level, time, message and the rest', () => {
    const parsed = parseLine('time=2025-10-20T16:01:18.367Z level=WARN msg="text \\"one\\"\\n" path="/a b" n=3 slow');
    expect(parsed).toMatchObject({
      format: 'logfmt',
      severityNumber: 13,
      body: 'text "one"\n',
      time: Date.UTC(2025, 9, 20, 16, 1, 18, 367),
    });
    expect(parsed.attributes).toEqual({ path: '/a b', n: '3', slow: true });
  });

  it.each(['a=b c=d', 'x=1', 'level=info', 'the level=info and msg=x of it', 'SELECT a=b, level=c FROM t'])(
    'does not take %j for it',
    (line) => {
      expect(parseLine(line).format).toBe('plain');
    },
  );

  it('reads a line that was cut inside a quote', () => {
    expect(parseLine('level=error msg="connection ref')).toMatchObject({ severityNumber: 17, body: 'connection ref' });
  });

  it('gives back what was rendered', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9_]{2,10}$/).map((name) => `x_${name}`);
    const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(
        fc.dictionary(key, value, { maxKeys: 8 }),
        value.filter((text) => text.trim() !== ''),
        (fields, message) => {
          const render = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
          const line = [
            `level=error msg=${render(message)}`,
            ...Object.entries(fields).map(([name, text]) => `${name}=${render(text)}`),
          ].join(' ');
          const parsed = parseLine(line);
          expect(parsed).toMatchObject({ format: 'logfmt', body: message, severityNumber: 17 });
          expect(parsed.attributes).toEqual(fields);
        },
      ),
      { numRuns: 300 },
    );
  });
});
