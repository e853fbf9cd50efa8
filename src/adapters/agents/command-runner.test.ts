import { type ChildProcess, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentRun } from '../../core/fixes/index.ts';
import { findMeans, type Means } from './isolation.ts';
import { openRunnerFixture, PATH, type RunnerFixture } from './runner-fixtures.ts';

let at: RunnerFixture;
/** What this machine offers: where it offers nothing, a run must say so. */
let means: Means;
beforeAll(async () => {
  means = await findMeans({ PATH });
});
beforeEach(() => {
  at = openRunnerFixture();
});
afterEach(() => at.remove());

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const NO_MEANS = { namespaces: null, hasSetpriv: false, hasPrlimit: false, hasIp: false } as const;

function runningIds(mark: string): number[] {
  return globSync('/proc/[0-9]*/cmdline')
    .filter((path) => {
      try {
        return readFileSync(path, 'utf8').includes(mark);
      } catch {
        return false;
      }
    })
    .map((path) => Number(path.split('/')[2]));
}

const running = (mark: string) => runningIds(mark).length;

/** Without a view of processes of its own, what left its group outlives the rest: that is said in the documents, and ended here. */
function expectNobodyLeft(mark: string, held: Means = means): void {
  if (held.namespaces === null) for (const id of runningIds(mark)) process.kill(id, 'SIGKILL');
  else expect(running(mark)).toBe(0);
}

/** The agent said so with a file of its working tree. */
function hasStarted(): boolean {
  return globSync(join(at.runs, 'run-*', 'tree', 'started')).length > 0;
}

function flagsOf(run: AgentRun): string[] {
  return (run.change?.flags ?? []).map(({ kind, isRefused }) => `${kind}${isRefused ? ' refused' : ''}`);
}

