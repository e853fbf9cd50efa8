import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, payloadText, plainJson, reportInstant, wholeNumber } from './plain-values.ts';

describe('an instant', () => {
  it('is UTC with milliseconds and its zone (row 24)', () => {
    expect(reportInstant(Date.UTC(2026, 2, 14, 9) + 0.75)).toBe('2026-03-14T09:00:00.000Z');
  });

  it('is a valid one for any number', () => {
    fc.assert(
      fc.property(fc.double(), (time) => {
        expect(reportInstant(time)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
      }),
    );
  });
});

describe('an excerpt', () => {
  it('is short text whole, and long text cut with a sign', () => {
    expect(excerpt('short', 500)).toBe('short');
    expect(excerpt('x'.repeat(501), 500)).toBe(`${'x'.repeat(499)}…`);
  });

  it('never cuts a character in half', () => {
    expect(excerpt(`${'x'.repeat(8)}😀😀`, 10)).toBe(`${'x'.repeat(8)}…`);
  });
});

describe('plain JSON', () => {
  it('holds for any value, however deep', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 20_000; level++) deep = { deep };
    expect(() => JSON.stringify(plainJson(deep))).not.toThrow();
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        const plain = plainJson(value);
        expect(JSON.parse(JSON.stringify(plain))).toEqual(JSON.parse(JSON.stringify(plainJson(plain))));
      }),
    );
  });

  it('gives words to what JSON has none for', () => {
    expect(payloadText({ big: 12n, none: undefined, odd: Number.NaN, when: new Date(0) })).toBe(
      '{"big":"12","odd":null,"when":"1970-01-01T00:00:00.000Z"}',
    );
  });
});

describe('a whole number', () => {
  it.each([
    [500, 500],
    [0, 0],
    [-1, null],
    [1.5, null],
    [Number.POSITIVE_INFINITY, null],
    [null, null],
  ])('%s is %s', (value, expected) => {
    expect(wholeNumber(value)).toBe(expected);
  });
});
