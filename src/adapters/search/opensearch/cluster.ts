import type { EventChange, EventIndex, StoredEvent } from '../../../core/events/index.ts';
import { type RefusedEvent, writeBulk } from './bulk.ts';
import { type ConnectionCounts, connectCluster } from './connection.ts';
import { countEvents } from './count-events.ts';
import { fromSource, SOURCE_FIELDS } from './event-document.ts';
import { endOfIndex, indexPattern } from './index-names.ts';
import { type ClusterOptions, DEFAULT_CLUSTER_OPTIONS } from './options.ts';
import { type ClusterProduct, findProduct } from './product.ts';
import { mustSucceed } from './refusal.ts';
import { askSearch, searchPage } from './search-page.ts';
import { type Lifecycle, setUp } from './set-up.ts';

export interface ReadyCluster extends ClusterProduct {
  lifecycle: Lifecycle;
}

/** Elasticsearch 7 to 9 or OpenSearch 1 to 3 as the event index: one code path, told apart only where indices end. */
export interface SearchCluster {
  index: EventIndex;
  /** Makes sure that it is one of these, and set up; asked again after any failure, since it may be another one then. */
  ready(): Promise<ReadyCluster>;
  /** As `ready`, and looks whether it is still the same one: another may have taken its place between two calls. */
  check(): Promise<ReadyCluster>;
  /** Writes and takes out, without waiting until it can be found. */
  write(changes: readonly EventChange[], signal?: AbortSignal): Promise<RefusedEvent[]>;
  /** What was written before can be found once this resolves. */
  refresh(): Promise<void>;
  /** Deletes indices whose day ended before this, epoch ms: all of them, or those that are empty. Gives their names. */
  deleteIndices(before: number, only: 'all' | 'empty'): Promise<string[]>;
  connections(): ConnectionCounts;
  close(): void;
}

export function openCluster(given: Partial<ClusterOptions> & Pick<ClusterOptions, 'url'>): SearchCluster {
  const options: ClusterOptions = { ...DEFAULT_CLUSTER_OPTIONS, ...given };
  const connection = connectCluster(options);
  const prefix = options.indexPrefix;
  let becoming: Promise<ReadyCluster> | null = null;

  const ready: SearchCluster['ready'] = () => {
    becoming ??= prepare().catch((thrown: unknown) => {
      becoming = null;
      throw thrown;
    });
    return becoming;
  };
  const prepare = async (): Promise<ReadyCluster> => {
    const product = await findProduct(connection);
    return { ...product, lifecycle: await setUp(connection, options, product) };
  };
  /** Before anything else the cluster is known and set up. */
  const whenReady = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await ready();
    try {
      return await work();
    } catch (thrown) {
      becoming = null;
      throw thrown;
    }
  };
  const write = (changes: readonly EventChange[], isAwaited: boolean, signal?: AbortSignal) =>
    whenReady(() => writeBulk(connection, changes, { prefix, isAwaited, ...(signal ? { signal } : {}) }));

  return {
    index: {
      async add(events) {
        await write(
          events.map((event) => ({ seq: event.seq, event })),
          true,
        );
      },
      search: (query) => whenReady(() => searchPage(connection, prefix, query)),
      histogram: (query, steps) => whenReady(() => countEvents(connection, prefix, query, steps)),
      get: (seqs) => whenReady(() => getEvents(seqs)),
      async remove(seqs) {
        await write(
          seqs.map((seq) => ({ seq, event: null })),
          true,
        );
      },
    },
    ready,
    check: () =>
      whenReady(async () => {
        const { clusterId } = await findProduct(connection);
        if (clusterId !== (await ready()).clusterId) becoming = null;
        return ready();
      }),
    write: (changes, signal) => write(changes, false, signal),
    refresh: () =>
      whenReady(async () => {
        const path = `/${indexPattern(prefix)}/_refresh?ignore_unavailable=true&allow_no_indices=true`;
        mustSucceed(await connection.ask({ method: 'POST', path }), 'a refresh');
      }),
    deleteIndices: (before, only) => whenReady(() => deleteIndices(before, only)),
    connections: connection.counts,
    close: connection.close,
  };

  /** In the order asked for; those that are not there are left out. */
  async function getEvents(seqs: readonly number[]): Promise<StoredEvent[]> {
    if (seqs.length === 0) return [];
    const bySeq = new Map<number, StoredEvent>();
    const body = { query: { terms: { seq: seqs } }, size: seqs.length, _source: SOURCE_FIELDS };
    const reply = await askSearch(connection, prefix, body);
    for (const { _source: source } of reply.hits?.hits ?? []) bySeq.set(source.seq, fromSource(source));
    return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
  }

  async function deleteIndices(before: number, only: 'all' | 'empty'): Promise<string[]> {
    const path = `/_cat/indices/${indexPattern(prefix)}?format=json&h=index,docs.count`;
    const listed = mustSucceed(await connection.ask({ method: 'GET', path }), 'the list of indices');
    const names: string[] = [];
    for (const { index, 'docs.count': count } of listed as { index: string; 'docs.count'?: string | null }[]) {
      const end = endOfIndex(prefix, index);
      if (end === null || end > before || (only === 'empty' && count !== '0')) continue;
      const answer = await connection.ask({ method: 'DELETE', path: `/${index}` });
      if (answer.status !== 404) mustSucceed(answer, `index ${index}`);
      names.push(index);
    }
    return names;
  }
}
