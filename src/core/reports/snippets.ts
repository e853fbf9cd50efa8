import type { CodeSnippet } from '../../contracts/report.ts';
import type { IssueEvidence, RepositoryEvidence, Snippet } from '../evidence/index.ts';
import type { Issue } from '../issues/index.ts';
import type { Places } from './places.ts';
import { wholeNumber } from './plain-values.ts';

export interface SnippetsInput {
  /** Worst first. */
  issues: readonly Issue[];
  evidence: RepositoryEvidence;
  /** Error incidents by repository path of the failing frame. */
  byFile: ReadonlyMap<string, number>;
  places: Places;
  /** Files to show. */
  limit: number;
}

/** The snippets of one issue, most likely place first. `error_count` counts the incidents of that issue. */
export function issueSnippets(issue: Issue, evidence: IssueEvidence | undefined): CodeSnippet[] {
  const snippets = [...(evidence?.snippets ?? [])].sort((a, b) => a.culpritRank - b.culpritRank);
  return snippets.map((snippet) => snippetView(snippet, issue, wholeNumber(issue.incidentCount) ?? 0));
}

/**
 * The code of the files where most incidents fail, one snippet each, from the issue that fails there most. A file whose text could
 * not be read stands there all the same, without code, and `note` says why. When fewer files fail than may be shown, the next
 * likely places of the worst issues follow, with the incidents that passed through them.
 */
export function topSnippets(input: SnippetsInput): CodeSnippet[] {
  const failing = [...input.byFile].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const shown = new Map<string, CodeSnippet>();
  for (const [file, count] of failing) {
    if (shown.size >= input.limit) break;
    const snippet = snippetOfFile(file, count, input) ?? missingSnippet(file, count, input);
    if (snippet) shown.set(file, snippet);
  }
  for (const issue of input.issues) {
    for (const snippet of issueSnippets(issue, input.evidence.byIssue.get(issue.id))) {
      if (shown.size >= input.limit) return [...shown.values()];
      if (!shown.has(snippet.file)) shown.set(snippet.file, snippet);
    }
  }
  return [...shown.values()];
}

function snippetOfFile(file: string, count: number, { issues, evidence }: SnippetsInput): CodeSnippet | null {
  const found = issues
    .flatMap((issue) => (evidence.byIssue.get(issue.id)?.snippets ?? []).map((snippet) => ({ issue, snippet })))
    .filter(({ snippet }) => snippet.path === file)
    .sort((a, b) => a.snippet.culpritRank - b.snippet.culpritRank || b.issue.incidentCount - a.issue.incidentCount)[0];
  return found ? snippetView(found.snippet, found.issue, count) : null;
}

function missingSnippet(file: string, count: number, input: SnippetsInput): CodeSnippet | null {
  for (const issue of input.issues) {
    const place = input.places.ofIssue(issue);
    if (place?.file !== file) continue;
    const line = place.line ?? 0;
    return {
      file,
      line,
      code_snippet: '',
      start_line: line,
      end_line: line,
      error_count: count,
      function: place.function,
      revision: null,
      issue_id: issue.id,
      truth: 'unavailable',
      note: input.evidence.byIssue.get(issue.id)?.reason ?? input.evidence.reason,
    };
  }
  return null;
}

function snippetView(snippet: Snippet, issue: Issue, errorCount: number): CodeSnippet {
  return {
    file: snippet.path,
    line: wholeNumber(snippet.line) ?? 0,
    code_snippet: snippet.code,
    start_line: wholeNumber(snippet.fromLine) ?? 0,
    end_line: wholeNumber(snippet.toLine) ?? 0,
    error_count: errorCount,
    function: snippet.function,
    revision: snippet.commit,
    issue_id: issue.id,
    truth: snippet.truth,
    note: snippet.note,
  };
}
