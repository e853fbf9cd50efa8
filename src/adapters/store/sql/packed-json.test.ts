import { expect, it } from 'vitest';
import { packJson, unpackJson } from './packed-json.ts';

it('packs what is long, leaves what is short, and gives both back', () => {
  const short = { a: 'é\u0000' };
  const long = { lines: Array.from({ length: 200 }, (_, index) => `line ${index}`) };
  expect(Buffer.from(packJson(short)).toString()).toBe(JSON.stringify(short));
  expect(packJson(long).byteLength).toBeLessThan(JSON.stringify(long).length / 2);
  const foreign = { lines: Array.from({ length: 200 }, (_, index) => `Zeile ${index}: ä → 𝄞`) };
  expect(unpackJson(packJson(foreign))).toEqual(foreign);
  expect(unpackJson(packJson(short))).toEqual(short);
  expect(unpackJson(packJson(long))).toEqual(long);
});

it('refuses bytes that unpack to more than a row may hold', () => {
  const bomb = packJson('x'.repeat(65 * 1024 * 1024));
  expect(bomb.byteLength).toBeLessThan(100_000);
  expect(() => unpackJson(bomb)).toThrow();
});
