import { GuardianError, type Worded } from '../../../core/shared/index.ts';

export interface GitHubAccess {
  /** `https://api.github.com`, or `https://github.example.com/api/v3`. */
  apiUrl: string;
  /** Where people look: `https://github.com`. */
  webUrl: string;
  /** Sent to `apiUrl` and nowhere else; stands in no error. */
  token: string;
  timeoutMs: number;
  clock: { now(): number };
}

export interface GitHubCall {
  method?: 'GET' | 'POST';
  /** Below `apiUrl`, begins with `/`. */
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

/** Bytes of an answer: a page of 100 issues with bodies of 64 KiB is below it. */
const ANSWER_BYTES = 16 * 1024 * 1024;
/** A forge that asks for more is not obeyed further. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
/** What GitHub asks for where it limits without saying how long. */
const PLAIN_WAIT_MS = 60_000;

/**
 * One request, never repeated here. Throws `delivery_unreachable` for what may pass (network, 408, 425, 429, 403 of a rate limit, 5xx; with `retryAfterMs` as
 * Retry-After or X-RateLimit-Reset say), `delivery_refused` for what will not. Redirects are not followed: the token goes where it is meant to.
 */
export async function callGitHub(
  access: GitHubAccess,
  { method = 'GET', path, body, signal }: GitHubCall,
): Promise<unknown> {
  const limit = AbortSignal.timeout(access.timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${access.apiUrl.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${access.token}`,
        'user-agent': 'guardian',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    });
    text = await readText(response);
  } catch (thrown) {
    if (thrown instanceof GuardianError) throw thrown;
    const reason: Worded = limit.aborted
      ? (m) => m.outward.noEnd(access.timeoutMs)
      : withoutToken(networkReason(thrown), access);
    throw new GuardianError('delivery_unreachable', { path: 'github', reason });
  }
  if (!response.ok) throw refusal(response, text, access);
  try {
    return JSON.parse(text);
  } catch {
    throw new GuardianError('delivery_unreachable', { path: 'github', reason: (m) => m.outward.noJson });
  }
}

function refusal({ status, headers }: Response, text: string, access: GitHubAccess): GuardianError {
  const reason = withoutToken(`HTTP ${status}: ${messageOf(text)}`, access);
  const isLimited = status === 429 || (status === 403 && isRateLimit(headers, text));
  const isPassing = isLimited || status === 408 || status === 425 || status >= 500;
  if (!isPassing) return new GuardianError('delivery_refused', { path: 'github', reason });
  const wait = waitOf(headers, access.clock.now()) ?? (isLimited ? PLAIN_WAIT_MS : null);
  return new GuardianError('delivery_unreachable', {
    path: 'github',
    reason,
    ...(wait === null ? {} : { retryAfterMs: Math.min(Math.max(0, wait), LONGEST_WAIT_MS) }),
  });
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: limits answer 403 as well, and only some say when. */
function isRateLimit(headers: Headers, text: string): boolean {
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || /rate limit/i.test(messageOf(text))
  );
}

function waitOf(headers: Headers, now: number): number | null {
  const after = headers.get('retry-after');
  if (after !== null && after.trim() !== '') {
    const ms = /^\d+$/.test(after.trim()) ? Number(after) * 1000 : Date.parse(after) - now;
    if (Number.isFinite(ms)) return ms;
  }
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') === '0' && reset !== null && /^\d{1,12}$/.test(reset))
    return Number(reset) * 1000 - now;
  return null;
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 300) : '';
  } catch {
    return text.replace(/\s+/g, ' ').trim().slice(0, 200);
  }
}

function withoutToken(text: string, { token }: GitHubAccess): string {
  return token === '' ? text : text.replaceAll(token, '[token]');
}

async function readText(response: Response): Promise<string> {
  if (!response.body) return '';
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.byteLength;
    if (length > ANSWER_BYTES)
      throw new GuardianError('delivery_refused', { path: 'github', reason: (m) => m.outward.longAnswer });
  }
  return Buffer.concat(parts).toString('utf8');
}

function networkReason(thrown: unknown): string {
  const { cause, message } = thrown as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
