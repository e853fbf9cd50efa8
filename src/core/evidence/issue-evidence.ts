import type { Exception, Frame } from '../events/index.ts';
import type { Commit } from './ports.ts';

/** What explains an issue. Without a repository `truth` is `unavailable` and the reason says so; frames are ranked all the same. */
export interface IssueEvidence {
  issueId: string;
  truth: SnippetTruth;
  /** Full hash the code was read at. */
  commit: string | null;
  reason: string;
  /** The representative's exceptions, every frame with its origin set. */
  exceptions: Exception[];
  /** Application frames, most likely place of the fault first; at most 5 (knob) and the callee a message names. */
  culprits: Culprit[];
  snippets: Snippet[];
  suspects: SuspectRanking;
  owners: Owner[];
  /** From configuration or the repository's AGENTS.md. */
  testCommand: string | null;
  firstSeenRevision: string | null;
  lastRevisionWithout: string | null;
}

export type SnippetTruth = 'running revision' | 'nearest revision' | 'unavailable';

export interface Culprit {
  frame: Frame;
  /** Index of its exception in `exceptions`. */
  exception: number;
  rank: number;
  score: number;
  /** Path in the repository; the trace's own path when no repository is known. */
  path: string;
}

export interface Snippet {
  path: string;
  /** The failing line, 1-based, in the file as it is at `commit`. */
  line: number;
  fromLine: number;
  toLine: number;
  /** Lines `fromLine`…`toLine` exactly as in the file. */
  code: string;
  function: string | null;
  commit: string;
  truth: SnippetTruth;
  /** `moved`: the trace's code line was found elsewhere in the file; null when it stood where the trace says. */
  note: string | null;
  culpritRank: number;
}

export interface SuspectRanking {
  verdict: 'ranked' | 'none likely' | 'could not look';
  /** Why nothing was ranked; null when something was. */
  reason: string | null;
  suspects: Suspect[];
}

export interface Suspect {
  commit: Commit;
  points: number;
  /** 0-1. */
  score: number;
  confidence: 'high' | 'medium' | 'low';
  /** Sentences in the reader's language; never empty. */
  reasons: string[];
}

export interface Owner {
  owner: string;
  file: string;
  /** The CODEOWNERS line that decided. */
  rule: string;
}

/** What the repository adds to the report as a whole. */
export interface RepositoryEvidence {
  /** The commit the running revision stands for; null when unknown. */
  running: Commit | null;
  truth: SnippetTruth;
  reason: string;
  recentCommits: (Commit & { isInRunningRevision: boolean })[];
  byIssue: Map<string, IssueEvidence>;
  /** Over all issues. */
  suspects: SuspectRanking;
}
