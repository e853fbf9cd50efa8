import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  GIT_ENVIRONMENT,
  type MadeCommit,
  makeRepository,
  type TemporaryRepository,
} from '../../../test/fixtures/make-repository.ts';
import { writeProgram } from '../../../test/fixtures/write-program.ts';
import { type OpenRepository, openRepository } from './open-repository.ts';

const made: TemporaryRepository[] = [];
const opened: OpenRepository[] = [];
afterAll(() => {
  for (const repository of opened) repository.close();
  for (const repository of made) repository.remove();
});

function make(commits: readonly MadeCommit[], options?: { isBare?: boolean }): TemporaryRepository {
  const repository = makeRepository(commits, options);
  made.push(repository);
  return repository;
}

async function open(folder: string, limits = {}): Promise<OpenRepository> {
  const repository = await openRepository(folder, { environment: GIT_ENVIRONMENT, limits });
  opened.push(repository);
  return repository;
}

const HISTORY: MadeCommit[] = [
  { subject: 'Add orders', files: { 'src/orders.py': 'one\ntwo\nthree\n', 'été/naïve "q".txt': 'x' }, tag: 'v1.0.0' },
  { subject: 'Fix | pipes, "quotes" and 🎉', author: 'Zoë Müller', files: { 'src/orders.py': 'one\nTWO\nthree\n' } },
  { subject: 'Indent', files: { 'src/orders.py': 'one\n    TWO\nthree\n', link: { link: '/etc/passwd' } } },
  { subject: 'Move', files: { 'src/orders.py': null, 'src/shop/orders.py': 'one\n    TWO\nthree\n' } },
];

