import type { z } from 'zod';
import { problem } from '../contracts/api/shared.ts';
import { type ErrorCode, GuardianError, messagesFor, type PeopleLanguage } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';

const DEFAULT_URL = 'http://127.0.0.1:4400';

export interface Server {
  get<T extends z.ZodType>(path: string, reply: T): Promise<z.output<T>>;
  post<T extends z.ZodType>(path: string, body: unknown, reply: T): Promise<z.output<T>>;
}

export interface ServerOptions {
  /** Default: GUARDIAN_URL, else this machine's. */
  url?: string | undefined;
  /** Default: GUARDIAN_API_KEY; none: as whoever is at the machine. */
  'api-key'?: string | undefined;
}

/** A server that does not answer for so long is not there. */
const LONGEST_WAIT_MS = 30_000;

/**
 * The running server's HTTP API. Replies are checked against the contract. What it refuses is thrown in its own words, with the exit status of its code;
 * a server that cannot be reached is `source_unavailable`.
 */
export function askServer(
  { url, 'api-key': apiKey }: ServerOptions,
  { environment, signal }: CommandContext,
  language: PeopleLanguage,
): Server {
  const base = baseOf(url ?? environment.GUARDIAN_URL);
  const key = (apiKey ?? environment.GUARDIAN_API_KEY)?.trim() || null;
  const remedy = messagesFor(language).cli.startServer;
  return {
    get: (path, reply) => ask(path, { method: 'GET' }, reply),
    post: (path, body, reply) =>
      ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }, reply),
  };

  async function ask<T extends z.ZodType>(path: string, request: RequestInit, reply: T): Promise<z.output<T>> {
    const headers = {
      ...request.headers,
      accept: 'application/json',
      'accept-language': language,
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    };
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}${path}`, { ...request, headers, signal: waiting, redirect: 'error' });
      text = await response.text();
    } catch (cause) {
      throw new GuardianError('source_unavailable', { path: base, ...codeOf(cause), remedy, cause });
    }
    const body = jsonOf(text);
    if (!response.ok) throw refusalOf(response.status, body, base);
    const read = reply.safeParse(body);
    if (read.success) return read.data;
    throw new GuardianError('source_unavailable', { path: base, reason: (m) => m.asking.otherServer });
  }
}

/** What the server said, in its own words. */
class ServerRefusal extends GuardianError {
  readonly #said: { message: string; remedy: string };

  constructor(code: ErrorCode, said: { message: string; remedy: string }) {
    super(code, { reason: said.message });
    this.#said = said;
  }

  override explain(): { message: string; remedy: string } {
    return this.#said;
  }
}

const CODE_OF: Record<number, ErrorCode> = {
  400: 'payload_invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  429: 'rate_limited',
};

function refusalOf(status: number, body: unknown, base: string): GuardianError {
  const read = problem.safeParse(body);
  const code = CODE_OF[status];
  if (read.success) {
    const { detail, remedy } = read.data;
    return new ServerRefusal(code ?? (status >= 500 ? 'source_unavailable' : 'internal'), { message: detail, remedy });
  }
  return new GuardianError(code ?? 'source_unavailable', { path: base, reason: `HTTP ${status}` });
}

function baseOf(given: string | undefined): string {
  const url = URL.parse(given?.trim() || DEFAULT_URL);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new GuardianError('usage_invalid', { reason: (m) => m.asking.badUrl });
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Without one it simply did not answer. */
function codeOf(cause: unknown): { reason?: string } {
  const inner = cause instanceof Error ? (cause.cause as { code?: unknown } | undefined) : undefined;
  return typeof inner?.code === 'string' ? { reason: inner.code } : {};
}
