/** Neighbours that a word is linked to, on each side, within its sentence. */
const WINDOW = 4;
const DAMPING = 0.85;
const ROUNDS = 20;
/** Words in the graph: the most frequent ones. More change no rank that is shown, and the work stays bounded. */
const MOST_WORDS = 4000;

/**
 * The rank of each word stem by the graph of those that stand together, 0 to 1, the highest one 1: PageRank whose restarts go to words
 * that occur early. Source: C. Florescu and C. Caragea, "PositionRank", ACL 2017 (https://aclanthology.org/P17-1102/).
 */
export function rankWords(sentenceStems: readonly (readonly string[])[]): Map<string, number> {
  const restarts = restartsOf(sentenceStems);
  const names = [...restarts.keys()];
  const places = new Map(names.map((name, at) => [name, at]));
  const edges = edgesOf(sentenceStems, places);
  const ranks = walk(edges, normalised(names.map((name) => restarts.get(name)!)));
  const highest = ranks.reduce((most, rank) => Math.max(most, rank), 0) || 1;
  return new Map(names.map((name, at) => [name, ranks[at]! / highest]));
}

/** Sum over a word's occurrences of 1 / (place + offset): early and frequent words restart the walk. */
function restartsOf(sentenceStems: readonly (readonly string[])[]): Map<string, number> {
  const all = new Map<string, number>();
  let place = 0;
  for (const stems of sentenceStems) {
    for (const stem of stems) {
      place++;
      all.set(stem, (all.get(stem) ?? 0) + 1 / (place + 10));
    }
  }
  if (all.size <= MOST_WORDS) return all;
  return new Map([...all].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MOST_WORDS));
}

function edgesOf(
  sentenceStems: readonly (readonly string[])[],
  places: ReadonlyMap<string, number>,
): Map<number, number>[] {
  const edges: Map<number, number>[] = Array.from({ length: places.size }, () => new Map());
  for (const stems of sentenceStems) {
    const known = stems.map((stem) => places.get(stem) ?? -1);
    for (let at = 0; at < known.length; at++) {
      for (let next = at + 1; next < Math.min(known.length, at + WINDOW); next++) link(edges, known[at]!, known[next]!);
    }
  }
  return edges;
}

/** Counts one neighbourhood; -1 stands for a word that is not in the graph. */
function link(edges: readonly Map<number, number>[], here: number, there: number): void {
  if (here < 0 || there < 0 || here === there) return;
  edges[here]!.set(there, (edges[here]!.get(there) ?? 0) + 1);
  edges[there]!.set(here, (edges[there]!.get(here) ?? 0) + 1);
}

function walk(edges: readonly Map<number, number>[], restarts: readonly number[]): number[] {
  const sums = edges.map((links) => [...links.values()].reduce((sum, weight) => sum + weight, 0));
  let ranks = [...restarts];
  for (let round = 0; round < ROUNDS; round++) {
    const next = restarts.map((restart) => (1 - DAMPING) * restart);
    for (const [from, links] of edges.entries()) {
      const share = sums[from]! === 0 ? 0 : (DAMPING * ranks[from]!) / sums[from]!;
      for (const [to, weight] of links) next[to]! += share * weight;
    }
    ranks = next;
  }
  return ranks;
}

function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0) || 1;
  return values.map((value) => value / sum);
}
