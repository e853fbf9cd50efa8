export interface RecordingRule {
  record: string;
  expr: string;
}

const all = (metric: string, window: string, filter = '') => `sum(rate(${metric}${filter}[${window}]))`;

/** What the alerts look at, and dashboards beside them: numerator and denominator are summed alike, so that their labels match. */
export const RECORDING_RULES: readonly RecordingRule[] = [
  {
    record: 'guardian:analysis_success:ratio_rate10m',
    expr: `${all('memory_analysis_success_total', '10m')} / (${all('memory_analysis_success_total', '10m')} + ${all('memory_analysis_failure_total', '10m')})`,
  },
  {
    record: 'guardian:analysis_failure:ratio_rate10m',
    expr: `${all('memory_analysis_failure_total', '10m')} / (${all('memory_analysis_success_total', '10m')} + ${all('memory_analysis_failure_total', '10m')})`,
  },
  {
    record: 'guardian:analysis_duration_seconds:p95_rate5m',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(memory_analysis_duration_seconds_bucket[5m])))',
  },
  {
    record: 'guardian:analysis_cache_hit:ratio_rate15m',
    expr: `${all('memory_analysis_cache_hits_total', '15m')} / (${all('memory_analysis_cache_hits_total', '15m')} + ${all('memory_analysis_cache_misses_total', '15m')})`,
  },
  {
    record: 'guardian:llm_cost_usd:increase1h',
    expr: 'sum by (provider) (increase(llm_cost_usd_total[1h]))',
  },
  {
    record: 'guardian:http_error:ratio_rate5m',
    expr: `${all('guardian_http_requests_total', '5m', '{status_class="5xx"}')} / ${all('guardian_http_requests_total', '5m')}`,
  },
];
