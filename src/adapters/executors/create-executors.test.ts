import { afterEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../core/events/index.ts';
import type { JobWork } from '../../core/jobs/job.ts';
import { runs as texts } from '../../core/shared/i18n/en/runs.ts';
import { systemClock } from '../../core/shared/index.ts';
import { executing, runOf } from './executor-fixtures.ts';
import { createExecutors, type Executors, type InternalWork } from './index.ts';

let executors: Executors | null = null;
afterEach(() => executors?.stop());

function carryOut(work: JobWork, internal: Record<string, InternalWork> = {}) {
  executors = createExecutors({
    texts,
    clock: systemClock,
    folder: '/',
    environment: { PATH: process.env.PATH },
    userAgent: 'guardian/1',
    redactor: createRedactor({}),
    internal,
    onProblem: () => {},
  });
  return executing(executors.executor, runOf(work));
}

describe('createExecutors', () => {
  it('carries out Guardian’s own work by its name', async () => {
    const internal = {
      retention: async () => ({ deleted: 3 }),
      digest: async () => {
        throw new Error('no recipient');
      },
    };
    expect(await carryOut({ kind: 'internal', name: 'retention' }, internal).outcome).toMatchObject({
      status: 'success',
      stats: { deleted: 3 },
    });
    expect(await carryOut({ kind: 'internal', name: 'digest' }, internal).outcome).toMatchObject({
      status: 'error',
      reason: 'exception',
      error: expect.stringContaining('Error: no recipient\n    at '),
    });
    expect((await carryOut({ kind: 'internal', name: 'toString' }, internal).outcome).status).toBe('error');
  });

  it('tells its own work when to end', async () => {
    const run = carryOut(
      { kind: 'internal', name: 'round' },
      {
        round: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error()))),
      },
    );
    run.abort('shutdown');
    expect(await run.outcome).toMatchObject({ status: 'cancelled', reason: 'shutdown' });
  });

  it('finds the executor of each kind', async () => {
    const shell = carryOut({ kind: 'shell', command: 'echo shell', folder: null, environment: {} });
    expect((await shell.outcome).status).toBe('success');
    expect(shell.output()).toBe('shell\n');
    const module = 'data:text/javascript,export const f = () => ({ rows: 1 })';
    const missing = carryOut({ kind: 'function', module, export: 'f', input: null, heapMib: 64 });
    expect(await missing.outcome).toMatchObject({ status: 'error', reason: 'exception' });
    const http = carryOut({
      kind: 'http',
      method: 'GET',
      url: 'http://guardian-test.invalid/',
      headers: {},
      body: null,
      expectedStatus: [],
      expectedText: null,
      slowAfterMs: null,
    });
    expect((await http.outcome).message).toBe('No answer from http://guardian-test.invalid/');
  });

  it('F27: redacts the error and the stats of a run before anybody gets them', async () => {
    const script =
      'echo \'guardian:stats {"password":"hunter2","rows":1}\'; echo "token ghp_0123456789abcdefghijABCDEFGHIJ012345" >&2; exit 1';
    const outcome = await carryOut({ kind: 'shell', command: script, folder: null, environment: {} }).outcome;
    expect(outcome.error).toMatch(/^The command ended with exit status 1\ntoken /);
    expect(outcome.error).not.toContain('ghp_0123456789');
    expect(outcome.stats).toMatchObject({ rows: 1 });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('rejects never, whatever it is handed', async () => {
    expect(await carryOut({ kind: 'watched', graceMs: 0 }).outcome).toMatchObject({
      status: 'error',
      error: expect.stringContaining('watched jobs are not carried out here'),
    });
  });
});
