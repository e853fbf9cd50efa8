import type { Sentence } from '../shared/index.ts';

/** What a revision runs with, in one shape for every target. Whatever a target carries and this shape does not name goes into `other`. */
export interface RevisionSettings {
  /** Name → keyed hash of the value (`createSettingHash`): equal hashes mean equal values. No value is ever kept, shown or logged. */
  environment: Readonly<Record<string, string>>;
  /** Name of the variable or mount path → which secret, and which version, as the target names them. */
  secrets: Readonly<Record<string, SecretReference>>;
  memoryBytes: number | null;
  /** Whole or part of a CPU: 0.5, 2. */
  cpu: number | null;
  /** How long one request may take. */
  timeoutMs: number | null;
  /** Requests one instance takes at once. */
  concurrency: number | null;
  minInstances: number | null;
  maxInstances: number | null;
  /** Canonical JSON of each probe, or null. */
  probes: { startup: string | null; liveness: string | null; readiness: string | null };
  serviceAccount: string | null;
  access: AccessPolicy;
  /** Labels, volumes, networks, command line …: path → canonical text; hashed as the environment is where it may hold a value. */
  other: Readonly<Record<string, string>>;
}

export interface SecretReference {
  secret: string;
  /** A number, or `latest`. */
  version: string;
}

export interface AccessPolicy {
  /** Anybody may call the service without logging in. */
  isAnonymousAllowed: boolean;
  /** Who may call it, as the target writes them; sorted. */
  callers: readonly string[];
}

/** What is named by whoever deploys; everything that is null or absent stays as it is. */
export interface RevisionChange {
  /** Image with tag or digest, or what the target starts instead (a folder, a commit); null: the one that runs. */
  artifact: string | null;
  /** The commit it was built of, when it is known. */
  commit: string | null;
  settings: SettingsChange;
  /** What may go: `NAME` of a variable or secret, or the path of a difference (`environment.NAME`, `other.labels.x`, `memoryBytes`). */
  unset: readonly string[];
}

/** Fields that are given are set. The environment's values are only in memory: a row holds their names and hashes. */
export interface SettingsChange {
  environment?: Readonly<Record<string, string>>;
  secrets?: Readonly<Record<string, SecretReference>>;
  memoryBytes?: number;
  cpu?: number;
  timeoutMs?: number;
  concurrency?: number;
  minInstances?: number;
  maxInstances?: number;
  serviceAccount?: string;
}

/** One thing that is not as it was; `before` and `after` are null for the environment, whose values are nobody's to read. */
export interface SettingDifference {
  /** `environment.DATABASE_URL`, `memoryBytes`, `access.isAnonymousAllowed`, `other.labels.team`. */
  path: string;
  kind: 'added' | 'changed' | 'removed';
  before: string | null;
  after: string | null;
}

/** What the running revision reads of a secret, beside what its store holds by now. Values are never read. */
export interface SecretState {
  /** Variable or mounted file. */
  name: string;
  secret: string;
  /** `latest`, or a number. */
  version: string;
  /** Null: it could not be looked at. */
  newest: string | null;
  /** `changed since`: it reads the latest, and that was made after the revision: instances from before hold the former. */
  outcome: 'current' | 'older' | 'changed since' | 'disabled' | 'could not look';
  problem: Sentence | null;
}
