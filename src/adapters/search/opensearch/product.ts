import { GuardianError } from '../../../core/shared/index.ts';
import type { ClusterConnection } from './connection.ts';
import { mustSucceed } from './refusal.ts';

export interface ClusterProduct {
  kind: 'elasticsearch' | 'opensearch';
  /** `8.15.2`. */
  version: string;
  /** Names the data: another cluster at the same address has another. */
  clusterId: string;
}

interface Banner {
  tagline?: string;
  cluster_uuid?: string;
  version?: { number?: string; distribution?: string };
}

/** Generations whose `_bulk` and `_search` are the ones that Guardian speaks. */
const KNOWN: Readonly<Record<ClusterProduct['kind'], readonly number[]>> = {
  elasticsearch: [7, 8, 9],
  opensearch: [1, 2, 3],
};

/** Which product answers, in its own words. Throws `search_product_unknown` for any other. */
export async function findProduct(connection: ClusterConnection): Promise<ClusterProduct> {
  const banner = mustSucceed(await connection.ask({ method: 'GET', path: '/' }), 'the search cluster') as Banner;
  const { number = '', distribution } = banner.version ?? {};
  // OpenSearch may be told to call itself 7.10.2; its tagline stays its own.
  const isOpenSearch = distribution === 'opensearch' || /OpenSearch/.test(banner.tagline ?? '');
  const kind = isOpenSearch ? 'opensearch' : 'elasticsearch';
  const isDisguised = isOpenSearch && distribution === undefined;
  const isKnown = isDisguised || KNOWN[kind].includes(Number.parseInt(number, 10));
  const isNamed = isOpenSearch || /You Know, for Search/.test(banner.tagline ?? '');
  if (!isKnown || !isNamed) throw new GuardianError('search_product_unknown', { reason: describe(banner) });
  return { kind, version: number, clusterId: banner.cluster_uuid ?? '' };
}

function describe({ tagline, version }: Banner): string {
  const said = [version?.distribution, version?.number, tagline].filter((part) => typeof part === 'string');
  return said.length === 0 ? 'it names neither product nor version' : said.join(', ').slice(0, 200);
}
