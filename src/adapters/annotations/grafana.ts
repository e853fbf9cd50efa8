import type { Annotation, AnnotationWriter } from '../../core/deploy/index.ts';
import { callOnce } from '../channels/http/post.ts';

export interface GrafanaOptions {
  /** Of Grafana, as a browser opens it. */
  url: string;
  /** Of a service account that may write annotations. */
  token: string;
  /** Beside those of the annotation. */
  tags: readonly string[];
  timeoutMs: number;
}

/**
 * Annotations of Grafana's whole organisation, by its HTTP API (`POST /api/annotations`, https://grafana.com/docs/grafana/latest/developers/http_api/annotations):
 * dashboards show those whose tags they ask for. Each bears a tag of its own, and is looked for first: one whose answer was lost is not written twice.
 */
export function createGrafanaAnnotations({ url, token, tags, timeoutMs }: GrafanaOptions): AnnotationWriter {
  const base = `${url.replace(/\/+$/, '')}/api/annotations`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = (request: { method: 'GET' | 'POST'; url: string; body?: string }, signal: AbortSignal) =>
    callOnce({ ...request, headers, timeoutMs, signal, name: 'Grafana' });

  async function isThere({ key }: Annotation, signal: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ type: 'annotation', tags: key, limit: '1' });
    const { text } = await ask({ method: 'GET', url: `${base}?${query}` }, signal);
    return text.trim().startsWith('[{');
  }

  return {
    async write(annotation, signal) {
      if (await isThere(annotation, signal)) return;
      const { key, at, text, tags: own } = annotation;
      const body = JSON.stringify({ time: at, text, tags: [...tags, ...own, key] });
      await ask({ method: 'POST', url: base, body }, signal);
    },
  };
}
