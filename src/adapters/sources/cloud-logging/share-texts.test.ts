import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json-values.ts';
import { SharedTexts } from './share-texts.ts';

describe('sharing equal texts', () => {
  it('changes nothing that can be seen', () => {
    const texts = new SharedTexts();
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), (object) => {
        const shared = structuredClone(object) as JsonObject;
        texts.shareIn(shared);
        expect(shared).toEqual(object);
      }),
    );
  });

  it('leaves keys such as __proto__ what they are', () => {
    const texts = new SharedTexts();
    const hostile = '{"__proto__": {"polluted": "a text long enough"}, "constructor": "a text long enough"}';
    const entry = JSON.parse(hostile) as JsonObject;
    texts.shareIn(entry);
    texts.shareIn(entry);
    expect(JSON.stringify(entry)).toBe(JSON.stringify(JSON.parse(hostile)));
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('goes on when more texts come than are remembered', () => {
    const texts = new SharedTexts();
    for (let index = 0; index < 20_000; index++) {
      const entry = { label: 'europe-west1-europe-west1', unique: `identifier-${index}` };
      texts.shareIn(entry);
      expect(entry.unique).toBe(`identifier-${index}`);
    }
  });
});
