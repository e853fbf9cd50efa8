import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from './read-json.ts';

describe('the JSON of an answer', () => {
  it.each([
    ['alone', '{"a":1}'],
    ['with space around', '\n  {"a":1}\n'],
    ['in a fence', '```json\n{"a":1}\n```'],
    ['in a fence without a language', 'Here:\n```\n{"a":1}\n```\nDone.'],
    ['in prose', 'The answer is {"a":1}, as asked.'],
    ['after braces that are none', 'I used {curly} braces: {"a":1}'],
  ])('is found %s', (_name, answer) => {
    expect(readJson(answer)).toEqual({ a: 1 });
  });

  it('is the whole object, braces and quotes in its texts too', () => {
    const value = { a: 'x } " { \\', b: { c: ['}'] } };
    expect(readJson(`so: ${JSON.stringify(value)} ok`)).toEqual(value);
  });

  it.each(['', 'no', '{"a":1', '{"a": tru', '```json\n{"a":\n```', '{"a":1}}}'.slice(0, 5)])(
    'is none in %j',
    (answer) => {
      expect(readJson(answer)).toBeUndefined();
    },
  );

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), (before, json) => {
        readJson(before);
        expect(readJson(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('gives up soon on a text of braces alone', () => {
    expect(readJson('{'.repeat(1_000_000))).toBeUndefined();
    expect(readJson('```{"'.repeat(200_000))).toBeUndefined();
  });
});
