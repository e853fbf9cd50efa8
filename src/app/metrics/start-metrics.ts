import type { Logger } from 'pino';
import { openMetrics } from '../../adapters/metrics/index.ts';
import type { Store } from '../../adapters/store/sql/index.ts';
import type { Change } from '../../contracts/api/overview.ts';
import type { LiveRates } from '../../core/events/index.ts';
import type { Intake } from '../../core/ingest/index.ts';
import type { Clock, WorkMetrics } from '../../core/shared/index.ts';
import type { ServerMetrics, ServerOptions } from '../../server/index.ts';
import { collectRows } from './collect-rows.ts';
import { collectIntake, collectLive, collectSearch, collectUsage } from './collect-states.ts';
import { countChanges } from './count-changes.ts';
import { countIngested, type Ingested } from './ingested-tally.ts';

export interface StartMetricsOptions {
  clock: Clock;
  version: string;
  logger: Logger;
  changes: { subscribe(listener: (change: Change) => void): () => void };
}

/** What is asked at each reading. */
export interface MetricSources extends Pick<ServerOptions, 'usage' | 'search'> {
  store: Pick<Store, 'counts'>;
  intake: Pick<Intake, 'state'>;
  live: Pick<LiveRates, 'read'>;
}

/** The figures of this process: counted from the first moment, read by whoever may. */
export function startMetrics({ clock, version, logger, changes }: StartMetricsOptions) {
  const metrics = openMetrics({
    clock,
    version,
    onFailure: (collector, error) => logger.warn({ err: error, collector }, 'figures could not be read'),
  });
  const { book } = metrics;
  changes.subscribe(countChanges(book));
  const onIngested: (ingested: Ingested) => void = countIngested(book);
  const work: WorkMetrics = metrics.work;
  return {
    /** For the parts of Guardian. */
    work,
    onIngested,
    /** For the server, once everything that is asked is there. */
    serve({ store, intake, live, usage, search }: MetricSources): ServerMetrics {
      collectRows(book, store, clock);
      collectIntake(book, intake.state);
      collectLive(book, live);
      collectUsage(book, usage, clock);
      if (search) collectSearch(book, search);
      return { ...metrics.requests, read: metrics.read };
    },
  };
}
