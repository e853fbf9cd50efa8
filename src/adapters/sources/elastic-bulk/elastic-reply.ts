import type { WireReply } from '../../../core/ingest/ports.ts';

/**
 * The content type that a client asked for: its own version of `application/vnd.elasticsearch+json`, else plain JSON.
 * https://www.elastic.co/docs/reference/elasticsearch/rest-apis/compatibility
 */
function contentType(accept: string | null | undefined): string {
  const version = /\bvnd\.elasticsearch\+json\s*;\s*compatible-with\s*=\s*"?([789])\b/i.exec(
    (accept ?? '').slice(0, 512),
  )?.[1];
  return version === undefined ? 'application/json' : `application/vnd.elasticsearch+json;compatible-with=${version}`;
}

/** Official clients throw at any reply without the product header, though what they sent was written. */
export function elasticReply(status: number, value: object | null, accept: string | null | undefined): WireReply {
  return {
    status,
    headers: { 'x-elastic-product': 'Elasticsearch', 'content-type': contentType(accept) },
    body: value === null ? '' : JSON.stringify(value),
  };
}

/** What an Elasticsearch error is made of. */
export interface ElasticError {
  status: number;
  /** Default: what Elasticsearch calls that status. */
  type?: string;
  reason: string;
  accept: string | null | undefined;
}

const TYPES: Partial<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  413: 'content_too_long_exception',
  429: 'es_rejected_execution_exception',
  500: 'exception',
  503: 'unavailable_shards_exception',
};

/** An error of the whole request in the words that shippers log and act upon. */
export function elasticError({ status, type, reason, accept }: ElasticError): WireReply {
  const cause = { type: type ?? TYPES[status] ?? 'illegal_argument_exception', reason };
  const reply = elasticReply(status, { error: { root_cause: [cause], ...cause }, status }, accept);
  if (status !== 401) return reply;
  return { ...reply, headers: { ...reply.headers, 'www-authenticate': 'Basic realm="security", charset="UTF-8"' } };
}
