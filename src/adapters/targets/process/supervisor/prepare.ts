import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GuardianError, type Sentence } from '../../../../core/shared/index.ts';
import { signalGroup } from '../../../executors/shell/process-group.ts';
import { DEFAULT_GIT_LIMITS, runGit } from '../../../git/run-git.ts';
import { say } from '../../sayings.ts';
import type { Launch } from './state.ts';

const CLONE_TIMEOUT_MS = 5 * 60_000;
/** Of a failed build so much is told. */
const TOLD_BYTES = 2_000;

export interface PrepareOptions {
  launch: Launch;
  /** A full commit hash, or the path of a folder; nothing that is read where the revision was prepared. */
  artifact: string;
  /** Made anew, whatever was there. */
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** What the build prints goes there. */
  logFile: string;
  /** Ends the build. */
  signal: AbortSignal;
}

/** Puts the code of a revision into a folder of its own, and builds it there. Rejects with what went wrong. */
export async function prepareRevision({
  launch,
  artifact,
  folder,
  environment,
  logFile,
  signal,
}: PrepareOptions): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ('repository' in launch.source) await checkOut(launch.source.repository, artifact, { folder, base: launch.base });
  else {
    const source = 'prepared' in launch.source ? join(launch.source.prepared, basename(folder)) : artifact;
    await cp(source, folder, { recursive: true, verbatimSymlinks: true });
  }
  const { build: command, buildTimeoutMs: timeoutMs } = launch;
  if (command && !signal.aborted) await build(command, { folder, environment, logFile, timeoutMs, signal });
}

/** A work tree with the history beside it: nothing of the repository itself is changed, not even its list of work trees. */
async function checkOut(
  repository: string,
  commit: string,
  { folder, base }: { folder: string; base: Launch['base'] },
): Promise<void> {
  const environment = { ...base, HOME: folder };
  const limits = { ...DEFAULT_GIT_LIMITS, timeoutMs: CLONE_TIMEOUT_MS };
  const allow = ['-c', 'protocol.file.allow=always', '-c', 'safe.directory=*'];
  await runGit({ folder: repository, environment, limits }, [
    ...allow,
    'clone',
    '--quiet',
    '--shared',
    '--no-checkout',
    '--',
    repository,
    folder,
  ]);
  await runGit({ folder, environment, limits }, [...allow, 'checkout', '--quiet', '--detach', commit]);
}

interface BuildOptions {
  folder: string;
  environment: Readonly<Record<string, string>>;
  logFile: string;
  timeoutMs: number;
  signal: AbortSignal;
}

async function build(command: readonly string[], options: BuildOptions): Promise<void> {
  const [program = '', ...args] = command;
  const log = await open(options.logFile, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      cwd: options.folder,
      env: options.environment,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    const status = await ended(child, options);
    if (status !== 0) {
      const how = typeof status === 'number' ? String(status) : status;
      const told = await lastBytes(options.logFile, TOLD_BYTES);
      throw new GuardianError('target_refused', { reason: say.supervisor.build(how, told) });
    }
  } finally {
    await log.close();
  }
}

/** 0, another exit status, a signal, or why it was not started. */
function ended(child: ChildProcess, { timeoutMs, signal }: Pick<BuildOptions, 'timeoutMs' | 'signal'>) {
  return new Promise<number | Sentence>((resolve) => {
    const end = (how: number | Sentence) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(how);
    };
    const endAll = (how: Sentence) => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      end(how);
    };
    const giveUp = () => endAll(say.supervisor.unwanted);
    const timer = setTimeout(() => endAll(say.supervisor.notDoneWithin(timeoutMs)), timeoutMs);
    signal.addEventListener('abort', giveUp);
    child.once('error', (error) => end(error.message));
    child.once('exit', (status, by) => end(status ?? say.supervisor.endedBy(String(by))));
  });
}

export async function lastBytes(file: string, bytes: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.min(size, bytes)), position: start });
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
