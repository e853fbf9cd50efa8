/** An edge of the graph: `to` comes after `from`. */
export interface ChainEdge {
  from: string;
  to: string;
}

export interface PlacedJob {
  id: string;
  /** Column from the left: the longest way from a job that begins a chain. */
  depth: number;
  /** Row from the top. */
  row: number;
}

/**
 * Places jobs from left to right by depth, one chain below the other; within a column each stands near those it comes after (the
 * mean of their rows, after K. Sugiyama's layered drawing). Edges in a circle, which the configuration refuses, are passed over.
 */
export function layOutChain(ids: readonly string[], edges: readonly ChainEdge[]): PlacedJob[] {
  const known = new Set(ids);
  const kept = edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to);
  const depths = depthsOf(ids, kept);
  const placed: PlacedJob[] = [];
  let top = 0;
  for (const group of groupsOf(ids, kept)) {
    const rows = rowsOf(group, kept, depths);
    for (const id of group) placed.push({ id, depth: depths.get(id) ?? 0, row: top + (rows.get(id) ?? 0) });
    top += 1 + Math.max(...rows.values());
  }
  return placed;
}

function byTarget(edges: readonly ChainEdge[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { from, to } of edges) found.set(to, [...(found.get(to) ?? []), from]);
  return found;
}

/** Longest way from a beginning, walked once over each job in topological order. */
function depthsOf(ids: readonly string[], edges: readonly ChainEdge[]): Map<string, number> {
  const depths = new Map(ids.map((id) => [id, 0]));
  const waiting = new Map(ids.map((id) => [id, 0]));
  const after = new Map<string, string[]>();
  for (const { from, to } of edges) {
    waiting.set(to, (waiting.get(to) ?? 0) + 1);
    after.set(from, [...(after.get(from) ?? []), to]);
  }
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (const id of ready) {
    for (const to of after.get(id) ?? []) {
      depths.set(to, Math.max(depths.get(to) ?? 0, (depths.get(id) ?? 0) + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return depths;
}

/** Jobs that hang together, in the order in which they are first named. */
function groupsOf(ids: readonly string[], edges: readonly ChainEdge[]): string[][] {
  const neighbours = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const seen = new Set<string>();
  const groups: string[][] = [];
  for (const id of ids) {
    if (seen.has(id)) continue;
    const group = [id];
    seen.add(id);
    for (const one of group) {
      for (const other of neighbours.get(one) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        group.push(other);
      }
    }
    groups.push(group);
  }
  return groups;
}

function rowsOf(
  group: readonly string[],
  edges: readonly ChainEdge[],
  depths: Map<string, number>,
): Map<string, number> {
  const upstream = byTarget(edges);
  const rows = new Map<string, number>();
  const deepest = Math.max(...group.map((id) => depths.get(id) ?? 0));
  for (let depth = 0; depth <= deepest; depth += 1) {
    const column = group.filter((id) => depths.get(id) === depth);
    const wish = (id: string) => {
      const above = (upstream.get(id) ?? []).flatMap((from) => rows.get(from) ?? []);
      return above.length === 0 ? 0 : above.reduce((sum, row) => sum + row, 0) / above.length;
    };
    const ordered = column.map((id) => ({ id, wish: wish(id) })).sort((a, b) => a.wish - b.wish);
    for (const [row, { id }] of ordered.entries()) rows.set(id, row);
  }
  return rows;
}
