import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobWork } from '../../../core/jobs/job.ts';
import type { Run } from '../../../core/jobs/run.ts';
import { runs as texts } from '../../../core/shared/i18n/en/runs.ts';
import { executing, runOf } from '../executor-fixtures.ts';
import { createFunctionExecutor, type FunctionExecutor, type FunctionOptions } from './function-executor.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardian-function-')));
const problems: unknown[] = [];
const executors: FunctionExecutor[] = [];

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'jobs.ts'), MODULE);
  writeFileSync(join(folder, 'broken.ts'), 'export const a = ;\n');
  writeFileSync(join(folder, 'throws.ts'), 'throw new Error("no GAZELLE_URL");\n');
});
afterEach(async () => {
  await Promise.all(executors.splice(0).map((executor) => executor.stop()));
  problems.length = 0;
});
afterAll(() => rmSync(folder, { recursive: true }));

function open(options: Partial<FunctionOptions> = {}): FunctionExecutor {
  const onProblem = (error: unknown) => void problems.push(error);
  const executor = createFunctionExecutor({ texts, folder, onProblem, threads: 1, ...options });
  executors.push(executor);
  return executor;
}

function call(
  executor: FunctionExecutor,
  name: string,
  {
    work,
    job,
    run,
  }: { work?: Partial<Extract<JobWork, { kind: 'function' }>>; job?: Partial<Job>; run?: Partial<Run> } = {},
) {
  const module = './jobs.ts';
  return executing(
    executor,
    runOf(
      { kind: 'function', module, export: name, input: null, heapMib: 512, ...work },
      { job: job ?? {}, run: run ?? {} },
    ),
  );
}

/** Types, which are stripped, included. */
const MODULE = `
interface Context { signal: AbortSignal; log: { info(...values: unknown[]): void; error(...values: unknown[]): void }; job: object; run: object }
let calls = 0;
export const nothing = () => {};
export const sync = async ({ region }: { region: string }, { job, run }: Context) => ({ region, job, run });
export const counted = () => ({ calls: ++calls });
export const number = () => 42;
export const notAFunction = 'text';
export async function broken() {
  throw new TypeError('clients is not iterable', { cause: new Error('HTTP 502') });
}
export const throwsText = () => { throw 'just text'; };
export const hostile = () => { throw { get message() { throw new Error('x'); } }; };
export const exits = () => process.exit(7);
export const exitsWell = () => process.exit(0);
export async function rejectsElsewhere() {
  void Promise.reject(new RangeError('nobody waits for it'));
  await new Promise((resolve) => setTimeout(resolve, 10_000));
}
export const hungry = () => { const all: unknown[] = []; for (;;) all.push(new Array(10_000).fill(all.length)); };
export function talks(_: null, { log }: Context) {
  console.log('to %s', 'stdout');
  process.stderr.write('to stderr\\n');
  log.info('to the log', { rows: 3 });
  console.error('again');
}
export async function waits(_: null, { signal }: Context) {
  console.log('ready');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  console.log('ending for ' + signal.reason.message);
  return { done: 1 };
}
export function blocks() {
  console.log('ready');
  process.stdout.write('x'.repeat(100_000));
  for (;;);
}
export const large = () => ({ text: 'x'.repeat(70_000) });
export const oddStats = () => ({ at: new Date(0), skip: () => {}, nested: { big: Infinity } });
export const faulty = () => ({ rows: 4135, recordErrors: Array.from({ length: 4135 }, (_, at) => ({ subject: 'row ' + at, reason: 'x'.repeat(500) })) });
export const bigInt = () => ({ rows: 3n });
export async function leaves() {
  setTimeout(() => { throw new Error('left behind'); }, 0);
}
export async function overlaps({ id, other }: { id: string; other: number }) {
  await new Promise((resolve) => setTimeout(resolve, other));
  console.log(id);
}
`;

