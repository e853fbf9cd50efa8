import {
  createFrameOrigin,
  type DecideFrameOrigin,
  type Exception,
  type Frame,
  type FrameOriginOptions,
} from '../events/index.ts';
import type { Issue, Understanding } from '../issues/index.ts';
import { type Messages, toGuardianError } from '../shared/index.ts';
import { findNamedCallee } from './culprits/named-callee.ts';
import { rankCulprits } from './culprits/rank-culprits.ts';
import type { IssueEvidence, RepositoryEvidence, SuspectRanking } from './issue-evidence.ts';
import type { OwnersOf } from './owners/code-owners.ts';
import { findOwners, readCodeOwners } from './owners/find-owners.ts';
import type { Commit, CommitDetails, Repository } from './ports.ts';
import { commitOfRevision, findRunningRevision, type RunningRevision } from './running-revision.ts';
import { locateCulprits } from './snippets/locate-culprits.ts';
import { type ChangeReader, createChangeReader } from './suspects/changes.ts';
import { findSuspects } from './suspects/find-suspects.ts';
import { type History, readHistory } from './suspects/history.ts';
import { overallSuspects } from './suspects/overall-suspects.ts';
import { revisionRange, type SeenRevision, seenRevisions } from './suspects/revision-range.ts';
import { findTestCommand } from './test-command.ts';

export interface EvidenceLimits {
  /** Issues that are explained, worst first. */
  issues: number;
  /** Suspect commits shown of an issue. */
  suspects: number;
  /** Newest commits listed. */
  recentCommits: number;
}

export const DEFAULT_EVIDENCE_LIMITS: EvidenceLimits = {
  issues: 20, // a report shows ten errors; blame costs about 50 ms an issue
  suspects: 5, // more are no suspicion
  recentCommits: 5, // what a person remembers of the day
};

export interface GatherEvidenceOptions {
  understanding: Understanding;
  /** Null when none was given or it could not be opened; `repositoryProblem` then says why not. */
  repository: Repository | null;
  repositoryProblem?: string | null;
  messages: Messages;
  /** `--revision`: hash, tag, or a deployed revision's name; null leaves it to the log. */
  runningRevision?: string | null;
  /** Commit by deployed revision. */
  revisionCommits?: Readonly<Record<string, string>>;
  /** A revision known to have run without the issues; null leaves it to the log. */
  previousRevision?: string | null;
  frameOrigin?: Partial<Omit<FrameOriginOptions, 'trackedFiles'>>;
  testCommand?: string | null;
  limits?: Partial<EvidenceLimits>;
}

/** What explains the worst issues of a report. Never rejects: what git cannot answer is said in the evidence. */
export async function gatherEvidence(options: GatherEvidenceOptions): Promise<RepositoryEvidence> {
  const say = options.messages.evidence;
  const { repository } = options;
  if (!repository) {
    const problem = options.repositoryProblem ?? null;
    return withoutRepository(
      options,
      problem === null ? say.truth.noRepository : say.truth.unreadable({ reason: problem }),
    );
  }
  try {
    const seen = seenRevisions(options.understanding);
    const newest = seen.at(-1);
    const running = await findRunningRevision(
      {
        repository,
        messages: options.messages,
        named: options.runningRevision ?? null,
        commits: options.revisionCommits ?? {},
      },
      { revision: newest?.name ?? null, event: newest?.event ?? null },
    );
    if (!running.commit) return withoutRepository(options, running.reason);
    return await withRepository(options, { repository, running, commit: running.commit, seen });
  } catch (error) {
    return withoutRepository(options, say.truth.unreadable({ reason: reasonOf(error) }));
  }
}

interface Opened {
  repository: Repository;
  running: RunningRevision;
  commit: Commit;
  seen: readonly SeenRevision[];
}

interface Context extends Opened {
  options: GatherEvidenceOptions;
  limits: EvidenceLimits;
  tracked: ReadonlySet<string>;
  decideOrigin: DecideFrameOrigin;
  rarity: (frame: Frame) => number;
  history: History;
  changes: ChangeReader;
  ownersOf: OwnersOf | null;
  testCommand: string | null;
}

