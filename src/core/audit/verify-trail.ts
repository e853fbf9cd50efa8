import { createVerifier, type NotExcluded, type Verdict } from '../../../packages/sdk/src/audit/index.ts';
import type { Clock, Messages } from '../shared/index.ts';
import type { AuditStore, KeptTrail, SignedCheckpoint, TrailSummary } from './ports.ts';
import { OWN_TRAIL, trailNameOf } from './trail-name.ts';

export interface TrailVerdict extends Verdict {
  trail: string;
  /** Epoch ms. */
  checkedAt: number;
}

export interface VerifyTrailOptions {
  store: Pick<AuditStore, 'find' | 'entries' | 'checkpoints'>;
  /** Kept where whoever can change the store could not: of any trail. */
  anchored: readonly SignedCheckpoint[];
  clock: Clock;
}

/** Entries that are held at once. */
const PAGE = 1_000;

/** Recomputes the chain of one trail from its entries. Null: there is no such trail, and no anchor knows one either. */
export async function verifyTrail(
  name: string,
  { store, anchored, clock }: VerifyTrailOptions,
): Promise<TrailVerdict | null> {
  const known = (await store.find(name)) ?? trailOfAnchors(name, anchored);
  if (known === null) return null;
  // Before the entries: what is appended meanwhile must not look cut off.
  const own = await store.checkpoints(name, 'all');
  const outside = anchored.filter(({ checkpoint }) => isOf(known, checkpoint));
  const verifier = createVerifier({
    trail: known.trail,
    publicKeys: Object.fromEntries(
      // What stands in the store may be forged: of one key id, the anchor's counts.
      [...own, ...outside].map(({ checkpoint, publicKey }) => [checkpoint.keyId, publicKey]),
    ),
    checkpoints: [
      ...own.map(({ checkpoint }) => ({ checkpoint, isAnchored: false })),
      ...outside.map(({ checkpoint }) => ({ checkpoint, isAnchored: true })),
    ],
  });
  for (let after = 0; ; ) {
    const entries = await store.entries(name, after, PAGE);
    for (const entry of entries) verifier.take(entry);
    const last = entries.at(-1);
    if (last === undefined || entries.length < PAGE) break;
    after = last.sequence;
  }
  return { ...verifier.end(), trail: name, checkedAt: clock.now() };
}

/** Every trail that the store or an anchor knows: one that was deleted whole is missed too. */
export async function knownTrails(
  store: Pick<AuditStore, 'trails'>,
  anchored: readonly SignedCheckpoint[],
  limit: number,
): Promise<string[]> {
  const kept = (await store.trails(limit)).filter((one) => !isKeptForAnother(one)).map(({ name }) => name);
  return [...new Set([...kept, ...anchored.map(({ checkpoint }) => nameOf(checkpoint))])];
}

/** What the verdict cannot exclude, in words. */
export function notExcludedInWords(notExcluded: readonly NotExcluded[], { audit }: Messages): string[] {
  return notExcluded.map((one) => {
    switch (one.kind) {
      case 'rewritten-whole':
        return audit.rewrittenWhole;
      case 'after-last-anchor':
        return audit.afterLastAnchor(one.sequence);
      default:
        return one satisfies never;
    }
  });
}

/** Guardian's own trail begins once: a checkpoint of another beginning is one that this trail must answer for. */
function isOf({ name, trail }: KeptTrail, checkpoint: SignedCheckpoint['checkpoint']): boolean {
  if (checkpoint.trail !== trail.name) return false;
  return name === OWN_TRAIL || checkpoint.epoch === trail.epoch;
}

/** Checkpoints that another Guardian keeps here: its entries are there. */
function isKeptForAnother({ trail, projectId, entries }: TrailSummary): boolean {
  return trail.name === OWN_TRAIL && projectId !== null && entries === 0;
}

function nameOf({ trail, epoch }: SignedCheckpoint['checkpoint']): string {
  return trail === OWN_TRAIL ? OWN_TRAIL : trailNameOf({ name: trail, epoch });
}

function trailOfAnchors(name: string, anchored: readonly SignedCheckpoint[]): KeptTrail | null {
  const known = anchored.find(({ checkpoint }) => nameOf(checkpoint) === name);
  if (known === undefined) return null;
  const { trail, epoch } = known.checkpoint;
  return { name, trail: { name: trail, epoch }, projectId: null };
}