describe('a function job', () => {
  it('is called with its input and what is known of its run; what it gives back is its stats', async () => {
    const outcome = await call(open(), 'sync', { work: { input: { region: 'montreal' } } }).outcome;
    expect(outcome).toMatchObject({ status: 'success', message: null, error: null });
    expect(outcome.stats).toMatchObject({
      region: 'montreal',
      job: { id: 'nightly', label: 'Nightly' },
      run: { tick: Date.parse('2026-03-08T06:00:00.000Z'), attempt: 1, trigger: 'schedule' },
    });
  });

  it('gives no stats by giving back something else, and JSON of what it gives', async () => {
    const executor = open();
    expect(await call(executor, 'nothing').outcome).toMatchObject({ status: 'success', stats: null });
    expect(await call(executor, 'number').outcome).toMatchObject({ status: 'success', stats: null });
    expect((await call(executor, 'oddStats').outcome).stats).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      nested: { big: null },
    });
    expect(await call(executor, 'large').outcome).toMatchObject({ status: 'warning', stats: null });
    expect((await call(executor, 'bigInt').outcome).message).toContain('BigInt');
  });

  it('F19: keeps the true total of its record errors, however many', async () => {
    const { stats, recordErrors } = await call(open(), 'faulty').outcome;
    expect(stats).toEqual({ rows: 4_135 });
    expect(recordErrors?.total).toBe(4_135);
    expect(recordErrors?.kept).toHaveLength(100);
    expect(recordErrors?.kept[99]?.subject).toBe('row 99');
  });

  it('keeps its thread and module from one call to the next', async () => {
    const executor = open();
    expect((await call(executor, 'counted').outcome).stats).toEqual({ calls: 1 });
    expect((await call(executor, 'counted').outcome).stats).toEqual({ calls: 2 });
  });

  it('is judged by its conditions', async () => {
    const failWhen = [{ field: 'calls', of: null, is: 'below', value: 5 } as const];
    expect(await call(open(), 'counted', { job: { failWhen } }).outcome).toMatchObject({
      status: 'error',
      reason: 'fail_when',
      message: 'calls is 1, below 5',
    });
  });

  it('F3: keeps the stack of its error verbatim, causes too', async () => {
    const outcome = await call(open(), 'broken').outcome;
    expect(outcome).toMatchObject({
      status: 'error',
      reason: 'exception',
      message: 'The function ended with TypeError: clients is not iterable',
    });
    expect(outcome.error).toMatch(/^TypeError: clients is not iterable\n {4}at broken \(.*jobs\.ts:\d+:\d+\)/);
    expect(outcome.error).toContain('Caused by: Error: HTTP 502\n');
  });

  it('may throw anything', async () => {
    const executor = open();
    expect(await call(executor, 'throwsText').outcome).toMatchObject({ status: 'error', error: 'just text' });
    expect((await call(executor, 'hostile').outcome).status).toBe('error');
    expect((await call(executor, 'nothing').outcome).status).toBe('success');
  });

  it.each([
    ['is missing', './no-such-file.ts', 'ERR_MODULE_NOT_FOUND'],
    ['is no TypeScript', './broken.ts', 'broken.ts'],
    ['throws', './throws.ts', 'no GAZELLE_URL'],
  ])('F2: is an error with its cause when its module %s', async (_, module, cause) => {
    const outcome = await call(open(), 'sync', { work: { module } }).outcome;
    expect(outcome).toMatchObject({ status: 'error', reason: 'exception' });
    expect(outcome.message).toContain('The module could not be loaded');
    expect(`${outcome.error}`).toMatch(new RegExp(`${cause}|Cannot find module`));
  });

  it.each(['notAFunction', 'missing'])('is an error when the module exports no function %s', async (name) => {
    expect((await call(open(), name).outcome).message).toBe(`${join(folder, 'jobs.ts')} exports no function "${name}"`);
  });

  it('writes output by the console, the streams and its log, in order', async () => {
    const run = call(open(), 'talks');
    await run.outcome;
    expect(run.pieces).toEqual([
      { stream: 'stdout', text: 'to stdout\n' },
      { stream: 'stderr', text: 'to stderr\n' },
      { stream: 'log', text: 'to the log { rows: 3 }\n' },
      { stream: 'stderr', text: 'again\n' },
    ]);
  });
});

