import type { DecideFrameOrigin, Exception, Frame } from '../events/index.ts';
import type { Issue } from '../issues/index.ts';
import { type Messages, toGuardianError } from '../shared/index.ts';
import { findNamedCallee } from './culprits/named-callee.ts';
import { rankCulprits } from './culprits/rank-culprits.ts';
import type { Culprit, IssueEvidence, SuspectRanking } from './issue-evidence.ts';
import { applicationPaths, exceptionsOf } from './issue-frames.ts';
import type { OwnersOf } from './owners/code-owners.ts';
import { findOwners } from './owners/find-owners.ts';
import type { Commit, CommitDetails, Repository } from './ports.ts';
import { commitOfRevision, type RunningRevision } from './running-revision.ts';
import { locateCulprits } from './snippets/locate-culprits.ts';
import type { ChangeReader } from './suspects/changes.ts';
import { findSuspects } from './suspects/find-suspects.ts';
import type { History } from './suspects/history.ts';
import { revisionRange, type SeenRevision } from './suspects/revision-range.ts';

/** What explaining an issue needs: read once for the whole report. */
export interface ExplainContext {
  messages: Messages;
  repository: Repository;
  running: RunningRevision;
  /** The commit that code is read at. */
  commit: Commit;
  seen: readonly SeenRevision[];
  /** `--revision`, as the user wrote it. */
  runningRevision: string | null;
  revisionCommits: Readonly<Record<string, string>>;
  previousRevision: string | null;
  shownSuspects: number;
  snippetLines: number;
  tracked: ReadonlySet<string>;
  decideOrigin: DecideFrameOrigin;
  rarity: (frame: Frame) => number;
  history: History;
  changes: ChangeReader;
  ownersOf: OwnersOf | null;
  testCommand: string | null;
}

/** Culprits, code, suspects and owners of one issue. Never rejects: what git cannot answer is said. */
export async function explainIssue(issue: Issue, context: ExplainContext): Promise<IssueEvidence> {
  const exceptions = exceptionsOf(issue, context.decideOrigin);
  const range = revisionRange(issue, context.seen, context.previousRevision);
  const base = {
    issueId: issue.id,
    truth: context.running.truth,
    commit: context.commit.sha,
    exceptions,
    testCommand: context.testCommand,
    firstSeenRevision: range.first,
    lastRevisionWithout: range.without,
  };
  const culprits = rankCulprits({ exceptions, rarity: context.rarity });
  try {
    const commits = await commitsBetween(range, context);
    return { ...base, ...(await lookInto({ issue, exceptions, culprits, commits }, context)) };
  } catch (error) {
    const reason = context.messages.evidence.verdict.gitFailed({ reason: reasonOf(error) });
    const suspects: SuspectRanking = { verdict: 'could not look', reason, suspects: [] };
    return { ...base, reason: `${context.running.reason} ${reason}`, culprits, snippets: [], suspects, owners: [] };
  }
}

interface Look {
  issue: Issue;
  exceptions: Exception[];
  /** Ranked by the trace alone. */
  culprits: Culprit[];
  /** Between the last revision without the issue and the first with it; null when not known. */
  commits: readonly CommitDetails[] | null;
}

type Found = Pick<IssueEvidence, 'reason' | 'culprits' | 'snippets' | 'suspects' | 'owners'>;

async function lookInto({ issue, exceptions, commits, ...look }: Look, context: ExplainContext): Promise<Found> {
  const { messages, repository, running, commit, tracked } = context;
  const changed = commits ? await changedInRange(look.culprits, commits, context) : null;
  const culprits = changed
    ? rankCulprits({ exceptions, rarity: context.rarity, changedInRange: changed })
    : [...look.culprits];
  const callee = await findNamedCallee({ repository, commit: commit.sha, exceptions, culprits });
  if (callee) culprits.push(callee);
  const limits = { around: context.snippetLines };
  const located = await locateCulprits({
    repository,
    commit,
    truth: running.truth,
    tracked,
    culprits,
    messages,
    limits,
  });
  const { ranking } = await findSuspects({
    ...context,
    ...located,
    running: commit.sha,
    exceptions,
    range: commits,
    firstSeen: issue.firstSeen,
    shown: context.shownSuspects,
  });
  const paths = [...culprits.map(({ path }) => path), ...applicationPaths(exceptions)];
  return {
    reason: [running.reason, ...located.notes].join(' '),
    culprits,
    snippets: located.snippets,
    suspects: ranking,
    owners: findOwners(
      context.ownersOf,
      [...new Set(paths)].filter((path) => tracked.has(path)),
    ),
  };
}

/** Null when the log shows no revision before, or the repository does not know one of the two. */
async function commitsBetween(
  range: ReturnType<typeof revisionRange>,
  context: ExplainContext,
): Promise<readonly CommitDetails[] | null> {
  const [without, first] = await Promise.all([commitFor(range.without, context), commitFor(range.first, context)]);
  return without && first && without.sha !== first.sha ? context.history.between(without.sha, first.sha) : null;
}

async function commitFor(
  name: string | null,
  { runningRevision, revisionCommits, repository, running, seen }: ExplainContext,
): Promise<Commit | null> {
  if (name === null) return null;
  const isNewest = seen.at(-1)?.name === name;
  if (running.truth === 'running revision' && (name === runningRevision || isNewest)) return running.commit;
  const event = seen.find((revision) => revision.name === name)?.event ?? null;
  const lookup = { repository, commits: revisionCommits };
  return (await commitOfRevision(lookup, name, event))?.commit ?? null;
}

/** Asks blame of the shown frames whether a commit of the range last changed their line. */
async function changedInRange(
  culprits: readonly Culprit[],
  range: readonly CommitDetails[],
  { repository, commit, tracked }: ExplainContext,
): Promise<(frame: Frame) => boolean> {
  const inRange = new Set(range.map(({ sha }) => sha));
  const changed = new Set<string>();
  if (inRange.size > 0) {
    await Promise.all(
      culprits.map(async ({ frame: { line }, path }) => {
        if (line === null || !tracked.has(path)) return;
        const [blamed] = await repository.blame({ commit: commit.sha, path, from: line, to: line, ignored: [] });
        if (blamed && inRange.has(blamed.sha)) changed.add(`${path}:${line}`);
      }),
    );
  }
  return (frame) => changed.has(`${frame.origin?.path}:${frame.line}`);
}

/** What git said, in one line. */
export function reasonOf(error: unknown): string {
  const known = toGuardianError(error);
  return known.about.reason ?? known.message;
}
