import { mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type AgentChange,
  type AgentRequest,
  type AgentRun,
  type AgentRunner,
  branchOf,
} from '../../core/fixes/index.ts';
import { type Clock, GuardianError } from '../../core/shared/index.ts';
import { makeThrowAwayTree, takeChange, treeIdentity } from '../git/index.ts';
import { type GitMarks, marksOf, marksToFlags } from './git-marks.ts';
import { giveAway } from './give-away.ts';
import { type HeldOutcome, runHeld } from './held-command.ts';
import { inspectChange } from './inspect-change.ts';
import { type AgentUser, findMeans, launchOf, type Means } from './isolation.ts';
import { type NamedHostsProxy, startNamedHostsProxy } from './named-hosts-proxy.ts';
import { makeRunFolder, type RunFolder, sweepRunFolders } from './run-folder.ts';
import { splitCommand } from './split-command.ts';

export interface AgentCommand {
  name: string;
  /** The program and its arguments; no shell reads them. */
  command: readonly string[];
  /** What it gets of the environment besides PATH and a HOME of its own. */
  environment: Readonly<Record<string, string>>;
  /** `none`: withheld. `any`: allowed. A list: only these hosts, `api.example.com` or `api.example.com:8443`. */
  network: 'none' | 'any' | readonly string[];
  timeoutMs: number;
  /** Instead of the project's test command; null: the project's. */
  testCommand: readonly string[] | null;
  /** Null: as Guardian itself. */
  user: AgentUser | null;
  /** `required`: it does not run where the network cannot be withheld as asked, or Guardian's files not covered. */
  isolation: 'preferred' | 'required';
}

export interface RunnerBounds {
  /** Bytes of output kept of each command, and those after which it is ended. */
  keptBytes: number;
  outputBytes: number;
  /** Bytes a file may grow to. */
  fileBytes: number;
  /** Of a change. */
  files: number;
  diffBytes: number;
}

export interface CommandRunnerOptions {
  commands: readonly AgentCommand[];
  /** The watched code. */
  repository: string;
  /** Guardian's own: git and PATH are found by it, nothing else of it is passed on. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Runs stand here, each in a folder of its own; made 0700. Outside of `hidden`. */
  folder: string;
  /** Files and folders of Guardian: store, configuration. Those of its user with keys are added. */
  hidden: readonly string[];
  bounds: RunnerBounds;
  /** Who stands in the commit. */
  author: { name: string; email: string };
  redact(text: string): string;
  clock: Clock;
  /** Found out at the first run when it is left out. */
  means?: Means;
}

/** Files listed of a change. */
const LISTED = 200;
const PROXY_PORT = 3_128;
/** Where keys are kept, of the user that Guardian runs as. */
const KEYS = [
  ...['.ssh', '.aws', '.azure', '.kube', '.docker', '.gnupg', '.config/gcloud', '.config/gh', '.config/hub'],
  ...['.netrc', '.npmrc', '.pypirc', '.git-credentials', '.pgpass', '.my.cnf', '.cargo/credentials.toml'],
];
/** Where programs are asked to start others, outside of what holds an agent: containers, the bus of the user and of the machine. */
const SOCKETS = [
  ...['/run/docker.sock', '/var/run/docker.sock', '/run/podman', '/run/containerd', '/run/secrets'],
  ...['/run/user', '/run/dbus'],
];
const SYSTEMD = '/run/systemd';
/** By this names of hosts are looked up, where the network is allowed. */
const RESOLVES = 'resolve';

/** Of systemd as well, whose sockets have other names in each version. */
async function socketsHere(): Promise<string[]> {
  const names = await readdir(SYSTEMD).catch(() => [] as string[]);
  return [...SOCKETS, ...names.filter((name) => name !== RESOLVES).map((name) => join(SYSTEMD, name))];
}

/**
 * Runs agents as programs: in a working tree of its own at the running revision, the hand-off on standard input, held as far as the machine can. What it
 * changed is taken by a repository that it never saw, and kept as a branch; then the tests run, held like it.
 */
