import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstantReader, parseInstant } from './instant.ts';
import { MAX_DEPTH, skipSpace, skipValue } from './json-bytes.ts';
import { looksLikeCloudLogging } from './recognise.ts';
import { RepeatFilter } from './repeat-filter.ts';

/** Whether the text is one JSON value and nothing else, by the byte reader. */
function isWhole(text: string): boolean {
  const bytes = Buffer.from(`${text}\0`);
  const end = skipValue(bytes, skipSpace(bytes, 0));
  return end >= 0 && skipSpace(bytes, end) === bytes.length - 1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('skipValue', () => {
  it('accepts what JSON.parse accepts', () => {
    fc.assert(fc.property(fc.json(), (text) => isWhole(text)));
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2, '\t'), (value, indent) =>
        isWhole(JSON.stringify(value, null, indent)),
      ),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      '-',
      '.',
      'e',
      '+',
      '0',
      'true',
      'nul',
      'null',
      '\\',
      '\\u00e',
      '\\u00e9',
      'a',
      ' ',
      '\n',
      '"a"',
      '{"a":',
      '\t',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect([text, isWhole(text)]).toEqual([text, isJson(text)]);
      }),
      { numRuns: 20_000 },
    );
  });

  it('tells a cut value from a broken one by where it fails', () => {
    const text = '{"a": [1, {"b": "c\\u00e9"}, true], "d": null}';
    for (let length = 1; length < text.length; length++) {
      const bytes = Buffer.from(`${text.slice(0, length)}\0`);
      expect(~skipValue(bytes, 0)).toBe(length);
    }
  });

  it('bounds the depth', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(isWhole(nested(MAX_DEPTH))).toBe(true);
    expect(isWhole(nested(100_000))).toBe(false);
  });
});

describe('instants', () => {
  it('are read from bytes as from text', () => {
    const reader = new InstantReader();
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 999 }),
        fc.boolean(),
        (date, micros, isWholeSecond) => {
          const text = isWholeSecond
            ? `${date.toISOString().slice(0, 19)}Z`
            : `${date.toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`;
          const bytes = Buffer.from(text);
          expect(reader.read(bytes, 0, bytes.length)).toBeCloseTo(parseInstant(text) ?? Number.NaN, 3);
        },
      ),
    );
    for (const text of [
      '2026-02-10T12:00:00',
      '2026-02-10T12:00:00+01:00',
      '2026-02-1xT12:00:00Z',
      '2026-02-10T12:00:00.Z',
      '',
    ]) {
      expect(reader.read(Buffer.from(text), 0, text.length)).toBeNull();
    }
    expect(parseInstant('2026-02-10T13:30:00.5+01:30')).toBe(Date.UTC(2026, 1, 10, 12) + 500);
  });
});

describe('RepeatFilter', () => {
  it('recognises every repeat within its capacity, and says when it forgets', () => {
    const filter = new RepeatFilter(20_000);
    const hash = (index: number) => [Math.imul(index, 0x9e3779b1), Math.imul(index, 0x85ebca6b)] as const;
    for (let index = 0; index < 10_000; index++) expect(filter.isRepeat(...hash(index))).toBe(false);
    for (let index = 0; index < 10_000; index++) expect(filter.isRepeat(...hash(index))).toBe(true);
    expect(filter.hasForgotten).toBe(false);
    for (let index = 10_000; index < 40_000; index++) filter.isRepeat(...hash(index));
    expect(filter.hasForgotten).toBe(true);
    expect(filter.isRepeat(...hash(39_999))).toBe(true);
    expect(filter.isRepeat(...hash(1))).toBe(false);
  });
});

describe('looksLikeCloudLogging', () => {
  const entry = { insertId: 'a', resource: { type: 'x' }, timestamp: 't', severity: 'INFO', textPayload: 'x' };
  it.each([
    [JSON.stringify([entry], null, 2), true],
    [JSON.stringify(entry), true],
    [`\ufeffWARNING: old\n\n${JSON.stringify([entry])}`, true],
    [JSON.stringify({ entries: [entry] }), true],
    ['{"logName": "projects/p/logs/x", "text', true],
    ['[]\n', true],
    ['', false],
    ['{"level":"info","msg":"x","timestamp":"y"}', false],
    ['2026-02-10 INFO "insertId": "logName": "timestamp": "severity":', false],
    ['[notice] started', false],
  ])('of %s is %s', (head, expected) => {
    expect(looksLikeCloudLogging(Buffer.from(head))).toBe(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof looksLikeCloudLogging(bytes) === 'boolean'),
    );
  });
});
