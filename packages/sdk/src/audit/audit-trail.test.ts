import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuditEntry,
  type ChainedEntry,
  type Checkpoint,
  canonicalJson,
  chainEntry,
  createVerifier,
  genesisOf,
  makeSigningKey,
  signingKeyOf,
  type VerifierOptions,
} from './index.ts';

const TRAIL = { name: 'guardian', epoch: '0123456789abcdef0123456789abcdef' };
const pair = makeSigningKey();
const key = signingKeyOf(pair.privateKey);

function entry(sequence: number, over: Partial<AuditEntry> = {}): AuditEntry {
  const at = new Date(Date.UTC(2026, 0, 1) + sequence * 1_000).toISOString();
  const who = { actor: `user-${sequence % 3}`, action: 'key.revoked', object: `key-${sequence}`, address: '192.0.2.0' };
  return { sequence, at, ...who, outcome: 'success', fields: { reason: 'rotation', count: sequence }, ...over };
}

function chain(entries: readonly AuditEntry[]): ChainedEntry[] {
  let previous = genesisOf(TRAIL);
  return entries.map((one) => {
    const chained = chainEntry(previous, one);
    previous = chained.hash;
    return chained;
  });
}

function checkpointAt(entries: readonly ChainedEntry[], count: number): Checkpoint {
  const head = count === 0 ? genesisOf(TRAIL) : entries[count - 1]!.hash;
  return key.sign(TRAIL, { count, head, at: '2026-01-02T00:00:00.000Z' });
}

const whole = chain(Array.from({ length: 40 }, (_, index) => entry(index + 1)));
const anchors: VerifierOptions['checkpoints'] = [10, 20, 30, 40].map((count) => ({
  checkpoint: checkpointAt(whole, count),
  isAnchored: true,
}));

function verdictOn(entries: readonly ChainedEntry[], checkpoints: VerifierOptions['checkpoints'] = anchors) {
  const verifier = createVerifier({ trail: TRAIL, publicKeys: { [key.keyId]: key.publicKey }, checkpoints });
  for (const one of entries) verifier.take(one);
  return verifier.end();
}

const renumbered = (entries: readonly ChainedEntry[]) => entries.map((one, index) => ({ ...one, sequence: index + 1 }));

describe('a trail that nobody touched', () => {
  it('is intact, and nothing is left open that an anchored checkpoint covers', () => {
    expect(verdictOn(whole)).toEqual({
      ...{ isIntact: true, finding: null, firstBadSequence: null, entries: 40, checkpoints: 4, notExcluded: [] },
    });
    expect(verdictOn([], [])).toMatchObject({ isIntact: true, entries: 0 });
  });

  it('says what cannot be excluded: all without an anchor, what came after the last one otherwise', () => {
    expect(verdictOn(whole, []).notExcluded).toEqual([{ kind: 'rewritten-whole' }]);
    expect(verdictOn(whole, [{ checkpoint: checkpointAt(whole, 40), isAnchored: false }]).notExcluded).toEqual([
      { kind: 'rewritten-whole' },
    ]);
    expect(verdictOn(whole, anchors.slice(0, 2)).notExcluded).toEqual([{ kind: 'after-last-anchor', sequence: 20 }]);
  });

  it('is intact whatever its entries hold', () => {
    const fields = fc.oneof(
      fc.constant(null),
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ actor: fc.string({ unit: 'grapheme' }), fields }), { maxLength: 10 }),
        (given) => {
          const entries = chain(given.map((over, index) => entry(index + 1, over as Partial<AuditEntry>)));
          // As it comes back out of a database.
          const stored = entries.map((one) => JSON.parse(JSON.stringify(one)) as ChainedEntry);
          expect(
            verdictOn(stored, [{ checkpoint: checkpointAt(entries, entries.length), isAnchored: true }]),
          ).toMatchObject({
            ...{ isIntact: true, checkpoints: 1 },
          });
        },
      ),
    );
  });
});

