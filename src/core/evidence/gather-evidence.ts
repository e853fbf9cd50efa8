import { createFrameOrigin, type FrameOriginOptions } from '../events/index.ts';
import type { Issue, Understanding } from '../issues/index.ts';
import type { Messages } from '../shared/index.ts';
import { rankCulprits } from './culprits/rank-culprits.ts';
import { type ExplainContext, explainIssue, reasonOf } from './explain-issue.ts';
import type { IssueEvidence, RepositoryEvidence, SuspectRanking } from './issue-evidence.ts';
import { exceptionsOf, rarityOver } from './issue-frames.ts';
import { readCodeOwners } from './owners/find-owners.ts';
import type { Commit, Repository } from './ports.ts';
import { commitOfRevision, findRunningRevision, type RunningRevision } from './running-revision.ts';
import { DEFAULT_SNIPPET_LIMITS } from './snippets/cut-snippet.ts';
import { createChangeReader } from './suspects/changes.ts';
import { readHistory } from './suspects/history.ts';
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
  /** Lines of code shown before and after a failing one. */
  snippetLines: number;
}

export const DEFAULT_EVIDENCE_LIMITS: EvidenceLimits = {
  issues: 20, // a report shows ten errors; blame costs about 50 ms an issue
  suspects: 5, // more are no suspicion
  recentCommits: 5, // what a person remembers of the day
  snippetLines: DEFAULT_SNIPPET_LIMITS.around,
};

export interface GatherEvidenceOptions {
  understanding: Understanding;
  /** Null when none was given or it could not be opened; `repositoryProblem` then says why not. */
  repository: Repository | null;
  repositoryProblem?: string | null;
  /** Nobody named it, it only was at hand: it counts once it holds a failing file. */
  isRepositoryGuessed?: boolean;
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
  const { repository, messages } = options;
  const say = messages.evidence.truth;
  if (!repository) {
    const problem = options.repositoryProblem ?? null;
    return withoutRepository(options, problem === null ? say.noRepository : say.unreadable({ reason: problem }));
  }
  try {
    const seen = seenRevisions(options.understanding);
    const newest = { revision: seen.at(-1)?.name ?? null, event: seen.at(-1)?.event ?? null };
    const commits = options.revisionCommits ?? {};
    const named = options.runningRevision ?? null;
    const running = await findRunningRevision({ repository, messages, named, commits }, newest);
    if (!running.commit) return withoutRepository(options, running.reason);
    const found = await withRepository(options, { repository, running, commit: running.commit, seen });
    const isOurs = [...found.byIssue.values()].some(({ snippets }) => snippets.length > 0);
    return options.isRepositoryGuessed && !isOurs ? withoutRepository(options, say.guessedWrong) : found;
  } catch (error) {
    return withoutRepository(options, say.unreadable({ reason: reasonOf(error) }));
  }
}

interface Opened {
  repository: Repository;
  running: RunningRevision;
  commit: Commit;
  seen: readonly SeenRevision[];
}

async function withRepository(options: GatherEvidenceOptions, opened: Opened): Promise<RepositoryEvidence> {
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  const contexts = new Map<string, Promise<ExplainContext>>();
  const contextAt = (running: RunningRevision, commit: Commit) => {
    const known = contexts.get(commit.sha) ?? readContext(options, { ...opened, running, commit }, limits);
    contexts.set(commit.sha, known);
    return known;
  };
  const evidence: IssueEvidence[] = [];
  for (const issue of explained(options.understanding).slice(0, limits.issues)) {
    const at = (await revisionOfIssue(issue, options, opened)) ?? opened;
    evidence.push(await explainIssue(issue, await contextAt(at.running, at.commit)));
  }
  const { running, commit } = opened;
  return {
    running: running.truth === 'running revision' ? commit : null,
    truth: running.truth,
    reason: running.reason,
    recentCommits: await recentCommits(opened, limits.recentCommits),
    byIssue: byIssue(evidence),
    suspects: overallSuspects(evidence, limits.suspects),
  };
}

/**
 * The commit of the revision that wrote the stack which is explained, where something says it: lines of a trace are lines of what ran then, not of what runs now.
 * Null: it is what runs, or nothing says which commit it was.
 */
async function revisionOfIssue(
  issue: Issue,
  { messages, revisionCommits = {}, runningRevision = null }: GatherEvidenceOptions,
  { repository, running }: Opened,
): Promise<Pick<Opened, 'running' | 'commit'> | null> {
  const event = issue.incidents[0]?.representative ?? null;
  const revision = event?.revision ?? null;
  if (revision === null || revision === runningRevision) return null;
  const found = await commitOfRevision({ repository, commits: revisionCommits }, revision, event);
  if (found === null || found.commit.sha === running.commit?.sha) return null;
  const reason = messages.evidence.truth[found.how]({ name: revision });
  return { running: { commit: found.commit, truth: 'running revision', reason }, commit: found.commit };
}

/** Errors are explained; warnings open no issue. */
function explained({ issues }: Understanding): Issue[] {
  return issues.filter(({ kind }) => kind === 'error');
}

async function readContext(
  options: GatherEvidenceOptions,
  opened: Opened,
  limits: EvidenceLimits,
): Promise<ExplainContext> {
  const { repository, commit } = opened;
  const trackedFiles = await repository.listFiles(commit.sha);
  const tracked = new Set(trackedFiles);
  const decideOrigin = createFrameOrigin({ ...options.frameOrigin, trackedFiles });
  const agents = options.testCommand ? null : await repository.readFile(commit.sha, 'AGENTS.md');
  return {
    ...opened,
    messages: options.messages,
    runningRevision: options.runningRevision ?? null,
    revisionCommits: options.revisionCommits ?? {},
    previousRevision: options.previousRevision ?? null,
    shownSuspects: limits.suspects,
    snippetLines: limits.snippetLines,
    tracked,
    decideOrigin,
    rarity: rarityOver(options.understanding.issues, decideOrigin),
    history: await readHistory(repository, commit),
    changes: createChangeReader(repository),
    ownersOf: await readCodeOwners(repository, commit.sha, tracked),
    testCommand: options.testCommand ?? (agents ? findTestCommand(agents.toString('utf8')) : null),
  };
}

/** The newest commits of HEAD, and which of them the commit that code is read at holds. */
async function recentCommits(
  { repository, commit }: Opened,
  limit: number,
): Promise<RepositoryEvidence['recentCommits']> {
  const head = (await repository.resolve('HEAD')) ?? commit;
  const newest = await repository.log({ to: head.sha, from: null, paths: null, limit });
  const ahead = await repository.log({ to: head.sha, from: commit.sha, paths: null, limit });
  const notRunning = new Set(ahead.map(({ sha }) => sha));
  return newest.map(({ files: _files, ...about }) => ({ ...about, isInRunningRevision: !notRunning.has(about.sha) }));
}

/** Frames are ranked all the same; everything else is "could not look". */
function withoutRepository(options: GatherEvidenceOptions, reason: string): RepositoryEvidence {
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  const decideOrigin = createFrameOrigin({ ...options.frameOrigin, trackedFiles: null });
  const issues = explained(options.understanding);
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
  return { running: null, truth: 'unavailable', reason, recentCommits: [], byIssue: byIssue(evidence), suspects };
}

function byIssue(evidence: readonly IssueEvidence[]): Map<Issue['id'], IssueEvidence> {
  return new Map(evidence.map((item) => [item.issueId, item]));
}
