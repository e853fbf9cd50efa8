import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/contracts/report.ts';
import { entry, failures, instant, line } from './log-lines.ts';
import { type Run, runGuardian, runMeasured } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const folder = workspace();
const MEGABYTE = 1024 * 1024;

const run = (...args: string[]) => runGuardian(['report', ...args], { folder });

/** What a reader of the terminal sees, and the data behind it. */
async function read(name: string, content: string | Buffer): Promise<{ text: Run; report: Report }> {
  put(folder, name, content);
  const out = `${name}-out`;
  const text = await run(name, '--out', out, '--format', 'json,text');
  return { text, report: JSON.parse(readFileSync(join(folder, out, 'report.json'), 'utf8')) as Report };
}

const kinds = (report: Report) => report.problems.map(({ kind, count }) => `${kind} ${count}`);
const messages = (report: Report) => report.errors_detailed.map(({ message }) => message).sort();

describe('input that cannot be looked at', () => {
  it('says that there is no such file', async () => {
    const { status, stdout, stderr } = await run('nowhere.log');
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`Cannot read nowhere.log: there is no such file or folder.`);
  });

  it('says that it may not read a file', async () => {
    const path = put(folder, 'secret.log', failures(3));
    chmodSync(path, 0o000);
    const { status, stdout, stderr } = await runGuardian(['report', 'secret.log'], { folder, isNobody: true });
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('you may not read it');
    chmodSync(path, 0o600);
  });

  it('says that a folder holds no logs', async () => {
    mkdirSync(join(folder, 'pictures'));
    writeFileSync(join(folder, 'pictures', 'cat.png'), 'x');
    const { status, stderr } = await run('pictures');
    expect(status).toBe(3);
    expect(stderr).toContain('the folder holds no file that is called as logs are');
  });

  it('refuses a binary file instead of calling it quiet', async () => {
    put(
      folder,
      'photo.log',
      Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919 + (index >> 3)) % 256)),
    );
    const { status, stdout, stderr } = await run('photo.log');
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('holds nothing that can be read as a log');
  });
});

describe('input that is damaged: nothing that can be read is lost, and what is missing is said', () => {
  it('tells an empty file from a quiet one', async () => {
    const { text, report } = await read('empty.log', '');
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('the log was read, and it was empty');
    expect(text.stdout).toContain('empty input × 1: empty.log (no bytes)');
    expect(report).toMatchObject({ logs_analyzed: 0, status: 'OK', window: { from: null, to: null } });
  });

  it('reads a truncated gzip as far as it goes', async () => {
    const whole = gzipSync(failures(3_000));
    const { text, report } = await read('cut.log.gz', whole.subarray(0, Math.floor(whole.length / 2)));
    expect(text.status).toBe(2);
    expect(report.summary.errors).toBeGreaterThan(500);
    expect(report.summary.errors).toBeLessThan(3_000);
    expect(report.window).toMatchObject({ complete: false, reason: expect.stringContaining('ends inside an entry') });
    expect(text.stdout).toContain('CUT OFF:');
    expect(text.stdout).toContain('input ends early × 1');
  });

  it('counts and shows the one broken line among 100,000', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) =>
      index % 25_000 === 7
        ? line('payment refused', { at: index / 100 })
        : `{"severity":"INFO","time":"${instant(index / 100)}","message":"served","service":"demo"}`,
    );
    lines[50_000] = lines[50_000]!.slice(0, 40);
    const { text, report } = await read('long.log', lines.join('\n'));
    expect(report).toMatchObject({ logs_analyzed: 100_000, summary: { errors: 4 } });
    expect(report.problems).toContainEqual(
      expect.objectContaining({ kind: 'broken-entry', count: 1, position: 'line 50001' }),
    );
    expect(text.stdout).toContain('broken entry × 1');
    expect(text.stdout).toContain('at line 50001');
  });

  it.each([
    ['JSON', `{"severity":"ERROR","message":"${'x'.repeat(50 * MEGABYTE)}"}`],
    ['text', 'y'.repeat(50 * MEGABYTE)],
  ])('reads past a line of 50 MB of %s without taking its size in memory', async (name, huge) => {
    put(folder, `huge-${name}.log`, `${line('before', { at: 1 })}\n${huge}\n${line('after', { at: 2 })}\n`);
    const { peakBytes, stdout } = await runMeasured(['report', `huge-${name}.log`, '--format', 'json'], { folder });
    const report = JSON.parse(stdout) as Report;
    expect(messages(report)).toEqual(expect.arrayContaining(['after', 'before']));
    expect(kinds(report)).toContain('oversized-line 1');
    expect(stdout.length).toBeLessThan(4 * MEGABYTE);
    expect(peakBytes).toBeLessThan(400 * MEGABYTE);
  });

  it('reads past an entry of 50 MB in an export of Cloud Logging', async () => {
    put(
      folder,
      'huge.json',
      JSON.stringify([entry(2), entry(1, { textPayload: 'z'.repeat(50 * MEGABYTE) }), entry(0)], null, 2),
    );
    const { peakBytes, stdout } = await runMeasured(['report', 'huge.json', '--format', 'json'], { folder });
    const report = JSON.parse(stdout) as Report;
    expect(report.summary.errors).toBe(2);
    expect(kinds(report)).toContain('oversized-line 1');
    expect(peakBytes).toBeLessThan(400 * MEGABYTE);
  });

  it('reads what was cut in the middle of a JSON array', async () => {
    const text = JSON.stringify([entry(3), entry(2), entry(1)], null, 2);
    const { report } = await read('cut.json', text.slice(0, -200));
    expect(report).toMatchObject({ summary: { errors: 2 }, window: { complete: false, from: instant(120) } });
  });

  it('skips what gcloud says before the JSON, and counts it', async () => {
    const warnings = [
      'WARNING: Your active project does not match the quota project in your local Application Default Credentials file.',
      'Updates are available for some Google Cloud CLI components.',
      '  $ gcloud components update',
    ];
    const { text, report } = await read(
      'gcloud.json',
      `${warnings.join('\n')}\n${JSON.stringify([entry(2), entry(1)], null, 2)}\n`,
    );
    expect(report).toMatchObject({ service: 'demo', revision: 'demo-00001-abc', logs_analyzed: 2 });
    expect(kinds(report)).toContain('foreign-line 3');
    expect(text.stdout).toContain('foreign line × 3');
  });
});

