import { matchesPathPattern } from '../owners/path-pattern.ts';
import type { CommitDetails } from '../ports.ts';

/** What is said of some paths stands in a document. */
export interface DocumentPair {
  /** As in CODEOWNERS, from the root: `/src/server/`, `*.sql`. */
  path: string;
  /** Path of the document in the repository. */
  document: string;
}

export interface Undocumented {
  pair: DocumentPair;
  commit: CommitDetails;
  /** The first of the paths that it touched. */
  touched: string;
}

/**
 * Commits (newest first, as `Repository.log` gives them) that touched a path without its document, oldest first. A later commit that touches the document
 * is taken to have made up for those before it: what changed since is named, and nothing else.
 */
export function undocumentedCommits(commits: readonly CommitDetails[], pairs: readonly DocumentPair[]): Undocumented[] {
  return pairs
    .flatMap((pair) => {
      const named: Undocumented[] = [];
      for (const commit of commits) {
        if (commit.files.some((file) => file.path === pair.document)) break;
        const touched = commit.files.find(({ path }) => matchesPathPattern(pair.path, path, true));
        if (touched) named.push({ pair, commit, touched: touched.path });
      }
      return named;
    })
    .sort((a, b) => a.commit.committedAt - b.commit.committedAt);
}
