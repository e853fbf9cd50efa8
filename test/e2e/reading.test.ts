import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/contracts/report.ts';
import { entry, failures, instant, line } from './log-lines.ts';
import { ended, runGuardian, startGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const folder = workspace();

async function dataOf(args: string[], input?: string | Buffer): Promise<Report> {
  const run = await runGuardian(['report', ...args, '--format', 'json'], { folder, ...(input ? { input } : {}) });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout) as Report;
}

describe('the window of a saved log', () => {
  const hours = [0, 30, 90, 150, 180].map((minute) => line(`at minute ${minute}`, { at: minute * 60 })).join('\n');
  put(folder, 'hours.log', hours);

  it('counts back from its newest entry', async () => {
    const report = await dataOf(['hours.log', '--since', '1h']);
    expect(report).toMatchObject({
      logs_analyzed: 2,
      freshness: '1h',
      window: { from: instant(9_000), to: instant(10_800) },
    });
  });

  it('counts back from the newest entry of standard input, too, plain or compressed', async () => {
    expect((await dataOf(['-', '--since', '1h'], hours)).logs_analyzed).toBe(2);
    expect((await dataOf(['-', '--since', '2h'], gzipSync(hours))).logs_analyzed).toBe(3);
  });

  it('begins at an instant, or is the whole', async () => {
    expect((await dataOf(['hours.log', '--since', instant(5_400)])).logs_analyzed).toBe(3);
    expect((await dataOf(['hours.log', '--since', 'all'])).logs_analyzed).toBe(5);
  });
});

describe('what can be read', () => {
  it('is several files and folders at once, each in its own form', async () => {
    put(folder, 'many/app.log', failures(2));
    put(folder, 'many/older/app.log.1.gz', gzipSync(`${line('an older failure', { at: -60 })}\n`));
    put(folder, 'many/logfmt.log', `time=${instant(1)} level=error msg="cache is gone" service=demo\n`);
    put(folder, 'many/picture.png', 'no log');
    put(folder, 'export.json', JSON.stringify([entry(2), entry(1)]));
    const report = await dataOf(['many', 'export.json']);
    expect(report.summary.errors).toBe(6);
    expect(report.errors_detailed.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['an older failure', 'cache is gone', 'ValueError: order 1001 could not be placed']),
    );
  });

  it('is what stands beside a file that is missing, and that is said', async () => {
    const run = await runGuardian(['report', 'hours.log', 'gone.log'], { folder });
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('CUT OFF: gone.log could not be read; its entries are missing.');
    expect(run.stdout).toContain('unreadable × 1: gone.log (there is no such file or folder)');
  });

  it('is standard input, with a name or none for its format', async () => {
    expect((await dataOf(['-'], failures(4))).summary.errors).toBe(4);
    const plain = 'ERROR the disk is full\nERROR the disk is still full\n';
    expect((await dataOf(['-', '--source-format', 'plain'], plain)).logs_analyzed).toBe(2);
  });
});

describe('following a file', () => {
  it('tells each new issue once while the file grows, and ends with the report on Ctrl-C', async () => {
    const path = put(folder, 'growing.log', `${line('the first failure')}\n`);
    const child = startGuardian(['report', 'growing.log', '--follow'], { folder });
    const end = ended(child);
    await until(child, 'New issue: the first failure');
    appendFileSync(path, `${line('the first failure', { at: 5 })}\n${line('another thing broke', { at: 6 })}\n`);
    await until(child, 'New issue: another thing broke');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await end;
    expect(status).toBe(1);
    expect(stderr).toContain('Following');
    expect(stdout.match(/New issue: the first failure/g)).toHaveLength(1);
    expect(stdout).toContain('■ DEGRADED  Production report · demo');
    expect(stdout.indexOf('New issue: another')).toBeLessThan(stdout.indexOf('■ DEGRADED'));
  });

  /** Resolves when the process has printed the words. */
  function until(child: ReturnType<typeof startGuardian>, words: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let text = '';
      child.once('exit', () => reject(new Error(`it ended before it said "${words}": ${text}`)));
      child.stdout!.on('data', (chunk: string) => {
        text += chunk;
        if (text.includes(words)) resolve();
      });
    });
  }
});

it('finds its way without the name of a file: the log of the folder that is given', async () => {
  put(folder, 'logs/today.log', failures(9));
  const run = await runGuardian(['report', join(folder, 'logs')], { folder });
  expect(run.status).toBe(2);
});
