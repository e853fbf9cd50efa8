import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/jobs/job.ts';
import type { Run } from '../../../core/jobs/run.ts';
import { runs as texts } from '../../../core/shared/i18n/en/runs.ts';
import { executing, isAlive, runOf } from '../executor-fixtures.ts';
import { createShellExecutor, type ShellOptions } from './shell-executor.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardian-shell-')));
const scratchFolder = mkdtempSync(join(tmpdir(), 'guardian-scratch-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(scratchFolder, { recursive: true });
});

const SECRETS = { SENDGRID_API_KEY: 'SG.secret', DATABASE_URL: 'postgres://u:p@h/d', GUARDIAN_SECRET: 'x'.repeat(32) };
const environment = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', TZ: 'UTC', ...SECRETS };

function shell(
  command: string | readonly string[],
  more: Partial<ShellOptions> & {
    job?: Partial<Job>;
    run?: Partial<Run>;
    work?: { folder?: string; environment?: Record<string, string> };
  } = {},
) {
  const { job, run, work, ...options } = more;
  const executor = createShellExecutor({ texts, environment, folder, scratchFolder, ...options });
  return executing(
    executor,
    runOf({ kind: 'shell', command, folder: null, environment: {}, ...work }, { job: job ?? {}, run: run ?? {} }),
  );
}

