/** A condition over the figures, with the values by which its test makes it true and keeps it false. */
export interface AlertRule {
  alert: string;
  expr: string;
  /** How long it must hold; left out: at once. */
  for?: string;
  severity: 'critical' | 'warning';
  summary: string;
  /** What it means and what to look at. Labels of the result stand in it, its value never: tests compare it word for word. */
  description: string;
  /** Series over time in promtool's notation, one point every 15 s. */
  test: { fires: Values; quiet: Values; at: string; labels?: Readonly<Record<string, string>> };
}

type Values = Readonly<Record<string, string>>;

const SUCCESS = 'memory_analysis_success_total{provider="neo_analysis"}';
const FAILURE = 'memory_analysis_failure_total{provider="neo_analysis",error_type="timeout"}';
const HITS = 'memory_analysis_cache_hits_total{layer="memory"}';
const MISSES = 'memory_analysis_cache_misses_total';
const UP = 'up{job="guardian",instance="guardian:443"}';
const INSTANCE = { instance: 'guardian:443' };
const bucket = (le: string) =>
  `memory_analysis_duration_seconds_bucket{provider="neo_analysis",outcome="success",le="${le}"}`;
const cost = (provider: string) => `llm_cost_usd_total{provider="${provider}",model="m"}`;
const of = (name: string, labels = '') => `${name}{${labels}${labels && ','}job="guardian",instance="guardian:443"}`;

const ANALYSIS: readonly AlertRule[] = [
  {
    alert: 'AnalysisSuccessRatioLow',
    expr: 'guardian:analysis_success:ratio_rate10m < 0.8',
    for: '10m',
    severity: 'critical',
    summary: 'Fewer than 80 % of the attempts to analyse succeed',
    description: 'Look at memory_analysis_failure_total by error_type: auth and not_found are a wrong key or model.',
    test: {
      fires: { [SUCCESS]: '0+1x200', [FAILURE]: '0+1x200' },
      quiet: { [SUCCESS]: '0+9x200', [FAILURE]: '0+1x200' },
      at: '25m',
    },
  },
  {
    alert: 'AnalysisFailureRatioHigh',
    expr: 'guardian:analysis_failure:ratio_rate10m > 0.1',
    for: '5m',
    severity: 'warning',
    summary: 'More than 10 % of the attempts to analyse fail',
    description: 'The next provider answers, or the built-in one. Look at memory_analysis_failure_total by provider.',
    test: {
      fires: { [SUCCESS]: '0+8x200', [FAILURE]: '0+1x200' },
      quiet: { [SUCCESS]: '0+99x200', [FAILURE]: '0+1x200' },
      at: '25m',
    },
  },
  {
    alert: 'AnalysisSlow',
    expr: 'guardian:analysis_duration_seconds:p95_rate5m > 5',
    for: '5m',
    severity: 'warning',
    summary: 'The slowest 5 % of the attempts to analyse take more than 5 s',
    description: 'Look at memory_analysis_duration_seconds by provider, and at what the slow one says of itself.',
    test: {
      fires: {
        [bucket('1')]: '0+1x120',
        [bucket('6')]: '0+1x120',
        [bucket('10')]: '0+10x120',
        [bucket('+Inf')]: '0+10x120',
      },
      quiet: {
        [bucket('1')]: '0+10x120',
        [bucket('6')]: '0+10x120',
        [bucket('10')]: '0+10x120',
        [bucket('+Inf')]: '0+10x120',
      },
      at: '15m',
    },
  },
  {
    alert: 'AnalysisCacheHitRatioLow',
    expr: 'guardian:analysis_cache_hit:ratio_rate15m < 0.2',
    for: '15m',
    severity: 'warning',
    summary: 'Fewer than 20 % of the analyses come from a cache',
    description: 'Conversations change faster than they are read, callers use force, or the entries do not last.',
    test: {
      fires: { [HITS]: '0+1x240', [MISSES]: '0+9x240' },
      quiet: { [HITS]: '0+4x240', [MISSES]: '0+6x240' },
      at: '40m',
    },
  },
  {
    alert: 'ModelCostHigh',
    expr: 'sum(guardian:llm_cost_usd:increase1h) > 5',
    severity: 'warning',
    summary: 'Models cost more than 5 USD within an hour',
    description: 'Look at llm_cost_usd_total by model, and at who asks: debates cost most.',
    test: {
      fires: { [cost('a')]: '0+0.015x300', [cost('b')]: '0+0.015x300' },
      quiet: { [cost('a')]: '0+0.007x300', [cost('b')]: '0+0.007x300' },
      at: '70m',
    },
  },
  {
    alert: 'ModelCostOfProviderHigh',
    expr: 'guardian:llm_cost_usd:increase1h > 2',
    severity: 'warning',
    summary: 'One provider costs more than 2 USD within an hour',
    description: 'Provider {{ $labels.provider }}: look at llm_tokens_prompt_total and llm_tokens_completion_total.',
    test: {
      fires: { [cost('a')]: '0+0.01x300', [cost('b')]: '0+0.001x300' },
      quiet: { [cost('a')]: '0+0.005x300', [cost('b')]: '0+0.001x300' },
      at: '70m',
      labels: { provider: 'a' },
    },
  },
];

