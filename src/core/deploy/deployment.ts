import type { Saying } from '../shared/index.ts';
import type { SeenAccess } from './access.ts';
import type { CheckResult, ServiceChecks } from './checks/check.ts';
import type { Stratum } from './judge/exact-test.ts';
import type { StepVerdict } from './judge/verdict.ts';
import type { DeployKnobs } from './knobs.ts';
import type { RevisionChange, RevisionSettings, SettingDifference } from './settings.ts';

/**
 * Where a deployment is. Every arrow is one row written before the target is touched, and one after what came of it was read back:
 *
 *   planned → creating → checking → shifting ⇄ measuring → promoting → watching → promoted
 *                │           │          │           │ ⇅ held       │          │
 *                └───────────┴──────────┴───────────┴──────┴───────┴──────────┴→ rolling_back → rolled_back
 *
 * Only `promoted` and `rolled_back` are the end: then all traffic is on one revision. `held` waits for a person (continue or roll back) with
 * the traffic as it is; an irreversible deployment that turns out bad after its first traffic is held too, and alerts.
 */
const DEPLOYMENT_PHASES = [
  'planned',
  'creating',
  'checking',
  'shifting',
  'measuring',
  'held',
  'promoting',
  'watching',
  'promoted',
  'rolling_back',
  'rolled_back',
] as const;

export type DeploymentPhase = (typeof DEPLOYMENT_PHASES)[number];

const FINAL_PHASES: readonly DeploymentPhase[] = ['promoted', 'rolled_back'];

/** Why it goes back, or is held. */
export type DeploymentReason =
  | 'check_failed'
  | 'tests_failed'
  | 'feature_broken'
  | 'critical_error'
  | 'errors'
  | 'latency'
  | 'new_issue'
  | 'access_changed'
  | 'settings_differ'
  | 'target_refused'
  | 'target_unreachable'
  | 'internal'
  | 'values_lost'
  | 'inconclusive'
  | 'held_by_hand'
  | 'by_hand';

/** One deployment of one service: a row. Instants are epoch ms. */
export interface Deployment {
  /** `dep-` and 12 characters. */
  id: string;
  service: string;
  target: string;
  projectId: number | null;
  /** `rollback`: by hand, to a revision that is there already; nothing is made. */
  kind: 'deploy' | 'rollback';
  buildId: number;
  phase: DeploymentPhase;
  phaseSince: number;
  /** Of the traffic steps; -1 before the first. */
  step: number;
  /** Percent of the new revision, in order; the last is 100. */
  steps: readonly number[];
  /** Null until it was made. */
  revision: string | null;
  /** Its own address. */
  address: string | null;
  /** What held 100 % when this began: what the new one is compared with. Null: the first deployment of a service. */
  baseRevision: string | null;
  /** What last held 100 % and passed its watch before this began: where a rollback goes, once traffic was moved. */
  goodRevision: string | null;
  /** The traffic before the start, for the record; its pin, if it had one, is lifted by the promotion. */
  before: DeploymentBefore;
  plan: DeploymentPlan;
  /** `user:<id>`, `key:<id>`, `cli`. */
  actor: string;
  /** A schema change or the like: it is never rolled back by itself, it alerts. */
  isIrreversible: boolean;
  knobs: DeployKnobs;
  /** What is checked, as it was configured when this began. */
  asked: ServiceChecks;
  /** The intent that is being carried out: a row of `deployment_step` since before the target was touched. */
  intent: OpenIntent | null;
  /** The id of the intent that makes the revision; null before. */
  createdBy: string | null;
  /** Rows of `deployment_step` so far. */
  stepRows: number;
  /** Where it goes on when a person says so; null unless held. */
  heldFrom: DeploymentPhase | null;
  /** `rolling_back`: all traffic is back; what is left is to stop the new revision. */
  isTrafficBack: boolean;
  /** Checks that were made so far, of the phase under way. */
  checkIndex: number;
  /** Healthy answers in a row. */
  streak: number;
  checks: readonly CheckResult[];
  verdicts: readonly StepVerdict[];
  /** Requests and errors of the steps that are over. */
  strata: readonly Stratum[];
  /** The last step that both revisions shared; the watch compares with the old one in it. Epoch ms. */
  baseline: { from: number; to: number } | null;
  /** Counters of the new revision when its checks were over: more than these are news. */
  vitalsBefore: { restarts: number; outOfMemory: number };
  /** When access and named features were last looked at under traffic. */
  lookedAt: number | null;
  reason: DeploymentReason | null;
  /** What was seen, for people: names and numbers of `reason`. */
  reasonFacts: Readonly<Record<string, string | number>>;
  /** The `problem` among the facts for whoever reads it; null where others said it. Absent: written by an earlier version. */
  reasonSaid?: Saying | null;
  /** Of the first minutes under traffic. */
  initialMetrics: InitialMetrics | null;
  /** When the next look is due; null when it is over. */
  nextAt: number | null;
  /** Attempts of the step under way that failed; the wait doubles. */
  failures: number;
  /** Why the last attempt failed; null when it did not. */
  problem: string | null;
  /** The same for whoever reads it; null where others said it. */
  problemSaid?: Saying | null;
  createdAt: number;
  promotedAt: number | null;
  finishedAt: number | null;
  /** After an automatic rollback: until then the next deployment of the service alerts instead of rolling back. */
  cooldownUntil: number | null;
  /** From the deployment before: this one does not roll back by itself until then. */
  automaticFrom: number | null;
  /** Whom it let in when its watch, or the checks of a rollback, had passed; null: not looked at. */
  accessAfter: SeenAccess | null;
  /** `watching`: passed, superseded by the next deployment; null before, and of a rollback that was let go without having passed its checks. */
  watch: 'passed' | 'superseded' | null;
  /** The last `sequence` of its intents. */
  sequence: number;
  /** Grows with every write. */
  version: number;
}

