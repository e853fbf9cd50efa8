import { GuardianError, type Sentence } from '../../../core/shared/index.ts';
import { asNumber, asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { say } from '../sayings.ts';
import type { GoogleTokens } from './google-tokens.ts';
import type { CloudRunKnobs } from './options.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH';
  url: string;
  body?: JsonObject;
  /** Asking twice comes to the same as once. A write that is not: its first lost answer is `lost`. */
  isRepeatable: boolean;
}

/**
 * `conflict`: somebody wrote in between (409 ABORTED) or the name is taken (ALREADY_EXISTS). `lost`: it may have been done or not.
 */
export type ApiAnswer =
  | { kind: 'done'; body: JsonObject }
  | { kind: 'missing' }
  | { kind: 'conflict'; reason: Sentence }
  | { kind: 'lost'; reason: Sentence };

export interface GoogleApi {
  /** Throws `target_refused` and, for what is repeatable, `target_unreachable`. */
  ask(request: ApiRequest): Promise<ApiAnswer>;
  /** What is repeatable and must be there. */
  read(request: Omit<ApiRequest, 'isRepeatable'>): Promise<JsonObject>;
  pause(ms: number): Promise<void>;
}

interface GoogleApiOptions {
  /** Of the target, for errors. */
  name: string;
  tokens: Pick<GoogleTokens, 'accessToken'>;
  knobs: CloudRunKnobs;
  now: () => number;
}

interface Setback {
  kind: 'setback';
  reason: Sentence;
  waitMs: number | null;
}

const BUSY = new Set([408, 429, 500, 502, 503, 504]);
const REASON_LENGTH = 500;

/** Google's APIs over REST: bounded in time and tries, `Retry-After` kept, and whatever is no JSON is an answer that was lost. */
export function createGoogleApi({ name, tokens, knobs, now }: GoogleApiOptions): GoogleApi {
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  async function ask(request: ApiRequest): Promise<ApiAnswer> {
    let reason: Sentence = '';
    for (let attempt = 0; attempt < knobs.tries; attempt++) {
      const answer = await once(request);
      if (answer.kind !== 'setback') return answer;
      reason = answer.reason;
      const waitMs = Math.min(answer.waitMs ?? knobs.firstWaitMs * 2 ** attempt, knobs.longestWaitMs);
      if (!request.isRepeatable) {
        await pause(waitMs);
        return { kind: 'lost', reason };
      }
      if (attempt + 1 < knobs.tries) await pause(waitMs);
    }
    throw unreachable(name, say.times(reason, knobs.tries));
  }

  async function once({ method, url, body }: ApiRequest): Promise<ApiAnswer | Setback> {
    const token = await tokens.accessToken().catch((cause: unknown) => {
      throw refused(name, say.cloudRun.noCredentials(messageOf(cause)));
    });
    try {
      const response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(knobs.requestMs),
      });
      const text = await response.text();
      return read(response, text);
    } catch (thrown) {
      if (thrown instanceof GuardianError) throw thrown;
      return { kind: 'setback', reason: messageOf(thrown), waitMs: null };
    }
  }

  function read(response: Response, text: string): ApiAnswer | Setback {
    const body = parse(text);
    if (response.ok) {
      return body
        ? { kind: 'done', body }
        : { kind: 'setback', reason: say.cloudRun.withoutJson(response.status), waitMs: null };
    }
    const told = asText(asObject(body?.error)?.message) ?? response.statusText;
    const reason =
      told === '' ? say.cloudRun.noReason(response.status) : `${response.status} ${told}`.slice(0, REASON_LENGTH);
    if (response.status === 404) return { kind: 'missing' };
    if (response.status === 409) return { kind: 'conflict', reason };
    if (BUSY.has(response.status))
      return { kind: 'setback', reason, waitMs: retryAfter(response.headers.get('retry-after'), now()) };
    throw refused(name, reason);
  }

  return {
    ask,
    async read(request) {
      const answer = await ask({ ...request, isRepeatable: true });
      if (answer.kind === 'done') return answer.body;
      throw refused(name, answer.kind === 'missing' ? say.cloudRun.nothingAt(placeOf(request.url)) : answer.reason);
    },
    pause,
  };
}

export function refused(target: string, reason: Sentence): GuardianError {
  return new GuardianError('target_refused', { path: target, reason });
}

export function unreachable(target: string, reason: Sentence): GuardianError {
  return new GuardianError('target_unreachable', { path: target, reason });
}

export function messageOf(thrown: unknown): Sentence {
  if (thrown instanceof GuardianError) return thrown.said ?? thrown.about.reason ?? thrown.message;
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
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

function placeOf(url: string): string {
  return new URL(url).pathname.replace(/^\/v\d\//, '').slice(0, 200);
}
