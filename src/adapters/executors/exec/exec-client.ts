import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type ExecReply, type ExecRequest, execReply } from '../../../contracts/api/exec.ts';

export interface ExecClientOptions {
  /** Where Guardian answers, the path that a proxy gives it included. */
  url: URL;
  /** An ingest key, or an API key that may write; null: none is needed, or there is none. */
  key: string | null;
  /** Named to Guardian where the key is no project's own; null: its first. */
  project: string | null;
}

/** `unreachable`: it may go later. `refused`: it may not, as long as nothing is changed here or there. */
export type ExecAnswer =
  | { kind: 'answered'; reply: ExecReply }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'refused'; status: number; reason: string };

export interface ExecClient {
  /** Never rejects, and takes no longer than `withinMs`. */
  send(request: ExecRequest, withinMs: number): Promise<ExecAnswer>;
}

const LONGEST_ANSWER = 64 * 1024;

/** Tells Guardian of a wrapped command: one request each, on a connection of its own, never repeated here. */
export function createExecClient({ url, key, project }: ExecClientOptions): ExecClient {
  const address = new URL(url);
  address.pathname = `${url.pathname.replace(/\/+$/, '')}/api/runs/exec`;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(project === null ? {} : { 'x-guardian-project': project }),
  };
  return {
    async send(request, withinMs) {
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(withinMs)));
      try {
        const { status, text } = await post(address, { headers, body: JSON.stringify(request), signal });
        return answerOf(status, text);
      } catch (error) {
        const reason = signal.aborted ? `no answer within ${Math.ceil(withinMs)} ms` : reasonOf(error);
        return { kind: 'unreachable', reason };
      }
    },
  };
}

function answerOf(status: number, text: string): ExecAnswer {
  if (status === 200) {
    const reply = execReply.safeParse(readJson(text));
    if (reply.success) return { kind: 'answered', reply: reply.data };
    return { kind: 'unreachable', reason: 'the answer is not Guardian’s' };
  }
  const reason = `HTTP ${status}${detailOf(text)}`;
  // Too much at once, or out of order: it may go later. Whoever else answers there is not Guardian.
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500 || status < 400;
  return isPassing ? { kind: 'unreachable', reason } : { kind: 'refused', status, reason };
}

/** Of a problem document. */
function detailOf(text: string): string {
  const body = readJson(text);
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : null;
  return typeof detail === 'string' ? ` (${detail.slice(0, 300)})` : '';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function post(
  url: URL,
  { headers, body, signal }: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length = String(Buffer.byteLength(body));
  const options = { method: 'POST', headers: { ...headers, 'content-length': length }, agent: false as const, signal };
  const sent = request(url, options, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (piece: string) => {
      if (text.length < LONGEST_ANSWER) text += piece;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    response.on('error', reject);
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
