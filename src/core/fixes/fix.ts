import type { Fixability, FixLevel } from '../evidence/index.ts';

/**
 * One hand-off of an issue to whoever mends it, and what came of it. Instants are epoch ms.
 *
 * handed off → proposed → merged → deployed → verified → recurred; from handed off, proposed, merged and deployed also → declined (somebody said so) and
 * → failed (nothing came of it), and from deployed → recurred when it is still seen. Steps may be leapt over, none is taken back: a person who fixes by hand goes
 * from handed off to deployed at once. One fix of an issue is open (handed off, proposed, merged, deployed) at a time: a unique row.
 */
const FIX_STATES = [
  'handed off',
  'proposed',
  'merged',
  'deployed',
  'verified',
  'recurred',
  'declined',
  'failed',
] as const;
export type FixState = (typeof FIX_STATES)[number];

/** While it is in one of these its issue gets no other. */
export const OPEN_FIX_STATES = ['handed off', 'proposed', 'merged', 'deployed'] as const satisfies readonly FixState[];

/** How it was handed over. `github`: as an issue of the repository, or as a comment where `agent` names a pull request; `command`: a configured program. */
const FIX_WAYS = ['mail', 'mcp', 'github', 'command'] as const;
export type FixWay = (typeof FIX_WAYS)[number];

export interface Fix {
  /** `fix-` and 12 characters. */
  id: string;
  issueId: string;
  /** `SHOP-12` */
  shortId: string;
  projectId: number;
  service: string;
  state: FixState;
  stateSince: number;
  way: FixWay;
  /** Who has it: the name of a command of the configuration, a mail address, an MCP client, `owner/name` or `owner/name#12`. */
  agent: string;
  level: FixLevel;
  /** As it was when it was handed off. */
  fixability: Fixability;
  isAutomatic: boolean;
  /** `guardian`, `user:<id>`, `key:<id>`, `agent:<label>`. */
  handedOffBy: string;
  handedOffAt: number;
  /** What ran then, and its commit: what the agent works on. */
  revision: string | null;
  commit: string | null;
  /** Of the project, on one line; null: none is known. */
  testCommand: string | null;
  proposal: FixProposal | null;
  /** The commit that holds the fix once it is merged; full hash. */
  mergedCommit: string | null;
  /** The first revision that holds it. */
  revisionWithFix: string | null;
  /** What the watch says by now: the one of `verifications` that decides; null: it is not deployed, or was not looked at. */
  verification: Verification | null;
  /** Of each revision that holds it, newest first; 20 at most. */
  verifications: Verification[];
  end: FixEnd | null;
  /** Grows with every change; a change names the version it was made from. */
  version: number;
}

/** What somebody wants merged. Every field that is known; at least one is. */
export interface FixProposal {
  at: number;
  /** `guardian/fix-shop-12` in the repository, or the head of a pull request. */
  branch: string | null;
  /** Full hash. */
  commit: string | null;
  /** Of a pull request or whatever else people open; http or https. */
  url: string | null;
  pullRequest: PullRequestRef | null;
}

export interface PullRequestRef {
  forge: 'github';
  owner: string;
  name: string;
  number: number;
}

/** Why it ended without a verdict. `reason` is the key of a sentence in the catalogue (`fixes.end`), `detail` verbatim and untrusted. */
export interface FixEnd {
  reason:
    | 'declined'
    | 'closed'
    | 'agent-failed'
    | 'agent-timed-out'
    | 'nothing-changed'
    | 'change-refused'
    | 'not-delivered'
    | 'given-up'
    | 'issue-merged';
  detail: string | null;
}

export type Outcome = 'fixed' | 'still seen' | 'too early' | 'no traffic' | 'could not look';

/**
 * What silence, or its lack, says of one revision that holds the fix. `no traffic`: nothing of the service was seen on it, so silence says nothing.
 * `could not look`: see `problem`.
 */
export interface Verification {
  /** Empty: none that holds it is known. */
  revision: string;
  outcome: Outcome;
  /** Of the fingerprint on it. */
  incidents: number;
  /** Of the issue's route on it; null: nobody counts them, and hours decide. */
  requests: number | null;
  /** Since the revision was first seen (or the fix deployed), as far as its service was heard of; with a fraction. */
  hours: number;
  /** In `unit`, without an incident, before it counts as fixed; null: it could not be said. */
  needed: number | null;
  unit: 'requests' | 'hours';
  /** Hours that are asked for beside requests. */
  neededHours: number;
  problem: CouldNotLook | null;
  /** New issues on it that blame the same place: shown, never counted. */
  lookAlikes: LookAlike[];
  at: number;
}