describe('openRepository', () => {
  const history = make(HISTORY);

  it('resolves hashes, short hashes, tags, branches and HEAD', async () => {
    const repository = await open(history.folder);
    const [first = '', second = ''] = history.hashes;
    expect((await repository.resolve('HEAD'))?.sha).toBe(history.hashes.at(-1));
    expect((await repository.resolve('main'))?.sha).toBe(history.hashes.at(-1));
    expect((await repository.resolve('v1.0.0'))?.sha).toBe(first);
    expect(await repository.resolve(second.slice(0, 9))).toEqual({
      sha: second,
      authorName: 'Zoë Müller',
      committedAt: Date.UTC(2025, 0, 2),
      subject: 'Fix | pipes, "quotes" and 🎉',
      parents: [first],
    });
    expect(await repository.resolve('v9')).toBeNull();
  });

  it('takes no revision name for an option, a path or an expression', async () => {
    const repository = await open(history.folder);
    for (const name of [
      '--all',
      '-1',
      'HEAD:src',
      'HEAD~1',
      'HEAD^{tree}',
      'a..b',
      '',
      'HEAD\nHEAD',
      '@{-1}',
      ':/Fix',
    ]) {
      expect(await repository.resolve(name)).toBeNull();
    }
  });

  it('lists and reads regular files only, at any commit', async () => {
    const repository = await open(history.folder);
    const [first = '', , , last = ''] = history.hashes;
    expect((await repository.listFiles(first)).sort()).toEqual(['src/orders.py', 'été/naïve "q".txt']);
    expect(await repository.listFiles(last)).not.toContain('link');
    expect((await repository.readFile(first, 'src/orders.py'))?.toString()).toBe('one\ntwo\nthree\n');
    expect((await repository.readFile(first, 'été/naïve "q".txt'))?.toString()).toBe('x');
    for (const path of [
      'link',
      'src',
      'nowhere',
      '../outside',
      '/etc/passwd',
      'src/../src/orders.py',
      '.git/config',
      '',
    ]) {
      expect(await repository.readFile(last, path)).toBeNull();
    }
  });

  it('blames through moves and indentation, and leaves out lines past the end', async () => {
    const repository = await open(history.folder);
    const [first = '', second = '', , last = ''] = history.hashes;
    const lines = await repository.blame({ commit: last, path: 'src/shop/orders.py', from: 1, to: 99, ignored: [] });
    expect(lines.map((line) => line.sha)).toEqual([first, second, first]);
    expect(lines[1]).toMatchObject({ line: 2, originalLine: 2, originalPath: 'src/orders.py' });
    const passedOver = await repository.blame({
      commit: last,
      path: 'src/shop/orders.py',
      from: 2,
      to: 2,
      ignored: [second],
    });
    expect(passedOver[0]?.sha).toBe(first);
    expect(await repository.blame({ commit: last, path: 'src/shop/orders.py', from: 50, to: 60, ignored: [] })).toEqual(
      [],
    );
    expect(await repository.blame({ commit: last, path: 'gone.py', from: 1, to: 2, ignored: [] })).toEqual([]);
  });

  it('honours the list of ignored commits only when every line is a full, known hash', async () => {
    const files = { 'a.py': 'x = 1\n' };
    const plain = make([
      { subject: 'a', files },
      { subject: 'b', files: { 'a.py': 'x = 2\n' } },
    ]);
    const noisy = plain.hashes[1] ?? '';
    const listed = async (content: string) => {
      const copy = make([
        { subject: 'a', files },
        { subject: 'b', files: { 'a.py': 'x = 2\n' } },
        { subject: 'c', files: { '.git-blame-ignore-revs': content } },
      ]);
      const repository = await open(copy.folder);
      const commit = copy.hashes[2] ?? '';
      const [line] = await repository.blame({ commit, path: 'a.py', from: 1, to: 1, ignored: [] });
      return copy.hashes.indexOf(line?.sha ?? '');
    };
    expect(await listed(`# formatting\n${noisy}\n`)).toBe(0);
    expect(await listed(`${noisy}\n${noisy.slice(0, 10)}\n`)).toBe(1);
    expect(await listed(`${noisy}\n${'0'.repeat(40)}\n`)).toBe(1);
  });

  it('logs a range newest first with what each commit touched', async () => {
    const repository = await open(history.folder);
    const [first = '', second = '', third = '', last = ''] = history.hashes;
    const log = await repository.log({ to: last, from: first, paths: null, limit: 10 });
    expect(log.map((commit) => commit.sha)).toEqual([last, third, second]);
    expect(log[0]?.files).toEqual([{ path: 'src/shop/orders.py', status: 'renamed', previousPath: 'src/orders.py' }]);
    expect(log[2]).toMatchObject({
      subject: 'Fix | pipes, "quotes" and 🎉',
      authorName: 'Zoë Müller',
      parents: [first],
    });
    const ofFile = await repository.log({ to: last, from: null, paths: ['été/naïve "q".txt'], limit: 10 });
    expect(ofFile.map((commit) => commit.sha)).toEqual([first]);
    expect(ofFile[0]?.parents).toEqual([]);
    expect(await repository.log({ to: last, from: null, paths: null, limit: 2 })).toHaveLength(2);
  });

  it('refuses a commit that is not a full hash', async () => {
    const repository = await open(history.folder);
    await expect(repository.log({ to: '--output=x', from: null, paths: null, limit: 1 })).rejects.toMatchObject({
      code: 'git_failed',
    });
  });

  it('opens from a folder inside, and a bare repository', async () => {
    mkdirSync(join(history.folder, 'src', 'inner'), { recursive: true });
    const inside = await open(join(history.folder, 'src', 'inner'));
    const last = history.hashes.at(-1) ?? '';
    expect(await inside.listFiles(last)).toContain('src/shop/orders.py');
    expect(await inside.blame({ commit: last, path: 'src/shop/orders.py', from: 1, to: 1, ignored: [] })).toHaveLength(
      1,
    );
    const bareHistory = make(HISTORY, { isBare: true });
    const bare = await open(bareHistory.folder);
    const tip = bareHistory.hashes.at(-1) ?? '';
    expect(await bare.blame({ commit: tip, path: 'src/shop/orders.py', from: 1, to: 3, ignored: [] })).toHaveLength(3);
  });

  it('says that a clone is shallow', async () => {
    expect((await open(history.folder)).isShallow).toBe(false);
    const folder = mkdtempSync(join(tmpdir(), 'guardian-shallow-'));
    history.git('clone', '-q', '--depth', '1', `file://${history.folder}`, join(folder, 'clone'));
    expect((await open(join(folder, 'clone'))).isShallow).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('knows an empty repository, where nothing resolves', async () => {
    expect(await (await open(make([]).folder)).resolve('HEAD')).toBeNull();
  });

  it('does not follow submodules', async () => {
    const outer = make([{ subject: 'a', files: { 'a.txt': 'a' } }]);
    outer.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},libs/inner`);
    outer.git('commit', '-q', '-m', 'Add a submodule');
    const repository = await open(outer.folder);
    const head = (await repository.resolve('HEAD'))?.sha ?? '';
    expect(await repository.listFiles(head)).toEqual(['a.txt']);
    expect(await repository.readFile(head, 'libs/inner/a.txt')).toBeNull();
    expect(await repository.readFile(head, 'libs/inner')).toBeNull();
  });

  it('passes over files above the limit and reads on', async () => {
    const files = { 'big.txt': 'x'.repeat(300_000), 'small.txt': 'small' };
    const large = make([{ subject: 'a', files }]);
    const repository = await open(large.folder, { fileBytes: 1000 });
    const [commit = ''] = large.hashes;
    const read = await Promise.all(
      ['big.txt', 'small.txt', 'big.txt'].map((path) => repository.readFile(commit, path)),
    );
    expect(read.map((bytes) => bytes?.length ?? null)).toEqual([null, 5, null]);
  });

  it('says what is wrong: no repository, no folder, no git, no time', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'guardian-none-'));
    const unavailable = { code: 'repository_unavailable' };
    await expect(open(empty)).rejects.toMatchObject(unavailable);
    await expect(open(join(empty, 'missing'))).rejects.toMatchObject(unavailable);
    await expect(openRepository(empty, { environment: { PATH: empty } })).rejects.toMatchObject(unavailable);
    writeProgram(join(empty, 'git'), '#!/bin/sh\nexec /bin/sleep 9\n');
    const hanging = openRepository(history.folder, { environment: { PATH: empty }, limits: { timeoutMs: 100 } });
    await expect(hanging).rejects.toMatchObject({ about: { reason: 'no answer within 100 ms' } });
    rmSync(empty, { recursive: true });
  });

  it('is not led elsewhere by variables of the environment', async () => {
    const environment = {
      ...GIT_ENVIRONMENT,
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/',
      GIT_CONFIG_PARAMETERS: "'x.y=z'",
    };
    const repository = await openRepository(history.folder, { environment });
    opened.push(repository);
    expect((await repository.resolve('HEAD'))?.sha).toBe(history.hashes.at(-1));
  });

  it('can be closed twice, and answers again when asked again', async () => {
    const repository = await open(history.folder);
    await repository.resolve('HEAD');
    repository.close();
    repository.close();
    expect(await repository.resolve('HEAD')).not.toBeNull();
  });
});

describe('diff', () => {
  const history = make([
    {
      subject: 'Add',
      files: { 'src/a.py': 'one\ntwo\nthree\n', 'src/b.py': 'b\n', 'été/naïve.txt': 'x\n', ':(top)odd': 'o\n' },
    },
    {
      subject: 'Change two',
      files: { 'src/a.py': 'one\nTWO é\nthree\n', 'src/b.py': 'B\n', 'été/naïve.txt': 'ÿ\n', ':(top)odd': 'O\n' },
    },
    { subject: 'Large', files: { 'src/a.py': `${'é'.repeat(99)}\n`.repeat(1_000) } },
    { subject: 'Binary', files: { 'src/logo.png': Buffer.from([0x89, 0x50, 0, 0xff]) } },
  ]);
  const diff = async (sha: string, paths: string[], maxBytes = 40_000) =>
    (await open(history.folder)).diff({ sha, paths, maxBytes });

  it('is what the commit did to those files, and to no other', async () => {
    const text = (await diff(history.hashes[1]!, ['src/a.py']))!;
    expect(text.split('\n').slice(0, 3)).toEqual([
      'diff --git a/src/a.py b/src/a.py',
      expect.stringMatching(/^index /),
      '--- a/src/a.py',
    ]);
    expect(text).toContain('-two\n+TWO é\n');
    expect(text).not.toContain('src/b.py');
    expect(await diff(history.hashes[1]!, ['src/b.py', 'été/naïve.txt'])).toContain('+ÿ');
  });

  it('of the first commit is all that it brought', async () => {
    expect(await diff(history.hashes[0]!, ['src/a.py'])).toContain('new file mode');
  });

  it('is null when the commit touched none of them', async () => {
    expect(await diff(history.hashes[1]!, ['src/never.py'])).toBeNull();
    expect(await diff(history.hashes[1]!, [])).toBeNull();
  });

  it('ends within its bound, at the end of a line', async () => {
    for (const maxBytes of [5_000, 5_001, 5_002, 5_003]) {
      const text = (await diff(history.hashes[2]!, ['src/a.py'], maxBytes))!;
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
      expect(Buffer.byteLength(text)).toBeGreaterThan(4_500);
      expect(text).not.toContain('\ufffd');
      expect(text.endsWith('\n')).toBe(true);
    }
  });

  it('shows of a binary file that it changed, not what it holds', async () => {
    const text = (await diff(history.hashes[3]!, ['src/logo.png']))!;
    expect(text).toContain('Binary files');
  });

  it.each([
    '../src/a.py',
    '/etc/passwd',
    'src/../src/a.py',
    '.git/config',
    'src/a.py\0',
    'src/a.py\n--output=x',
    '',
    './src/a.py',
  ])('takes no path that is none of the tree: %j', async (path) => {
    expect(await diff(history.hashes[1]!, [path])).toBeNull();
  });

  it('takes options and magic in a path for what they are: names', async () => {
    for (const path of ['--output=/tmp/owned', '-O', '*', 'src/*.py', ':(glob)**', ':!src/b.py', ':/'])
      expect(await diff(history.hashes[1]!, [path])).toBeNull();
    expect(await diff(history.hashes[1]!, [':(top)odd'])).toContain('+O');
  });

  it('takes nothing but a whole hash for a commit', async () => {
    for (const sha of ['HEAD', 'main', '--all', `${history.hashes[1]}^`, history.hashes[1]!.slice(0, 12), ''])
      await expect(diff(sha, ['src/a.py'])).rejects.toMatchObject({ code: 'git_failed' });
    await expect(diff('f'.repeat(40), ['src/a.py'])).rejects.toMatchObject({ code: 'git_failed' });
  });

  it('runs no program that the repository names', async () => {
    const hostile = make([
      { subject: 'Add', files: { '.gitattributes': '*.py diff=evil\n', 'a.py': 'one\n' } },
      { subject: 'Change', files: { 'a.py': 'two\n' } },
    ]);
    const proof = join(hostile.folder, 'proof');
    for (const name of ['diff.evil.textconv', 'diff.evil.command', 'diff.external', 'core.pager'])
      hostile.git('config', name, `touch ${proof}; cat`);
    const repository = await open(hostile.folder);
    const text = await repository.diff({ sha: hostile.hashes[1]!, paths: ['a.py'], maxBytes: 1_000 });
    expect(text).toContain('-one\n+two\n');
    expect(existsSync(proof)).toBe(false);
  });
});