describe('a shell job', () => {
  it('succeeds with exit status 0, its output in streams', async () => {
    const run = shell('echo out; echo err >&2; printf "no end"');
    expect(await run.outcome).toEqual({
      status: 'success',
      reason: null,
      message: null,
      error: null,
      stats: null,
      recordErrors: null,
    });
    expect(run.output('stdout')).toBe('out\nno end');
    expect(run.output('stderr')).toBe('err\n');
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('keeps the exit status and the end of standard error verbatim', async () => {
    const outcome = await shell('echo "psycopg2.OperationalError: FATAL" >&2; exit 42').outcome;
    expect(outcome).toMatchObject({
      status: 'error',
      reason: 'exit',
      message: 'The command ended with exit status 42',
      error: 'The command ended with exit status 42\npsycopg2.OperationalError: FATAL',
    });
  });

  it('names the signal that ended it', async () => {
    expect(await shell('kill -SEGV $$').outcome).toMatchObject({
      status: 'error',
      reason: 'exit',
      message: 'The command was ended by SIGSEGV',
    });
  });

  it('runs a list of arguments without a shell', async () => {
    const run = shell(['printf', '%s|', '$HOME', 'a b', '*']);
    expect((await run.outcome).status).toBe('success');
    expect(run.output()).toBe('$HOME|a b|*|');
  });

  it.each<[string, readonly string[], object]>([
    ['is not there', ['no-such-command-at-all'], {}],
    ['is empty', [], {}],
    ['has a folder that is not there', ['true'], { work: { folder: '/no/such/folder' } }],
    ['has a NUL in it', ['echo', 'a\0b'], {}],
  ])('is an error that tells why when its command %s', async (_, command, more) => {
    const outcome = await shell(command, more).outcome;
    expect(outcome).toMatchObject({ status: 'error', reason: 'exception' });
    expect(outcome.message).toMatch(/^The command could not be started/);
    expect(outcome.error).toMatch(/ENOENT|ERR_INVALID_ARG_VALUE|must be|null bytes|empty/);
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('runs in its folder, with standard input at its end', async () => {
    const run = shell('pwd; cat; echo read', { work: { folder: '/' } });
    await run.outcome;
    expect(run.output()).toBe('/\nread\n');
  });

  it('F27: gets what is configured and a small base, none of the secrets of Guardian', async () => {
    const run = shell(['env'], { work: { environment: { REGION: 'montreal', TZ: 'America/Montreal' } } });
    await run.outcome;
    const names = run
      .output()
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
      .sort();
    expect(names).toEqual([
      'GUARDIAN_JOB',
      'GUARDIAN_RUN_ID',
      'GUARDIAN_STATS_FILE',
      'GUARDIAN_TICK',
      'HOME',
      'LANG',
      'PATH',
      'REGION',
      'TZ',
    ]);
    expect(run.output()).toContain('TZ=America/Montreal');
    expect(run.output()).toContain('GUARDIAN_TICK=2026-03-08T06:00:00.000Z');
    for (const secret of Object.values(SECRETS)) expect(run.output()).not.toContain(secret);
  });

  it('tells stats by the file, by lines, and the file counts', async () => {
    expect((await shell('echo \'guardian:stats {"clients":3}\'').outcome).stats).toEqual({ clients: 3 });
    const both = 'echo \'guardian:stats {"clients":3}\'; echo \'{"clients":4}\' > "$GUARDIAN_STATS_FILE"';
    expect((await shell(both).outcome).stats).toEqual({ clients: 4 });
  });

  it('is judged by its stats, its warnings and its conditions', async () => {
    const warned = shell('echo "guardian:warning 3 rows skipped"');
    expect(await warned.outcome).toMatchObject({ status: 'warning', reason: 'warned', message: '3 rows skipped' });
    const failWhen = [{ field: 'clients', of: null, is: 'below', value: 1 } as const];
    expect(await shell('echo \'{"clients":0}\' > "$GUARDIAN_STATS_FILE"', { job: { failWhen } }).outcome).toMatchObject(
      { status: 'error', reason: 'fail_when', stats: { clients: 0 } },
    );
    expect(await shell('printf "{" > "$GUARDIAN_STATS_FILE"').outcome).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('The stats could not be read'),
    });
    const large = 'head -c 2000000 /dev/zero > "$GUARDIAN_STATS_FILE"';
    expect((await shell(large).outcome).message).toContain('2,000,000 bytes are more than 64 KiB');
  });

  it('keeps the stats of a run that failed', async () => {
    expect(await shell('echo \'guardian:stats {"clients":3}\'; exit 1').outcome).toMatchObject({
      status: 'error',
      stats: { clients: 3 },
    });
  });

  it('ends with SIGTERM what honours it, and calls it what it was ended for', async () => {
    for (const [reason, status] of [
      ['timeout', 'timed_out'],
      ['requested', 'cancelled'],
      ['superseded', 'cancelled'],
      ['shutdown', 'cancelled'],
    ]) {
      const run = shell('trap "echo ending; exit 0" TERM; echo ready; while :; do sleep 0.05; done');
      await run.written('ready');
      run.abort(reason!);
      expect(await run.outcome).toMatchObject({ status, reason });
      expect(run.output()).toContain('ending');
    }
  });

  it('ends with SIGKILL what does not, and everything of its group', async () => {
    const run = shell('trap "" TERM; sleep 1000 & echo "child $!"; echo ready; while :; do sleep 0.05; done', {
      graceMs: 200,
      run: { timeoutMs: 90_000 },
    });
    await run.written('ready');
    const grandchild = Number(/child (\d+)/.exec(run.output())![1]);
    run.abort('timeout');
    expect(await run.outcome).toMatchObject({
      status: 'timed_out',
      reason: 'timeout',
      message: 'It took longer than 90 s and was ended',
    });
    expect(isAlive(grandchild)).toBe(false);
  });

  it('is over only when a grandchild that ignores SIGTERM is gone too', async () => {
    const run = shell(
      '(trap "" TERM; echo "child $(exec sh -c \'echo $PPID\')"; while :; do sleep 0.05; done) & wait',
      {
        graceMs: 200,
      },
    );
    await run.written('child');
    const grandchild = Number(/child (\d+)/.exec(run.output())![1]);
    expect(isAlive(grandchild)).toBe(true);
    run.abort('requested');
    expect((await run.outcome).status).toBe('cancelled');
    expect(isAlive(grandchild)).toBe(false);
  });

  it('is not held by a grandchild that keeps the pipe open', async () => {
    const run = shell('sleep 1000 & echo "left $!"; exit 0');
    expect((await run.outcome).status).toBe('success');
    const left = Number(/left (\d+)/.exec(run.output())![1]);
    expect(isAlive(left)).toBe(true);
    process.kill(left, 'SIGKILL');
  });

  it('does not start when it was cancelled before', async () => {
    const executor = createShellExecutor({ texts, environment, folder, scratchFolder });
    const { run, job } = runOf({ kind: 'shell', command: 'echo no', folder: null, environment: {} });
    const written: string[] = [];
    const outcome = await executor.execute(run, job, {
      signal: AbortSignal.abort('shutdown'),
      output: (_, text) => written.push(text),
    });
    expect(outcome).toMatchObject({ status: 'cancelled', reason: 'shutdown' });
    expect(written).toEqual([]);
  });

  it('is not held by what it leaves in the place of its stats', async () => {
    expect(await shell('mkfifo "$GUARDIAN_STATS_FILE"').outcome).toMatchObject({ status: 'success', stats: null });
    expect((await shell('mkdir "$GUARDIAN_STATS_FILE"').outcome).message).toContain('EISDIR');
  });

  it('cuts no character of its output in two', async () => {
    const run = shell('i=0; while [ $i -lt 3000 ]; do printf "é😀ü%s" "$i"; i=$((i+1)); done');
    await run.outcome;
    expect(run.output()).toBe(Array.from({ length: 3_000 }, (_, index) => `é😀ü${index}`).join(''));
  });
});
