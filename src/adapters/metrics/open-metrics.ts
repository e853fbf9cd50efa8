import type { Clock, WorkMetrics } from '../../core/shared/index.ts';
import { createMetricBook, type MetricBook } from './metric-book.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts';
import { createWorkMetrics } from './work-metrics.ts';

export interface OpenMetricsOptions {
  clock: Clock;
  version: string;
  /** A collector failed: its figures are left out, the others are shown. */
  onFailure(collector: string, error: Error): void;
  /** ms that a collector may take. */
  patienceMs?: number;
}

export interface Metrics {
  /** For the parts of Guardian, which know no families. */
  work: WorkMetrics;
  /** For the server. */
  requests: RequestMetrics;
  /** For whoever reads rows and states at each reading. */
  book: MetricBook;
  /** Everything in Prometheus's text format 0.0.4. */
  read(): Promise<{ text: string; type: string }>;
}

const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The figures of this process. Opening loads nothing and starts nothing. */
export function openMetrics({ version, ...options }: OpenMetricsOptions): Metrics {
  const book = createMetricBook(options);
  const ofProcess = createProcessMetrics();
  let processText = '';
  book.prepare(() => book.set('guardian_build_info', { version }, 1));
  book.collect({
    name: 'process',
    families: [],
    async read() {
      processText = '';
      processText = await ofProcess.read();
    },
  });
  return {
    work: createWorkMetrics(book),
    requests: createRequestMetrics(book),
    book,
    read: async () => ({ text: `${await book.read()}${processText}`, type: TYPE }),
  };
}
