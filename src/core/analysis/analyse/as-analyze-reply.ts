import { toInstant } from '../../shared/index.ts';
import type { AnalysisMetadata, AnalysisOutcome, Attempt, CompletedAnalysis, SkippedAnalysis } from '../analysis.ts';

/** An outcome in the words of the wire: snake case, instants as RFC 3339. */
export function asAnalyzeReply(outcome: CompletedAnalysis | SkippedAnalysis) {
  if (outcome.status === 'completed') {
    const { status, sessionId, force, analysis, metadata } = outcome;
    return { status, session_id: sessionId, force, analysis, metadata: asAnalysisMetadata(metadata) };
  }
  const { status, reason, sessionId, known } = outcome;
  const metadata = known === null ? {} : { ...asAnalysisMetadata(known.metadata), analysis: known.analysis };
  return { status, reason, session_id: sessionId, metadata };
}

/** What is sent to whoever listens: each outcome, and no text of the conversation. */
export function asAnalysisStatus(outcome: AnalysisOutcome) {
  return {
    session_id: outcome.sessionId,
    status: outcome.status,
    reason: outcome.status === 'skipped' ? outcome.reason : null,
    error: outcome.status === 'failed' ? outcome.error : null,
    retry_after: outcome.status === 'failed' ? Math.ceil(outcome.retryAfterMs / 1000) : null,
  };
}

export function asAnalysisMetadata(metadata: AnalysisMetadata) {
  const { provider, model, cache, language, extractive, tokens, costUsd } = metadata;
  return {
    provider,
    model,
    attempts: metadata.attempts.map(asAttempt),
    cache,
    language,
    extractive,
    tokens,
    cost_usd: costUsd,
    prompt_version: metadata.promptVersion,
    schema_version: metadata.schemaVersion,
    analyzed_at: toInstant(metadata.analyzedAt),
  };
}

export function asAttempt({ provider, model, outcome, errorType, status, durationMs }: Attempt) {
  return { provider, model, outcome, error_type: errorType, status, duration_ms: durationMs };
}
