import type { ServerOptions } from './server-options.ts';

export interface ServerMetrics {
  request(observed: { method: string; route: string; status: number; seconds: number }): void;
  /** A request of a client that sends events, by what became of it. */
  intake(observed: { format: string; status: number }): void;
  refused(observed: { format: string; reason: string }): void;
  listeners(count: number): void;
  /** All figures as Prometheus reads them, and the content type of that text. */
  read(): Promise<{ text: string; type: string }>;
}

/** What the figures are read from. */
export type MetricSources = Pick<ServerOptions, 'intake' | 'live' | 'store' | 'clock' | 'logger' | 'search' | 'usage'>;

type Observation = (metrics: ServerMetrics) => void;

/** Observations that are kept until somebody reads; more open the figures, and are counted there. */
const MOST_KEPT = 1_000;

/**
 * Keeps what is observed until the figures are first read: prom-client, what it loads and its observers of the process take 3.5 MB and wake an
 * idle server a hundred times a second, and many servers are never scraped.
 */
export function createServerMetrics(sources: MetricSources): ServerMetrics {
  let kept: Observation[] = [];
  let opened: ServerMetrics | null = null;
  let opening: Promise<ServerMetrics> | null = null;

  return {
    request: (observed) => observe((metrics) => metrics.request(observed)),
    intake: (observed) => observe((metrics) => metrics.intake(observed)),
    refused: (observed) => observe((metrics) => metrics.refused(observed)),
    listeners: (count) => observe((metrics) => metrics.listeners(count)),
    read: async () => (await open()).read(),
  };

  function observe(observation: Observation): void {
    if (opened) {
      observation(opened);
      return;
    }
    kept.push(observation);
    if (kept.length >= MOST_KEPT) open().catch(giveUp);
  }

  function open(): Promise<ServerMetrics> {
    opening ??= import('./prometheus-metrics.ts').then(({ openPrometheusMetrics }) => {
      const metrics = openPrometheusMetrics(sources);
      for (const observation of kept) observation(metrics);
      kept = [];
      opened = metrics;
      return metrics;
    });
    return opening;
  }

  function giveUp(thrown: unknown): void {
    sources.logger.warn({ err: thrown, observations: kept.length }, 'the metrics could not be opened');
    kept = [];
    opening = null;
  }
}
