import type { RecentCommit, SuspectCommits } from '../../contracts/report.ts';
import type { RepositoryEvidence, SuspectRanking } from '../evidence/index.ts';
import type { Messages } from '../shared/index.ts';
import { reportInstant } from './plain-values.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long before `now` it was, in the reader's language: `3 hours ago`. What lies ahead (clocks differ) is "just now". */
export function relativeTime(time: number, now: number, messages: Messages): string {
  const say = messages.reportFacts.relativeTime;
  const elapsed = now - time;
  if (!(elapsed >= MINUTE)) return say.justNow;
  if (elapsed < HOUR) return say.minutes(Math.floor(elapsed / MINUTE));
  if (elapsed < DAY) return say.hours(Math.floor(elapsed / HOUR));
  if (elapsed < 30 * DAY) return say.days(Math.floor(elapsed / DAY));
  if (elapsed < 365 * DAY) return say.months(Math.floor(elapsed / (30 * DAY)));
  return say.years(Math.floor(elapsed / (365 * DAY)));
}

export function recentCommitViews(
  commits: RepositoryEvidence['recentCommits'],
  { limit, now, messages }: { limit: number; now: number; messages: Messages },
): RecentCommit[] {
  return commits.slice(0, limit).map((commit) => ({
    hash: commit.sha.slice(0, 8),
    author: commit.authorName,
    time: relativeTime(commit.committedAt, now, messages),
    message: commit.subject,
    sha: commit.sha,
    committed_at: reportInstant(commit.committedAt),
    in_running_revision: commit.isInRunningRevision,
  }));
}

/** A ranking as the report shows it, ranks from 1 in the order given; a suspect without a reason is not shown. */
export function suspectViews(
  ranking: SuspectRanking,
  { now, messages }: { now: number; messages: Messages },
): SuspectCommits {
  const suspects = ranking.suspects.filter((suspect) => suspect.reasons.length > 0);
  return {
    verdict: ranking.verdict,
    reason: ranking.reason,
    commits: suspects.map((suspect, index) => ({
      rank: index + 1,
      hash: suspect.commit.sha.slice(0, 8),
      author: suspect.commit.authorName,
      time: relativeTime(suspect.commit.committedAt, now, messages),
      message: suspect.commit.subject,
      score: Math.min(Math.max(Number.isFinite(suspect.score) ? suspect.score : 0, 0), 1),
      confidence: suspect.confidence,
      reasons: suspect.reasons,
    })),
  };
}
