import type { CheckCommand, CommandOutcome, ProbeReply, ProbeRequest } from './checks/check.ts';
import type { Deployment, DeploymentChange, DeploymentPhase, DeploymentStep, StepChange } from './deployment.ts';
import type { NewDeployment } from './open-deployment.ts';
import type { RevisionChange, RevisionSettings } from './settings.ts';

export { isOver, mayBeHeld } from './deployment.ts';
/** Here too: the store, which every thread opens, needs nothing else of this module. */
export { factsInWords, reasonInWords } from './facts-in-words.ts';
export { busy, gaveWay, openedDeployment } from './open-deployment.ts';

export type TargetKind = 'process' | 'compose' | 'cloud-run';

/**
 * Where revisions of one service run. Every call is bounded in time by the target itself and fails with an error of the catalogue:
 * `target_unreachable` (the answer may be lost: the effect may have come to pass or not; the call is made again) or `target_refused`
 * (it says no: nothing was changed, and asking again is no use).
 */
export interface DeployTarget extends TargetReader, TargetWriter, TargetWatcher {
  /** As the configuration calls it; unique. */
  readonly name: string;
  readonly kind: TargetKind;
  /** The service it runs, as events name it. */
  readonly service: string;
}

/** Reading changes nothing, and always asks the platform anew. */
export interface TargetReader {
  describe(): Promise<TargetState>;
  /**
   * What the change would come to: the settings after it, and the artifact resolved to its digest, which must exist (`target_refused`
   * when it does not). `settings` in it keep everything that the change does not name; the core makes the difference and refuses removals.
   */
  plan(change: RevisionChange): Promise<TargetPlan>;
  /** What came of an intent: the revision that bears its id, and whether the platform is still at work on it. */
  readBack(intentId: string): Promise<IntentOutcome>;
}

export interface TargetWriter {
  /**
   * A revision at 0 % with an address of its own, which it may be given later: `readBack` says when that is no longer pending. The id of the intent is written on it (label, annotation, file), and asking with the
   * same id again gives that revision, never a second one. Written with field mask and etag where the platform has them.
   */
  createRevision(intent: CreateIntent): Promise<TargetRevision>;
  /**
   * Sets the whole split; asking again is harmless. A target that has carried out an intent of a higher `sequence` refuses
   * (`target_refused`): who was thought dead does not undo what was done after it.
   */
  setTraffic(intent: TrafficIntent): Promise<void>;
  /**
   * A revision without traffic: no new requests, those under way (WebSocket and SSE too) may end within `drainMs`, then it stops, where
   * the platform does not do so itself. Harmless for one that is gone.
   */
  retire(intent: RetireIntent): Promise<void>;
  /**
   * Ends the whole service: every revision, what stands in front of them, what runs them; gives the names of the revisions that there were. Nothing of it
   * starts again before the next revision is made. Absent: the platform is not Guardian's to empty.
   */
  end?(): Promise<readonly string[]>;
}

export interface TargetWatcher {
  /** Counters since the revision began; a restart of the watcher does not set them back to less than they were where the platform knows. */
  vitals(revision: string): Promise<RevisionVitals>;
  /** The last lines it wrote, oldest first, with secrets redacted; none when the platform keeps none. */
  logs(revision: string, lines: number): Promise<string[]>;
  /** Headers with which this address may be called by whoever deploys (an identity token); `{}` where none are needed. */
  authorize(url: string): Promise<Readonly<Record<string, string>>>;
}

export interface TargetState {
  /** Where users call the service. */
  address: string | null;
  /** Of the platform; null where it has none. */
  etag: string | null;
  /** Newest first; only those that can still be given traffic. */
  revisions: readonly TargetRevision[];
  traffic: TrafficSplit;
  /** What the next revision is made from. */
  settings: RevisionSettings;
}

export interface TargetRevision {
  name: string;
  /** Epoch ms. */
  createdAt: number;
  /** Answers here whatever its share is; null: not started. */
  address: string | null;
  artifact: string;
  /** `sha256:…` of the image, or of the folder for a process. */
  digest: string;
  buildId: number | null;
  commit: string | null;
  /** Of the intent that made it; null: somebody else made it. */
  intentId: string | null;
  /** The platform says it may take requests. */
  isReady: boolean;
  settings: RevisionSettings;
}

/** Shares add up to 100. */
export interface TrafficSplit {
  /** Without revisions at 0 %. */
  shares: readonly TrafficShare[];
  /** Everything goes to whichever revision is newest; false: the shares are pinned to these names. */
  followsLatest: boolean;
}

export interface TrafficShare {
  revision: string;
  /** 1-100, whole. */
  percent: number;
}

export interface TargetPlan {
  state: TargetState;
  artifact: string;
  digest: string;
  commit: string | null;
  /** Everything the new revision will run with. */
  settings: RevisionSettings;
}

export interface IntentOutcome {
  /** Null: no revision bears the id. */
  revision: TargetRevision | null;
  /** The platform has accepted something that is not done yet: ask again before deciding. */
  isPending: boolean;
  state: TargetState;
}

export interface Intent {
  /** `dep-…/3-create`: the same however often it is carried out. */
  id: string;
  /** Grows with every intent for this service. */
  sequence: number;
}

export interface CreateIntent extends Intent {
  change: RevisionChange;
  /** Resolved by `plan`: this is what is started, whatever the tag says by now. */
  digest: string;
  buildId: number;
  /** As the plan read it; null where the platform has none. */
  etag: string | null;
}

export interface TrafficIntent extends Intent {
  split: TrafficSplit;
}

