import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GIT_ENVIRONMENT, makeRepository, type TemporaryRepository } from '../../../test/fixtures/make-repository.ts';
import { writeProgram } from '../../../test/fixtures/write-program.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { installPrePushHook, uninstallPrePushHook } from './pre-push-hook.ts';

const PUSH_BLOCKED = 86;
const words = messagesFor('fr').cli.hook.script;

const made: TemporaryRepository[] = [];
const bin = mkdtempSync(join(tmpdir(), "guardian's bin-"));
afterAll(() => {
  for (const repository of made) repository.remove();
  rmSync(bin, { recursive: true, force: true });
});

/** A repository with a remote beside it, and a program in Guardian's place that ends with `status`. */
function place(status = 0) {
  const remote = makeRepository([], { isBare: true });
  const repository = makeRepository([{ subject: 'Start', files: { 'a.txt': 'a\n' } }]);
  made.push(remote, repository);
  repository.git('remote', 'add', 'origin', remote.folder);
  const program = join(bin, `program-${made.length}.sh`);
  writeFileSync(program, `echo "looked: $*" >&2\nexit ${status}\n`);
  const { folder } = repository;
  const hook = join(folder, '.git', 'hooks', 'pre-push');
  return {
    repository,
    folder,
    program,
    hook,
    install: (shell = '/bin/sh') =>
      installPrePushHook({ folder, command: [shell, program], blockedStatus: PUSH_BLOCKED, words }),
  };
}

function push(folder: string, ...more: string[]) {
  const { status, stderr } = spawnSync('git', ['push', ...more, 'origin', 'main'], {
    cwd: folder,
    env: GIT_ENVIRONMENT,
    encoding: 'utf8',
  });
  return { isThrough: status === 0, said: stderr };
}

