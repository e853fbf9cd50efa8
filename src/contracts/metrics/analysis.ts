import { counter, gauge, histogram, open } from './family.ts';

export const ERROR_TYPES = [
  'timeout',
  'network',
  'rate_limited',
  'auth',
  'not_found',
  'bad_request',
  'server_error',
  'refused',
  'invalid_output',
  'too_long',
] as const;

const MODEL = { provider: open(), model: open() };
const PROVIDER = open('builtin');

/** Analyses, and the models that are called for them. A provider is called as the configuration names it. */
export const ANALYSIS_FAMILIES = {
  memory_analysis_success_total: counter('Analyses that a provider answered', { provider: PROVIDER }),
  memory_analysis_failure_total: counter('Attempts of a provider that failed, by why', {
    provider: PROVIDER,
    error_type: ERROR_TYPES,
  }),
  memory_analysis_cache_hits_total: counter('Analyses answered from a cache, by its layer', {
    layer: ['memory', 'database'],
  }),
  memory_analysis_cache_misses_total: counter('Analyses that no cache held'),
  memory_analysis_duration_seconds: histogram(
    'Seconds of each attempt of a provider, however it ended',
    [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 10, 15, 20, 30],
    { provider: PROVIDER, outcome: ['success', 'failure'] },
  ),
  memory_analysis_cache_size: gauge('Analyses that the cache in memory holds'),
  llm_requests_total: counter('Calls of a model, failed ones too', MODEL),
  llm_tokens_prompt_total: counter('Tokens sent to a model, as its provider counts them', MODEL),
  llm_tokens_completion_total: counter('Tokens that a model gave, as its provider counts them', MODEL),
  llm_cost_usd_total: counter('US dollars that calls of a model cost', MODEL),
  llm_latency_seconds: histogram('Seconds until a model answered or failed', [0.1, 0.5, 1, 2, 5, 10, 30], MODEL),
};

/** Similarity ranges, each from its first bound up to below its second; the last holds 1. */
export const SIMILARITY_RANGES = ['0.5-0.75', '0.75-0.8', '0.8-0.9', '0.9-1.0'] as const;

export const RECALL_FAMILIES = {
  concept_recall_detections_total: counter('Concepts that were found in an earlier conversation, by similarity', {
    similarity_range: SIMILARITY_RANGES,
  }),
  concept_recall_events_emitted_total: counter('Recalls that were told to a reader'),
  concept_recall_false_positives_total: counter('Recalls that a reader dismissed'),
  concept_recall_interactions_total: counter('What readers did with recalls', {
    action: ['view_history', 'dismiss', 'auto_hide'],
  }),
  concept_recall_similarity_score: histogram('Similarity of what was found, 0 to 1', [0.5, 0.75, 0.8, 0.9, 1]),
  concept_recall_detection_latency_seconds: histogram(
    'Seconds from a message to its recalls',
    [0.01, 0.05, 0.1, 0.5, 1, 2, 5],
  ),
  concept_recall_vector_search_duration_seconds: histogram(
    'Seconds of one search among the concepts',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
  ),
  concept_recall_system_info: gauge('1; what recall runs with', {
    version: open(),
    similarity_threshold: open(),
    max_recalls_per_message: open(),
    collection_name: open(),
  }),
};