async function withRepository(options: GatherEvidenceOptions, opened: Opened): Promise<RepositoryEvidence> {
  const { repository, commit, running } = opened;
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  const trackedFiles = await repository.listFiles(commit.sha);
  const tracked = new Set(trackedFiles);
  const decideOrigin = createFrameOrigin({ ...options.frameOrigin, trackedFiles });
  const agents = options.testCommand ? null : await repository.readFile(commit.sha, 'AGENTS.md');
  const context: Context = {
    ...opened,
    options,
    limits,
    tracked,
    decideOrigin,
    rarity: rarityOver(options.understanding.issues, decideOrigin),
    history: await readHistory(repository, commit),
    changes: createChangeReader(repository),
    ownersOf: await readCodeOwners(repository, commit.sha, tracked),
    testCommand: options.testCommand ?? (agents ? findTestCommand(agents.toString('utf8')) : null),
  };
  const evidence: IssueEvidence[] = [];
  for (const issue of options.understanding.issues.slice(0, limits.issues))
    evidence.push(await explain(issue, context));
  return {
    running: running.truth === 'running revision' ? commit : null,
    truth: running.truth,
    reason: running.reason,
    recentCommits: await recentCommits(context),
    byIssue: new Map(evidence.map((item) => [item.issueId, item])),
    suspects: overallSuspects(evidence, limits.suspects),
  };
}

async function explain(issue: Issue, context: Context): Promise<IssueEvidence> {
  const { options, repository, running, commit, tracked } = context;
  const exceptions = exceptionsOf(issue, context.decideOrigin);
  const range = revisionRange(issue, context.seen, options.previousRevision ?? null);
  const base = {
    issueId: issue.id,
    truth: running.truth,
    commit: commit.sha,
    exceptions,
    testCommand: context.testCommand,
    firstSeenRevision: range.first,
    lastRevisionWithout: range.without,
  };
  const first = rankCulprits({ exceptions, rarity: context.rarity });
  try {
    const commits = await commitsBetween(range, context);
    const changed = await changedInRange(first, commits, context);
    const culprits = commits ? rankCulprits({ exceptions, rarity: context.rarity, changedInRange: changed }) : first;
    const callee = await findNamedCallee({ repository, commit: commit.sha, exceptions, culprits });
    if (callee) culprits.push(callee);
    const located = await locateCulprits({
      repository,
      commit,
      truth: running.truth,
      tracked,
      culprits,
      messages: options.messages,
    });
    const { ranking } = await findSuspects({
      ...context,
      ...located,
      running: commit.sha,
      exceptions,
      range: commits,
      firstSeen: issue.firstSeen,
      messages: options.messages,
      shown: context.limits.suspects,
    });
    const paths = [...culprits.map(({ path }) => path), ...applicationPaths(exceptions)].filter((path) =>
      tracked.has(path),
    );
    return {
      ...base,
      reason: [running.reason, ...located.notes].join(' '),
      culprits,
      snippets: located.snippets,
      suspects: ranking,
      owners: findOwners(context.ownersOf, [...new Set(paths)]),
    };
  } catch (error) {
    const reason = options.messages.evidence.verdict.gitFailed({ reason: reasonOf(error) });
    const suspects: SuspectRanking = { verdict: 'could not look', reason, suspects: [] };
    return { ...base, reason: `${running.reason} ${reason}`, culprits: first, snippets: [], suspects, owners: [] };
  }
}

/** Null when the log shows no revision before, or the repository does not know one of the two. */
async function commitsBetween(
  range: ReturnType<typeof revisionRange>,
  context: Context,
): Promise<readonly CommitDetails[] | null> {
  const [without, first] = await Promise.all([commitFor(range.without, context), commitFor(range.first, context)]);
  return without && first && without.sha !== first.sha ? context.history.between(without.sha, first.sha) : null;
}