const WORK: readonly AlertRule[] = [
  {
    alert: 'GuardianDown',
    expr: 'up{job="guardian"} == 0',
    for: '1m',
    severity: 'critical',
    summary: 'Guardian cannot be read',
    description:
      '{{ $labels.instance }} does not answer at its figures: it is down, or the token is not the one it knows.',
    test: { fires: { [UP]: '1x4 0x20' }, quiet: { [UP]: '1x24' }, at: '4m', labels: { ...INSTANCE, job: 'guardian' } },
  },
  {
    alert: 'OutboxWaits',
    expr: 'max by (instance) (guardian_outbox_oldest_age_seconds) > 300',
    for: '5m',
    severity: 'critical',
    summary: 'What happened is not made into messages',
    description: '{{ $labels.instance }}: the oldest change waits for more than 5 minutes. See the page Deliveries.',
    test: {
      fires: { [of('guardian_outbox_oldest_age_seconds')]: '310+15x60' },
      quiet: { [of('guardian_outbox_oldest_age_seconds')]: '0 20 5 0x60' },
      at: '10m',
      labels: INSTANCE,
    },
  },
  {
    alert: 'DeliveriesOverdue',
    expr: 'max by (instance) (guardian_delivery_oldest_age_seconds) > 300',
    for: '5m',
    severity: 'critical',
    summary: 'Messages do not leave',
    description: '{{ $labels.instance }}: a delivery is overdue by more than 5 minutes. See the page Deliveries.',
    test: {
      fires: { [of('guardian_delivery_oldest_age_seconds')]: '310+15x60' },
      quiet: { [of('guardian_delivery_oldest_age_seconds')]: '0x60' },
      at: '10m',
      labels: INSTANCE,
    },
  },
  {
    alert: 'IngestDrops',
    expr: 'sum by (source, reason) (increase(guardian_ingest_dropped_total[10m])) > 0',
    for: '1m',
    severity: 'warning',
    summary: 'Items are left out of what comes in',
    description: '{{ $labels.source }}: {{ $labels.reason }}. The page Sources tells what each reason means.',
    test: {
      fires: { [of('guardian_ingest_dropped_total', 'source="otlp-logs",reason="too-large"')]: '0x20 5+1x40' },
      quiet: { [of('guardian_ingest_dropped_total', 'source="otlp-logs",reason="too-large"')]: '5x60' },
      at: '10m',
      labels: { source: 'otlp-logs', reason: 'too-large' },
    },
  },
  {
    alert: 'JobsFailed',
    expr: 'sum by (status) (increase(guardian_job_runs_total{status=~"error|timed_out|upstream_failed"}[15m])) > 0',
    severity: 'warning',
    summary: 'Runs of jobs failed',
    description: 'Within the last 15 minutes, with status {{ $labels.status }}. See the page Jobs.',
    test: {
      fires: {
        [of('guardian_job_runs_total', 'status="error"')]: '0x20 1x40',
        [of('guardian_job_runs_total', 'status="success"')]: '0+1x60',
      },
      quiet: {
        [of('guardian_job_runs_total', 'status="error"')]: '3x60',
        [of('guardian_job_runs_total', 'status="success"')]: '0+1x60',
      },
      at: '10m',
      labels: { status: 'error' },
    },
  },
  {
    alert: 'StoreNotWritable',
    expr: 'max by (instance) (guardian_store_problem) > 0',
    for: '1m',
    severity: 'critical',
    summary: 'The database cannot be written',
    description: '{{ $labels.instance }}: events go to the spool file, and are refused once it is full.',
    test: {
      fires: { [of('guardian_store_problem')]: '0x4 1x20' },
      quiet: { [of('guardian_store_problem')]: '0x24' },
      at: '4m',
      labels: INSTANCE,
    },
  },
  {
    alert: 'ServerErrors',
    expr: 'guardian:http_error:ratio_rate5m > 0.05',
    for: '5m',
    severity: 'warning',
    summary: 'More than 5 % of the requests fail at the server',
    description: 'Look at guardian_http_requests_total by route with status_class 5xx, and at Guardian’s own log.',
    test: {
      fires: {
        [of('guardian_http_requests_total', 'method="GET",route="/api/issues",status_class="5xx"')]: '0+1x60',
        [of('guardian_http_requests_total', 'method="GET",route="/api/issues",status_class="2xx"')]: '0+9x60',
      },
      quiet: {
        [of('guardian_http_requests_total', 'method="GET",route="/api/issues",status_class="5xx"')]: '0+1x60',
        [of('guardian_http_requests_total', 'method="GET",route="/api/issues",status_class="2xx"')]: '0+99x60',
      },
      at: '12m',
    },
  },
  {
    alert: 'DeploymentRolledBack',
    expr: 'sum by (trigger) (increase(guardian_deployment_rollbacks_total{trigger="automatic"}[15m])) > 0',
    severity: 'critical',
    summary: 'A deployment went back by itself',
    description: 'See the page Deployments for the verdict and its numbers.',
    test: {
      fires: { [of('guardian_deployment_rollbacks_total', 'trigger="automatic"')]: '0x20 1x40' },
      quiet: { [of('guardian_deployment_rollbacks_total', 'trigger="automatic"')]: '2x60' },
      at: '10m',
      labels: { trigger: 'automatic' },
    },
  },
  {
    alert: 'FiguresIncomplete',
    expr: 'sum by (collector) (increase(guardian_metrics_collector_failures_total[10m])) > 0',
    for: '5m',
    severity: 'warning',
    summary: 'Some figures cannot be read',
    description: 'The figures of {{ $labels.collector }} are missing; Guardian’s own log says why.',
    test: {
      fires: { [of('guardian_metrics_collector_failures_total', 'collector="issues"')]: '0+1x60' },
      quiet: { [of('guardian_metrics_collector_failures_total', 'collector="issues"')]: '4x60' },
      at: '10m',
      labels: { collector: 'issues' },
    },
  },
  {
    alert: 'TooManySeries',
    expr: 'sum by (family) (increase(guardian_metrics_cardinality_drops_total[10m])) > 0',
    severity: 'warning',
    summary: 'A family of figures has more series than are kept',
    description: '{{ $labels.family }}: what is new is counted under "other".',
    test: {
      fires: { [of('guardian_metrics_cardinality_drops_total', 'family="llm_requests_total"')]: '0x20 3x40' },
      quiet: { [of('guardian_metrics_cardinality_drops_total', 'family="llm_requests_total"')]: '3x60' },
      at: '10m',
      labels: { family: 'llm_requests_total' },
    },
  },
];

export const ALERT_GROUPS: readonly { name: string; rules: readonly AlertRule[] }[] = [
  { name: 'guardian analysis', rules: ANALYSIS },
  { name: 'guardian work', rules: WORK },
];
