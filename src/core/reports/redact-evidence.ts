import type { Redactor } from '../events/index.ts';
import type { Commit, IssueEvidence, RepositoryEvidence, SuspectRanking } from '../evidence/index.ts';

type TextRedactor = Pick<Redactor, 'text' | 'code'>;

/** The repository may hold secrets as well: code, commit subjects and commands leave redacted. */
export function redactEvidence(evidence: RepositoryEvidence, redactor: TextRedactor): RepositoryEvidence {
  return {
    ...evidence,
    recentCommits: evidence.recentCommits.map((commit) => redactCommit(commit, redactor)),
    byIssue: new Map([...evidence.byIssue].map(([id, found]) => [id, redactIssue(found, redactor)])),
    suspects: redactSuspects(evidence.suspects, redactor),
  };
}

function redactIssue(found: IssueEvidence, redactor: TextRedactor): IssueEvidence {
  return {
    ...found,
    snippets: found.snippets.map((snippet) => ({ ...snippet, code: redactor.code(snippet.code) })),
    suspects: redactSuspects(found.suspects, redactor),
    testCommand: found.testCommand === null ? null : redactor.text(found.testCommand),
  };
}

function redactSuspects(ranking: SuspectRanking, redactor: TextRedactor): SuspectRanking {
  return {
    ...ranking,
    suspects: ranking.suspects.map((suspect) => ({
      ...suspect,
      commit: redactCommit(suspect.commit, redactor),
      reasons: suspect.reasons.map(redactor.text),
    })),
  };
}

function redactCommit<T extends Commit>(commit: T, redactor: TextRedactor): T {
  return { ...commit, subject: redactor.text(commit.subject), authorName: redactor.text(commit.authorName) };
}
