import { ANALYSIS_FAMILIES, RECALL_FAMILIES } from './metrics/analysis.ts';
import type { LabelValues, MetricFamily } from './metrics/family.ts';
import { GUARDIAN_FAMILIES } from './metrics/guardian.ts';
import { INTAKE_FAMILIES } from './metrics/intake.ts';
import { WORK_FAMILIES } from './metrics/work.ts';

export { ERROR_TYPES, SIMILARITY_RANGES } from './metrics/analysis.ts';
export { type Labels, type LabelValues, type MetricFamily, MOST_SERIES, OTHER } from './metrics/family.ts';

/** Where Prometheus reads: the route, the scrape file, checks and documents all take it from here. */
export const METRICS_PATH = '/api/metrics';

/** Header of Guardian's own looks (doctor, checks of a deployment): what they read is no scrape, and is not counted as one. */
export const OWN_LOOK = 'x-guardian-look';

/** Every family Guardian counts itself, by name; the process's own (`process_…`, `nodejs_…`) come beside them. */
export const METRIC_FAMILIES = {
  ...ANALYSIS_FAMILIES,
  ...RECALL_FAMILIES,
  ...INTAKE_FAMILIES,
  ...WORK_FAMILIES,
  ...GUARDIAN_FAMILIES,
} as const;

export type MetricName = keyof typeof METRIC_FAMILIES;
type LabelsOf<Name extends MetricName> = (typeof METRIC_FAMILIES)[Name]['labels'];
/** A value for each label of the family: of a closed list one of its values. */
export type LabelsGiven<Name extends MetricName> = {
  readonly [Label in keyof LabelsOf<Name>]: LabelsOf<Name>[Label] extends readonly (infer Value extends string)[]
    ? Value
    : string;
};
type NamesOf<Type extends MetricFamily['type']> = {
  [Name in MetricName]: Name extends `${string}_total`
    ? Type extends 'counter'
      ? Name
      : never
    : Type extends 'counter'
      ? never
      : Name;
}[MetricName];
export type CounterName = NamesOf<'counter'>;
/** Gauges and histograms: nothing but a counter ends in `_total`. */
export type OtherName = Exclude<MetricName, CounterName>;

/** What an analysing service must expose: deployments and `guardian doctor` look for these. */
export const ANALYSIS_METRIC_NAMES = [
  'memory_analysis_success_total',
  'memory_analysis_failure_total',
  'memory_analysis_cache_hits_total',
  'memory_analysis_cache_misses_total',
  'memory_analysis_duration_seconds',
  'concept_recall_detections_total',
  'concept_recall_events_emitted_total',
  'concept_recall_false_positives_total',
  'concept_recall_interactions_total',
  'concept_recall_similarity_score',
  'concept_recall_detection_latency_seconds',
  'concept_recall_vector_search_duration_seconds',
  'concept_recall_system_info',
] as const satisfies readonly MetricName[];

export function metricFamily(name: MetricName): MetricFamily {
  return METRIC_FAMILIES[name];
}

/** The values that are known before anything happened. */
export function knownValues(values: LabelValues): readonly string[] {
  return 'known' in values ? values.known : values;
}