describe('each of the six tamperings is found, and named', () => {
  const at = fc.integer({ min: 1, max: 40 });
  const inner = fc.integer({ min: 2, max: 39 });

  it('edit: any field of any entry', () => {
    const change = fc.constantFrom<Partial<AuditEntry>>(
      { actor: 'somebody' },
      { outcome: 'denied' },
      { fields: null },
      { at: '2020-01-01T00:00:00.000Z' },
      { object: 'key-0' },
      { address: null },
    );
    fc.assert(
      fc.property(at, change, (sequence, over) => {
        const edited = whole.map((one) => (one.sequence === sequence ? { ...one, ...over } : one));
        expect(verdictOn(edited)).toMatchObject({ isIntact: false, finding: 'edited', firstBadSequence: sequence });
      }),
    );
  });

  /** A false entry that is chained rightly shows by the next one; where a checkpoint follows first, by what that no longer vouches for. */
  const noticedAt = (sequence: number) => (sequence % 10 === 0 ? sequence - 9 : sequence + 1);

  it('edit with the hash of the entry made anew', () => {
    fc.assert(
      fc.property(inner, (sequence) => {
        const edited = whole.map((one) =>
          one.sequence === sequence ? chainEntry(one.previous, { ...one, actor: 'x' }) : one,
        );
        const { isIntact, firstBadSequence } = verdictOn(edited);
        expect(isIntact).toBe(false);
        expect(firstBadSequence).toBe(noticedAt(sequence));
      }),
    );
  });

  it('delete: with the hole left, or numbered anew', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 39 }), (sequence) => {
        const without = whole.filter((one) => one.sequence !== sequence);
        const expected = { isIntact: false, finding: 'deleted', firstBadSequence: sequence };
        expect(verdictOn(without)).toMatchObject(expected);
        expect(verdictOn(renumbered(without))).toMatchObject(expected);
      }),
    );
  });

  it('insert: one that was never there, chained to the one before it or not', () => {
    fc.assert(
      fc.property(inner, fc.boolean(), (sequence, isChained) => {
        const before = whole[sequence - 2]!;
        const made = chainEntry(isChained ? before.hash : 'f'.repeat(64), entry(sequence, { actor: 'forged' }));
        const inserted = renumbered([...whole.slice(0, sequence - 1), made, ...whole.slice(sequence - 1)]);
        const verdict = verdictOn(inserted);
        expect(verdict.isIntact).toBe(false);
        expect(verdict.firstBadSequence).toBe(isChained ? noticedAt(sequence) : sequence);
        if (!isChained) expect(verdict.finding).toBe('inserted');
      }),
    );
  });

  it('reorder: two entries at each other’s places', () => {
    fc.assert(
      fc.property(fc.uniqueArray(inner, { minLength: 2, maxLength: 2 }), (places) => {
        const [first, second] = [...places].sort((a, b) => a - b) as [number, number];
        const swapped = [...whole];
        [swapped[first - 1], swapped[second - 1]] = [whole[second - 1]!, whole[first - 1]!];
        const expected = { isIntact: false, finding: 'reordered', firstBadSequence: first };
        expect(verdictOn(renumbered(swapped))).toMatchObject(expected);
      }),
    );
  });

  it('truncate: any number of entries at the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 39 }), (length) => {
        const expected = { isIntact: false, finding: 'truncated', firstBadSequence: length + 1 };
        expect(verdictOn(whole.slice(0, length))).toMatchObject(expected);
      }),
    );
  });

  it('re-chain: everything from one entry on written anew, in one chain that holds', () => {
    fc.assert(
      fc.property(at, (sequence) => {
        const anew = chain(whole.map((one) => (one.sequence === sequence ? { ...one, actor: 'x' } : one)));
        const verdict = verdictOn(anew);
        expect(verdict).toMatchObject({ isIntact: false, finding: 'rechained' });
        // No checkpoint vouches for anything between the last that agrees and the change.
        expect(verdict.firstBadSequence).toBe(Math.floor((sequence - 1) / 10) * 10 + 1);
      }),
    );
  });
});

describe('a checkpoint', () => {
  it('that stands beside the entries vouches for nothing against one that was kept elsewhere', () => {
    const anew = chain(whole.map((one) => (one.sequence === 12 ? { ...one, actor: 'x' } : one)));
    const beside = [20, 30, 40].map((count) => ({ checkpoint: checkpointAt(anew, count), isAnchored: false }));
    const anchored = [10, 40].map((count) => ({ checkpoint: checkpointAt(whole, count), isAnchored: true }));
    expect(verdictOn(anew, [...beside, ...anchored])).toMatchObject({ finding: 'rechained', firstBadSequence: 11 });
  });

  it('that was changed, or signed by another key, is forged', () => {
    const genuine = checkpointAt(whole, 40);
    const other = signingKeyOf(makeSigningKey().privateKey);
    const state = { count: 40, head: whole[39]!.hash, at: genuine.at };
    for (const checkpoint of [
      { ...genuine, count: 39 },
      { ...other.sign(TRAIL, state), keyId: key.keyId },
      other.sign(TRAIL, state),
    ])
      expect(verdictOn(whole, [{ checkpoint, isAnchored: true }])).toMatchObject({
        ...{ isIntact: false, finding: 'forged-checkpoint', checkpoints: 0 },
      });
  });

  it('of another beginning of the trail does not vouch for this one', () => {
    const { head, count, at } = checkpointAt(whole, 40);
    const checkpoint = key.sign({ ...TRAIL, epoch: 'f'.repeat(32) }, { head, count, at });
    expect(verdictOn(whole, [{ checkpoint, isAnchored: true }]).isIntact).toBe(false);
  });

  it('is only made with an Ed25519 key', () => {
    expect(() => signingKeyOf('no key')).toThrow();
  });
});

describe('canonical JSON', () => {
  it('is what RFC 8785 gives as its example', () => {
    const example = {
      peach: 'This sorting order',
      péché: 'is wrong according to French',
      pêche: 'but canonicalization MUST',
      sin: 'ignore locale',
    };
    expect(canonicalJson(example)).toBe(
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    );
    const numbers = [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27];
    const literals = [null, true, false];
    expect(canonicalJson({ numbers, string: '€$\u000f\nA\'B"\\\\"/', literals })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('is the same in whatever order names were given, and reads back as the value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([undefined, 1n, Number.NaN, () => 1, '\ud800', { a: undefined }])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('refuses what goes round in a circle', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => canonicalJson(circle)).toThrow(TypeError);
  });
});
