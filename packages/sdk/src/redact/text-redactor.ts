import type { RedactionLimits } from './limits.ts';
import { markerOf, type RedactionKind } from './marker.ts';
import type { ScanOptions } from './scan-cursor.ts';
import { scanText } from './scan-text.ts';
import type { SecretKeys } from './secret-keys.ts';
import { createTextMemo } from './text-memo.ts';

/** What is done with a secret. `mask` names its kind; `encrypt` hands it to the sealer; `keep` leaves it, and looks into it all the same. */
export type RedactionAction = 'mask' | 'pseudonym' | 'encrypt' | 'remove' | 'keep';

export interface TextRedactor {
  text(value: string): string;
  code(value: string): string;
  /** What stands in place of a secret that was masked; counts it. */
  replaced(kind: RedactionKind): string;
  pseudonymised(kind: RedactionKind, secret: string): string;
  counts: Map<RedactionKind, number>;
}

export interface TextRedactorOptions {
  keys: SecretKeys;
  limits: RedactionLimits;
  actionOf(kind: RedactionKind): RedactionAction;
  pseudonymOf(secret: string): string;
  /** Keeps the secret for the sealer and gives its number; null: nothing is being sealed, the secret is masked. */
  seal(kind: RedactionKind, secret: string): number | null;
}

/** A secret uncovered by what was taken out around it is found by the next pass; real texts need two. */
const PASSES = 4;
/** Texts that repeat from record to record (labels, user agents, messages; stacks in crash loops) are redacted once while they are remembered. */
const MEMOS = {
  /** Characters from which a text counts as long. */
  longFrom: 200,
  short: { entries: 16_384, characters: 2_097_152 },
  long: { entries: 512, characters: 2_097_152 },
} as const;
/** What was not looked at: no rule can let it pass. */
const CUTS: ReadonlySet<RedactionKind> = new Set(['too-long', 'too-deep', 'too-many', 'binary']);
/** Nothing that a detector knows is shorter. */
const SHORTEST_SECRET = 4;
const NO_KINDS: readonly RedactionKind[] = [];

export function createTextRedactor(options: TextRedactorOptions): TextRedactor {
  const { keys, limits, actionOf, pseudonymOf } = options;
  const counts = new Map<RedactionKind, number>();
  const shortTexts = createTextMemo(MEMOS.short);
  const longTexts = createTextMemo(MEMOS.long);
  let recorded: RedactionKind[] | null = null;
  /** What was sealed is another value each time: its text is not remembered. */
  let hasSealed = false;
  let isInsideKept = false;

  const count = (kind: RedactionKind): void => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    recorded?.push(kind);
  };
  const replaced = (kind: RedactionKind): string => {
    count(kind);
    return markerOf(kind);
  };
  const pseudonymised = (kind: RedactionKind, secret: string): string => {
    count(kind);
    return markerOf(kind, pseudonymOf(secret));
  };
  const sealed = (kind: RedactionKind, secret: string): string => {
    count(kind);
    hasSealed = true;
    const slot = options.seal(kind, secret);
    return slot === null ? markerOf(kind) : markerOf(kind, String(slot));
  };
  const removed = (kind: RedactionKind): string => {
    count(kind);
    return '';
  };
  const kept = (secret: string, scan: ScanOptions): string => {
    if (isInsideKept) return secret;
    isInsideKept = true;
    const inner = scanText(secret, scan);
    isInsideKept = false;
    return inner;
  };
  const scanOf = (isCode: boolean): ScanOptions => {
    const scan: ScanOptions = {
      keys,
      redactsAddresses: actionOf('ip-address') !== 'keep',
      isCode,
      replace(kind, secret) {
        const action = CUTS.has(kind) ? 'mask' : actionOf(kind);
        switch (action) {
          case 'mask':
            return replaced(kind);
          case 'pseudonym':
            return pseudonymised(kind, secret);
          case 'encrypt':
            return sealed(kind, secret);
          case 'remove':
            return removed(kind);
          case 'keep':
            return kept(secret, scan);
          default:
            return action satisfies never;
        }
      },
    };
    return scan;
  };
  const logScan = scanOf(false);
  const codeScan = scanOf(true);

  const bounded = (value: string, scan: ScanOptions): string => {
    if (value.length <= limits.stringLength) return untilStable(value, scan);
    const readable = untilStable(cutAtWord(value, limits.stringLength), scan);
    return readable + replaced('too-long');
  };
  const text = (value: string): string => {
    if (value.length < SHORTEST_SECRET) return value;
    const memo = value.length < MEMOS.longFrom ? shortTexts : longTexts;
    const remembered = memo.get(value);
    if (remembered !== undefined) {
      for (const kind of remembered.kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return remembered.text;
    }
    const kinds: RedactionKind[] = [];
    recorded = kinds;
    hasSealed = false;
    const redacted = bounded(value, logScan);
    recorded = null;
    if (!hasSealed) memo.set(value, { text: redacted, kinds: kinds.length === 0 ? NO_KINDS : kinds });
    return redacted;
  };
  return { text, code: (value) => bounded(value, codeScan), replaced, pseudonymised, counts };
}

function untilStable(value: string, scan: ScanOptions): string {
  let current = value;
  for (let pass = 0; pass < PASSES; pass++) {
    const next = scanText(current, scan);
    if (next === current) break;
    current = next;
  }
  return current;
}

/** Never in the middle of a word: half a token would be shorter than what the detectors know. */
function cutAtWord(text: string, length: number): string {
  for (let at = length; at > length - 4096 && at > 0; at--) {
    if (text.charCodeAt(at - 1) <= 32) return text.slice(0, at);
  }
  return text.slice(0, Math.max(0, length - 4096));
}
