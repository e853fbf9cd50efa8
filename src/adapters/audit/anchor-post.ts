import type { CheckpointAnchor, SignedCheckpoint } from '../../core/audit/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { callOnce } from '../channels/http/post.ts';

export interface PostAnchorOptions {
  url: string;
  timeoutMs: number;
}

/** Any receiver that keeps what it is posted: `{"kind":"checkpoint","checkpoint":{…},"publicKey":"PEM"}`. */
export function createWebhookAnchor({ url, timeoutMs }: PostAnchorOptions): CheckpointAnchor {
  const name = `webhook ${new URL(url).host}`;
  return {
    name,
    async keep(signed) {
      const headers = { 'content-type': 'application/json' };
      await callOnce({ url, headers, body: lineOf(signed), timeoutMs, name, signal: new AbortController().signal });
    },
  };
}

/** Another Guardian: `POST /api/audit-trail` there, with an ingest key. */
export function createGuardianAnchor({ url, key, timeoutMs }: PostAnchorOptions & { key: string }): CheckpointAnchor {
  const name = `Guardian ${new URL(url).host}`;
  return {
    name,
    async keep(signed) {
      const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}` };
      const { text } = await callOnce({
        url: `${url.replace(/\/+$/, '')}/api/audit-trail`,
        headers,
        body: `${lineOf(signed)}\n`,
        timeoutMs,
        name,
        signal: new AbortController().signal,
      });
      // Another server's 200 is no promise that it was kept.
      if (!isTaken(text)) throw new GuardianError('delivery_refused', { path: name, reason: text.slice(0, 500) });
    },
  };
}

function lineOf(signed: SignedCheckpoint): string {
  return JSON.stringify({ kind: 'checkpoint', ...signed });
}

function isTaken(text: string): boolean {
  try {
    const { accepted, duplicate } = JSON.parse(text) as { accepted?: unknown; duplicate?: unknown };
    return Number(accepted) + Number(duplicate) === 1;
  } catch {
    return false;
  }
}
