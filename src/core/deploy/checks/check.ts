/** A request of a check: to the new revision's own address, or to the address of the service. */
export interface ProbeRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body: string | null;
  timeoutMs: number;
  /** Bytes of the answer that are read at most. */
  maximumBytes: number;
}

/** Redirects are not followed: they are an answer. */
export interface ProbeReply {
  /** Null: no answer; `problem` says why. */
  status: number | null;
  body: string;
  durationMs: number;
  problem: string | null;
}

/** A command of whoever owns the service. It runs without a shell, and learns of the revision by its environment. */
export interface CheckCommand {
  command: string;
  arguments: readonly string[];
  /** Beside the environment that Guardian gives to its jobs: GUARDIAN_REVISION, GUARDIAN_REVISION_URL. */
  environment: Readonly<Record<string, string>>;
  timeoutMs: number;
}

export interface CommandOutcome {
  /** Null: it did not end by itself. */
  exitStatus: number | null;
  /** The end of both streams. */
  output: string;
  durationMs: number;
  problem: string | null;
}

export type CheckKind =
  | 'healthy'
  | 'metrics'
  | 'analysis'
  | 'memory'
  | 'new-issues'
  | 'anonymous-access'
  | 'settings'
  | 'url'
  | 'command'
  | 'feature'
  | 'tests';

/** `inconclusive`: could not look. Before any traffic that is as good as failed: doubt means no deployment. */
export type CheckOutcome = 'passed' | 'failed' | 'inconclusive' | 'skipped';

export interface CheckResult {
  kind: CheckKind;
  /** Of an own check: its name; else the kind. */
  name: string;
  outcome: CheckOutcome;
  /** Numbers and what was seen, short, without anybody's data; a key of the catalogue says it to people. */
  facts: Readonly<Record<string, string | number>>;
  at: number;
  durationMs: number;
}

/** An own check, from the configuration. `feature` ones come before all others, and are tried again in every traffic step. */
export type OwnCheck =
  | {
      kind: 'url' | 'feature';
      name: string;
      path: string;
      method?: 'GET' | 'POST';
      body?: string;
      status?: number;
      contains?: string;
    }
  | { kind: 'command'; name: string; command: string; arguments?: readonly string[]; timeoutMs?: number }
  /** How many passed is read from what a runner prints, or `passed/total`; else its exit status is all or nothing. */
  | { kind: 'tests'; name: string; command: string; arguments?: readonly string[]; timeoutMs?: number };

/** What is checked of a service. */
export interface ServiceChecks {
  /** Answers 2xx when the service is well. */
  healthPath: string;
  /** Null: the service has no such metrics. */
  metrics: { path: string; names: readonly string[] } | null;
  /** Path of the analysis; null: the service has none. */
  analysisPath: string | null;
  own: readonly OwnCheck[];
}
