import { execFile } from 'node:child_process';
import { GuardianError, type Worded } from '../../core/shared/index.ts';

export interface GitLimits {
  /** How long one command may take, ms. */
  timeoutMs: number;
  /** How much one command may print, bytes. */
  outputBytes: number;
  /** Larger files are not read, bytes. */
  fileBytes: number;
}

export const DEFAULT_GIT_LIMITS: GitLimits = {
  timeoutMs: 20_000, // blame of a long file in a long history takes seconds
  outputBytes: 64 * 1024 * 1024, // the file list of the largest public repositories
  fileBytes: 2 * 1024 * 1024, // nobody reads code of that size in a report
};

export interface GitPlace {
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  limits: GitLimits;
  /** Git's own variables, which are never taken from the environment. */
  gitVariables?: Readonly<Record<string, string>>;
}

/** Before every command: no pager, no pathspec magic, no programs or networks that a repository's own configuration names. */
export const SAFE_OPTIONS: readonly string[] = [
  '--no-pager',
  '--literal-pathspecs',
  ...[
    'core.quotepath=off',
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'protocol.allow=never',
    'log.showSignature=false',
    'blame.ignoreRevsFile=',
    'diff.renames=true',
    'diff.external=',
  ].flatMap((setting) => ['-c', setting]),
];

/** The caller's environment without git's own variables, which could point the commands elsewhere. */
export function gitEnvironment(environment: GitPlace['environment']): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
}

/**
 * Runs one git command and gives what it printed. Throws `repository_unavailable` without git or folder, `git_failed` with git's own
 * first line, at the time limit, and at the output limit.
 */
export function runGit(place: GitPlace, command: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...SAFE_OPTIONS, ...command],
      {
        cwd: place.folder,
        env: { ...gitEnvironment(place.environment), ...place.gitVariables },
        encoding: 'buffer',
        timeout: place.limits.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: place.limits.outputBytes,
        windowsHide: true,
      },
      (error, stdout, stderr) => (error ? reject(toError(error, stderr, place)) : resolve(stdout)),
    );
  });
}

type ExecError = Error & { code?: string | number | null; killed?: boolean };

function toError(error: ExecError, stderr: Buffer, { folder, limits }: GitPlace): GuardianError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES') {
    return new GuardianError('repository_unavailable', {
      path: folder,
      reason: (m) => m.outward.git.notThere,
      cause: error,
    });
  }
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new GuardianError('git_failed', {
      reason: (m) => m.outward.git.muchOutput(limits.outputBytes),
      cause: error,
    });
  }
  if (error.killed) {
    return new GuardianError('git_failed', { reason: (m) => m.outward.noAnswerWithin(limits.timeoutMs), cause: error });
  }
  const said = stderr.toString('utf8').trim().split('\n')[0] ?? '';
  const reason: Worded = said.slice(0, 300) || ((m) => m.outward.git.exitStatus(String(error.code)));
  return new GuardianError('git_failed', { reason, cause: error });
}
