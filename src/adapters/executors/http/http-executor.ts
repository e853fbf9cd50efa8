import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import {
  judgeAbort,
  judgeFailure,
  judgeSuccess,
  NO_FACTS,
  type RunTexts,
  readFactsOfBody,
} from '../../../core/jobs/index.ts';
import type { ExecutionContext, ExecutionOutcome, Executor } from '../../../core/jobs/ports.ts';

/** Bytes of an answer that are read; expected text must stand within. */
const LONGEST_BODY = 1024 * 1024;
/** Characters of an unexpected answer that are kept as the error of the run. */
const ERROR_EXCERPT = 4_096;
const REDIRECT = /^3\d\d$/;

export interface HttpOptions {
  texts: RunTexts;
  clock: { now(): number };
  /** What it calls itself. */
  userAgent: string;
}

interface Answer {
  status: number;
  location: string | null;
  body: string;
  isWhole: boolean;
  tookMs: number;
}

/**
 * Carries out `http` jobs: exactly one request, on a connection of its own (a kept one that the other side has closed would fail a call that nothing
 * is wrong with, or be tried again), redirects not followed, the time limit that of the run. Not by `fetch`, which gives up by itself after five minutes.
 */
export function createHttpExecutor({ texts, clock, userAgent }: HttpOptions): Executor {
  return {
    async execute(run, job, context) {
      if (job.work.kind !== 'http') throw new TypeError(`${job.work.kind} is no http job`);
      const { work } = job;
      const { signal } = context;
      const aborted = () => judgeAbort(signal.reason, { timeoutMs: run.timeoutMs, texts });
      if (signal.aborted) return aborted();
      const url = URL.parse(work.url);
      if (!url || !/^https?:$/.test(url.protocol))
        return judgeFailure({ reason: 'exception', message: texts.notAsked('http://, https://'), error: null });
      const began = clock.now();
      let answer: Answer;
      try {
        answer = await ask(url, {
          method: work.method,
          headers: { 'user-agent': userAgent, 'accept-encoding': 'identity', ...work.headers },
          body: work.body,
          signal,
          took: () => clock.now() - began,
        });
      } catch (error) {
        if (signal.aborted) return aborted();
        return judgeFailure({ reason: 'exception', message: texts.noAnswer(nameOf(url)), error: describe(error) });
      }
      tell(context, `${work.method} ${nameOf(url)}: HTTP ${answer.status}, ${Math.round(answer.tookMs)} ms\n`, answer);
      return judge(answer, { job, texts });
    },
  };
}

function judge(
  answer: Answer,
  { job, texts }: { job: Parameters<Executor['execute']>[1]; texts: RunTexts },
): ExecutionOutcome {
  if (job.work.kind !== 'http') throw new TypeError(`${job.work.kind} is no http job`);
  const { expectedStatus, expectedText, slowAfterMs } = job.work;
  const { status, body, isWhole, tookMs } = answer;
  const facts = isWhole ? readFactsOfBody(body) : NO_FACTS;
  const isExpected = expectedStatus.length === 0 ? status >= 200 && status < 300 : expectedStatus.includes(status);
  const failed = (message: string) => {
    const location = answer.location === null ? '' : `\nLocation: ${answer.location}`;
    const excerpt = body.trim() === '' ? '' : `\n${body.slice(0, ERROR_EXCERPT)}`;
    return judgeFailure({ reason: 'unexpected_answer', message, error: `${message}${location}${excerpt}`, facts });
  };
  if (!isExpected) {
    const expected = expectedStatus.length === 0 ? texts.anySuccess : expectedStatus.join(', ');
    return failed(texts.unexpectedStatus(status, expected));
  }
  if (expectedText !== null && !body.includes(expectedText)) {
    return failed(isWhole ? texts.missingText(expectedText) : texts.missingTextInPart(expectedText, LONGEST_BODY));
  }
  const slow = slowAfterMs !== null && tookMs > slowAfterMs ? { tookMs, limitMs: slowAfterMs } : null;
  return judgeSuccess({ facts, job, texts, slow });
}

interface Asked {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  signal: AbortSignal;
  took(): number;
}

function ask(url: URL, { method, headers, body, signal, took }: Asked): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length: Record<string, string> = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options: RequestOptions = { method, headers: { ...length, ...headers }, agent: false, signal };
  // A name or value that no header may have throws at once.
  const sent = request(url, options, (response) => {
    readBody(response).then(({ text, isWhole }) => {
      const status = response.statusCode ?? 0;
      const location = REDIRECT.test(String(status)) ? (response.headers.location ?? null) : null;
      resolve({ status, location, body: text, isWhole, tookMs: took() });
    }, reject);
  });
  sent.on('error', reject);
  sent.end(body ?? undefined);
  return promise;
}

/** The first MiB; the rest is not waited for. */
async function readBody(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const room = LONGEST_BODY - size;
    if (chunk.length > room) {
      chunks.push(chunk.subarray(0, room));
      return { text: Buffer.concat(chunks).toString('utf8'), isWhole: false };
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isWhole: true };
}

function tell(context: ExecutionContext, line: string, { body }: Answer): void {
  context.output('log', line);
  if (body !== '') context.output('stdout', body.endsWith('\n') ? body : `${body}\n`);
}

/** Without user, password and query: they may be secrets, and this stands in messages. */
function nameOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** All that was tried, where several addresses of a name were. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(describe).join('\n');
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
