import { createHash, randomBytes } from 'node:crypto';
import {
  type ChainedEntry,
  chainEntry,
  createVerifier,
  genesisOf,
  makeSigningKey,
  signingKeyOf,
  type Trail,
  type VerifierOptions,
} from '../packages/sdk/src/audit/index.ts';
import type { Bench } from './bench.ts';

/** Trails of one size are tampered with in each way at every 7th place. */
const ENTRIES = 211;
const INTACT_TRAILS = 500;
const PER_CHECKPOINT = 50;
const TIMED_ENTRIES = 100_000;
const ROUNDS = 5;

const key = signingKeyOf(makeSigningKey().privateKey);

/** What is stored, and what was sent elsewhere before anybody touched it. */
interface Kept {
  trail: Trail;
  entries: ChainedEntry[];
  anchors: VerifierOptions['checkpoints'];
}

type Tampering = (kept: Kept, place: number) => ChainedEntry[];

const TAMPERINGS: Record<string, Tampering> = {
  edit: ({ entries }, place) => entries.map((one) => (one.sequence === place ? { ...one, actor: 'nobody' } : one)),
  delete: ({ entries }, place) => renumbered(entries.filter(({ sequence }) => sequence !== place)),
  insert: ({ entries }, place) => {
    const made = chainEntry(entries[place - 1]!.hash, { ...bare(entries[place]!), actor: 'nobody' });
    return renumbered([...entries.slice(0, place), made, ...entries.slice(place)]);
  },
  reorder: ({ entries }, place) => {
    const turned = [...entries];
    [turned[place - 1], turned[place]] = [entries[place]!, entries[place - 1]!];
    return renumbered(turned);
  },
  truncate: ({ entries }, place) => entries.slice(0, place),
  rechain: ({ trail, entries }, place) =>
    chained(
      trail,
      entries.map((one) => (one.sequence === place ? { ...bare(one), actor: 'nobody' } : bare(one))),
    ),
};

/** Six tamperings against the verification of audit trails and against a plain hash chain; false alarms; the time it takes. */
export const bench: Bench = async () => {
  const places = Array.from({ length: Math.floor((ENTRIES - 11) / 7) }, (_, index) => 5 + index * 7);
  const found: Record<string, { cases: number; guardian: number; atTheRightPlace: number; plainChain: number }> = {};
  for (const [name, tamper] of Object.entries(TAMPERINGS)) {
    const counts = { cases: 0, guardian: 0, atTheRightPlace: 0, plainChain: 0 };
    const kept = makeTrail(ENTRIES);
    for (const place of places) {
      const tampered = tamper(kept, place);
      const { isIntact, firstBadSequence } = verdictOf({ ...kept, entries: tampered });
      counts.cases++;
      if (!isIntact) counts.guardian++;
      // One that was put in, or cut off, stands behind the place; what is chained rightly shows by the entry after it.
      const bad = name === 'insert' || name === 'truncate' ? place + 1 : place;
      if (firstBadSequence !== null && firstBadSequence <= bad + 1 && firstBadSequence > bad - PER_CHECKPOINT)
        counts.atTheRightPlace++;
      if (!plainChainHolds(tampered)) counts.plainChain++;
    }
    found[name] = counts;
  }
  let falseAlarms = 0;
  for (let index = 0; index < INTACT_TRAILS; index++)
    if (!verdictOf(makeTrail(1 + ((index * 37) % (2 * ENTRIES)))).isIntact) falseAlarms++;
  const kinds = Object.values(found);
  return {
    tamperings: kinds.length,
    foundGuardian: kinds.filter(({ cases, guardian }) => guardian === cases).length,
    foundPlainChain: kinds.filter(({ cases, plainChain }) => plainChain === cases).length,
    falseAlarms,
    intactTrails: INTACT_TRAILS,
    found,
    msPer100kEntries: timed(),
    target: { foundGuardian: 6, falseAlarms: 0 },
  };
};

function bare({ sequence, at, actor, action, object, outcome, address, fields }: ChainedEntry) {
  return { sequence, at, actor, action, object, outcome, address, fields };
}

function makeTrail(count: number): Kept {
  const trail = { name: 'shop', epoch: randomBytes(16).toString('hex') };
  const entries = chained(
    trail,
    Array.from({ length: count }, (_, index) => ({
      sequence: index + 1,
      at: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString(),
      actor: `user:${index % 17}`,
      action: 'order.refund',
      object: `order ${index}`,
      outcome: 'success' as const,
      address: '192.0.2.7',
      fields: { amount: index * 1.25, currency: 'EUR', reason: 'damaged on its way' },
    })),
  );
  const anchors: Kept['anchors'][number][] = [];
  for (let at = PER_CHECKPOINT; at < count + PER_CHECKPOINT; at += PER_CHECKPOINT) {
    const { sequence, hash, at: time } = entries[Math.min(at, count) - 1]!;
    anchors.push({ checkpoint: key.sign(trail, { count: sequence, head: hash, at: time }), isAnchored: true });
  }
  return { trail, entries, anchors };
}

function chained(trail: Trail, entries: readonly ReturnType<typeof bare>[]): ChainedEntry[] {
  let previous = genesisOf(trail);
  return entries.map((entry) => {
    const one = chainEntry(previous, entry);
    previous = one.hash;
    return one;
  });
}

function renumbered(entries: readonly ChainedEntry[]): ChainedEntry[] {
  return entries.map((one, index) => ({ ...one, sequence: index + 1 }));
}

function verdictOf({ trail, entries, anchors }: Kept) {
  const verifier = createVerifier({ trail, publicKeys: { [key.keyId]: key.publicKey }, checkpoints: anchors });
  for (const entry of entries) verifier.take(entry);
  return verifier.end();
}

/** As audit logs are often chained: each entry holds the hash of the one before it, and that is all that is looked at. */
function plainChainHolds(entries: readonly ChainedEntry[]): boolean {
  let head: string | null = null;
  for (const entry of entries) {
    if (head !== null && entry.previous !== head) return false;
    // The same hash over the same content: the peer is not made weaker than it is.
    if (chainEntry(entry.previous, bare(entry)).hash !== entry.hash) return false;
    head = entry.hash;
  }
  return true;
}

function timed(): { guardian: number; plainSha256: number } {
  const kept = makeTrail(TIMED_ENTRIES);
  const best = { guardian: Number.POSITIVE_INFINITY, plainSha256: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    let began = performance.now();
    if (!verdictOf(kept).isIntact) throw new Error('a trail that nobody touched is not intact');
    best.guardian = Math.min(best.guardian, Math.round(performance.now() - began));
    began = performance.now();
    for (const entry of kept.entries)
      createHash('sha256')
        .update(`${entry.previous}${JSON.stringify(entry)}`)
        .digest('hex');
    best.plainSha256 = Math.min(best.plainSha256, Math.round(performance.now() - began));
  }
  return best;
}
