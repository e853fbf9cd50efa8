import type {
  CodeSnippet,
  IssueView,
  RecentCommit,
  Recommendation,
  ReportStatus,
  SuspectCommits,
} from '../../../contracts/report.ts';
import type { Issue, Understanding } from '../../issues/index.ts';
import type { Messages } from '../../shared/index.ts';
import type { CommandTemplates, ReportSubject } from '../input.ts';
import type { ReportKnobs } from '../knobs.ts';
import { safeEndpoint, safePath } from './facts.ts';

/** What every kind of advice is made from. */
export interface Advice {
  status: ReportStatus;
  understanding: Understanding;
  /** Listed issues, worst first. */
  issues: IssueView[];
  snippets: CodeSnippet[];
  recentCommits: RecentCommit[];
  suspects: SuspectCommits;
  subject: ReportSubject;
  commands: CommandTemplates;
  /** The running revision brought it. */
  isNewOnRunning: (issue: Issue) => boolean;
  /** The former revision to go back to for these issues; null when none is known. */
  formerRevision: (issues: Issue[]) => string | null;
  knobs: ReportKnobs;
  messages: Messages;
}

/** How many files, endpoints and issues one recommendation names: the worst ones; the issues list holds all. */
const NAMED = 5;

/** A recommendation about these issues: their files, endpoints, code and suspects; the rest is given or empty. */
export function recommend(
  advice: Advice,
  issues: IssueView[],
  given: Pick<Recommendation, 'priority' | 'action' | 'details'> & Partial<Recommendation>,
): Recommendation {
  const ids = new Set(issues.map((issue) => issue.id));
  const files = unique(issues.map((issue) => issue.location?.file ?? null));
  const { priority, action, details, ...rest } = given;
  return {
    priority,
    action,
    details,
    affected_files: files.slice(0, NAMED),
    affected_endpoints: unique(issues.flatMap((issue) => issue.endpoints)).slice(0, NAMED),
    command: null,
    rollback_command: null,
    suggested_fix: null,
    suggested_investigation: [],
    suggested_files_to_check: advice.snippets.filter(
      (snippet) => ids.has(snippet.issue_id) || files.includes(snippet.file),
    ),
    recent_commits: [],
    suspect_commits: issues[0]?.suspect_commits ?? aboutNoIssue(advice),
    issue_ids: [...ids].slice(0, NAMED),
    ...rest,
  };
}

function aboutNoIssue({ messages }: Advice): SuspectCommits {
  return { verdict: 'none likely', reason: messages.recommendations.aboutNoIssue, commits: [] };
}

/** Files and endpoints are facts for the reader's eye; only those that look like one, or stand in the repository, are named in advice. */
export function namedFacts(recommendation: Recommendation): Recommendation {
  return {
    ...recommendation,
    affected_files: recommendation.affected_files.filter((file) => safePath(file) !== null),
    affected_endpoints: recommendation.affected_endpoints.filter((endpoint) => safeEndpoint(endpoint) !== null),
    suggested_files_to_check: recommendation.suggested_files_to_check.filter(
      ({ truth, file }) => truth !== 'unavailable' || safePath(file) !== null,
    ),
  };
}

export function errorIssues(advice: Advice): IssueView[] {
  return advice.issues.filter((issue) => rawIssue(advice, issue)?.kind === 'error');
}

export function warningIssues(advice: Advice): IssueView[] {
  return advice.issues.filter((issue) => rawIssue(advice, issue)?.kind === 'warning');
}

export function rawIssue(advice: Advice, issue: IssueView): Issue | undefined {
  return advice.understanding.issues.find((candidate) => candidate.id === issue.id);
}

export function unique(values: (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