describe('a change', () => {
  it('is kept as a branch of the repository with one commit, tested, and the working tree is gone', async () => {
    const runner = at.runner({ command: at.agent('mend'), testCommand: [process.execPath, 'test.mjs'] });
    const run = await runner.run(at.request());
    expect(run).toMatchObject({ end: 'exited', exitCode: 0, test: { exitCode: 0, end: 'exited' } });
    expect(run.output.text).toBe('mended\n');
    expect(run.test?.output.text).toBe('passed\n');
    expect(run.change).toMatchObject({
      branch: 'guardian/fix-shop-12',
      files: [{ path: 'src/shop.js', status: 'modified' }],
      flags: [],
    });
    expect(at.git('log', '--format=%H|%an|%s|%P', '-1', 'guardian/fix-shop-12')).toBe(
      `${run.change?.commit}|Guardian|Mend SHOP-12 (fix-0123456789ab)|${at.commit}`,
    );
    expect(at.git('show', 'guardian/fix-shop-12:src/shop.js')).toContain('?? 0');
    expect(run.change?.diff).toContain('+export const price = (item) => item?.price ?? 0;');
    expect(at.git('status', '--porcelain')).toBe('');
    expect(readdirSync(at.runs)).toEqual([]);
    const again = await runner.run(at.request());
    expect(again.change?.branch).toBe('guardian/fix-shop-12-2');
  });

  it('is shown and not kept where no branch is asked for', async () => {
    const run = await at.runner({ command: at.agent('mend') }).run(at.request({ keepsBranch: false }));
    expect(run.change).toMatchObject({ commit: null, branch: null, files: [{ path: 'src/shop.js' }] });
    expect(at.git('branch', '--list', 'guardian/*')).toBe('');
  });

  it.each([
    ['.github/workflows/ci.yml', 'continuous-integration refused'],
    ['deploy/Jenkinsfile', 'continuous-integration refused'],
    ['.husky/pre-commit', 'hook refused'],
    ['.gitmodules', 'submodule refused'],
    ['AGENTS.md', 'agent-instructions'],
    ['package.json', 'test-command'],
    ['.gitattributes', 'git-folder'],
  ])('of %s is flagged: %s', async (path, flag) => {
    const run = await at.runner({ command: at.agent('write', JSON.stringify([[path, '{}\n']])) }).run(at.request());
    expect(flagsOf(run)).toEqual([flag]);
    expect(run.change?.branch === null).toBe(flag.endsWith('refused'));
  });

  it.each([
    ['/etc/passwd', 'symbolic-link refused'],
    ['../../elsewhere', 'symbolic-link refused'],
    ['.git/config', 'symbolic-link refused'],
    ['src/shop.js', 'symbolic-link'],
  ])('that links to %s: %s', async (target, flag) => {
    expect(flagsOf(await at.runner({ command: at.agent('link', target) }).run(at.request()))).toEqual([flag]);
  });

  it('of too many files, too many bytes, or a repository within, becomes no branch', async () => {
    const many = Array.from({ length: 21 }, (_, index) => [`new/${index}.txt`, 'x\n']);
    const run = await at.runner({ command: at.agent('write', JSON.stringify(many)) }).run(at.request());
    expect(flagsOf(run)).toEqual(['too-many-files refused']);
    const large = await at.runner({ command: at.agent('long') }).run(at.request());
    expect(flagsOf(large)).toEqual(['too-large refused']);
    expect(large.change).toMatchObject({ isDiffCut: true, branch: null });
    expect(Buffer.byteLength(large.change?.diff ?? '')).toBeLessThanOrEqual(100_000);
    const inner = [
      ['inner/.git/HEAD', 'ref: refs/heads/x\n'],
      ['inner/.git/objects/x', ''],
      ['inner/.git/refs/x', ''],
    ];
    const within = await at.runner({ command: at.agent('write', JSON.stringify(inner)) }).run(at.request());
    expect(within.change?.branch).toBeNull();
  });

  it('to its own git folder runs nothing of it: hooks, filters and monitors of the agent stay text', async () => {
    const trap = join(at.folder, 'trapped');
    const run = await at.runner({ command: at.agent('hooks', trap) }).run(at.request());
    expect(existsSync(trap)).toBe(false);
    expect(flagsOf(run).sort()).toEqual(['git-folder', 'git-folder', 'hook']);
    expect(run.change?.branch).toBe('guardian/fix-shop-12');
    expect(at.git('config', '--list', '--local')).not.toContain('hookspath');
  });
});

describe('a git folder', () => {
  it('that is left with pipes where files were is told, and read no further', async () => {
    const pipes = ['.git/config', '.git/hooks/pre-commit', '.git/info/attributes'];
    const run = await at.runner({ command: at.agent('fifo', ...pipes) }).run(at.request());
    expect([run.end, run.exitCode]).toEqual(['exited', 0]);
    expect(flagsOf(run).sort()).toEqual(['git-folder', 'hook', 'no-change']);
  });

  it('that is left with links to endless files is told, and read no further', async () => {
    const run = await at
      .runner({ command: at.agent('endless', '.git/config', '.git/hooks/pre-commit') })
      .run(at.request());
    expect(flagsOf(run).sort()).toEqual(['git-folder', 'hook']);
    expect(run.change?.branch).toBe('guardian/fix-shop-12');
  });

  it('that got attributes of its own is told', async () => {
    const files = JSON.stringify([['.git/info/attributes', '* filter=x\n']]);
    expect(flagsOf(await at.runner({ command: at.agent('write', files) }).run(at.request()))).toContain('git-folder');
  });
});

