import { GuardianError, type Messages } from '../../../core/shared/index.ts';
import type { CloudLoggingOptions } from './api-options.ts';
import { asNumber, asObject, asText, type JsonObject } from './json-values.ts';

export interface Page {
  entries: JsonObject[];
  nextPageToken: string | null;
}

export interface PageRequest {
  filter: string;
  pageSize: number;
  pageToken: string | null;
  signal: AbortSignal | undefined;
}

/** The page did not come whole within its time. */
export class PageTimeout extends Error {
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`no whole answer within ${afterMs} ms`);
    this.afterMs = afterMs;
  }
}

/** Another program's words, or ours. */
type Reason = string | ((messages: Messages) => string);

/** One answer that may be better next time; `waitMs` is what the API asked for. */
interface Setback {
  reason: Reason;
  waitMs: number | null;
}

const RETRYABLE = new Set([408, 429, 500, 502, 503, 504]);
const MAX_REASON = 300;

/**
 * One page of `entries.list` (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list), newest first. Busy answers (429,
 * 5xx), broken connections and answers that are no JSON are tried again, after `Retry-After` or a growing, spread wait.
 *
 * Throws `source_access_denied` (401 after a fresh token, 403), `source_invalid` (other refusals, with Google's words),
 * `source_unavailable` (tries used up), and `PageTimeout`, which is not tried again.
 */
export async function listPage(options: CloudLoggingOptions, request: PageRequest): Promise<Page> {
  const { attempts, firstWaitMs, longestWaitMs } = options.limits;
  let reason: Reason = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await tryPage(options, request);
    if ('entries' in answer) return answer;
    reason = answer.reason;
    if (attempt === attempts) break;
    const growing = firstWaitMs * 2 ** (attempt - 1) * (0.5 + options.random());
    await options.sleep(Math.min(longestWaitMs, answer.waitMs ?? growing));
    request.signal?.throwIfAborted();
  }
  throw new GuardianError('source_unavailable', {
    path: 'Cloud Logging',
    reason: (messages) => messages.sources.failedTimes(inWords(reason, messages), attempts),
  });
}

async function tryPage(options: CloudLoggingOptions, request: PageRequest): Promise<Page | Setback> {
  const timeout = AbortSignal.timeout(options.limits.pageTimeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  try {
    let response = await post(options, request, signal);
    if (response.status === 401) {
      await response.body?.cancel();
      response = await post(options, request, signal);
    }
    const text = await response.text();
    return response.ok ? readPage(text) : readRefusal(options, response, text);
  } catch (thrown) {
    if (thrown instanceof GuardianError) throw thrown;
    if (request.signal?.aborted) throw thrown;
    if (timeout.aborted) throw new PageTimeout(options.limits.pageTimeoutMs);
    return { reason: connectionReason(thrown), waitMs: null };
  }
}

async function post(options: CloudLoggingOptions, request: PageRequest, signal: AbortSignal): Promise<Response> {
  const token = await options.getAccessToken();
  return fetch(`${options.endpoint.replace(/\/+$/, '')}/v2/entries:list`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceNames: [`projects/${options.project}`],
      filter: request.filter,
      orderBy: 'timestamp desc',
      pageSize: request.pageSize,
      ...(request.pageToken === null ? {} : { pageToken: request.pageToken }),
    }),
    signal,
  });
}

function readPage(text: string): Page | Setback {
  const page = parse(text);
  if (!page) return { reason: ({ sources }) => sources.noJson, waitMs: null };
  const entries = Array.isArray(page.entries) ? page.entries : [];
  return {
    entries: entries.map(asObject).filter((entry) => entry !== null),
    nextPageToken: asText(page.nextPageToken),
  };
}

function readRefusal(options: CloudLoggingOptions, response: Response, text: string): Setback {
  const told = asText(asObject(parse(text)?.error)?.message) ?? response.statusText;
  const reason: Reason = ({ sources }) => `${response.status} ${told || sources.noReason}`.slice(0, MAX_REASON);
  if (RETRYABLE.has(response.status)) {
    return { reason, waitMs: retryAfter(response.headers.get('retry-after'), options.clock.now()) };
  }
  if (response.status === 401 || response.status === 403) {
    throw new GuardianError('source_access_denied', { path: options.project, reason });
  }
  throw new GuardianError('source_invalid', {
    path: ({ sources }) => sources.query(options.project),
    reason,
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = asNumber(header.trim());
  const wait = seconds !== null ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function parse(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function connectionReason(thrown: unknown): Reason {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const code = asText(asObject(cause)?.code);
  return code ?? (cause instanceof Error ? cause.message : ({ sources }) => sources.brokenConnection);
}

function inWords(reason: Reason, messages: Messages): string {
  return typeof reason === 'string' ? (messages.systemReasons[reason] ?? reason) : reason(messages);
}
