import type { HandOffDocument, HandOffEntry } from '../../../contracts/hand-off.ts';
import { type Draft, keepFirst } from './entry.ts';

export interface Fitted<T> {
  kept: T[];
  cut: Omit<HandOffDocument['cuts'][number], 'section'>[];
}

/**
 * Takes entries in their order until the budget (tokens) is used: one that does not fit is shortened from its end, or left out. What is kept
 * for a later entry stays with it.
 */
export function fitSection<T extends HandOffEntry>(
  drafts: readonly Draft<T>[],
  budget: number,
  cost: (entry: T) => number,
): Fitted<T> {
  const costs = drafts.map(({ entry }) => cost(entry));
  const reserved = drafts.map(({ share }, index) => Math.min(costs[index]!, Math.floor(share * budget)));
  const kept: T[] = [];
  const cut: Fitted<T>['cut'] = [];
  let left = budget;
  let later = reserved.reduce((sum, tokens) => sum + tokens, 0);
  for (const [index, draft] of drafts.entries()) {
    later -= reserved[index]!;
    const room = left - later;
    const entry = costs[index]! <= room ? draft.entry : shortened(draft, room, cost);
    if (entry !== draft.entry) cut.push({ kind: draft.entry.kind, how: entry === null ? 'left out' : 'shortened' });
    if (entry === null) continue;
    kept.push(entry);
    left -= cost(entry);
  }
  return { kept, cut };
}

/** As many lines as fit, found by halving; null when not even one does. */
function shortened<T extends HandOffEntry>(draft: Draft<T>, room: number, cost: (entry: T) => number): T | null {
  const cutTo = draft.shorten ?? ((keep: number) => keepFirst(draft.entry, keep));
  let low = 0;
  let high = (draft.entry.untrusted?.lines.length ?? 0) - 1;
  let best: T | null = null;
  while (low < high) {
    const keep = Math.ceil((low + high) / 2);
    const candidate = cutTo(keep);
    if (cost(candidate) <= room) {
      best = candidate;
      low = keep;
    } else {
      high = keep - 1;
    }
  }
  return best;
}
