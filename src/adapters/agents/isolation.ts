import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Isolation } from '../../core/fixes/index.ts';
import type { FirstProcessPlan } from './first-process.ts';

const run = promisify(execFile);

export interface AgentUser {
  uid: number;
  gid: number;
}

/** What this machine can hold an agent with; found by trying, since kernels and containers forbid it in many ways. */
export interface Means {
  /** Namespaces of mounts, processes and network; `unprivileged`: within one of users. Null: none. */
  namespaces: 'privileged' | 'unprivileged' | null;
  /** util-linux's: what it starts ends with Guardian, and gains no rights. */
  hasSetpriv: boolean;
  /** util-linux's: bounds what a file may grow to. */
  hasPrlimit: boolean;
  /** The loopback of an empty network can be brought up, for connections to the hosts that are named. */
  hasIp: boolean;
}

export interface LaunchRequest {
  command: readonly string[];
  /** Files and folders that it must not see. */
  hidden: readonly string[];
  network: 'withheld' | 'allowed';
  /** Bytes a file may grow to. */
  fileBytes: number;
  user: AgentUser | null;
  /** With the network withheld: a socket that the port on its loopback leads to; null: nothing does. */
  relay: FirstProcessPlan['relay'];
}

export interface Launch {
  file: string;
  args: string[];
  isolation: Isolation;
}

const PROBE_MS = 10_000;
const FIRST_PROCESS = fileURLToPath(new URL('./first-process.ts', import.meta.url));

export async function findMeans(environment: Readonly<Record<string, string | undefined>>): Promise<Means> {
  const env = { PATH: environment.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin' };
  const works = (file: string, args: readonly string[]) =>
    run(file, [...args], { env, timeout: PROBE_MS }).then(
      () => true,
      () => false,
    );
  // Some containers allow the namespaces, and no mount in them.
  const cover = ['mount', '-t', 'tmpfs', '-o', 'size=4k', 'guardian', '/tmp'];
  const privileged = await works('unshare', [...namespaces('privileged', true), '--', ...cover]);
  const unprivileged = !privileged && (await works('unshare', [...namespaces('unprivileged', true), '--', ...cover]));
  return {
    namespaces: privileged ? 'privileged' : unprivileged ? 'unprivileged' : null,
    hasSetpriv: await works('setpriv', ['--pdeathsig', 'KILL', '--no-new-privs', '--', 'true']),
    hasPrlimit: await works('prlimit', ['--core=0', '--', 'true']),
    hasIp: await works('ip', ['-V']),
  };
}

/** https://man7.org/linux/man-pages/man1/unshare.1.html */
function namespaces(kind: 'privileged' | 'unprivileged', isOffline: boolean): string[] {
  return [
    ...(kind === 'unprivileged' ? ['--user', '--map-root-user'] : []),
    ...[
      '--mount',
      '--propagation',
      'private',
      '--ipc',
      '--uts',
      '--pid',
      '--fork',
      '--kill-child=KILL',
      '--mount-proc',
    ],
    ...(isOffline ? ['--net'] : []),
  ];
}

/**
 * How a command is started so that it is held as far as this machine can: its own view of processes, files and network, no rights, and an end with Guardian's
 * own. What could not be withheld is said.
 */
export function launchOf(request: LaunchRequest, means: Means): Launch {
  const { command, fileBytes } = request;
  const bounded = means.hasPrlimit ? ['prlimit', `--fsize=${fileBytes}`, '--core=0', '--', ...command] : [...command];
  return means.namespaces === null ? openly(request, means, bounded) : within(request, means, bounded);
}

const DIES_ALONG = ['setpriv', '--pdeathsig', 'KILL'];

/** No namespaces: only the user and the lack of new rights hold it. */
function openly({ user, network }: LaunchRequest, { hasSetpriv }: Means, bounded: readonly string[]): Launch {
  const rights = hasSetpriv ? [...DIES_ALONG, '--no-new-privs', ...asUser(user), '--'] : [];
  const other = hasSetpriv ? user : null;
  const [file = '', ...args] = [...rights, ...bounded];
  return {
    file,
    args,
    isolation: {
      network: network === 'withheld' ? 'not-withheld' : 'allowed',
      files: other === null ? 'none' : 'permissions',
      user: other?.uid ?? null,
    },
  };
}

function within({ user, hidden, relay, network }: LaunchRequest, means: Means, bounded: readonly string[]): Launch {
  const isOffline = network === 'withheld';
  const kind = means.namespaces ?? 'unprivileged';
  const other = kind === 'privileged' && means.hasSetpriv ? user : null;
  const rights = ['setpriv', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', ...asUser(other), '--'];
  const plan: FirstProcessPlan = {
    hidden: [...hidden],
    relay: isOffline && means.hasIp ? relay : null,
    command: means.hasSetpriv ? [...rights, ...bounded] : [...bounded],
  };
  const first = [process.execPath, '--no-warnings', FIRST_PROCESS, JSON.stringify(plan)];
  const alone = ['unshare', ...namespaces(kind, isOffline), '--', ...first];
  const [file = '', ...args] = means.hasSetpriv ? [...DIES_ALONG, '--', ...alone] : alone;
  const held = plan.relay === null ? ('none' as const) : ('named' as const);
  return {
    file,
    args,
    isolation: { network: isOffline ? held : 'allowed', files: 'unshare', user: other?.uid ?? null },
  };
}

function asUser(user: AgentUser | null): string[] {
  return user === null ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
}
