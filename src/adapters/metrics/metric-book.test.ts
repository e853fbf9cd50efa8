import { describe, expect, it } from 'vitest';
import { METRIC_FAMILIES, type MetricName, metricFamily } from '../../contracts/metrics.ts';
import { lintExposition } from './lint-exposition.ts';
import { createMetricBook, type MetricBookOptions } from './metric-book.ts';
import { parseExposition } from './parse-exposition.ts';

let now = 0;
const failures: string[] = [];

function openBook(options: Partial<MetricBookOptions> = {}) {
  failures.length = 0;
  return createMetricBook({
    clock: { now: () => now },
    onFailure: (collector, error) => void failures.push(`${collector}: ${error.message}`),
    ...options,
  });
}

const linesOf = async (book: ReturnType<typeof openBook>, name: string) =>
  (await book.read()).split('\n').filter((line) => line.startsWith(name));

describe('series', () => {
  it('of known label values stand at 0 before anything happened', async () => {
    const book = openBook();
    expect(await linesOf(book, 'concept_recall_detections_total')).toEqual([
      'concept_recall_detections_total{similarity_range="0.5-0.75"} 0',
      'concept_recall_detections_total{similarity_range="0.75-0.8"} 0',
      'concept_recall_detections_total{similarity_range="0.8-0.9"} 0',
      'concept_recall_detections_total{similarity_range="0.9-1.0"} 0',
    ]);
    expect(await linesOf(book, 'memory_analysis_failure_total')).toHaveLength(10);
    expect(await linesOf(book, 'memory_analysis_cache_misses_total')).toEqual(['memory_analysis_cache_misses_total 0']);
    expect(await linesOf(book, 'guardian_job_runs_total{status="timed_out"}')).toEqual([
      'guardian_job_runs_total{status="timed_out"} 0',
    ]);
    // Nothing is known of models before one is named.
    expect(await linesOf(book, 'llm_requests_total')).toEqual([]);
  });

  it('are named, typed and explained for every family, empty ones too', async () => {
    const { families, problems } = parseExposition(await openBook().read());
    expect(problems).toEqual([]);
    expect(families.map(({ name }) => name).sort()).toEqual(Object.keys(METRIC_FAMILIES).sort());
    for (const { name, type, help } of families) {
      expect({ name, type, help }).toEqual({
        name,
        type: metricFamily(name as MetricName).type,
        help: metricFamily(name as MetricName).help,
      });
    }
  });

  it('count in cumulative buckets', async () => {
    const book = openBook();
    for (const seconds of [0.005, 0.2, 0.25, 31])
      book.observe('memory_analysis_duration_seconds', { provider: 'builtin', outcome: 'success' }, seconds);
    const lines = await linesOf(book, 'memory_analysis_duration_seconds');
    const of = (le: string) =>
      lines
        .find((line) => line.includes(`"success",le="${le}"}`))
        ?.split(' ')
        .at(-1);
    expect(['0.01', '0.1', '0.25', '30', '+Inf'].map(of)).toEqual(['1', '1', '3', '3', '4']);
    expect(lines).toContain('memory_analysis_duration_seconds_sum{provider="builtin",outcome="success"} 31.455');
    expect(lines).toContain('memory_analysis_duration_seconds_count{provider="builtin",outcome="success"} 4');
  });

  it('never hold what is no amount', async () => {
    const book = openBook();
    for (const amount of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      book.count('llm_cost_usd_total', { provider: 'p', model: 'm' }, amount);
    book.count('llm_cost_usd_total', { provider: 'p', model: 'm' }, 0.25);
    book.observe('concept_recall_similarity_score', {}, Number.NaN);
    expect(await linesOf(book, 'llm_cost_usd_total')).toEqual(['llm_cost_usd_total{provider="p",model="m"} 0.25']);
    expect(await linesOf(book, 'concept_recall_similarity_score_count')).toEqual([
      'concept_recall_similarity_score_count 0',
    ]);
  });

  it('keep label values that would break the text from doing so', async () => {
    const book = openBook();
    book.count('llm_requests_total', { provider: 'a"b\\c\nd', model: 'm'.repeat(300) });
    const text = await book.read();
    expect(lintExposition(text)).toEqual([]);
    const family = parseExposition(text).families.find(({ name }) => name === 'llm_requests_total');
    expect(family?.samples).toEqual([
      { name: 'llm_requests_total', labels: { provider: 'a"b\\c\nd', model: 'm'.repeat(200) }, value: 1 },
    ]);
  });

  it('of a family are a thousand at most: what comes beyond is counted as other, and the drops are counted', async () => {
    const book = openBook();
    for (let route = 0; route < 2_000; route++)
      book.count('guardian_http_requests_total', { method: 'GET', route: `/api/${route}`, status_class: '2xx' });
    const lines = await linesOf(book, 'guardian_http_requests_total');
    expect(lines).toHaveLength(1_000);
    expect(lines.at(-1)).toBe('guardian_http_requests_total{method="other",route="other",status_class="other"} 1001');
    expect(
      await linesOf(book, 'guardian_metrics_cardinality_drops_total{family="guardian_http_requests_total"}'),
    ).toEqual(['guardian_metrics_cardinality_drops_total{family="guardian_http_requests_total"} 1001']);
  });

  it('of a histogram count each bucket', async () => {
    const book = openBook();
    for (let model = 0; model < 500; model++)
      book.observe('llm_latency_seconds', { provider: 'p', model: `${model}` }, 1);
    expect((await linesOf(book, 'llm_latency_seconds')).length).toBeLessThanOrEqual(1_000);
    expect(await linesOf(book, 'llm_latency_seconds_count{provider="other"')).toEqual([
      'llm_latency_seconds_count{provider="other",model="other"} 401',
    ]);
  });

  it('take a value outside a closed list as other', async () => {
    const book = openBook();
    const method = 'PROPFIND' as 'GET';
    book.count('guardian_http_requests_total', { method, route: '/*', status_class: '4xx' });
    expect(await linesOf(book, 'guardian_http_requests_total{method="other"')).toEqual([
      'guardian_http_requests_total{method="other",route="/*",status_class="4xx"} 1',
    ]);
  });
});

describe('a collector', () => {
  it('that throws hides its own figures and no others, and is counted', async () => {
    const book = openBook();
    book.collect({
      name: 'rows',
      families: ['guardian_issues'],
      read: () => Promise.reject(new Error('no store')),
    });
    book.collect({
      name: 'size',
      families: ['guardian_fold_queue'],
      read: () => book.set('guardian_fold_queue', {}, 7),
    });
    expect(await linesOf(book, 'guardian_issues')).toEqual([]);
    expect(await linesOf(book, 'guardian_fold_queue')).toEqual(['guardian_fold_queue 7']);
    expect(await linesOf(book, 'guardian_metrics_collector_failures_total')).toEqual([
      'guardian_metrics_collector_failures_total{collector="rows"} 3',
      'guardian_metrics_collector_failures_total{collector="size"} 0',
    ]);
    expect(failures).toHaveLength(1);
  });

  it('that does not answer is not waited for, and not asked again while it is under way', async () => {
    const book = openBook({ patienceMs: 20 });
    let asked = 0;
    let answer = () => {};
    book.collect({
      name: 'slow',
      families: ['guardian_issues'],
      read: () => {
        asked++;
        return new Promise<void>((resolve) => {
          answer = resolve;
        });
      },
    });
    expect(await linesOf(book, 'guardian_issues')).toEqual([]);
    expect(await linesOf(book, 'guardian_fold_queue')).toEqual(['guardian_fold_queue 0']);
    expect(asked).toBe(1);
    expect(failures).toEqual(['slow: no answer within 20 ms']);
    answer();
    await expect.poll(() => asked).toBe(1);
  });

  it('is asked again only after what it gave is old, and shows nothing old once it fails', async () => {
    const book = openBook();
    let depth = 1;
    let isBroken = false;
    now = 1_000;
    book.collect({
      name: 'outbox',
      families: ['guardian_outbox_rows'],
      keptMs: 10_000,
      read() {
        if (isBroken) throw new Error('no store');
        book.set('guardian_outbox_rows', {}, depth);
      },
    });
    expect(await linesOf(book, 'guardian_outbox_rows')).toEqual(['guardian_outbox_rows 1']);
    depth = 2;
    now = 10_999;
    expect(await linesOf(book, 'guardian_outbox_rows')).toEqual(['guardian_outbox_rows 1']);
    now = 11_000;
    expect(await linesOf(book, 'guardian_outbox_rows')).toEqual(['guardian_outbox_rows 2']);
    isBroken = true;
    now = 30_000;
    expect(await linesOf(book, 'guardian_outbox_rows')).toEqual([]);
    isBroken = false;
    expect(await linesOf(book, 'guardian_outbox_rows')).toEqual(['guardian_outbox_rows 2']);
  });
});
