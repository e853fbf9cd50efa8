import type { Commit, CommitDetails, Repository } from '../ports.ts';

/** The commits of the running revision, newest first, and a way to any older one. Read once for all issues. */
export interface History {
  recent: readonly CommitDetails[];
  detailsOf(sha: string): Promise<CommitDetails | null>;
  /** Commits reachable from the second and not from the first, as far as the running revision holds them. */
  between(without: string, withIt: string): Promise<CommitDetails[]>;
}

/** Commits read with what they touched; older ones are asked for one by one. */
const RECENT = 400;

export async function readHistory(repository: Repository, running: Commit): Promise<History> {
  const recent = await repository.log({ to: running.sha, from: null, paths: null, limit: RECENT });
  const known = new Map<string, Promise<CommitDetails | null>>(
    recent.map((commit) => [commit.sha, Promise.resolve(commit)]),
  );
  const isWhole = recent.length < RECENT;
  return {
    recent,
    detailsOf(sha) {
      const found = known.get(sha);
      if (found) return found;
      const reading = repository.log({ to: sha, from: null, paths: null, limit: 1 }).then(([commit]) => commit ?? null);
      known.set(sha, reading);
      return reading;
    },
    async between(without, withIt) {
      const range = await repository.log({ to: withIt, from: without, paths: null, limit: RECENT });
      if (withIt === running.sha) return range;
      const outside = isWhole
        ? []
        : await repository.log({ to: withIt, from: running.sha, paths: null, limit: RECENT });
      const inRunning = new Set(recent.map(({ sha }) => sha));
      const notInRunning = new Set(outside.map(({ sha }) => sha));
      return range.filter(({ sha }) => (isWhole ? inRunning.has(sha) : !notInRunning.has(sha)));
    },
  };
}
