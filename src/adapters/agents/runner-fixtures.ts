import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentRequest } from '../../core/fixes/index.ts';
import { type AgentCommand, type CommandRunnerOptions, createCommandRunner } from './command-runner.ts';

/** Where node, git and what holds an agent are looked for. */
export const PATH = [dirname(process.execPath), '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(
  ':',
);

/** A small deterministic agent: does what its first argument says, in the folder it was started in. */
const AGENT = `
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
const [what, ...rest] = process.argv.slice(2);
const stdin = readFileSync(0, 'utf8');
const { env } = process;
const deeds = {
  mend() { writeFileSync('src/shop.js', 'export const price = (item) => item?.price ?? 0;\\n'); console.log('mended'); },
  tell() { console.log(JSON.stringify({ stdin, env, cwd: process.cwd(), uid: process.getuid(), pids: readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length })); },
  fds() { console.log(JSON.stringify(readdirSync('/proc/self/fd').map((fd) => { try { return [fd, readlinkSync('/proc/self/fd/' + fd)]; } catch { return [fd, 'gone']; } }))); },
  look() { console.log(JSON.stringify(rest.map((path) => { try { return readFileSync(path, 'utf8').length; } catch (error) { return error.code; } }))); },
  write() { for (const [path, text] of JSON.parse(rest[0])) { mkdirSync(path.replace(/[^/]*$/, '') || '.', { recursive: true }); writeFileSync(path, text); } },
  long() { writeFileSync('long.txt', 'a line of text\\n'.repeat(10000)); },
  link() { symlinkSync(rest[0], 'link'); },
  executable() { writeFileSync('run.sh', '#!/bin/sh\\n'); chmodSync('run.sh', 0o755); },
  hooks() {
    writeFileSync('.git/config', '[core]\\n\\tfsmonitor = touch ' + rest[0] + '\\n\\thooksPath = .git/hooks\\n[filter "x"]\\n\\tclean = touch ' + rest[0] + '\\n');
    mkdirSync('.git/hooks', { recursive: true });
    writeFileSync('.git/hooks/reference-transaction', '#!/bin/sh\\ntouch ' + rest[0] + '\\n', { mode: 0o755 });
    writeFileSync('.gitattributes', '* filter=x\\n'); deeds.mend();
  },
  fifo() { for (const path of rest) { rmSync(path, { force: true }); mkdirSync(path.replace(/[^/]*$/, ''), { recursive: true }); execFileSync('mkfifo', [path]); } },
  endless() { for (const path of rest) { rmSync(path, { force: true }); mkdirSync(path.replace(/[^/]*$/, ''), { recursive: true }); symlinkSync('/dev/zero', path); } deeds.mend(); },
  inner() {
    const git = (...args) => execFileSync('git', ['-C', 'libs/inner', '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { stdio: 'ignore' });
    mkdirSync('libs/inner', { recursive: true });
    writeFileSync('libs/inner/a.txt', 'a\\n');
    git('init', '--quiet'); git('add', '.'); git('commit', '-qm', 'x');
    writeFileSync('libs/inner/.gitattributes', '* filter=x\\n');
    writeFileSync('libs/inner/a.txt', 'b\\n');
    git('config', 'filter.x.clean', 'touch ' + rest[0] + '; cat'); git('config', 'core.fsmonitor', 'touch ' + rest[0]);
    if (rest[1]) writeFileSync('libs/inner/.git/HEAD', rest[1] + '\\n');
    deeds.mend();
  },
  flood() { const line = 'x'.repeat(65536); const more = () => { while (process.stdout.write(line)); process.stdout.once('drain', more); }; more(); },
  wait() { process.on('SIGTERM', () => {}); const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM",()=>{}); setInterval(()=>{}, 1000) // ' + rest[0]], { detached: true, stdio: 'ignore' }); child.unref(); writeFileSync('started', '1'); console.log('waiting'); setInterval(() => {}, 1000); },
  fail() { console.error('no'); process.exit(7); },
  reach() { const socket = connect(Number(rest[1]), rest[0]); socket.on('connect', () => { console.log('reached'); process.exit(0); }); socket.on('error', (error) => { console.log(error.code); process.exit(0); }); },
  knock() { const socket = connect(rest[0]); socket.on('connect', () => { console.log('reached'); process.exit(0); }); socket.on('error', (error) => { console.log(error.code); process.exit(0); }); },
  async fetch() { const { request } = await import('node:http'); const proxy = new URL(env.HTTPS_PROXY); for (const target of rest) await new Promise((done) => { const asked = request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: target }); asked.on('connect', (answer, socket) => { console.log(target.split(':')[0] + ' ' + answer.statusCode); socket.destroy(); done(); }); asked.on('error', (error) => { console.log(error.code); done(); }); asked.end(); }); },
};
await deeds[what]();
`;

export interface RunnerFixture {
  folder: string;
  repository: string;
  commit: string;
  git(...args: string[]): string;
  agent(what: string, ...rest: string[]): string[];
  runner(command: Partial<AgentCommand>, more?: Partial<CommandRunnerOptions>): ReturnType<typeof createCommandRunner>;
  request(more?: Partial<AgentRequest>): AgentRequest;
  runs: string;
  remove(): void;
}

/** A repository with one commit, an agent's program beside it, and a folder for runs. */
export function openRunnerFixture(): RunnerFixture {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-agents-'));
  const repository = join(folder, 'shop');
  const runs = join(folder, 'runs');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...args], {
      cwd: repository,
      encoding: 'utf8',
      env: { PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  mkdirSync(join(repository, 'src'), { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(repository, 'src/shop.js'), 'export const price = (item) => item.price;\n');
  writeFileSync(
    join(repository, 'test.mjs'),
    "import { price } from './src/shop.js';\nconsole.log(price(null) === 0 ? 'passed' : 'wrong');\n",
  );
  git('add', '.');
  git('commit', '--quiet', '-m', 'Sell');
  const program = join(folder, 'agent.mjs');
  writeFileSync(program, AGENT);
  return {
    folder,
    repository,
    commit: git('rev-parse', 'HEAD'),
    git,
    agent: (what, ...rest) => [process.execPath, program, what, ...rest],
    runs,
    runner: (command, more = {}) =>
      createCommandRunner({
        commands: [
          {
            name: 'mender',
            command: [],
            environment: {},
            network: 'none',
            timeoutMs: 60_000,
            testCommand: null,
            user: null,
            isolation: 'preferred',
            ...command,
          },
        ],
        repository,
        environment: { PATH, HOME: join(folder, 'home'), DATABASE_URL: 'postgres://secret' },
        folder: runs,
        hidden: [join(folder, 'store')],
        bounds: { keptBytes: 65_536, outputBytes: 1_048_576, fileBytes: 1 << 30, files: 20, diffBytes: 100_000 },
        author: { name: 'Guardian', email: 'guardian@localhost' },
        redact: (text) => text,
        clock: { now: () => Date.UTC(2026, 5, 1) },
        ...more,
      }),
    request: (more = {}) => ({
      attemptId: 'try-1',
      command: 'mender',
      shortId: 'SHOP-12',
      fixId: 'fix-0123456789ab',
      commit: git('rev-parse', 'HEAD'),
      keepsBranch: true,
      message: { subject: 'Mend SHOP-12 (fix-0123456789ab)', body: 'Nobody has read it yet.' },
      handOff: '# Hand-off of SHOP-12\n',
      testCommand: null,
      signal: new AbortController().signal,
      ...more,
    }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
