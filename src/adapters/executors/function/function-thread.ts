import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
import type { FromFunctionThread, FunctionCall, FunctionResult, ToFunctionThread } from './function-messages.ts';

/**
 * The thread in which functions of the configuration run, one at a time. Modules stay loaded from one call to the next. It loads nothing of Guardian: every
 * thread would pay for it again.
 */

const LONGEST_STACK = 64 * 1024;
const LISTED_CAUSES = 10;
/** Characters; more than the stats and what is taken out of them may need. */
const LONGEST_RESULT = 1024 * 1024;
const KEPT_RECORD_ERRORS = 100;
/** Characters of output that are gathered before they are sent, and ms they may wait for. */
const GATHERED_OUTPUT = 64 * 1024;
const GATHER_MS = 100;

type Stream = 'stdout' | 'stderr' | 'log';
type Write = typeof process.stdout.write;

interface Running {
  call: FunctionCall;
  controller: AbortController;
}

const port = parentPort!;
/** Whose output it is, also when an earlier call left something running. */
const whose = new AsyncLocalStorage<FunctionCall>();
let running: Running | null = null;
let gathered: { id: number; stream: Stream; parts: string[]; length: number; since: number } | null = null;

captureOutput();
port.on('message', (message: ToFunctionThread) => {
  if (message.kind === 'call') void carryOut(message);
  else if (running?.call.id === message.id) running.controller.abort(abortError(message.reason));
});

async function carryOut(call: FunctionCall): Promise<void> {
  const controller = new AbortController();
  running = { call, controller };
  const result = await whose.run(call, () => resultOf(call, controller.signal));
  running = null;
  flush();
  send({ kind: 'ended', id: call.id, isAborted: controller.signal.aborted, ...result });
}

async function resultOf(call: FunctionCall, signal: AbortSignal): Promise<FunctionResult> {
  let exported: unknown;
  try {
    const module = (await import(call.module)) as Record<string, unknown>;
    exported = module[call.export];
  } catch (thrown) {
    return { how: 'not-loaded', ...describe(thrown) };
  }
  if (typeof exported !== 'function') return { how: 'no-function' };
  try {
    const log = { debug: logger(call), info: logger(call), warn: logger(call), error: logger(call) };
    const told: unknown = await exported(call.input, { signal, log, job: call.job, run: call.run });
    return { how: 'resolved', ...asJson(told) };
  } catch (thrown) {
    return { how: 'threw', ...describe(thrown) };
  }
}

/** Whatever else than an object a function gives back is no stats, and none of ours. */
function asJson(told: unknown): Pick<FunctionResult & { how: 'resolved' }, 'json' | 'problem'> {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return { json: null, problem: null };
  try {
    const short = shortLists(told as Record<string, unknown>);
    const json = JSON.stringify(short === null ? told : { ...told, ...short });
    if (json.length <= LONGEST_RESULT) return { json, problem: null };
    return { json: null, problem: { kind: 'too_large', bytes: Buffer.byteLength(json) } };
  } catch (thrown) {
    return { json: null, problem: { kind: 'unreadable', reason: describe(thrown).name } };
  }
}

/** Of record errors only the first are kept, and the true total: the others need not leave the thread. */
function shortLists(told: Record<string, unknown>): Record<string, unknown> | null {
  const long = ['recordErrors', 'errors'].flatMap((name) => {
    const list = told[name];
    const isLong = Array.isArray(list) && list.length > KEPT_RECORD_ERRORS && typeof list[0]?.subject === 'string';
    return isLong ? [[name, { total: list.length, kept: list.slice(0, KEPT_RECORD_ERRORS) }] as const] : [];
  });
  return long.length === 0 ? null : Object.fromEntries(long);
}

function logger(call: FunctionCall) {
  return (...values: unknown[]) => write(call.id, 'log', `${values.map(asText).join(' ')}\n`);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 4, breakLength: 120, maxStringLength: 10_000 });
}

/** Both streams and the console, which writes to them, in the order in which they were written. */
function captureOutput(): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = ((data: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
      const call = whose.getStore() ?? running?.call;
      if (call) write(call.id, stream, text);
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') process.nextTick(callback as () => void);
      return true;
    }) as Write;
  }
}

function write(id: number, stream: Stream, text: string): void {
  if (gathered && (gathered.id !== id || gathered.stream !== stream)) flush();
  if (!gathered) {
    gathered = { id, stream, parts: [], length: 0, since: performance.now() };
    setImmediate(flush);
  }
  gathered.parts.push(text);
  gathered.length += text.length;
  // A function that never yields lets no immediate run.
  if (gathered.length > GATHERED_OUTPUT || performance.now() - gathered.since > GATHER_MS) flush();
}

function flush(): void {
  if (!gathered) return;
  const { id, stream, parts } = gathered;
  gathered = null;
  send({ kind: 'output', id, stream, text: parts.join('') });
}

function send(message: FromFunctionThread): void {
  port.postMessage(message);
}

/** What `fetch` and the like reject with when they are handed the signal. */
function abortError(reason: string): DOMException {
  return new DOMException(reason, reason === 'timeout' ? 'TimeoutError' : 'AbortError');
}

function describe(thrown: unknown): { name: string; stack: string } {
  try {
    if (!(thrown instanceof Error)) {
      const text = asText(thrown);
      return { name: text.slice(0, 300), stack: text.slice(0, LONGEST_STACK) };
    }
    const stacks: string[] = [];
    for (let error: unknown = thrown; error instanceof Error && stacks.length < LISTED_CAUSES; error = error.cause) {
      stacks.push(`${stacks.length === 0 ? '' : 'Caused by: '}${error.stack ?? `${error.name}: ${error.message}`}`);
      if (error instanceof AggregateError)
        stacks.push(
          ...error.errors.slice(0, LISTED_CAUSES).map((one) => `- ${one instanceof Error ? one.stack : asText(one)}`),
        );
    }
    const firstLine = `${thrown.name}: ${thrown.message}`.split('\n', 1)[0]!;
    return { name: firstLine.slice(0, 300), stack: stacks.join('\n').slice(0, LONGEST_STACK) };
  } catch {
    // Getters of a thrown value may throw themselves.
    return { name: 'an error that cannot be read', stack: 'an error that cannot be read' };
  }
}
