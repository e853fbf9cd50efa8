import type { ErrorType } from '../../core/analysis/index.ts';
import { type ModelEntry, ModelError } from '../../core/analysis/ports.ts';
import { AnswerTooLarge } from './bounded-fetch.ts';

const MESSAGE_CHARACTERS = 500;

/** What vendors say when the conversation does not fit; each in their own words. */
const TOO_LONG =
  /context[_ ]length|context window|maximum context|prompt is too long|input token count|too many (?:input )?tokens|exceeds? the (?:model'?s? )?(?:maximum|limit|token)|request_too_large|string_above_max_length/i;
const REFUSED = /content_(?:policy|filter)|safety|moderation/i;
/** A key that is wrong, in an answer that does not say so by its status (Google: 400). */
const WRONG_KEY = /api[_ ]key[_ ](?:not valid|invalid)|invalid[_ ]api[_ ]key/i;

const NETWORK = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_ABORTED',
]);
const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** What an error of the SDK has, where it is one of an HTTP call. */
interface CallError {
  message: string;
  statusCode?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: unknown;
}

/** Whatever the SDK threw, as what became of the call: by network code first, then status, then the vendor's words. */
export function modelErrorOf(thrown: unknown, entry: ModelEntry): ModelError {
  if (thrown instanceof ModelError) return thrown;
  const chain = causesOf(thrown);
  const call = (chain.find((one) => 'statusCode' in one || 'responseBody' in one) ?? chain[0]) as CallError | undefined;
  const status = typeof call?.statusCode === 'number' ? call.statusCode : null;
  const message = withoutKey(call?.message ?? String(thrown), entry).slice(0, MESSAGE_CHARACTERS);
  return new ModelError(typeOf(chain, call, status), message, {
    status,
    retryAfterMs: retryAfterOf(call?.responseHeaders ?? {}),
    cause: thrown,
  });
}

function typeOf(chain: readonly Error[], call: CallError | undefined, status: number | null): ErrorType {
  if (chain.some((one) => one instanceof AnswerTooLarge)) return 'invalid_output';
  const codes = chain.map((one) => (one as { code?: unknown }).code);
  if (codes.some((code) => TIMEOUTS.has(String(code)))) return 'timeout';
  if (codes.some((code) => NETWORK.has(String(code)))) return 'network';
  // `terminated` is what undici says when a connection ends within a body.
  if (chain.some((one) => /^(?:terminated|fetch failed|other side closed)$/i.test(one.message))) return 'network';
  if (status === null) return /cannot connect/i.test(call?.message ?? '') ? 'network' : 'invalid_output';
  return byStatus(status, `${call?.message ?? ''}\n${String(call?.responseBody ?? '').slice(0, 10_000)}`);
}

function byStatus(status: number, words: string): ErrorType {
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || (status >= 300 && status < 400)) return 'not_found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate_limited';
  if (status === 413) return 'too_long';
  if (status >= 500) return 'server_error';
  // It said all was well, and what came could not be read.
  if (status < 300) return 'invalid_output';
  if (TOO_LONG.test(words)) return 'too_long';
  if (WRONG_KEY.test(words)) return 'auth';
  return REFUSED.test(words) ? 'refused' : 'bad_request';
}

/** `retry-after-ms`, `Retry-After` in seconds or as a date; null: neither, or not understood. */
function retryAfterOf(headers: Record<string, string>): number | null {
  const ms = Number(headers['retry-after-ms']);
  if (headers['retry-after-ms'] !== undefined && Number.isFinite(ms) && ms >= 0) return ms;
  const value = headers['retry-after'];
  if (value === undefined) return null;
  const seconds = Number(value);
  if (value.trim() !== '' && Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const date = Date.parse(value);
  // Against the sender's own clock where it tells it: two clocks are seldom equal.
  const sent = Date.parse(headers.date ?? '');
  return Number.isNaN(date) || Number.isNaN(sent) ? null : Math.max(0, date - sent);
}

function causesOf(thrown: unknown): Error[] {
  const chain: Error[] = [];
  let current = thrown;
  while (current instanceof Error && !chain.includes(current) && chain.length < 10) {
    chain.push(current);
    current = current.cause;
  }
  return chain;
}

/** Some vendors repeat the key they refuse. */
function withoutKey(message: string, { apiKey }: ModelEntry): string {
  return apiKey === null || apiKey.length < 4 ? message : message.replaceAll(apiKey, '[redacted:api-key]');
}