export interface DeploymentBefore extends SeenAccess {
  /** revision → percent. */
  shares: Readonly<Record<string, number>>;
  /** The revision that all traffic was pinned to; null when it followed the latest. */
  pin: string | null;
}

export interface DeploymentPlan {
  artifact: string;
  digest: string;
  commit: string | null;
  /** Commits since the last deployment, newest first; bounded. */
  commits: readonly DeployedCommit[];
  etag: string | null;
  /** What was asked for, its environment as names only. */
  change: StoredChange;
  /** What the new revision must run with. */
  settings: RevisionSettings;
  difference: readonly SettingDifference[];
}

export interface DeployedCommit {
  hash: string;
  subject: string;
  author: string;
  /** Epoch ms. */
  committedAt: number;
}

export interface OpenIntent {
  id: string;
  kind: 'create' | 'traffic' | 'promote' | 'rollback' | 'retire';
  number: number;
  sequence: number;
  intendedAt: number;
  attempts: number;
  detail: DeploymentStep['detail'];
}

/** A change as it is kept: no values of the environment. */
export interface StoredChange extends Omit<RevisionChange, 'settings'> {
  settings: Omit<RevisionChange['settings'], 'environment'> & { environmentNames: readonly string[] };
}

/** As the seed's deployment log shows them; null: the service does not say. */
export interface InitialMetrics {
  requests: number;
  /** 0-1. */
  successRatio: number | null;
  p95Ms: number | null;
  /** 0-1, of analyses. */
  cacheHitRatio: number | null;
  startMs: number | null;
  memoryBytes: number | null;
}

/** One intent and what came of it. */
export interface DeploymentStep {
  deploymentId: string;
  /** Counts up within the deployment. */
  number: number;
  kind: DeploymentStepKind;
  intentId: string;
  /** `intended` before the target is touched, `done` after the read-back agreed, `failed` when it was refused or given up. */
  state: 'intended' | 'done' | 'failed';
  intendedAt: number;
  endedAt: number | null;
  /** How often it was carried out. */
  attempts: number;
  /** The split, the verdict, the checks' outcome … as facts. */
  detail: Readonly<Record<string, string | number | boolean | null>>;
}

export type DeploymentStepKind =
  | 'create'
  | 'check'
  | 'traffic'
  | 'judge'
  | 'hold'
  | 'promote'
  | 'rollback'
  | 'retire'
  | 'access';

/** What may change of a deployment. */
export type DeploymentChange = Partial<
  Omit<
    Deployment,
    'id' | 'service' | 'target' | 'projectId' | 'kind' | 'buildId' | 'createdAt' | 'version' | 'knobs' | 'steps'
  >
>;

export type StepChange = Omit<DeploymentStep, 'deploymentId'>;

export function isOver({ phase }: Pick<Deployment, 'phase'>): boolean {
  return FINAL_PHASES.includes(phase);
}

const HOLDABLE: readonly DeploymentPhase[] = ['planned', 'creating', 'checking', 'shifting', 'measuring', 'promoting'];

/** A person may hold it: something of it still grows. What has all traffic, goes back or is over does not. */
export function mayBeHeld({ phase, kind }: Pick<Deployment, 'phase' | 'kind'>): boolean {
  return kind === 'deploy' && HOLDABLE.includes(phase);
}