export function createCommandRunner(options: CommandRunnerOptions): AgentRunner {
  const { commands, folder: root, bounds, environment } = options;
  let found: Promise<Means> | null = options.means ? Promise.resolve(options.means) : null;
  return {
    sweep: () => sweepRunFolders(root),
    async run(request) {
      const command = commands.find(({ name }) => name === request.command);
      if (!command) throw new GuardianError('not_found', { reason: (m) => m.outward.noCommand(request.command) });
      found ??= findMeans(environment);
      const means = await found;
      const folder = await makeRunFolder(root);
      try {
        return await runIn({ folder, command, means, request });
      } finally {
        await folder.remove();
      }
    },
  };

  interface Running {
    folder: RunFolder;
    command: AgentCommand;
    means: Means;
    request: AgentRequest;
  }

  async function runIn(running: Running): Promise<AgentRun> {
    const { folder, command, request } = running;
    const tree = join(folder.path, 'tree');
    const home = join(folder.path, 'home');
    const { repository } = options;
    await makeThrowAwayTree({ repository, commit: request.commit, folder: tree, environment });
    await mkdir(home, { mode: 0o700 });
    if (command.user && running.means.hasSetpriv) await giveAway(folder.path, [tree, home], command.user);
    const identity = await treeIdentity(tree);
    const before = await marksOf(repository, tree);
    const proxy = await proxyFor(running);
    try {
      const held = await hold(running, command.command, request.handOff);
      const { change, taken } = await changeOf(running, { tree, identity, before, isOver: held.end !== 'aborted' });
      const test = taken && change.commit !== null ? await testOf(running) : null;
      return { ...held, isolation: held.isolation, change: taken ? change : null, test };
    } finally {
      await proxy?.close();
    }
  }

  /** With the network withheld and hosts named, where the means for it are there. */
  async function proxyFor({ folder, command, means }: Running): Promise<NamedHostsProxy | null> {
    if (!Array.isArray(command.network) || means.namespaces === null || !means.hasIp) return null;
    return startNamedHostsProxy(join(folder.path, 'proxy.sock'), command.network);
  }

  async function hold(
    { folder, command, means, request }: Running,
    argv: readonly string[],
    input: string,
  ): Promise<HeldOutcome & Pick<AgentRun, 'isolation'>> {
    const isNamed = Array.isArray(command.network);
    const socket = join(folder.path, 'proxy.sock');
    const launch = launchOf(
      {
        command: argv,
        hidden: await hiddenFrom(folder.path),
        network: command.network === 'any' ? 'allowed' : 'withheld',
        fileBytes: bounds.fileBytes,
        user: command.user,
        relay: isNamed ? { port: PROXY_PORT, socket } : null,
      },
      means,
    );
    const { isolation } = launch;
    if (command.isolation === 'required' && (isolation.network === 'not-withheld' || isolation.files === 'none')) {
      const output = { text: 'It needs an isolation that this machine does not offer.', bytes: 0, cutBytes: 0 };
      return { exitCode: null, signal: null, end: 'not-started', ms: 0, output, isolation };
    }
    const held = await runHeld({
      launch,
      folder: join(folder.path, 'tree'),
      environment: environmentOf(command, join(folder.path, 'home'), isolation.network === 'named'),
      input,
      timeoutMs: command.timeoutMs,
      keptBytes: bounds.keptBytes,
      mostBytes: bounds.outputBytes,
      redact: options.redact,
      signal: request.signal,
      onStart: (group) => {
        // A sweep that cannot read of it finds the folder only: then the kernel has ended the rest with Guardian.
        folder.holds(group).catch(() => {});
      },
    });
    return { ...held, isolation };
  }

  function environmentOf(command: AgentCommand, home: string, isProxied: boolean): Record<string, string> {
    const proxy = `http://127.0.0.1:${PROXY_PORT}`;
    return {
      PATH: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      ...command.environment,
      HOME: home,
      TMPDIR: home,
      ...(isProxied ? { HTTPS_PROXY: proxy, https_proxy: proxy, NODE_USE_ENV_PROXY: '1' } : {}),
    };
  }

  /** Not what holds the run itself: it would cover that as well. */
  async function hiddenFrom(path: string): Promise<string[]> {
    const home = environment.HOME ?? homedir();
    const sockets = await socketsHere();
    const all = [...options.hidden, options.repository, ...KEYS.map((key) => join(home, key)), ...sockets];
    return [...new Set(all.map((one) => resolve(one)))].filter(
      (one) => one !== '/' && !`${path}/`.startsWith(`${one}/`),
    );
  }

  interface Changing {
    tree: string;
    identity: Awaited<ReturnType<typeof treeIdentity>>;
    before: GitMarks;
    isOver: boolean;
  }

  async function changeOf(
    { folder, request }: Running,
    { tree, identity, before, isOver }: Changing,
  ): Promise<{ change: AgentChange; taken: boolean }> {
    const nothing: AgentChange = {
      commit: null,
      branch: null,
      files: [],
      moreFiles: 0,
      diff: '',
      isDiffCut: false,
      flags: [],
    };
    if (!isOver) return { change: nothing, taken: false };
    const after = await marksOf(options.repository, tree);
    const touched = marksToFlags(before, after);
    try {
      const taken = await takeChange({
        ...{ repository: options.repository, commit: request.commit, environment, tree, identity },
        folder: join(folder.path, 'result.git'),
        diffBytes: bounds.diffBytes,
      });
      const flags = [...inspectChange(taken.files, taken.isDiffCut, bounds), ...touched];
      const mayStay = taken.files.length > 0 && request.keepsBranch && !flags.some(({ isRefused }) => isRefused);
      const at = options.clock.now();
      const commit = mayStay ? await taken.commit({ ...request.message, author: options.author, at }) : null;
      const branch = commit === null ? null : await taken.keepAs(branchOf(request.shortId), commit);
      const files = taken.files.slice(0, LISTED).map(({ path, status }) => ({ path, status }));
      const moreFiles = taken.files.length - files.length;
      const diff = options.redact(taken.diff);
      return { change: { commit, branch, files, moreFiles, diff, isDiffCut: taken.isDiffCut, flags }, taken: true };
    } catch (error) {
      // A repository inside that has no commit, a tree that was exchanged: what git will not take is not kept.
      if (!(error instanceof GuardianError) || error.code !== 'git_failed') throw error;
      const refused = { kind: 'git-folder' as const, path: null, isRefused: true };
      return { change: { ...nothing, flags: [refused, ...touched] }, taken: true };
    }
  }

  async function testOf(running: Running): Promise<AgentRun['test']> {
    const { command, request } = running;
    const own = request.testCommand === null ? null : splitCommand(request.testCommand);
    const argv = command.testCommand ?? own;
    if (argv === null || argv.length === 0) return null;
    const { exitCode, end, ms, output } = await hold(running, argv, '');
    return { command: argv.join(' '), exitCode, end, ms, output };
  }
}
