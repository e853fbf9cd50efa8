/** Read-only look into the history of the watched code. Every path is relative to the repository's root, with `/`. */
export interface Repository {
  /** The history is cut off (shallow clone): blame past the cut names the oldest commit that is there. */
  readonly isShallow: boolean;
  /** The commit a name (hash, tag, branch, `HEAD`) stands for; null when the repository does not know it. */
  resolve(name: string): Promise<Commit | null>;
  /** Tracked paths at that commit. */
  listFiles(commit: string): Promise<string[]>;
  /** The file's bytes at that commit; null when it is not there or no regular file. */
  readFile(commit: string, path: string): Promise<Buffer | null>;
  /**
   * Who last changed each of those lines as of that commit (`-w -M -C`, ignore-revs honoured, `ignored` commits passed over). Lines beyond
   * the end are left out.
   */
  blame(request: BlameRequest): Promise<BlamedLine[]>;
  /** Commits reachable from `to` and not from `from`, newest first, with what each touched. */
  log(request: { to: string; from: string | null; paths: string[] | null; limit: number }): Promise<CommitDetails[]>;
}

/** What one commit did to some files. */
export interface DiffReader {
  /** Unified diff, three lines of context, at most `maxBytes`; null when the commit touched none of them. */
  diff(request: { sha: string; paths: readonly string[]; maxBytes: number }): Promise<string | null>;
}

export interface BlameRequest {
  commit: string;
  path: string;
  /** First and last line, 1-based. */
  from: number;
  to: number;
  /** Full hashes of commits that only moved text about. */
  ignored: readonly string[];
}

export interface Commit {
  /** Full hash. */
  sha: string;
  authorName: string;
  /** Epoch ms. */
  committedAt: number;
  subject: string;
  parents: string[];
}

export interface CommitDetails extends Commit {
  files: TouchedFile[];
}

export interface TouchedFile {
  path: string;
  status: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Where it was before; null unless it was renamed. */
  previousPath: string | null;
}

export interface BlamedLine {
  line: number;
  sha: string;
  /** The path and line it had in that commit. */
  originalPath: string;
  originalLine: number;
}
