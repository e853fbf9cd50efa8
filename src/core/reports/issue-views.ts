import type { IssueView } from '../../contracts/report.ts';
import type { RepositoryEvidence } from '../evidence/index.ts';
import type { Issue, Understanding } from '../issues/index.ts';
import type { Messages } from '../shared/index.ts';
import { suspectViews } from './commits.ts';
import { doneWhen } from './done-when.ts';
import { evidenceView } from './evidence-view.ts';
import type { ReportKnobs } from './knobs.ts';
import type { Places } from './places.ts';
import { reportInstant, wholeNumber } from './plain-values.ts';

export interface IssueViewsInput {
  understanding: Understanding;
  evidence: RepositoryEvidence;
  places: Places;
  runningRevision: string | null;
  now: number;
  messages: Messages;
  knobs: ReportKnobs;
}

/** What opens an issue: an error. Warnings of one cause are grouped as well, but only listed and counted. */
export function openIssues({ issues }: Pick<Understanding, 'issues'>): Issue[] {
  return issues.filter(({ kind }) => kind === 'error');
}

/** The issues with everything that explains them, worst first, as many as are listed. */
export function issueViews(input: IssueViewsInput): IssueView[] {
  return openIssues(input.understanding)
    .slice(0, input.knobs.listedIssues)
    .map((issue) => issueView(issue, input));
}

/**
 * New: the revision that runs brought it, where a store remembers; else it was first seen on that revision, and a revision before it is known to have been
 * without it. Without such a revision nothing is claimed, the log may simply begin here.
 */
export function isNewOnRunning(issue: Issue, evidence: RepositoryEvidence, runningRevision: string | null): boolean {
  if (runningRevision === null) return false;
  if (issue.past) return issue.past.broughtBy === runningRevision;
  const gathered = evidence.byIssue.get(issue.id);
  if (!gathered) return false;
  return gathered.firstSeenRevision === runningRevision && gathered.lastRevisionWithout !== null;
}

function issueView(issue: Issue, input: IssueViewsInput): IssueView {
  const { evidence, messages, now, knobs } = input;
  const gathered = evidence.byIssue.get(issue.id);
  const representative = issue.incidents[0]?.representative ?? null;
  return {
    id: issue.id,
    fingerprint: issue.fingerprint,
    title: issue.title,
    state: issue.state,
    incidents: wholeNumber(issue.incidentCount) ?? 0,
    entries: wholeNumber(issue.entries) ?? 0,
    first_seen: reportInstant(issue.firstSeen),
    last_seen: reportInstant(issue.lastSeen),
    is_new: issue.isNew ?? isNewOnRunning(issue, evidence, input.runningRevision),
    is_regression: issue.state === 'regressed',
    error_type: issue.errorType,
    location: input.places.ofIssue(issue),
    endpoints: issue.endpoints,
    revisions: issue.revisions,
    affected_users: wholeNumber(issue.affectedUsers),
    suspect_commits: gathered
      ? suspectViews(gathered.suspects, { now, messages })
      : { verdict: 'could not look', reason: evidence.reason, commits: [] },
    owners: (gathered?.owners ?? []).map(({ owner, file, rule }) => ({ owner, file, rule })),
    evidence: evidenceView({
      issue,
      representative,
      evidence,
      places: input.places,
      context: input.understanding.context,
      knobs,
    }),
    done_when: doneWhen(knobs, messages),
  };
}
