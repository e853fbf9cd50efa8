import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveArtifact } from './resolve-artifact.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'guardian-artifact-')));
  for (const folder of ['shop', 'shop/2', 'shop-private']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'server.cjs'), `// ${folder}`);
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const base = { PATH: process.env.PATH ?? '' };
const resolved = (artifact: string) => resolveArtifact({ source: { folder: join(root, 'shop') }, base }, artifact);

describe('what is deployed of a folder', () => {
  it('is the folder of the target or one within it, by its content', async () => {
    const whole = await resolved(join(root, 'shop'));
    const part = await resolved(join(root, 'shop', '2'));
    expect(whole).toEqual({ artifact: join(root, 'shop'), digest: expect.stringMatching(/^sha256:/), commit: null });
    expect(part.digest).not.toBe(whole.digest);
    symlinkSync('2', join(root, 'shop', 'current'));
    expect(await resolved(join(root, 'shop', 'current'))).toEqual(part);
  });

  it('is nothing outside of it, by whatever way it is named', async () => {
    symlinkSync('/', join(root, 'shop', 'all'));
    symlinkSync(join(root, 'shop-private'), join(root, 'shop', 'private'));
    for (const path of [
      '/',
      '/etc',
      root,
      join(root, 'shop-private'),
      join(root, 'shop', '..'),
      `${root}/shop/../shop-private`,
    ])
      await expect(resolved(path)).rejects.toMatchObject({ code: 'target_refused', about: { path } });
    for (const link of ['all', 'all/etc', 'private'])
      await expect(resolved(join(root, 'shop', link))).rejects.toThrow('outside of');
    await expect(resolved(join(root, 'shop', '3'))).rejects.toThrow('cannot be read');
    await expect(resolved(join(root, 'shop', 'server.cjs'))).rejects.toThrow('cannot be read');
  });
});

describe('what is deployed of a repository', () => {
  it('is a commit, by its tree; what is none is refused', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.org', ...args], {
        cwd: join(root, 'shop'),
        encoding: 'utf8',
      }).trim();
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Open the shop');
    const launch = { source: { repository: join(root, 'shop') }, base };
    const head = git('rev-parse', 'HEAD');
    expect(await resolveArtifact(launch, 'HEAD')).toMatchObject({ artifact: 'HEAD', commit: head });
    for (const artifact of ['/etc', '--all', 'nothing'])
      await expect(resolveArtifact(launch, artifact)).rejects.toMatchObject({ code: 'target_refused' });
  });
});
