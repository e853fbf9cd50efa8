import type { WireReply } from '../../../core/ingest/ports.ts';
import { elasticReply } from './elastic-reply.ts';

export interface ElasticSetUpRequest {
  method: string;
  /** Behind the prefix, without the query: `/`, `/_license`, `/_index_template/filebeat-8.19`. */
  path: string;
  accept: string | null | undefined;
  /** The same at every start: shippers remember it. */
  clusterUuid: string;
}

/** What clients of 7, 8 and 9 all talk to; Beats newer than that need `allow_older_versions`. */
const VERSION = '8.19.0';
const LICENSE = { type: 'basic', mode: 'basic', status: 'active' };

/** Documents and searches: to acknowledge them would say that something was written, or found. */
const DOCUMENT_PATH =
  /\/_(?:bulk|doc|create|update|source|mget|search|msearch|count|delete_by_query|update_by_query)(?:\/|$)/;
/** What some shippers set up by POST. */
const SET_UP_PATH =
  /\/_(?:refresh|flush|aliases|alias|template|index_template|component_template|ilm|ingest|data_stream|mapping|settings)(?:\/|$)/;

/**
 * Answers what Elasticsearch clients ask before they send: who is there, the license, index templates, lifecycle policies, ingest pipelines, `_refresh`.
 * Null for everything else: documents (`_bulk` has its own format), searches, deletions.
 */
export function elasticSetUpReply({ method, path, accept, clusterUuid }: ElasticSetUpRequest): WireReply | null {
  const place = path.length > 1 ? path.replace(/\/$/, '') : '/';
  if (method !== 'GET' && method !== 'HEAD' && method !== 'PUT' && method !== 'POST') return null;
  if (DOCUMENT_PATH.test(place)) return null;
  if (method === 'POST' && !SET_UP_PATH.test(place)) return null;
  if (method === 'HEAD') return elasticReply(200, null, accept);
  if (method === 'GET' && place === '/') return elasticReply(200, banner(clusterUuid), accept);
  if (method === 'GET' && place === '/_license') return elasticReply(200, { license: LICENSE }, accept);
  if (method === 'GET' && place === '/_xpack') return elasticReply(200, { license: LICENSE, features: {} }, accept);
  return elasticReply(200, { acknowledged: true }, accept);
}

function banner(clusterUuid: string): object {
  return {
    name: 'guardian',
    cluster_name: 'guardian',
    cluster_uuid: clusterUuid,
    version: { number: VERSION, build_flavor: 'default' },
    tagline: 'You Know, for Search',
  };
}
