import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../src/contracts/report.ts';
import { type Run, runGuardian } from './run-guardian.ts';
import { cloneShop, git, SHOP_LOG, workspace } from './workspace.ts';

const folder = workspace();
const shop = cloneShop(folder);
const revision = git(shop, 'rev-parse', 'HEAD');
const guilty = git(shop, 'log', '--format=%H', '--grep=Seasonal vouchers with a least amount');

let json: Run;
let report: Report;
beforeAll(async () => {
  json = await runGuardian(['report', SHOP_LOG, '--repo', 'shop', '--format', 'json'], { folder });
  report = JSON.parse(json.stdout) as Report;
});

/** What is the same whenever the report is made. */
function withoutClock(text: string): unknown {
  return JSON.parse(text, (key, value) =>
    key === 'timestamp' && text.includes(`"timestamp": "${value}"`)
      ? ''
      : key === 'time' && / ago$|just now/.test(String(value))
        ? ''
        : value,
  );
}

describe('the report of the shop that broke', () => {
  it('is CRITICAL, by its exit status too, and fits the published schema with nothing beside it', () => {
    expect(json.status).toBe(2);
    expect(json.stderr).toBe('');
    expect(reportSchema.safeParse(report).error?.issues ?? []).toEqual([]);
    expect(report).toMatchObject({ status: 'CRITICAL', service: 'shop', revision, freshness: 'all' });
    expect(report.status_reasons).toEqual([`${report.summary.errors} errors, more than 5`]);
  });

  it('names the right file, line and function', () => {
    expect(report.issues[0]).toMatchObject({
      error_type: 'TypeError',
      location: { file: 'src/pricing.ts', line: 32, function: 'discountOf' },
      endpoints: ['POST /api/orders'],
    });
    expect(report.errors_detailed.every(({ file_path }) => file_path === 'src/pricing.ts')).toBe(true);
    expect(report.error_patterns.by_endpoint).toEqual({ 'POST /api/orders': report.summary.errors });
  });

  it('shows code byte by byte as git has it at the running revision', () => {
    expect(report.code_snippets.length).toBeGreaterThan(0);
    for (const snippet of report.code_snippets) {
      const lines = git(shop, 'show', `${revision}:${snippet.file}`).split('\n');
      expect(snippet.code_snippet).toBe(lines.slice(snippet.start_line - 1, snippet.end_line).join('\n'));
      expect(snippet.truth).toBe('running revision');
    }
    expect(report.code_snippets[0]).toMatchObject({ file: 'src/pricing.ts', line: 32, start_line: 27, end_line: 37 });
  });

  it('ranks the guilty commit first, with its reasons', () => {
    const { verdict, commits } = report.suspect_commits;
    expect(verdict).toBe('ranked');
    expect(commits[0]).toMatchObject({ rank: 1, message: 'Seasonal vouchers with a least amount', confidence: 'high' });
    expect(guilty.startsWith(commits[0]!.hash)).toBe(true);
    expect(commits.every(({ reasons }) => reasons.length > 0)).toBe(true);
    expect(report.issues[0]!.suspect_commits.commits[0]!.hash).toBe(commits[0]!.hash);
  });

  it('counts the scan beside the status, and leaves no customer in it', () => {
    expect(report.noise).toBeGreaterThan(0);
    expect(JSON.stringify(report)).not.toMatch(/mail\.example|9f86d081884c7d65/);
  });

  it('is the same bytes for the same input', async () => {
    const again = await runGuardian(['report', SHOP_LOG, '--repo', 'shop', '--format', 'json'], { folder });
    expect(withoutClock(again.stdout)).toEqual(withoutClock(json.stdout));
    expect(again.stdout.length).toBe(json.stdout.length);
  });

  it('is written in every form, whole or not at all, and the terminal says where', async () => {
    const run = await runGuardian(['report', SHOP_LOG, '--repo', 'shop', '--out', 'out'], { folder });
    const names = ['report.html', 'report.json', 'report.md', 'report.txt'];
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(names);
    for (const name of names) expect(run.stdout).toContain(join(folder, 'out', name));
    const text = readFileSync(join(folder, 'out', 'report.txt'), 'utf8');
    expect(run.stdout.startsWith(text.trimEnd())).toBe(true);
    expect(text).toContain('→    32 │   const { from = 0 } = voucher.rule;');
    expect(text).not.toMatch(/…$/m);
    expect(reportSchema.safeParse(JSON.parse(readFileSync(join(folder, 'out', 'report.json'), 'utf8'))).success).toBe(
      true,
    );
  });

  it('speaks French throughout', async () => {
    const run = await runGuardian(['report', SHOP_LOG, '--repo', 'shop'], {
      folder,
      environment: { GUARDIAN_LANG: 'fr_FR.UTF-8' },
    });
    expect(run.stdout).toContain('Rapport de production · shop');
    expect(run.stdout).toContain('Commits suspects');
    expect(run.stdout).not.toMatch(/\b(?:Suspect commits|It changed|more than|Window|Errors|log entr|could not)\b/);
  });
});