/**
 * `source-down`: nothing was heard of any source of the project; `revision-unknown`: no revision that holds it was named or seen; `revision-unsaid`: it was seen
 * since, and nobody knows on which revision; `taken-back`: the revision got no traffic to stay, and its silence says nothing; `store`: the look failed.
 */
export type CouldNotLook = 'source-down' | 'revision-unknown' | 'revision-unsaid' | 'taken-back' | 'store';

/** A new issue on a revision that holds the fix, with the same place to blame: shown beside the verdict, never counted. */
export interface LookAlike {
  issueId: string;
  shortId: string;
  firstSeen: number;
}

/** Every change of a fix: who, when, what. */
export interface FixChange {
  fixId: string;
  at: number;
  actor: string;
  /** handed off, proposed, merged, deployed, verified, recurred, failed, declined, note, attempt. */
  action: string;
  detail: Record<string, unknown> | null;
  /** Of one to be written: what the mail it came by is known by. No two changes have one in common. */
  marks?: readonly string[];
}

/** One try at handing it over or at finding something out: a run of the agent, a request to the forge. A row, claimed and retried like a delivery. */
export interface FixAttempt {
  id: string;
  fixId: string;
  work: FixWork;
  /** `dead`: not tried again. */
  state: 'pending' | 'running' | 'done' | 'dead';
  tries: number;
  nextAt: number;
  /** Who carries it out, and until when the claim holds. */
  node: string | null;
  claimedUntil: number | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** Verbatim, redacted, bounded. */
  lastError: string | null;
  /** Of an agent's run; null for others, and before it ended. */
  run: AgentRun | null;
}

export type FixWork =
  | { kind: 'command'; command: string }
  | { kind: 'mail'; to: string }
  | { kind: 'github-issue' }
  | { kind: 'github-comment'; pullRequest: PullRequestRef }
  | { kind: 'github-pull-request' };

/** What came of an agent's run. */
export interface AgentRun {
  exitCode: number | null;
  signal: string | null;
  /** `killed-output`: it wrote without end. */
  end: 'exited' | 'timed-out' | 'killed-output' | 'not-started' | 'aborted';
  ms: number;
  output: KeptOutput;
  isolation: Isolation;
  change: AgentChange | null;
  /** The project's test command, afterwards; null: it has none, or nothing was changed. */
  test: TestRun | null;
}

/** Head and tail of what was written, redacted; `bytes` counts all of it. */
export interface KeptOutput {
  text: string;
  bytes: number;
  cutBytes: number;
}

/** What held the agent, told plainly: what is `none` of files or `not-withheld` of the network, nothing held back. */
export interface Isolation {
  /** `none`: the kernel keeps it off the network. `allowed`: configured so. `named`: only the hosts that are named. `not-withheld`: this machine offers no means. */
  network: 'none' | 'allowed' | 'named' | 'not-withheld';
  /** `unshare`: folders of Guardian are covered, in a mount namespace of its own; `permissions`: it ran as another user only; `none`. */
  files: 'unshare' | 'permissions' | 'none';
  /** Numeric id it ran as when it was not Guardian's own. */
  user: number | null;
}

export interface AgentChange {
  /** Full hash; null when it was refused. */
  commit: string | null;
  branch: string | null;
  files: { path: string; status: 'added' | 'modified' | 'deleted' }[];
  /** Files beyond those listed. */
  moreFiles: number;
  /** Unified, at most the configured bytes. */
  diff: string;
  isDiffCut: boolean;
  /** What a person must look at; `refused` ones keep the change from becoming a branch. */
  flags: ChangeFlag[];
}

export interface ChangeFlag {
  kind:
    | 'git-folder'
    | 'hook'
    | 'continuous-integration'
    | 'symbolic-link'
    | 'submodule'
    | 'executable'
    | 'agent-instructions'
    | 'test-command'
    | 'outside'
    | 'too-large'
    | 'too-many-files'
    | 'no-change';
  path: string | null;
  isRefused: boolean;
}

export interface TestRun {
  command: string;
  exitCode: number | null;
  end: AgentRun['end'];
  ms: number;
  output: KeptOutput;
}

/** Whether it is open: no other may be opened for its issue. */
export function isOpenFix({ state }: Pick<Fix, 'state'>): boolean {
  return (OPEN_FIX_STATES as readonly FixState[]).includes(state);
}