describe('odd bytes', () => {
  it('reads through a byte-order mark and CRLF as if they were not there', async () => {
    const { report } = await read('bom.log', `\ufeff${line('café fermé')}\r\n${line('second', { at: 1 })}\r\n`);
    expect(messages(report)).toEqual(['café fermé', 'second']);
    expect(report.problems).toEqual([]);
  });

  it.each(['utf16le', 'utf16be'] as const)('reads %s', async (encoding) => {
    const bytes = Buffer.from(`\ufeff${line('café fermé')}\n${line('second', { at: 1 })}\n`, 'utf16le');
    const { report } = await read(`${encoding}.log`, encoding === 'utf16be' ? bytes.swap16() : bytes);
    expect(messages(report)).toEqual(['café fermé', 'second']);
  });

  it('reads Latin-1, and says that it was not UTF-8', async () => {
    const { text, report } = await read('latin1.log', Buffer.from(`${line('café fermé')}\n`, 'latin1'));
    expect(messages(report)).toEqual(['café fermé']);
    expect(text.stdout).toContain('wrong encoding × 1');
    expect(text.stdout).toContain('not UTF-8');
  });

  it('takes NUL bytes out, and says so', async () => {
    const { text, report } = await read('nul.log', `2026-01-05 10:00:00 ERROR disk\u0000 full\u0000\n`);
    expect(messages(report)).toHaveLength(1);
    expect(text.stdout).toContain('disk');
    expect(text.stdout).toContain('NUL bytes removed');
    expect(text.stdout).not.toContain('\u0000');
  });
});

describe('odd order and odd clocks', () => {
  it('puts entries in order, whatever order they came in', async () => {
    const { report } = await read('mixed.json', JSON.stringify([entry(2), entry(5), entry(1), entry(4), entry(3)]));
    expect(report.window).toMatchObject({ from: instant(60), to: instant(300) });
    expect(report.issues[0]).toMatchObject({ incidents: 5, first_seen: instant(60), last_seen: instant(300) });
  });

  it('lets repeated entries fall, and counts them', async () => {
    const { text, report } = await read('twice.json', JSON.stringify([3, 2, 1, 2, 3].map((index) => entry(index))));
    expect(report).toMatchObject({ logs_analyzed: 3, summary: { errors: 3 } });
    expect(kinds(report)).toContain('duplicate 2');
    expect(text.stdout).toContain('repeated entry × 2');
  });

  it('says that a clock is far off, and still shows what it said', async () => {
    const { text, report } = await read(
      'clock.log',
      `${line('on time')}\n${line('from the future', { time: '2091-01-05T10:00:00Z' })}\n${line('from the past', { time: '1970-01-01T00:00:01Z' })}\n`,
    );
    expect(messages(report)).toEqual(['from the future', 'from the past', 'on time']);
    expect(text.stdout).toContain('clock far off × 2');
    expect(report.window).toMatchObject({ from: instant(0), to: instant(0) });
    expect(report.error_patterns.frequency_timeline.reduce((sum, { errors }) => sum + errors, 0)).toBe(3);
  });
});
