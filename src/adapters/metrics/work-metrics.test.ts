import { expect, it } from 'vitest';
import { ANALYSIS_METRIC_NAMES, METRIC_FAMILIES, type MetricFamily } from '../../contracts/metrics.ts';
import { createMetricBook } from './metric-book.ts';
import { type ExposedFamily, parseExposition } from './parse-exposition.ts';
import { createWorkMetrics, rangeOf } from './work-metrics.ts';

function open() {
  const book = createMetricBook({ clock: { now: () => 0 }, onFailure: () => {} });
  return { work: createWorkMetrics(book), read: async () => parseExposition(await book.read()).families };
}

function sum(families: readonly ExposedFamily[], name: string): number {
  const samples = families.find((family) => family.name === name)?.samples ?? [];
  return samples.filter((sample) => !sample.name.endsWith('_bucket')).reduce((total, { value }) => total + value, 0);
}

it('moves each of the thirteen, and every other figure of the parts, by what is told of it', async () => {
  const { work, read } = open();
  const before = await read();
  work.analysis.success('neo_analysis');
  work.analysis.failure('neo_analysis', 'timeout');
  work.analysis.cacheHit('memory');
  work.analysis.cacheMiss();
  work.analysis.duration('neo_analysis', 'failure', 2.5);
  work.analysis.cacheSize(() => 42);
  work.models.request('neo_analysis', 'm-1', { promptTokens: 900, completionTokens: 80, costUsd: 0.002, seconds: 1.5 });
  work.recall.detection(0.82);
  work.recall.emitted();
  work.recall.falsePositive();
  work.recall.interaction('dismiss');
  work.recall.latency(0.04);
  work.recall.search(0.006);
  work.recall.systemInfo({
    version: '1',
    similarityThreshold: 0.75,
    maxRecallsPerMessage: 3,
    collectionName: 'concepts',
  });
  work.deployments.started('process');
  work.deployments.finished('process', 'rolled_back', 61);
  work.deployments.check('passed');
  work.deployments.verdict('fail');
  work.deployments.rollback('automatic', 1.2);
  const after = await read();
  const told = Object.keys(METRIC_FAMILIES).filter((name) =>
    /^(?:memory_|llm_|concept_|guardian_deployment)/.test(name),
  );
  expect(told.length).toBe(26);
  expect(told.filter((name) => sum(after, name) === sum(before, name))).toEqual([]);
  expect(ANALYSIS_METRIC_NAMES.filter((name) => !told.includes(name))).toEqual([]);
  const info = after.find(({ name }) => name === 'concept_recall_system_info')?.samples;
  expect(info).toEqual([
    {
      name: 'concept_recall_system_info',
      labels: { version: '1', similarity_threshold: '0.75', max_recalls_per_message: '3', collection_name: 'concepts' },
      value: 1,
    },
  ]);
});

it('has the thirteen with the names, types, labels and buckets that dashboards know', () => {
  const known = Object.fromEntries(
    ANALYSIS_METRIC_NAMES.map((name) => {
      const { type, labels, buckets }: MetricFamily = METRIC_FAMILIES[name];
      return [name, `${type} {${Object.keys(labels).join(', ')}}${buckets.map((bound) => ` ${bound}`).join('')}`];
    }),
  );
  expect(known).toEqual({
    memory_analysis_success_total: 'counter {provider}',
    memory_analysis_failure_total: 'counter {provider, error_type}',
    memory_analysis_cache_hits_total: 'counter {layer}',
    memory_analysis_cache_misses_total: 'counter {}',
    memory_analysis_duration_seconds: 'histogram {provider, outcome} 0.01 0.05 0.1 0.25 0.5 1 2 4 6 10 15 20 30',
    concept_recall_detections_total: 'counter {similarity_range}',
    concept_recall_events_emitted_total: 'counter {}',
    concept_recall_false_positives_total: 'counter {}',
    concept_recall_interactions_total: 'counter {action}',
    concept_recall_similarity_score: 'histogram {} 0.5 0.75 0.8 0.9 1',
    concept_recall_detection_latency_seconds: 'histogram {} 0.01 0.05 0.1 0.5 1 2 5',
    concept_recall_vector_search_duration_seconds: 'histogram {} 0.005 0.01 0.025 0.05 0.1 0.5 1',
    concept_recall_system_info: 'gauge {version, similarity_threshold, max_recalls_per_message, collection_name}',
  });
  expect(METRIC_FAMILIES.llm_latency_seconds.buckets).toEqual([0.1, 0.5, 1, 2, 5, 10, 30]);
  expect(METRIC_FAMILIES.memory_analysis_failure_total.labels.error_type).toEqual(
    'timeout network rate_limited auth not_found bad_request server_error refused invalid_output too_long'.split(' '),
  );
});

it('shows every named provider and model at 0 before the first call', async () => {
  const { work, read } = open();
  work.analysis.know(['neo_analysis', 'second']);
  work.models.know([{ provider: 'neo_analysis', model: 'm-1' }]);
  const families = await read();
  const labels = (name: string) =>
    families.find((family) => family.name === name)!.samples.map((sample) => sample.labels);
  expect(labels('memory_analysis_success_total')).toEqual([
    { provider: 'neo_analysis' },
    { provider: 'second' },
    { provider: 'builtin' },
  ]);
  expect(labels('memory_analysis_failure_total')).toHaveLength(30);
  expect(labels('llm_cost_usd_total')).toEqual([{ provider: 'neo_analysis', model: 'm-1' }]);
});

it('reads the size of the cache when it is asked', async () => {
  const { work, read } = open();
  const kept = new Map<string, string>();
  work.analysis.cacheSize(() => kept.size);
  expect(sum(await read(), 'memory_analysis_cache_size')).toBe(0);
  kept.set('a', 'b');
  expect(sum(await read(), 'memory_analysis_cache_size')).toBe(1);
});

it.each([
  [0.49, null],
  [0.5, '0.5-0.75'],
  [0.7499, '0.5-0.75'],
  [0.75, '0.75-0.8'],
  [0.8, '0.8-0.9'],
  [0.9, '0.9-1.0'],
  [1.0000000002, '0.9-1.0'],
  [Number.NaN, null],
])('puts a similarity of %d into %s', (similarity, range) => {
  expect(rangeOf(similarity)).toBe(range);
});