describe('what a function does to its thread', () => {
  it.each([
    ['exits', 'The function ended its thread with process.exit(7)', /exit\(7\)/],
    ['exitsWell', 'The function ended its thread with process.exit(0)', /exit\(0\)/],
    ['rejectsElsewhere', 'The thread of the function ended unexpectedly', /RangeError: nobody waits for it\n {4}at /],
  ])('ends its run as an error and no more: %s', async (name, message, error) => {
    const executor = open();
    const next = () => call(executor, 'nothing').outcome;
    const [outcome, waiting] = await Promise.all([call(executor, name).outcome, next()]);
    expect(outcome).toMatchObject({ status: 'error', reason: 'exception', message });
    expect(outcome.error).toMatch(error);
    expect(waiting.status).toBe('success');
    expect((await next()).status).toBe('success');
  });

  it('ends its run when it takes more memory than it may', async () => {
    const executor = open();
    expect(await call(executor, 'hungry', { work: { heapMib: 32 } }).outcome).toMatchObject({
      status: 'error',
      reason: 'exception',
      message: 'The function used more than its 32 MiB of memory',
    });
    expect((await call(executor, 'nothing').outcome).status).toBe('success');
  });

  it('after its end is told, and harms no other', async () => {
    const executor = open();
    expect((await call(executor, 'leaves').outcome).status).toBe('success');
    await expect.poll(() => problems.map(String)).toEqual(['Error: left behind']);
    expect((await call(executor, 'nothing').outcome).status).toBe('success');
  });
});

describe('the end of a function', () => {
  it.each([
    ['timeout', 'timed_out'],
    ['requested', 'cancelled'],
    ['superseded', 'cancelled'],
    ['shutdown', 'cancelled'],
  ])('comes by its signal: %s', async (reason, status) => {
    const run = call(open(), 'waits');
    await run.written('ready');
    run.abort(reason);
    expect(await run.outcome).toMatchObject({ status, reason, stats: { done: 1 } });
    expect(run.output()).toBe(`ready\nending for ${reason}\n`);
  });

  it('comes by force when it does not heed the signal, and what it wrote is kept', async () => {
    const executor = open({ graceMs: 50 });
    const run = call(executor, 'blocks', { run: { timeoutMs: 60_000 } });
    await run.written('xxx');
    run.abort('timeout');
    expect(await run.outcome).toMatchObject({
      status: 'timed_out',
      reason: 'timeout',
      message: 'It took longer than 60 s and was ended',
    });
    expect((await call(executor, 'nothing').outcome).status).toBe('success');
  });

  it('comes before it began when it waits for a thread', async () => {
    const executor = open();
    const first = call(executor, 'waits');
    await first.written('ready');
    const second = call(executor, 'counted');
    second.abort('requested');
    expect(await second.outcome).toMatchObject({ status: 'cancelled', reason: 'requested', stats: null });
    first.abort('requested');
    await first.outcome;
    expect((await call(executor, 'counted').outcome).stats).toEqual({ calls: 1 });
  });

  it('comes with the end of the executor', async () => {
    const executor = open({ threads: 2 });
    const run = call(executor, 'waits');
    await run.written('ready');
    await executor.stop();
    expect(await run.outcome).toMatchObject({ status: 'cancelled', reason: 'shutdown' });
    expect(await call(executor, 'nothing').outcome).toMatchObject({ status: 'cancelled', reason: 'shutdown' });
  });
});

describe('the threads', () => {
  it('run one function each at a time, as many as they are', async () => {
    const executor = open({ threads: 2 });
    const runs = [1, 2, 3].map(() => call(executor, 'waits'));
    await Promise.all([runs[0]!.written('ready'), runs[1]!.written('ready')]);
    expect(runs[2]!.output()).toBe('');
    runs[0]!.abort('requested');
    await runs[2]!.written('ready');
    for (const run of runs) run.abort('requested');
    await Promise.all(runs.map(({ outcome }) => outcome));
  });

  it('are made anew for another bound of memory', async () => {
    const executor = open();
    expect((await call(executor, 'counted').outcome).stats).toEqual({ calls: 1 });
    expect((await call(executor, 'counted', { work: { heapMib: 64 } }).outcome).stats).toEqual({ calls: 1 });
    expect((await call(executor, 'counted', { work: { heapMib: 64 } }).outcome).stats).toEqual({ calls: 2 });
  });

  it('are given back when nobody needs them', async () => {
    const executor = open({ idleMs: 1 });
    expect((await call(executor, 'counted').outcome).stats).toEqual({ calls: 1 });
    await expect.poll(async () => (await call(executor, 'counted').outcome).stats?.calls).toBe(1);
  });

  it('carry out a thousand calls without losing one', async () => {
    const executor = open({ threads: 2 });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => call(executor, 'counted').outcome));
    const sum = outcomes.reduce((total, { stats }) => total + (stats?.calls as number), 0);
    expect(outcomes.every(({ status }) => status === 'success')).toBe(true);
    expect(sum).toBeGreaterThanOrEqual(1_000);
  });
});
