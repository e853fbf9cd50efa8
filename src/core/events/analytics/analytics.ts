/** What is counted apart: events of one logger, agent and category of a service. `''`: it has none. */
export interface AnalyticsSeries {
  projectId: number;
  service: string;
  logger: string;
  agent: string;
  category: string;
}

/** What one batch amounts to, by minute of event time: made in its transaction, folded into the roll-ups later. */
export interface AnalyticsBatch {
  series: AnalyticsMinute[];
  /** Instants of event time with errors; those that are critical count in both. */
  errors: [projectId: number, service: string, at: number, errors: number, criticals: number][];
  /** Records whose secrets their client could not seal, and left out; not there: none. */
  unsealed?: [projectId: number, service: string, reason: string, count: number][];
}

export interface AnalyticsMinute extends AnalyticsSeries {
  /** Epoch ms of its beginning. */
  at: number;
  /** Folded records count as many as they stand for. */
  events: number;
  /** Severity error and above. */
  errors: number;
  /** What did not arrive: as clients told, and as the server refused. */
  dropped: number;
  /** Epoch ms of the newest event; 0: there was none. */
  lastAt: number;
  /** Severity class (0, 1, 5, 9, 13, 17, 21), template, count. */
  templates: [severity: number, template: string, count: number][];
  /** Name, count, failures, histogram of ms as `LogHistogram.encode` gives it. */
  operations: [name: string, count: number, failures: number, histogram: number[]][];
}

export type AnalyticsStep = 'minute' | 'hour' | 'day';

export const ANALYTICS_STEPS: Readonly<Record<AnalyticsStep, { ms: number; keptMs: number }>> = {
  minute: { ms: 60_000, keptMs: 2 * 86_400_000 },
  hour: { ms: 3_600_000, keptMs: 60 * 86_400_000 },
  day: { ms: 86_400_000, keptMs: 400 * 86_400_000 },
};

export interface AnalyticsQuery {
  step: AnalyticsStep;
  /** Epoch ms, both at the beginning of a step; half-open. */
  from: number;
  to: number;
  projectId: number | null;
  service: string | null;
  logger: string | null;
  agent: string | null;
  category: string | null;
  by: 'service' | 'logger' | 'agent' | 'category';
  /** Rows, templates and operations at most, the largest first. */
  limit: number;
}

export interface AnalyticsResult {
  volume: { at: number; events: number; errors: number; dropped: number }[];
  rows: { key: string; events: number; errors: number; dropped: number; lastAt: number }[];
  /** `before`: in the window of equal length before this one. */
  templates: { template: string; service: string; severity: number; count: number; before: number }[];
  /** The slowest by p95 first. ms. */
  operations: {
    name: string;
    service: string;
    count: number;
    failures: number;
    p50: number;
    p95: number;
    p99: number;
  }[];
}

/** The step for a window: the finest that is still kept for all of it and does not make more than some hundred columns. */
export function stepOf({ from, to }: { from: number; to: number }, now: number): AnalyticsStep {
  const { minute, hour } = ANALYTICS_STEPS;
  const span = to - from;
  if (span <= 6 * hour.ms && from >= now - minute.keptMs) return 'minute';
  return span <= 14 * 86_400_000 && from >= now - hour.keptMs ? 'hour' : 'day';
}

/** One for each step of the window, in their order: where nothing came stand zeros, so that a gap is seen as one. */
export function everyStep(
  volume: AnalyticsResult['volume'],
  { from, to, step }: Pick<AnalyticsQuery, 'from' | 'to' | 'step'>,
): AnalyticsResult['volume'] {
  const { ms } = ANALYTICS_STEPS[step];
  const counted = new Map(volume.map((one) => [one.at, one]));
  return Array.from({ length: Math.max(0, Math.round((to - from) / ms)) }, (_, index) => {
    const at = from + index * ms;
    return counted.get(at) ?? { at, events: 0, errors: 0, dropped: 0 };
  });
}
