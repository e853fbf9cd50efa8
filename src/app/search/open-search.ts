import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createClusterEventIndex } from '../../adapters/search/cluster-event-index.ts';
import { endOldIndices, followEvents } from '../../adapters/search/follow-events.ts';
import { openCluster, type SearchCluster } from '../../adapters/search/opensearch/index.ts';
import { type CachedEventIndex, createSearchCache } from '../../adapters/search/search-cache.ts';
import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import { type Clock, GuardianError, toGuardianError } from '../../core/shared/index.ts';
import type { SearchControl } from '../../server/index.ts';
import type { Round } from '../rounds.ts';

export interface OpenSearchOptions {
  configuration: Configuration;
  /** Paths of the configuration are relative to it. */
  folder: string;
  store: Pick<Store, 'index' | 'searchQueue' | 'searchChanges'>;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

export interface OpenedSearch {
  index: CachedEventIndex;
  control: SearchControl;
  rounds: Round[];
  close(): void;
}

/** What was queued is told this often. */
const FOLLOW_MS = 1_000;
/** A cluster that is away is asked again after so long, doubled each time, with up to a quarter more by chance. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const END_EVERY_MS = 60 * 60 * 1000;
/** From then on being behind is trouble, and no longer a busy moment. */
const TROUBLE_MS = 60_000;
/** Events that were refused are shown for a day. */
const REFUSED_MS = 24 * 60 * 60 * 1000;

/**
 * The event index with its cache: over the database, or over a cluster with the database behind it. A cluster that is away keeps nothing from starting,
 * unless it is required; what answers there and is no search cluster does.
 */
export async function openSearch(options: OpenSearchOptions): Promise<OpenedSearch> {
  const { configuration, store, clock } = options;
  const { url, isRequired, cacheBytes } = configuration.search;
  const cached = (index: Store['index']) =>
    createSearchCache({ index, changes: store.searchChanges, bytes: cacheBytes, clock });
  if (url === null) {
    await store.searchQueue.unfollow();
    const index = cached(store.index);
    const control: SearchControl = { cluster: null, cache: index.counts, problems: async () => [] };
    return { index, control, rounds: [], close() {} };
  }
  const cluster = openConfiguredCluster(configuration, options.folder);
  try {
    await cluster.ready().catch((thrown: unknown) => {
      const error = toGuardianError(thrown);
      if (isRequired || error.code === 'search_product_unknown') throw error;
      options.onFailure('the search cluster', error);
    });
    return clusterSearch(options, { cluster, url, cached });
  } catch (thrown) {
    cluster.close();
    throw thrown;
  }
}

/** Throws `configuration_invalid` for an authority that cannot be read. */
export function openConfiguredCluster({ search }: Configuration, folder: string): SearchCluster {
  const { url, certificateAuthority, isRequired: _, queueRows: __, cacheBytes: ___, ...rest } = search;
  const authority = certificateAuthority === null ? null : readAuthority(resolve(folder, certificateAuthority));
  return openCluster({ ...rest, url: url!, certificateAuthority: authority });
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GuardianError('configuration_invalid', { key: `search.certificateAuthority (${path})`, reason, cause });
  }
}

interface ClusterParts {
  cluster: SearchCluster;
  url: string;
  cached(index: Store['index']): CachedEventIndex;
}

function clusterSearch(options: OpenSearchOptions, { cluster, url, cached }: ClusterParts): OpenedSearch {
  const { configuration, store, clock, onFailure } = options;
  const { days, indexPrefix, queueRows } = configuration.search;
  /** Of this process’s own calls: what the last one came to. */
  let problem: { error: GuardianError; at: number } | null = null;
  const note = (error: GuardianError) => {
    // Told once, not at every try.
    if (problem?.error.code !== error.code) onFailure('the search cluster', error);
    problem = { error, at: clock.now() };
  };
  /** Another node may have found it again; who follows the events tries more often than this. */
  const current = () => (problem !== null && problem.at > clock.now() - TROUBLE_MS ? problem.error : null);
  const index = cached(
    createClusterEventIndex({
      cluster: cluster.index,
      database: store.index,
      progress: store.searchQueue.progress,
      keepsMore: days !== null,
      onFailure: note,
      onSuccess: () => {
        problem = null;
      },
      clock,
    }),
  );
  const following = {
    queue: store.searchQueue,
    changes: store.searchChanges,
    cluster,
    address: `${new URL(url).host}/${indexPrefix}`,
    days,
    emptyDays: configuration.retention.days,
    queueRows,
    clock,
  };
  let failures = 0;
  let nextAt = 0;
  let endAt = 0;
  const round: Round = {
    name: 'event index',
    everyMs: FOLLOW_MS,
    async run(signal) {
      if (clock.now() < nextAt) return;
      try {
        await followEvents(following, signal);
        if (clock.now() >= endAt) {
          await endOldIndices(following);
          endAt = clock.now() + END_EVERY_MS;
        }
        failures = 0;
        problem = null;
      } catch (thrown) {
        const error = toGuardianError(thrown);
        if (signal.aborted) return;
        if (!error.code.startsWith('search_')) throw error;
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
        nextAt = clock.now() + pause * (1 + Math.random() / 4);
        failures = Math.min(failures + 1, 16);
        note(error);
      }
    },
  };
  const control: SearchControl = {
    cluster: async () => ({ connections: cluster.connections(), progress: await store.searchQueue.progress() }),
    cache: index.counts,
    async problems() {
      const error = current();
      const found = error === null ? [] : [error];
      const progress = await store.searchQueue.progress();
      if (progress === null) return found;
      const { waiting, oldestAt, refused, refusedReason, refusedAt } = progress;
      if (error === null && oldestAt !== null && oldestAt < clock.now() - TROUBLE_MS) {
        const seconds = Math.round((clock.now() - oldestAt) / 1_000);
        found.push(new GuardianError('search_behind', { reason: `${waiting} / ${seconds} s` }));
      }
      if (refusedAt !== null && refusedAt > clock.now() - REFUSED_MS) {
        const reason = `${refused}: ${refusedReason ?? '?'}`;
        found.push(new GuardianError('search_refused', { path: 'events', reason }));
      }
      return found;
    },
  };
  return { index, control, rounds: [round], close: () => cluster.close() };
}
