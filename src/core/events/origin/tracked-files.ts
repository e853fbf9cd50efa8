const VENDORED =
  /(?:^|\/)(?:node_modules|vendor|third_party|bower_components|site-packages|dist-packages|\.yarn|Godeps|Pods|Carthage)\//;

/** Finds the tracked file a frame means, from the end of its path. */
export interface TrackedFiles {
  /**
   * The one tracked, not vendored file that shares the longest end of at least two segments with the path (or is equal to it);
   * null when none or several do. `whole`: every segment of the path must be shared.
   */
  find(path: string, options?: { whole?: boolean }): string | null;
}

/** Indexes the paths by their last two segments: a look-up does not grow with the repository. */
export function createTrackedFiles(paths: readonly string[]): TrackedFiles {
  const all = new Set<string>();
  const byEnd = new Map<string, string[]>();
  for (const path of paths) {
    if (VENDORED.test(path)) continue;
    all.add(path);
    const end = lastTwoSegments(path);
    if (end === null) continue;
    const known = byEnd.get(end);
    if (known) known.push(path);
    else byEnd.set(end, [path]);
  }
  return {
    find(path, { whole = false } = {}) {
      if (all.has(path)) return path;
      const end = lastTwoSegments(path);
      return end === null ? null : longestSharedEnd(path, byEnd.get(end) ?? [], whole);
    },
  };
}

function lastTwoSegments(path: string): string | null {
  const last = path.lastIndexOf('/');
  return last < 0 ? null : path.slice(path.lastIndexOf('/', last - 1) + 1);
}

function longestSharedEnd(path: string, candidates: readonly string[], whole: boolean): string | null {
  const segments = path.split('/');
  let best: string[] = [];
  let longest = 2;
  for (const candidate of candidates) {
    const length = sharedSegments(segments, candidate.split('/'));
    if (length < longest || (whole && length < segments.length)) continue;
    if (length > longest) best = [];
    longest = length;
    best.push(candidate);
  }
  if (best.length <= 1) return best[0] ?? null;
  // Of several, one that stands whole at the end of the frame's path is the plain reading of it.
  const complete = best.filter((candidate) => `/${path}`.endsWith(`/${candidate}`));
  return complete.length === 1 ? complete[0]! : null;
}

function sharedSegments(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
