import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { GuardianError } from '../../core/shared/index.ts';
import { gitEnvironment } from './run-git.ts';

/** Unpacks a bundle of this machine into a folder, once; gives the folder. Throws `git_failed`. */
export function cloneBundle({
  bundle,
  folder,
  environment,
}: {
  bundle: string;
  folder: string;
  environment: NodeJS.ProcessEnv;
}): string {
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'];
    execFileSync('git', [...settings, 'clone', '--quiet', '--branch', 'main', bundle, folder], {
      env: gitEnvironment(environment),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (cause) {
    throw new GuardianError('git_failed', { reason: (cause as Error).message.split('\n')[0], cause });
  }
  return folder;
}
