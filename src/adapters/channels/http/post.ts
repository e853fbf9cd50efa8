import { GuardianError, type Worded } from '../../../core/shared/index.ts';

export interface Call {
  method?: 'GET' | 'HEAD' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** ms for the whole exchange, a dripping answer included. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Who is called, for the error: never the address itself, which may be a secret. */
  name: string;
}

export interface Answer {
  status: number;
  /** At most 4 KiB of it. */
  text: string;
  headers: Headers;
}

/** Bytes of an answer that are read: errors are short, and a receiver must not fill the memory. */
const ANSWER_BYTES = 4_096;

/**
 * One call, never repeated here: the delivery row is the only layer that tries again. Resolves with a 2xx answer. Throws `delivery_unreachable` for what may
 * pass (network, 408, 425, 429, 5xx; with `retryAfterMs` where the receiver says so), `delivery_refused` for what will not.
 */
export async function callOnce({
  method = 'POST',
  url,
  headers,
  body,
  timeoutMs,
  signal,
  name,
}: Call): Promise<Answer> {
  const limit = AbortSignal.timeout(timeoutMs);
  let answer: Answer;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    });
    answer = { status: response.status, text: await shortText(response), headers: response.headers };
  } catch (thrown) {
    const reason: Worded = limit.aborted ? (m) => m.outward.noEnd(timeoutMs) : networkReason(thrown);
    throw new GuardianError('delivery_unreachable', { path: name, reason, cause: thrown });
  }
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw refusal(answer, name);
}

function refusal({ status, text, headers }: Answer, name: string): GuardianError {
  const reason = `HTTP ${status}${text === '' ? '' : `: ${text.replace(/\s+/g, ' ').trim().slice(0, 500)}`}`;
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!isPassing) return new GuardianError('delivery_refused', { path: name, reason });
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  return new GuardianError('delivery_unreachable', {
    path: name,
    reason,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** A day: a receiver that asks for more is not obeyed further. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** Seconds or an HTTP date (RFC 9110 section 10.2.3), as ms from now. */
function retryAfter(value: string | null): number | null {
  if (value === null || value.trim() === '') return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : null;
}

async function shortText(response: Response): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < ANSWER_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.byteLength;
  }
  await reader.cancel().catch(() => {});
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString('utf8');
}

/** `fetch failed` says nothing: what the socket said stands in its cause. */
function networkReason(thrown: unknown): string {
  const { cause, message } = thrown as Error & { cause?: { code?: string; message?: string } };
  return cause?.message ?? cause?.code ?? message;
}
