/**
 * What the parts of Guardian tell of their own work; what becomes of it (a page of figures, or nothing) is not theirs to know. Nothing here throws,
 * waits or keeps what it is given. Names of providers and models are those of the configuration; no user, id or address may be given.
 */
export interface WorkMetrics {
  analysis: AnalysisMetrics;
  models: ModelMetrics;
  recall: RecallMetrics;
  deployments: DeploymentMetrics;
}

/** Why a model's answer could not be used. */
export type AnalysisErrorType =
  | 'timeout'
  | 'network'
  | 'rate_limited'
  | 'auth'
  | 'not_found'
  | 'bad_request'
  | 'server_error'
  | 'refused'
  | 'invalid_output'
  | 'too_long';

/** `provider`: the entry's name in the configuration, or `builtin`. */
export interface AnalysisMetrics {
  /** Names every provider that may answer, so that its figures stand at 0 before it does; `builtin` is known. */
  know(providers: readonly string[]): void;
  /** An analysis was answered by this provider: freshly, not from a cache. */
  success(provider: string): void;
  /** One attempt of one provider failed; the next may still have answered. */
  failure(provider: string, errorType: AnalysisErrorType): void;
  cacheHit(layer: 'memory' | 'database'): void;
  /** Neither layer knew it. `force` looks into no cache and counts as neither. */
  cacheMiss(): void;
  /** Of each attempt, however it ended. */
  duration(provider: string, outcome: 'success' | 'failure', seconds: number): void;
  /** How many answers the memory cache holds: asked at each reading, the last function given counts. */
  cacheSize(read: () => number): void;
}

/** Each call of a model, whatever it was for: analyses, debates, explanations. */
export interface ModelMetrics {
  /** Names every model that may be called, so that its figures stand at 0 before it is. */
  know(models: readonly { provider: string; model: string }[]): void;
  /** Tokens and cost as the provider told them, 0 where it did not answer; `seconds` until the answer or the failure. */
  request(provider: string, model: string, used: ModelUse): void;
}

export interface ModelUse {
  promptTokens: number;
  completionTokens: number;
  costUsd: number;
  seconds: number;
}

export interface RecallMetrics {
  /** A concept of a message was found in an earlier conversation; similarity 0 to 1. */
  detection(similarity: number): void;
  /** One was told to the reader. */
  emitted(): void;
  /** A reader dismissed it. */
  falsePositive(): void;
  interaction(action: 'view_history' | 'dismiss' | 'auto_hide'): void;
  /** From the message until its recalls were known. */
  latency(seconds: number): void;
  /** Of one search among the concepts. */
  search(seconds: number): void;
  /** What recall runs with; without it the family has no series. */
  systemInfo(info: RecallSystemInfo): void;
}

export interface RecallSystemInfo {
  version: string;
  similarityThreshold: number;
  maxRecallsPerMessage: number;
  collectionName: string;
}

export type DeploymentTargetKind = 'process' | 'compose' | 'cloud-run';
export type DeploymentOutcome = 'promoted' | 'rolled_back' | 'failed' | 'held' | 'cancelled';

export interface DeploymentMetrics {
  started(target: DeploymentTargetKind): void;
  /** `seconds` from its start to its end. */
  finished(target: DeploymentTargetKind, outcome: DeploymentOutcome, seconds: number): void;
  /** One check of the new revision. */
  check(outcome: 'passed' | 'failed' | 'inconclusive'): void;
  /** One verdict of the judge. */
  verdict(verdict: 'pass' | 'suspect' | 'fail' | 'inconclusive'): void;
  /** A way back: by itself or by hand. `seconds` until all traffic was back. */
  rollback(trigger: 'automatic' | 'manual', seconds: number): void;
}

/** Where nobody reads figures: tests, and commands that run once. */
export function noWorkMetrics(): WorkMetrics {
  const nothing = () => {};
  return {
    analysis: {
      know: nothing,
      success: nothing,
      failure: nothing,
      cacheHit: nothing,
      cacheMiss: nothing,
      duration: nothing,
      cacheSize: nothing,
    },
    models: { know: nothing, request: nothing },
    recall: {
      detection: nothing,
      emitted: nothing,
      falsePositive: nothing,
      interaction: nothing,
      latency: nothing,
      search: nothing,
      systemInfo: nothing,
    },
    deployments: { started: nothing, finished: nothing, check: nothing, verdict: nothing, rollback: nothing },
  };
}
