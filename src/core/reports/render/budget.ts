/** One thing that stands or falls as a whole, or can be shortened. */
export interface Piece {
  /** Lower is kept longer. */
  rank: number;
  /** What it is called when it is cut. */
  name: string;
  text: string;
  /** The same within `tokens`; null when it makes no sense that short. */
  shorten?(tokens: number): string | null;
}

/** In the order they are shown, which is the order they are kept. */
export type Draft = Piece[];

/** Bytes of UTF-8 / 4, as the hand-off's budget counts. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** Takes pieces until the budget (tokens) is used; says which were left out or shortened, and what is left. */
export function fillSection(draft: Draft, budget: number): { text: string; left: number; cut: string[] } {
  const kept: string[] = [];
  const cut: string[] = [];
  let left = budget;
  for (const piece of draft) {
    const cost = tokensOf(piece.text) + 1;
    if (cost <= left) {
      kept.push(piece.text);
      left -= cost;
      continue;
    }
    cut.push(piece.name);
    const short = left > 40 ? (piece.shorten?.(Math.floor(left) - 2) ?? null) : null;
    if (short !== null && tokensOf(short) + 1 <= left) {
      kept.push(short);
      left -= tokensOf(short) + 1;
    }
  }
  return { text: kept.join('\n\n'), left, cut };
}
