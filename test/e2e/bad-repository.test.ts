import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/contracts/report.ts';
import { line } from './log-lines.ts';
import { runGuardian } from './run-guardian.ts';
import { cloneShop, git, put, SHOP_LOG, workspace } from './workspace.ts';

const folder = workspace();
const shop = cloneShop(folder);

async function report(...args: string[]): Promise<Report> {
  const { stdout, stderr } = await runGuardian(['report', ...args, '--format', 'json'], { folder });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Report;
}

/** A failure whose innermost frame lies where the path says. */
function failureAt(name: string, path: string): string {
  const stack_trace = `Traceback (most recent call last):\n  File "${path}", line 1, in read\n    secrets()\nValueError: broken`;
  return put(folder, name, [0, 1, 2].map((at) => line('broken', { at, stack_trace })).join('\n'));
}

describe('a repository that is missing or holds less than was hoped', () => {
  it('is not needed: the report says why it shows no code', async () => {
    const made = await report(SHOP_LOG);
    expect(made).toMatchObject({ status: 'CRITICAL', recent_commits: [] });
    expect(made.code_snippets.every(({ truth, note }) => truth === 'unavailable' && note)).toBe(true);
    expect(made.suspect_commits.verdict).toBe('could not look');
    const { stdout } = await runGuardian(['report', SHOP_LOG], { folder });
    expect(stdout).toContain('No repository was given');
  });

  it('that was named and is none keeps nobody from the report, and is said', async () => {
    mkdirSync(join(folder, 'no-repository'));
    for (const name of ['nowhere', 'no-repository']) {
      const { status, stdout } = await runGuardian(['report', SHOP_LOG, '--repo', name], { folder });
      expect(status).toBe(2);
      expect(stdout).toContain(join(folder, name));
      expect(stdout).toContain('could not look');
    }
  });

  it('that is shallow gives code, and no guess at commits it does not hold', async () => {
    git(folder, 'clone', '--quiet', '--depth', '1', `file://${shop}`, 'shallow');
    const made = await report(SHOP_LOG, '--repo', 'shallow');
    expect(made.code_snippets[0]).toMatchObject({ file: 'src/pricing.ts', line: 32 });
    expect(made.suspect_commits.commits.filter(({ confidence }) => confidence === 'high')).toEqual([]);
    const { stdout } = await runGuardian(['report', SHOP_LOG, '--repo', 'shallow'], { folder });
    expect(stdout).toMatch(/shallow/i);
  });

  it('that does not know the running revision shows the nearest, and says that it is not the one that runs', async () => {
    const made = await report(SHOP_LOG, '--repo', 'shop', '--revision', 'release-of-nobody');
    expect(made.revision).toBe('release-of-nobody');
    expect(made.code_snippets.length).toBeGreaterThan(0);
    expect(made.code_snippets.every(({ truth }) => truth === 'nearest revision')).toBe(true);
    const { stdout } = await runGuardian(['report', SHOP_LOG, '--repo', 'shop', '--revision', 'release-of-nobody'], {
      folder,
    });
    expect(stdout).toContain('nearest');
    expect(stdout).toContain('release-of-nobody');
  });

  it('is asked for revisions only: an option in its place is none', async () => {
    const made = await report(SHOP_LOG, '--repo', 'shop', '--revision=--output=stolen');
    expect(made.code_snippets.every(({ truth }) => truth !== 'running revision')).toBe(true);
    expect(existsSync(join(shop, 'stolen')) || existsSync(join(folder, 'stolen'))).toBe(false);
  });
});

describe('frames that point out of the repository', () => {
  put(folder, 'outside/secret.py', 'PASSPHRASE_OF_THE_TEST = 1\n');
  put(shop, 'untracked.py', 'UNTRACKED_TEXT_OF_THE_TEST = 1\n');

  it.each([
    ['absolute', join(folder, 'outside', 'secret.py')],
    ['of the system', '/etc/passwd'],
    ['climbing', '../../../../../../etc/passwd'],
    ['climbing out of the image', '/app/../../../../../../etc/passwd'],
    ['climbing to a neighbour', '../outside/secret.py'],
    ['through its own folder', join('src', '..', '..', 'outside', 'secret.py')],
    ['into git itself', '.git/config'],
    ['to a file that git does not track', 'untracked.py'],
    ['with a NUL', '/app/src/pricing.ts\\u0000.py'],
    ['like an option', '--output=stolen'],
    ['with a revision', 'HEAD:src/pricing.ts'],
  ])('%s: no line of it is read', async (what, path) => {
    const name = `${what.replace(/\W/g, '-')}.log`;
    failureAt(name, path);
    const { status, stdout } = await runGuardian(['report', name, '--repo', 'shop', '--format', 'json'], { folder });
    expect(status).toBe(1);
    expect(stdout).not.toMatch(/PASSPHRASE_OF_THE_TEST|UNTRACKED_TEXT_OF_THE_TEST|root:x?:0:0|repositoryformatversion/);
    const made = JSON.parse(stdout) as Report;
    expect(made.issues[0]).toMatchObject({ error_type: 'ValueError', incidents: 3 });
    expect(made.code_snippets.filter(({ code_snippet }) => code_snippet !== '')).toEqual([]);
  });
});
