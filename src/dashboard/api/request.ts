import type { Problem } from '../../contracts/api/shared.ts';
import { currentLanguage } from '../i18n/current.ts';

/** One page of a list. `total` is null where counting would cost more than the page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total: number | null;
}

/** A request that brought nothing: the server's own words where it gave them, else why it could not be asked. */
export class RequestError extends Error {
  /** 0: the server was not reached; 408: its answer did not come in time. */
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.problem = problem;
  }
}

type QueryValue = string | number | boolean | null | undefined;

/** `/api/issues?state=open`; what is empty, null or undefined is left out. */
export function withQuery(path: string, query: Record<string, QueryValue>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
  accept?: string;
  /** Until the end of the answer. */
  timeoutMs?: number;
}

const READ_MS = 60_000;
/** A model is asked, a report is made, a service is deployed: what is done may take its time. */
const ACT_MS = 600_000;

/** Asks the server; throws `RequestError` for everything but a success. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, accept = 'application/json' } = options;
  const { signal, timeoutMs = method === 'GET' ? READ_MS : ACT_MS } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const headers: Record<string, string> = { accept, 'accept-language': currentLanguage() };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (error) {
    throw whyNoAnswer(error);
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}

export async function getJson<Result>(path: string, signal?: AbortSignal): Promise<Result> {
  const response = await send(path, signal ? { signal } : {});
  return (await readJson(response)) as Result;
}

export async function sendJson<Result>(path: string, options: RequestOptions): Promise<Result> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as Result;
  return (await readJson(response)) as Result;
}

/** Text of another format, such as the Markdown of a hand-off. */
export async function getText(path: string, accept: string): Promise<string> {
  return readText(await send(path, { accept }));
}

/** What was given up is no failure, and stays what it is. */
function whyNoAnswer(error: unknown): unknown {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'AbortError') return error;
  return new RequestError(
    name === 'TimeoutError' ? 408 : 0,
    null,
    error instanceof Error ? error.message : String(error),
  );
}

/** The deadline holds for the end of an answer, too. */
async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw whyNoAnswer(error);
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await readText(response);
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(response.status, null, 'the answer is not JSON');
  }
}

async function readProblem(response: Response): Promise<RequestError> {
  const text = await response.text().catch(() => '');
  try {
    const said: unknown = JSON.parse(text);
    if (isProblem(said)) return new RequestError(response.status, said, said.title);
    if (hasMessage(said)) return new RequestError(response.status, null, said.message);
  } catch {
    // Not JSON: a proxy's own page, for example. The status tells what is known.
  }
  return new RequestError(response.status, null, `HTTP ${response.status} ${response.statusText}`.trim());
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && 'code' in value;
}

/** What the log-in of better-auth answers. */
function hasMessage(value: unknown): value is { message: string } {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}