describe('the pre-push hook', () => {
  it('lets a real push through or blocks it as Guardian says', () => {
    const fine = place(0);
    expect(fine.install()).toMatchObject({ kind: 'installed', path: fine.hook });
    expect(push(fine.folder)).toMatchObject({ isThrough: true, said: expect.stringContaining('looked: hook run') });

    const critical = place(PUSH_BLOCKED);
    critical.install();
    expect(push(critical.folder).isThrough).toBe(false);
    expect(push(critical.folder, '--no-verify').isThrough).toBe(true);
  });

  it('touches no tracked file and no commit (row 33)', () => {
    const { repository, folder, install } = place(0);
    const before = repository.git('rev-parse', 'HEAD');
    install();
    expect(push(folder).isThrough).toBe(true);
    expect([
      repository.git('status', '--porcelain', '--untracked-files=no'),
      repository.git('rev-parse', 'HEAD'),
    ]).toEqual(['', before]);
  });

  it('keeps the hook that stood there, runs it first, and puts it back', () => {
    const { folder, hook, install } = place(PUSH_BLOCKED);
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    writeProgram(hook, '#!/bin/sh\necho "own: $1" >&2\nexit 3\n');
    const own = readFileSync(hook, 'utf8');

    const outcome = install();
    expect(outcome.kind).toBe('installed beside');
    const { isThrough, said } = push(folder);
    expect(isThrough).toBe(false);
    expect(said).toContain('own: origin');
    expect(said).not.toContain('looked');

    expect(install().kind).toBe('already installed');
    expect(uninstallPrePushHook({ folder }).kind).toBe('restored');
    expect(readFileSync(hook, 'utf8')).toBe(own);
    expect(uninstallPrePushHook({ folder }).kind).toBe('not installed');
  });

  it.each(['program', 'shell'] as const)('says so and lets the push through when Guardian is gone: its %s', (which) => {
    const { folder, program, install } = place(PUSH_BLOCKED);
    const shell = writeProgram(join(bin, `shell-${made.length}`), '#!/bin/sh\nexec /bin/sh "$@"\n');
    install(shell);
    rmSync({ program, shell }[which]);
    expect(push(folder)).toMatchObject({
      isThrough: true,
      said: expect.stringContaining('introuvable là où il était installé'),
    });
  });

  it.each([
    ['a failure without a word', 'exit 1'],
    ['a program that its Node cannot read', 'exit 3'],
    ['want of memory', 'exit 134'],
    ['a signal', 'kill -9 $$'],
    ['a program that cannot be run', 'exit 126'],
  ])('lets the push through on %s, and says so', (_, end) => {
    const { folder, program, install } = place();
    writeFileSync(program, `${end}\n`);
    install();
    expect(push(folder)).toMatchObject({
      isThrough: true,
      said: expect.stringMatching(/terminé sans réponse \(statut \d+\) ; le push continue/),
    });
  });

  it('is written anew by another install: where Guardian stands may have changed', () => {
    const { folder, program, hook, install } = place(PUSH_BLOCKED);
    const former = writeProgram(join(bin, `shell-${made.length}`), '#!/bin/sh\nexec /bin/sh "$@"\n');
    install(former);
    rmSync(former);
    const stale = readFileSync(hook, 'utf8');
    expect(install().kind).toBe('renewed');
    expect(readFileSync(hook, 'utf8')).not.toBe(stale);
    expect(statSync(hook).mode & 0o111).not.toBe(0);
    expect(push(folder)).toMatchObject({ isThrough: false, said: expect.stringContaining('looked: hook run') });
    expect([install().kind, program]).toEqual(['already installed', program]);
  });

  it('never writes over a hook that it kept, and puts back the one it stands before', () => {
    const { folder, hook, install } = place(0);
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    const hooks = ['first', 'second', 'third'].map((name) => `#!/bin/sh\necho "own: ${name}" >&2\n`);
    for (const own of hooks) {
      // Another tool writes its own over ours.
      writeProgram(hook, own);
      expect(install().kind).toBe('installed beside');
    }
    const kept = ['', '.2', '.3'].map((end) => join(folder, '.git', 'hooks', `pre-push.before-guardian${end}`));
    expect(kept.map((path) => readFileSync(path, 'utf8'))).toEqual(hooks);
    const { said } = push(folder);
    expect(said).toContain('own: third');
    expect(said).not.toMatch(/own: first|own: second/);
    expect(install()).toMatchObject({ kind: 'already installed', keptPath: kept[2] });
    expect(uninstallPrePushHook({ folder }).kind).toBe('restored');
    expect(readFileSync(hook, 'utf8')).toBe(hooks[2]);
    expect(kept.slice(0, 2).map((path) => readFileSync(path, 'utf8'))).toEqual(hooks.slice(0, 2));
  });

  it('tells in plain words what it does, and that it can be passed', () => {
    const { hook, install } = place(0);
    install();
    const script = readFileSync(hook, 'utf8');
    for (const words of ['CRITICAL only', '--no-verify', 'changes no file', 'hook uninstall'])
      expect(script).toContain(words);
    expect(statSync(hook).mode & 0o111).not.toBe(0);
  });

  it('leaves a folder of hooks alone whose files git tracks, and a folder that is no repository', () => {
    const { repository, folder, install } = place(0);
    mkdirSync(join(folder, '.husky'));
    writeFileSync(join(folder, '.husky', 'pre-commit'), '#!/bin/sh\n');
    repository.git('add', '.husky');
    repository.git('config', 'core.hooksPath', '.husky');
    expect(install()).toEqual({ kind: 'tracked folder', folder: '.husky' });
    expect(existsSync(join(folder, '.husky', 'pre-push'))).toBe(false);

    const none = mkdtempSync(join(tmpdir(), 'guardian-none-'));
    const command = { command: ['/bin/sh', 'x'], blockedStatus: PUSH_BLOCKED, words };
    expect(installPrePushHook({ folder: none, ...command })).toEqual({ kind: 'not a repository' });
    rmSync(none, { recursive: true });
  });

  it('is plain sh', () => {
    const { hook, install } = place(0);
    install();
    expect(() => execFileSync('sh', ['-n', hook])).not.toThrow();
  });
});