async function commitFor(name: string | null, { options, repository, running, seen }: Context): Promise<Commit | null> {
  if (name === null) return null;
  const isNewest = seen.at(-1)?.name === name;
  if (running.truth === 'running revision' && (name === options.runningRevision || isNewest)) return running.commit;
  const event = seen.find((revision) => revision.name === name)?.event ?? null;
  const lookup = { repository, commits: options.revisionCommits ?? {} };
  return (await commitOfRevision(lookup, name, event))?.commit ?? null;
}

/** Asks blame of the shown frames whether a commit of the range last changed their line. */
async function changedInRange(
  culprits: ReturnType<typeof rankCulprits>,
  range: readonly CommitDetails[] | null,
  { repository, commit, tracked }: Context,
): Promise<(frame: Frame) => boolean> {
  const inRange = new Set(range?.map(({ sha }) => sha));
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

async function recentCommits({ repository, commit, limits }: Context): Promise<RepositoryEvidence['recentCommits']> {
  const head = (await repository.resolve('HEAD')) ?? commit;
  const limit = limits.recentCommits;
  const newest = await repository.log({ to: head.sha, from: null, paths: null, limit });
  const ahead = await repository.log({ to: head.sha, from: commit.sha, paths: null, limit });
  const notRunning = new Set(ahead.map(({ sha }) => sha));
  return newest.map(({ files: _files, ...about }) => ({ ...about, isInRunningRevision: !notRunning.has(about.sha) }));
}

function withoutRepository(options: GatherEvidenceOptions, reason: string): RepositoryEvidence {
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  const decideOrigin = createFrameOrigin({ ...options.frameOrigin, trackedFiles: null });
  const { issues } = options.understanding;
  const rarity = rarityOver(issues, decideOrigin);
  const seen = seenRevisions(options.understanding);
  const suspects: SuspectRanking = { verdict: 'could not look', reason, suspects: [] };
  const evidence = issues.slice(0, limits.issues).map((issue): IssueEvidence => {
    const exceptions = exceptionsOf(issue, decideOrigin);
    const range = revisionRange(issue, seen, options.previousRevision ?? null);
    return {
      issueId: issue.id,
      truth: 'unavailable',
      commit: null,
      reason,
      exceptions,
      culprits: rankCulprits({ exceptions, rarity }),
      snippets: [],
      suspects,
      owners: [],
      testCommand: options.testCommand ?? null,
      firstSeenRevision: range.first,
      lastRevisionWithout: range.without,
    };
  });
  const byIssue = new Map(evidence.map((item) => [item.issueId, item]));
  return { running: null, truth: 'unavailable', reason, recentCommits: [], byIssue, suspects };
}

function exceptionsOf(issue: Issue, decideOrigin: DecideFrameOrigin): Exception[] {
  const exceptions = issue.incidents[0]?.representative.exceptions ?? [];
  return exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) => ({ ...frame, origin: decideOrigin(frame, exception.language) })),
  }));
}

/** Inverse document frequency over the issues, scaled so that a frame of one issue only weighs 1. */
function rarityOver(issues: readonly Issue[], decideOrigin: DecideFrameOrigin): (frame: Frame) => number {
  const keyOf = (frame: Frame) => `${frame.module}\0${frame.function}\0${frame.origin?.path}`;
  const counts = new Map<string, number>();
  for (const issue of issues) {
    const keys = exceptionsOf(issue, decideOrigin).flatMap(({ frames }) => frames.map(keyOf));
    for (const key of new Set(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const all = Math.max(1, issues.length);
  return (frame) => Math.log(1 + all / (counts.get(keyOf(frame)) ?? 1)) / Math.log(1 + all);
}

function applicationPaths(exceptions: readonly Exception[]): string[] {
  const frames = exceptions.flatMap((exception) => exception.frames);
  return frames.flatMap(({ origin }) => (origin?.isApplication && origin.path !== null ? [origin.path] : []));
}

function reasonOf(error: unknown): string {
  const known = toGuardianError(error);
  return known.about.reason ?? known.message;
}
