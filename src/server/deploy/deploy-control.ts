import type {
  Deployment,
  DeploymentPreview,
  PersonsWord,
  RollbackPreview,
  ServiceChecks,
  TargetKind,
} from '../../core/deploy/index.ts';
import type { Sentence } from '../../core/shared/index.ts';

/** What people and programs do with deployments; the engine carries it out, round by round. */
export interface DeployControl {
  /** Reads only. */
  plan(asked: AskedDeployment): Promise<DeploymentPlanned>;
  deploy(asked: AskedDeployment, actor: string): Promise<Deployment>;
  planRollback(asked: Pick<AskedDeployment, 'target' | 'revision'>): Promise<RollbackPlanned>;
  rollback(asked: Pick<AskedDeployment, 'target' | 'revision'>, actor: string): Promise<Deployment>;
  /** Of the service of this one, to what was good before it. */
  goBack(id: string, actor: string): Promise<Deployment>;
  /** Nothing more happens to it, until it is carried on or rolled back. */
  hold(id: string, word: PersonsWord): Promise<Deployment>;
  /** A held one goes on. */
  carryOn(id: string): Promise<Deployment>;
  /** The whole service of a target; null: the only one. */
  end(target: string | null): Promise<EndedTarget>;
  targets(): Promise<TargetLook[]>;
}

/** What is asked of a deployment; null and empty: as it is. */
export interface AskedDeployment {
  target: string | null;
  /** A commit, an image, a folder: whatever the target starts. */
  revision: string | null;
  steps: readonly number[] | null;
  /** Variables of the environment: in memory only. */
  set: Readonly<Record<string, string>>;
  unset: readonly string[];
  isIrreversible: boolean;
  /** Of the plan that was agreed to: `conflict` when another would be deployed by now. */
  digest: string | null;
}

interface Planned {
  target: string;
  service: string;
  asked: ServiceChecks;
}

export interface DeploymentPlanned extends DeploymentPreview, Planned {}
export interface RollbackPlanned extends RollbackPreview, Planned {}

/** What was ended with a target. */
export interface EndedTarget {
  target: string;
  service: string;
  /** Revisions that there were. */
  ended: readonly string[];
}

/** A target as it is now; `problem`: it could not be asked. */
export interface TargetLook {
  name: string;
  kind: TargetKind;
  service: string;
  traffic: { revision: string; percent: number }[];
  pinnedTo: string | null;
  lastGood: string | null;
  revisions: string[];
  problem: Sentence | null;
}