export interface RetireIntent extends Intent {
  revision: string;
  drainMs: number;
  /** True: it stays listed, and `setTraffic` starts it again: `target_unreachable` until it runs. False: what only it needed is removed where the platform lets. */
  keeps: boolean;
}

export interface RevisionVitals {
  instances: number;
  restarts: number;
  outOfMemory: number;
  /** Ended by itself with another status than 0. */
  crashes: number;
  /** The fullest instance now; null: the platform does not say. */
  memoryBytes: number | null;
  memoryLimitBytes: number | null;
  /** From asking for it to its first healthy answer; null: not known. */
  startMs: number | null;
}

/** What requests to one revision came to, between two instants. Throws when it could not look. */
export interface MetricReader {
  read(query: MetricQuery): Promise<RevisionMetrics>;
}

export interface MetricQuery {
  service: string;
  revision: string;
  /** Epoch ms, inclusive. */
  from: number;
  /** Epoch ms, exclusive. */
  to: number;
  /** Latencies wanted at most; of more, an even choice over the whole window. */
  samples: number;
}

export interface RevisionMetrics {
  requests: number;
  /** Of them, answered with a server error or not at all. */
  errors: number;
  /** Milliseconds of single requests, in any order. */
  latenciesMs: readonly number[];
}

/** Issues as a deployment sees them. */
export interface IssueReader {
  /** Issues first seen on this revision since the instant, whose fingerprint no earlier revision had. Throws when it could not look. */
  newOn(query: { service: string; revision: string; since: number; limit: number }): Promise<NewIssue[]>;
  /** Known ones at CRITICAL that were resolved, and are back on this revision since the instant. Throws when it could not look. */
  regressedOn(query: { service: string; revision: string; since: number; limit: number }): Promise<NewIssue[]>;
}

export interface NewIssue {
  id: string;
  title: string;
  firstSeen: number;
  incidents: number;
  isCritical: boolean;
}

/** Whatever leaves the machine for a check. Neither call throws: what went wrong is in the answer. */
export interface CheckRunner {
  request(request: ProbeRequest): Promise<ProbeReply>;
  run(command: CheckCommand): Promise<CommandOutcome>;
}

/** Deployments as rows. Every write of a deployment is conditional on its `version`: null means another process was faster. */
export interface DeploymentStore {
  /** `conflict` when the service has one that is not over. Gives it its id, and the build id after the last one of the service. */
  open(deployment: NewDeployment): Promise<Deployment>;
  get(id: string): Promise<Deployment | null>;
  list(filter: DeploymentFilter): Promise<{ items: Deployment[]; nextCursor: string | null }>;
  /** The change, its steps and its outbox rows, in one transaction. */
  save(write: DeploymentWrite): Promise<Deployment | null>;
}

/** Who carries a deployment on, of several processes. */
export interface DeploymentClaims {
  /** Those that are due, each claimed for `holdMs`: nobody else is given it meanwhile. */
  claimDue(claim: { now: number; holdMs: number; limit: number }): Promise<Deployment[]>;
  /** They stay claimed until then (epoch ms); not those whose row is another by now. */
  renewClaims(held: readonly Pick<Deployment, 'id' | 'version'>[], until: number): Promise<void>;
  /** When the next one can be claimed; null: nothing is open, or all that is waits for a person. */
  nextDue(): Promise<number | null>;
  /** Every claim ends now. For the only server on a store, before it begins: claims of one that was killed would hold on else. */
  releaseClaims(): Promise<void>;
}

export interface DeploymentWrite {
  id: string;
  version: number;
  /** When it is said. */
  at: number;
  change: DeploymentChange;
  /** New steps, or ones that are carried on. */
  steps?: readonly StepChange[];
  /** The claim is given back: nothing more is due now. */
  releases: boolean;
  outbox?: readonly DeploymentOutboxEntry[];
}

export interface DeploymentOutboxEntry {
  /** `report-wanted`: on its service, at once. */
  kind: 'deployment-finished' | 'deployment-rolled-back' | 'deployment-held' | 'deployment-changed' | 'report-wanted';
  payload: Record<string, unknown>;
}

export interface DeploymentFilter {
  service: string | null;
  /** Null: all; true: not over yet. */
  isOpen: boolean | null;
  phases: readonly DeploymentPhase[] | null;
  cursor: string | null;
  limit: number;
}

/** What was done, for screens and the log. */
export interface DeploymentHistory {
  /** In order. */
  steps(deploymentId: string): Promise<DeploymentStep[]>;
  /** The revision that last held 100 % and passed its watch, other than this one; null: none is recorded. */
  lastGood(service: string, except?: string): Promise<GoodRevision | null>;
  /** The newest deployment that made the revision, or went to it; null: somebody else did. */
  ofRevision(service: string, revision: string): Promise<Deployment | null>;
  /** The highest build id given out for the service, 0 without any. */
  lastBuildId(service: string): Promise<number>;
  /** When traffic changed, newest first: for charts. */
  markers(query: { service: string | null; from: number; to: number; limit: number }): Promise<DeploymentMarker[]>;
}

export interface GoodRevision {
  revision: string;
  digest: string;
  buildId: number | null;
  deploymentId: string;
  at: number;
}

export interface DeploymentMarker {
  at: number;
  service: string;
  deploymentId: string;
  buildId: number;
  revision: string;
  kind: 'step' | 'promoted' | 'rolled_back';
  /** Of the new revision from here on; after a rollback 0, and `revision` is what was gone back to. */
  percent: number;
}
