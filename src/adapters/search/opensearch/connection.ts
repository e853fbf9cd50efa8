import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { GuardianError, type Worded } from '../../../core/shared/index.ts';
import type { ClusterOptions } from './options.ts';

export interface ClusterCall {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Begins with a slash; a query may follow. */
  path: string;
  /** An object goes as JSON, a text as `application/x-ndjson`. */
  body?: object | string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface ClusterAnswer {
  status: number;
  /** Null: it was not JSON. */
  json: unknown;
}

/** What was used of the pool: connections that were opened, for so many requests. */
export interface ConnectionCounts {
  requests: number;
  opened: number;
}

export interface ClusterConnection {
  /** Resolves with any status. Throws `search_unreachable` where there is no answer in time, or a cut one. */
  ask(call: ClusterCall): Promise<ClusterAnswer>;
  counts(): ConnectionCounts;
  close(): void;
}

/** Bytes of an answer that are taken: a page of the largest events lies below it. */
const ANSWER_BYTES = 128 * 1024 * 1024;

/**
 * Plain HTTP over a pool of kept connections. Node’s `fetch` takes neither a certificate authority nor a bound of connections without a
 * library of its own, so that its older client asks.
 */
export function connectCluster(options: ClusterOptions): ClusterConnection {
  const base = new URL(options.url);
  const prefix = base.pathname.replace(/\/+$/, '');
  const isSecure = base.protocol === 'https:';
  const pool = { keepAlive: true, maxSockets: options.connections, maxFreeSockets: options.connections };
  const agent = isSecure ? new SecureAgent({ ...pool, ...trustOf(options) }) : new PlainAgent(pool);
  const headers = { accept: 'application/json', ...authorizationOf(options, base) };
  const counts: ConnectionCounts = { requests: 0, opened: 0 };

  const ask: ClusterConnection['ask'] = ({ method, path, body, signal, timeoutMs = options.timeoutMs }) =>
    new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(timeoutMs);
      const fail = (cause: unknown) => {
        const reason: Worded = limit.aborted
          ? (m) => m.outward.noAnswerWithin(timeoutMs)
          : cause instanceof GuardianError
            ? (m) => cause.reasonFor(m) ?? ''
            : reasonOf(cause);
        reject(new GuardianError('search_unreachable', { path: base.host, reason, cause }));
      };
      const { bytes, type } = contentOf(body);
      const asked: RequestOptions = {
        method,
        agent,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port,
        path: prefix + path,
        headers: { ...headers, ...(bytes ? { 'content-type': type, 'content-length': bytes.length } : {}) },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      };
      counts.requests += 1;
      const request = (isSecure ? secureRequest : plainRequest)(asked);
      request.on('socket', () => {
        if (!request.reusedSocket) counts.opened += 1;
      });
      request.on('error', fail);
      request.on('response', (response) => readAnswer(response, { request, resolve, fail }));
      request.end(bytes ?? undefined);
    });

  return { ask, counts: () => ({ ...counts }), close: () => agent.destroy() };
}

function contentOf(body: ClusterCall['body']): { bytes: Buffer | null; type: string } {
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'application/x-ndjson' };
  return { bytes: body === undefined ? null : Buffer.from(JSON.stringify(body)), type: 'application/json' };
}

interface Asking {
  request: ClientRequest;
  resolve(answer: ClusterAnswer): void;
  fail(cause: unknown): void;
}

function readAnswer(response: IncomingMessage, { request, resolve, fail }: Asking): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > ANSWER_BYTES) request.destroy(unreachable((m) => m.outward.largeAnswer(ANSWER_BYTES)));
    else chunks.push(chunk);
  });
  response.on('error', fail);
  response.on('aborted', () => fail(unreachable((m) => m.outward.cutAnswer)));
  response.on('end', () =>
    resolve({ status: response.statusCode ?? 0, json: toJson(Buffer.concat(chunks).toString()) }),
  );
}

function unreachable(reason: Worded): GuardianError {
  return new GuardianError('search_unreachable', { reason });
}

/** A name may also stand in the address. */
function authorizationOf({ apiKey, user, password }: ClusterOptions, base: URL): { authorization?: string } {
  if (apiKey !== null) return { authorization: `ApiKey ${apiKey}` };
  const name = user ?? decodeURIComponent(base.username);
  if (name === '') return {};
  const secret = password ?? decodeURIComponent(base.password);
  return { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` };
}

function trustOf({ certificateAuthority }: ClusterOptions): { ca?: string[] } {
  return certificateAuthority === null ? {} : { ca: [...rootCertificates, certificateAuthority] };
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && code !== 'ABORT_ERR') return code;
  return typeof message === 'string' ? message : String(cause);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
