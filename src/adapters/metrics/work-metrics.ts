import { ERROR_TYPES, type SIMILARITY_RANGES } from '../../contracts/metrics.ts';
import type {
  AnalysisMetrics,
  DeploymentMetrics,
  ModelMetrics,
  RecallMetrics,
  WorkMetrics,
} from '../../core/shared/index.ts';
import type { MetricBook } from './metric-book.ts';

type Range = (typeof SIMILARITY_RANGES)[number];

/** What the parts of Guardian tell of their work, kept in the book. */
export function createWorkMetrics(book: MetricBook): WorkMetrics {
  return {
    analysis: analysisMetrics(book),
    models: modelMetrics(book),
    recall: recallMetrics(book),
    deployments: deploymentMetrics(book),
  };
}

function analysisMetrics(book: MetricBook): AnalysisMetrics {
  let cacheSize = () => 0;
  book.collect({
    name: 'analysis cache',
    families: ['memory_analysis_cache_size'],
    read: () => book.set('memory_analysis_cache_size', {}, cacheSize()),
  });
  return {
    know(providers) {
      for (const provider of providers) {
        book.know('memory_analysis_success_total', { provider });
        for (const error_type of ERROR_TYPES) book.know('memory_analysis_failure_total', { provider, error_type });
        for (const outcome of ['success', 'failure'] as const)
          book.know('memory_analysis_duration_seconds', { provider, outcome });
      }
    },
    success: (provider) => book.count('memory_analysis_success_total', { provider }),
    failure: (provider, errorType) => book.count('memory_analysis_failure_total', { provider, error_type: errorType }),
    cacheHit: (layer) => book.count('memory_analysis_cache_hits_total', { layer }),
    cacheMiss: () => book.count('memory_analysis_cache_misses_total', {}),
    duration: (provider, outcome, seconds) =>
      book.observe('memory_analysis_duration_seconds', { provider, outcome }, seconds),
    cacheSize: (read) => {
      cacheSize = read;
    },
  };
}

function modelMetrics(book: MetricBook): ModelMetrics {
  return {
    know(models) {
      for (const { provider, model } of models) {
        for (const name of MODEL_FAMILIES) book.know(name, { provider, model });
      }
    },
    request(provider, model, { promptTokens, completionTokens, costUsd, seconds }) {
      const labels = { provider, model };
      book.count('llm_requests_total', labels);
      book.count('llm_tokens_prompt_total', labels, promptTokens);
      book.count('llm_tokens_completion_total', labels, completionTokens);
      book.count('llm_cost_usd_total', labels, costUsd);
      book.observe('llm_latency_seconds', labels, seconds);
    },
  };
}

const MODEL_FAMILIES = [
  'llm_requests_total',
  'llm_tokens_prompt_total',
  'llm_tokens_completion_total',
  'llm_cost_usd_total',
  'llm_latency_seconds',
] as const;

function recallMetrics(book: MetricBook): RecallMetrics {
  return {
    detection(similarity) {
      const range = rangeOf(similarity);
      // Below the lowest range nothing counts as found.
      if (range === null) return;
      book.count('concept_recall_detections_total', { similarity_range: range });
      book.observe('concept_recall_similarity_score', {}, Math.min(similarity, 1));
    },
    emitted: () => book.count('concept_recall_events_emitted_total', {}),
    falsePositive: () => book.count('concept_recall_false_positives_total', {}),
    interaction: (action) => book.count('concept_recall_interactions_total', { action }),
    latency: (seconds) => book.observe('concept_recall_detection_latency_seconds', {}, seconds),
    search: (seconds) => book.observe('concept_recall_vector_search_duration_seconds', {}, seconds),
    systemInfo({ version, similarityThreshold, maxRecallsPerMessage, collectionName }) {
      book.clear('concept_recall_system_info');
      book.set(
        'concept_recall_system_info',
        {
          version,
          similarity_threshold: String(similarityThreshold),
          max_recalls_per_message: String(maxRecallsPerMessage),
          collection_name: collectionName,
        },
        1,
      );
    },
  };
}

/** Cosines of equal vectors come out a little above 1. */
export function rangeOf(similarity: number): Range | null {
  if (similarity >= 0.9) return '0.9-1.0';
  if (similarity >= 0.8) return '0.8-0.9';
  if (similarity >= 0.75) return '0.75-0.8';
  return similarity >= 0.5 ? '0.5-0.75' : null;
}

function deploymentMetrics(book: MetricBook): DeploymentMetrics {
  return {
    started: (target) => book.count('guardian_deployments_started_total', { target }),
    finished(target, outcome, seconds) {
      book.count('guardian_deployments_total', { target, outcome });
      book.observe('guardian_deployment_duration_seconds', { target }, seconds);
    },
    check: (outcome) => book.count('guardian_deployment_checks_total', { outcome }),
    verdict: (verdict) => book.count('guardian_deployment_verdicts_total', { verdict }),
    rollback(trigger, seconds) {
      book.count('guardian_deployment_rollbacks_total', { trigger });
      book.observe('guardian_deployment_rollback_duration_seconds', {}, seconds);
    },
  };
}