describe('a repository within the repository', () => {
  /** Of a commit that nobody has here, as with a submodule that was never fetched. */
  function addSubmodule(): void {
    at.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},libs/inner`);
    at.git('commit', '--quiet', '-m', 'Link');
  }

  it.each([
    ['the commit that is linked', ['1'.repeat(40)], { branch: 'guardian/fix-shop-12', flags: [] }],
    ['another commit', [], { branch: null, flags: ['submodule refused'] }],
  ])(
    'that stands at %s where a submodule is runs nothing on the host: its filters and monitors stay text',
    async (_, head, kept) => {
      addSubmodule();
      const trap = join(at.folder, 'trapped');
      const run = await at.runner({ command: at.agent('inner', trap, ...head) }).run(at.request());
      expect(run.output.text).toBe('mended\n');
      expect(existsSync(trap)).toBe(false);
      expect({ branch: run.change?.branch, flags: flagsOf(run) }).toEqual(kept);
    },
  );

  it('that is only linked stays as it is in the change', async () => {
    addSubmodule();
    const run = await at.runner({ command: at.agent('mend') }).run(at.request());
    expect(run.change).toMatchObject({ branch: 'guardian/fix-shop-12', files: [{ path: 'src/shop.js' }], flags: [] });
    expect(at.git('ls-tree', run.change!.commit!, 'libs/inner')).toBe(`160000 commit ${'1'.repeat(40)}\tlibs/inner`);
  });
});

describe('an agent', () => {
  it('gets the hand-off on standard input, the named variables, a HOME of its own, and nothing else of Guardian', async () => {
    const runner = at.runner({ command: at.agent('tell'), environment: { API_KEY: 'of-the-agent' } });
    const told = JSON.parse((await runner.run(at.request())).output.text);
    expect(told.stdin).toBe('# Hand-off of SHOP-12\n');
    expect(Object.keys(told.env).sort()).toEqual(['API_KEY', 'HOME', 'LANG', 'PATH', 'TMPDIR']);
    expect(told.env.HOME).toMatch(/\/run-\w+\/home$/);
    expect(told.cwd).toMatch(/\/run-\w+\/tree$/);
    const fds = JSON.parse((await at.runner({ command: at.agent('fds') }).run(at.request())).output.text);
    const others = fds.filter(
      ([fd, to]: string[]) => Number(fd) > 2 && !/^anon_inode|^\/proc|^pipe|^gone|^\/dev\/null/.test(to!),
    );
    expect(others).toEqual([]);
  });

  it('that fails, is not there, or changes nothing is told as that', async () => {
    const failed = await at.runner({ command: at.agent('fail') }).run(at.request());
    expect(failed).toMatchObject({ end: 'exited', exitCode: 7, change: { commit: null } });
    expect(failed.output.text).toBe('no\n');
    expect(flagsOf(failed)).toEqual(['no-change']);
    const missing = await at.runner({ command: ['/nowhere/agent'] }).run(at.request());
    const isStarted = means.namespaces !== null || means.hasSetpriv || means.hasPrlimit;
    expect([missing.end, missing.exitCode]).toEqual(isStarted ? ['exited', 127] : ['not-started', null]);
    const bare = await at.runner({ command: ['/nowhere/agent'] }, { means: NO_MEANS }).run(at.request());
    expect(bare.end).toBe('not-started');
  });

  it('that takes too long is ended with all it started, also what left its group, and nothing of it is left', async () => {
    const run = await at.runner({ command: at.agent('wait', 'left-by-agent'), timeoutMs: 2_000 }).run(at.request());
    expect(run.end).toBe('timed-out');
    expect(run.output.text).toBe('waiting\n');
    expectNobodyLeft('left-by-agent');
    expect(readdirSync(at.runs)).toEqual([]);
  });

  it('that writes without end is ended, and head and tail of it are kept', async () => {
    const run = await at.runner({ command: at.agent('flood') }).run(at.request());
    expect(run.end).toBe('killed-output');
    expect(run.output.bytes).toBeGreaterThan(1_048_576);
    expect(run.output.text.length).toBeLessThan(66_000);
    expect(run.output.cutBytes).toBe(run.output.bytes - 65_536);
  });

  it('is ended when Guardian stops', async () => {
    const stop = new AbortController();
    const run = at.runner({ command: at.agent('wait', 'left-at-stop') }).run(at.request({ signal: stop.signal }));
    await expect.poll(hasStarted, { timeout: 30_000 }).toBe(true);
    stop.abort();
    expect((await run).end).toBe('aborted');
    expectNobodyLeft('left-at-stop');
  });
});

describe('what is withheld', () => {
  it('is said, whatever this machine offers', async () => {
    const run = await at.runner({ command: at.agent('tell') }).run(at.request());
    const isHeld = means.namespaces !== null;
    expect(run.isolation).toEqual({
      network: isHeld ? 'none' : 'not-withheld',
      files: isHeld ? 'unshare' : 'none',
      user: null,
    });
    const bare = await at.runner({ command: at.agent('tell') }, { means: NO_MEANS }).run(at.request());
    expect(bare.isolation).toEqual({ network: 'not-withheld', files: 'none', user: null });
    const needed = at.runner({ command: at.agent('mend'), isolation: 'required' }, { means: NO_MEANS });
    expect(await needed.run(at.request())).toMatchObject({ end: 'not-started', change: { commit: null } });
  });

  it('covers the store, the repository, keys, and other processes', async () => {
    const store = join(at.folder, 'store', 'guardian.db');
    const key = join(at.folder, 'home', '.ssh', 'id');
    for (const path of [store, key]) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, 'secret');
    }
    const config = join(at.repository, '.git', 'config');
    const environ = `/proc/${process.pid}/environ`;
    const run = await at.runner({ command: at.agent('look', store, key, config, environ) }).run(at.request());
    if (run.isolation.files === 'unshare')
      expect(JSON.parse(run.output.text)).toEqual(['ENOENT', 'ENOENT', 'ENOENT', 'ENOENT']);
    // It says that nothing is covered, and nothing is: not even Guardian's environment, as the user is the same.
    else {
      const open = [6, 6, readFileSync(config, 'utf8').length, readFileSync(environ, 'utf8').length];
      expect([run.isolation.files, JSON.parse(run.output.text)]).toEqual(['none', open]);
    }
    expect(readFileSync(store, 'utf8')).toBe('secret');
  });

  it('covers sockets of the user and the system by which programs are started outside, also with the network', async () => {
    const uid = String(process.getuid?.());
    const known = [join('/run/user', uid), '/run/user'].find(isWritable);
    mkdirSync(join(at.folder, 'store'));
    const folder = mkdtempSync(join(known ?? join(at.folder, 'store'), 'guardian-'));
    const socket = join(folder, 'bus');
    const server = createServer((one) => one.end());
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const run = await at.runner({ command: at.agent('knock', socket), network: 'any' }).run(at.request());
      expect(run.output.text).toBe(run.isolation.files === 'unshare' ? 'ENOENT\n' : 'reached\n');
    } finally {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is the network, unless it is allowed', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const reach = at.agent('reach', '127.0.0.1', String(port));
    const outcome = async (network: 'none' | 'any') => {
      const run = await at.runner({ command: reach, network }).run(at.request());
      return [run.output.text.trim(), run.isolation.network];
    };
    expect(await outcome('any')).toEqual(['reached', 'allowed']);
    const isHeld = means.namespaces !== null;
    expect(await outcome('none')).toEqual(
      isHeld ? [expect.stringMatching(/^E[A-Z]+$/), 'none'] : ['reached', 'not-withheld'],
    );
    server.close();
  });

  it('leaves only the hosts that are named', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const command = at.agent('fetch', `localhost:${port}`, 'example.com:443');
    const run = await at.runner({ command, network: [`localhost:${port}`] }).run(at.request());
    const isNamed = means.namespaces !== null && means.hasIp;
    if (isNamed) expect(run.output.text).toBe('localhost 200\nexample.com 403\n');
    expect(run.isolation.network).toBe(isNamed ? 'named' : means.namespaces === null ? 'not-withheld' : 'none');
    server.close();
  });

  it('is what another user may not read, where one is named and Guardian may become it', async () => {
    const mayBecome = process.getuid?.() === 0 && means.hasSetpriv && means.namespaces !== 'unprivileged';
    const user = { uid: 65_534, gid: 65_534 };
    chmodSync(at.folder, 0o755);
    if (!mayBecome) return expect(means.namespaces === 'privileged' && process.getuid?.() === 0).toBe(false);
    const run = await at.runner({ command: at.agent('mend'), user }).run(at.request());
    expect(run.isolation.user).toBe(65_534);
    expect(run.change?.branch).toBe('guardian/fix-shop-12');
  });
});

describe('a machine without unshare, setpriv and prlimit', () => {
  /** A PATH with node and git alone. */
  function barePath(): string {
    const folder = join(at.folder, 'bare');
    mkdirSync(folder);
    for (const name of ['node', 'git', 'sh', 'true']) {
      const found = PATH.split(':')
        .map((place) => join(place, name))
        .find((path) => existsSync(path));
      symlinkSync(found!, join(folder, name));
    }
    return folder;
  }

  it('is found out by trying, and carries runs out that say so', async () => {
    const environment = { PATH: barePath(), HOME: join(at.folder, 'home') };
    expect(await findMeans(environment)).toEqual(NO_MEANS);
    const run = await at.runner({ command: at.agent('mend') }, { environment }).run(at.request());
    expect(run).toMatchObject({
      end: 'exited',
      isolation: { network: 'not-withheld', files: 'none', user: null },
      change: { branch: 'guardian/fix-shop-12' },
    });
    const named = await at
      .runner({ command: at.agent('mend'), network: ['api.example.com'] }, { environment })
      .run(at.request());
    expect(named.isolation.network).toBe('not-withheld');
    const told = JSON.parse(
      (await at.runner({ command: at.agent('tell') }, { environment }).run(at.request())).output.text,
    );
    expect(Object.keys(told.env).sort()).toEqual(['HOME', 'LANG', 'PATH', 'TMPDIR']);
  });

  it('runs nothing of an agent that must be isolated', async () => {
    const environment = { PATH: barePath(), HOME: join(at.folder, 'home') };
    const command = at.agent('mend');
    const run = await at.runner({ command, isolation: 'required' }, { environment }).run(at.request());
    expect(run).toMatchObject({ end: 'not-started', change: { commit: null, files: [] } });
    expect(at.git('branch', '--list')).toBe('* main');
  });

  it('ends an agent at its time limit', async () => {
    const environment = { PATH: barePath(), HOME: join(at.folder, 'home') };
    const command = at.agent('wait', 'left-without-means');
    const run = await at.runner({ command, timeoutMs: 2_000 }, { environment }).run(at.request());
    expectNobodyLeft('left-without-means', NO_MEANS);
    expect([run.end, run.output.text]).toEqual(['timed-out', 'waiting\n']);
    expect(readdirSync(at.runs)).toEqual([]);
  });
});

describe('after Guardian was killed in the middle of a run', () => {
  it('nothing of the agent runs on, and the next start removes what it left', async () => {
    const worker = fileURLToPath(new URL('./runner-killed-fixtures.ts', import.meta.url));
    const child: ChildProcess = spawn(
      process.execPath,
      ['--no-warnings', worker, at.repository, at.runs, at.commit, JSON.stringify(at.agent('wait', 'left-by-kill'))],
      { stdio: 'ignore' },
    );
    await expect.poll(hasStarted, { timeout: 30_000 }).toBe(true);
    expect(running('left-by-kill')).toBeGreaterThan(0);
    child.kill('SIGKILL');
    // Where the kernel does not end it along, the sweep does what it can: its group.
    if (means.namespaces !== null) await expect.poll(() => running('left-by-kill')).toBe(0);
    expect(readdirSync(at.runs)).toHaveLength(1);
    expect(await at.runner({ command: [] }).sweep()).toBe(1);
    expectNobodyLeft('left-by-kill');
    expect(readdirSync(at.runs)).toEqual([]);
    expect(at.git('branch', '--list')).toBe('* main');
    expect(at.git('worktree', 'list', '--porcelain').match(/^worktree/gm)).toHaveLength(1);
  });
});
