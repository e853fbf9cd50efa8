import { type ChainedEntry, genesisOf, hashEntry, type Trail } from './chain.ts';
import { type Checkpoint, isGenuine } from './checkpoint.ts';

export type Finding =
  /** An entry is not what was hashed. */
  | 'edited'
  /** Entries are missing within the trail. */
  | 'deleted'
  /** An entry stands there that was never part of the chain. */
  | 'inserted'
  /** Entries of the chain stand at other places. */
  | 'reordered'
  /** Entries are missing at the end: a checkpoint counts more. */
  | 'truncated'
  /** The chain holds, and is not the one that was signed. */
  | 'rechained'
  /** A checkpoint is not signed by the key it names. */
  | 'forged-checkpoint';

export interface Verdict {
  isIntact: boolean;
  finding: Finding | null;
  /** Of the first entry that is not what it was; of a trail that was chained anew, the first that no checkpoint vouches for. */
  firstBadSequence: number | null;
  entries: number;
  /** Genuine ones that the trail agrees with. */
  checkpoints: number;
  notExcluded: NotExcluded[];
}

/** What the entries and checkpoints at hand cannot tell. */
export type NotExcluded =
  /** No checkpoint came from elsewhere: whoever holds the machine can have written the whole trail anew, signatures included. */
  | { kind: 'rewritten-whole' }
  /** Entries that came after the last anchored checkpoint can have been cut off or written anew. */
  | { kind: 'after-last-anchor'; sequence: number };

export interface VerifierOptions {
  trail: Trail;
  /** PEM, by key id. */
  publicKeys: Readonly<Record<string, string>>;
  /** `isAnchored`: it was kept where whoever can change the trail could not. */
  checkpoints: readonly { checkpoint: Checkpoint; isAnchored: boolean }[];
}

export interface Verifier {
  /** Entries as they are stored, in the order of their sequence. */
  take(entry: ChainedEntry): void;
  end(): Verdict;
}

/** Recomputes the chain from the entries; what is stored beside them (`previous`, `hash`) only helps to name what was done. Holds one entry at a time. */
export function createVerifier({ trail, publicKeys, checkpoints }: VerifierOptions): Verifier {
  const genuine = checkpoints.filter(({ checkpoint }) => isOurs(checkpoint, trail, publicKeys));
  const awaited = [...genuine].sort((a, b) => a.checkpoint.count - b.checkpoint.count);
  const forged = checkpoints.find((one) => one.checkpoint.trail === trail.name && !genuine.includes(one));
  let head = genesisOf(trail);
  let count = 0;
  let agreed = 0;
  let vouchedFor = 0;
  let anchoredAt = 0;
  let rechained: number | null = null;
  let broken: Broken | null = null;

  const meet = ({ checkpoint, isAnchored }: VerifierOptions['checkpoints'][number]): void => {
    if (checkpoint.head !== head) {
      // Against one that was kept elsewhere, those that stand beside the entries vouch for nothing: the key may have been taken too.
      rechained = Math.min(rechained ?? Number.POSITIVE_INFINITY, (isAnchored ? anchoredAt : vouchedFor) + 1);
      return;
    }
    agreed++;
    if (rechained !== null) return;
    vouchedFor = count;
    if (isAnchored) anchoredAt = count;
  };
  const meetCheckpoints = (): void => {
    for (let next = awaited[0]; next && next.checkpoint.count <= count; next = awaited[0]) {
      awaited.shift();
      if (next.checkpoint.count === count) meet(next);
    }
  };
  meetCheckpoints();

  return {
    take(entry) {
      count++;
      if (broken !== null) {
        lookOn(broken, entry);
        return;
      }
      const isNext = entry.sequence === count;
      const hash = isNext ? hashOf(head, entry) : null;
      if (hash === null || hash !== entry.hash || entry.previous !== head) {
        broken = breakAt(count, head, entry, hash);
        return;
      }
      head = hash;
      meetCheckpoints();
    },

    end() {
      const verdict = (finding: Finding | null, firstBadSequence: number | null): Verdict => {
        const notExcluded = notExcludedOf(
          anchoredAt,
          genuine.some(({ isAnchored }) => isAnchored),
          count,
        );
        return {
          isIntact: finding === null,
          finding,
          firstBadSequence,
          entries: count,
          checkpoints: agreed,
          notExcluded,
        };
      };
      if (rechained !== null && (broken === null || rechained < broken.sequence))
        return verdict('rechained', rechained);
      if (broken !== null) return verdict(findingOf(broken), broken.sequence);
      if (awaited.some(({ checkpoint }) => checkpoint.count > count)) return verdict('truncated', count + 1);
      if (forged !== undefined) return verdict('forged-checkpoint', null);
      return verdict(null, null);
    },
  };
}

/** Where the chain does not hold, and what what follows says of it. */
interface Broken {
  sequence: number;
  /** Hash of the last entry that holds. */
  head: string;
  entry: ChainedEntry;
  /** Its content at this place; null: its number is another. */
  hash: string | null;
  /** An entry that comes later is the one that belongs here. */
  isSuccessorLater: boolean;
  /** What it says it stood behind comes later: it was moved forward. */
  isPredecessorLater: boolean;
}

function breakAt(sequence: number, head: string, entry: ChainedEntry, hash: string | null): Broken {
  return { sequence, head, entry, hash, isSuccessorLater: false, isPredecessorLater: false };
}

function lookOn(broken: Broken, entry: ChainedEntry): void {
  if (entry.previous === broken.head) broken.isSuccessorLater = true;
  if (entry.hash === broken.entry.previous) broken.isPredecessorLater = true;
}

function findingOf({ entry, head, hash, sequence, isSuccessorLater, isPredecessorLater }: Broken): Finding {
  // It stands behind the right one, under the right number: its content is another.
  if (entry.previous === head && hash !== null) return 'edited';
  if (isSuccessorLater) return isPredecessorLater ? 'reordered' : 'inserted';
  if (entry.sequence < sequence) return 'inserted';
  if (isPredecessorLater) return 'reordered';
  return entry.previous !== head || entry.sequence > sequence ? 'deleted' : 'edited';
}

function hashOf(previous: string, entry: ChainedEntry): string | null {
  try {
    return hashEntry(previous, entry);
  } catch {
    // What is no JSON was never hashed.
    return '';
  }
}

function isOurs(checkpoint: Checkpoint, { name, epoch }: Trail, keys: VerifierOptions['publicKeys']): boolean {
  if (checkpoint.trail !== name || checkpoint.epoch !== epoch) return false;
  const key = Object.hasOwn(keys, checkpoint.keyId) ? keys[checkpoint.keyId] : undefined;
  return key !== undefined && isGenuine(checkpoint, key);
}

function notExcludedOf(anchoredAt: number, hasAnchor: boolean, count: number): NotExcluded[] {
  if (!hasAnchor) return [{ kind: 'rewritten-whole' }];
  return count > anchoredAt ? [{ kind: 'after-last-anchor', sequence: anchoredAt }] : [];
}
