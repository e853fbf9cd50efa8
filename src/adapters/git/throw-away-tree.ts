import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GuardianError } from '../../core/shared/index.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits, type GitPlace, runGit } from './run-git.ts';

export interface TreeOptions {
  /** The repository that holds the commit; nothing is written to it. */
  repository: string;
  /** Full hash. */
  commit: string;
  /** Made, and must not be there. */
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  limits?: Partial<GitLimits>;
}

/** ms: copying the history of a large repository takes longer than reading from it. */
const COPY_MS = 300_000;
/** What checks out files must not ask the machine's own settings: a filter there is a program. */
const NO_SETTINGS = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/**
 * A working tree at the commit, in a repository of its own that holds the history of that commit and nothing else: what is done to its `.git` is done to a copy.
 * No branch, remote, hook, setting or hard link leads back.
 */
export async function makeThrowAwayTree({
  repository,
  commit,
  folder,
  environment,
  limits,
}: TreeOptions): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const place = placeIn(folder, environment, limits);
  await runGit(place, ['init', '--quiet', '--template=', '--initial-branch=work']);
  await copyHistory({ repository, commit, into: join(folder, '.git'), environment, limits });
  await runIn(place, ['checkout', '--quiet', '--force', '-B', 'guardian', 'refs/heads/base']);
  await runGit(place, ['branch', '--quiet', '-D', 'base']);
}

/** As `refs/heads/base` of another repository: the commit and all before it. */
export async function copyHistory({
  repository,
  commit,
  into,
  environment,
  limits,
}: Omit<TreeOptions, 'folder'> & { into: string }): Promise<void> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new GuardianError('git_failed', { reason: (m) => m.outward.git.noFullHash });
  // A history that is cut off stays cut off.
  await runGit(placeIn(into, environment, limits), ['--git-dir=.', 'config', 'receive.shallowUpdate', 'true']);
  const from = placeIn(repository, environment, limits);
  const allowed = ['-c', 'protocol.file.allow=always'];
  await runGit(from, [...allowed, 'push', '--quiet', '--no-verify', into, `${commit}:refs/heads/base`]);
}

export function placeIn(
  folder: string,
  environment: TreeOptions['environment'],
  limits: Partial<GitLimits> | undefined,
): GitPlace {
  return { folder, environment, limits: { ...DEFAULT_GIT_LIMITS, timeoutMs: COPY_MS, ...limits } };
}

/** As `runGit`, without the settings of the machine and its users. `more`: further variables of git. */
export function runIn(
  place: GitPlace,
  command: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  return runGit({ ...place, gitVariables: { ...NO_SETTINGS, ...more } }, command);
}
