import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFixHistory } from './index.ts';

let folder: string;
let repository: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=a@example.com', ...args], {
    cwd: repository,
    encoding: 'utf8',
  }).trim();

function commit(text: string): string {
  writeFileSync(join(repository, 'shop.js'), text);
  git('add', '.');
  git('commit', '--quiet', '-m', text);
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-history-'));
  repository = join(folder, 'shop');
  mkdirSync(repository);
  git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function history(remote: string | null) {
  const revisions = { 'shop-v3': 'main' };
  const at = remote === null ? null : { url: remote, token: null };
  return createFixHistory({ repository, environment: { PATH: process.env.PATH }, revisions, remote: at });
}

it('knows the commit of a revision by map, tag or a hash in its name, and whether it holds another', async () => {
  const [first, second] = [commit('one'), commit('two')];
  git('tag', 'v1', first);
  const { commitOf, contains } = history(null);
  expect(await commitOf('shop-v3')).toBe(second);
  expect(await commitOf('v1')).toBe(first);
  expect(await commitOf(`shop-00042-${first.slice(0, 12)}`)).toBe(first);
  for (const name of ['nothing', '--help', 'main..v1', 'HEAD', '@{u}']) expect(await commitOf(name)).toBeNull();
  expect(await contains(second, first)).toBe(true);
  expect(await contains(first, second)).toBe(false);
  expect(await contains(first, 'f'.repeat(40))).toBeNull();
});

it('pushes branches of fixes to the one remote, and nothing where none is allowed', async () => {
  const first = commit('one');
  git('branch', 'guardian/fix-shop-1', first);
  const remote = join(folder, 'remote.git');
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
  await history(remote).push('guardian/fix-shop-1');
  expect(git('ls-remote', remote)).toBe(`${first}\trefs/heads/guardian/fix-shop-1`);
  await expect(history(remote).push('main')).rejects.toMatchObject({ code: 'git_failed' });
  await expect(history(null).push('guardian/fix-shop-1')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(history(join(folder, 'nowhere')).push('guardian/fix-shop-1')).rejects.toMatchObject({
    code: 'delivery_unreachable',
  });
});
