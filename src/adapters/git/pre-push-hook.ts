import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** What stands in the hook, so that we know our own. */
const MARK = '# Installed by "guardian hook install"';
const KEPT = 'pre-push.before-guardian';

export interface HookPlace {
  /** Where git runs `pre-push` from. */
  path: string;
  /** The hook that stood there before, kept beside ours. */
  keptPath: string;
}

export type HookOutcome =
  | ({ kind: 'installed' | 'installed beside' | 'already installed' | 'removed' | 'restored' } & HookPlace)
  | { kind: 'not installed' }
  | { kind: 'not a repository' }
  | { kind: 'tracked folder'; folder: string };

/** Puts the hook in place. A hook that stands there is kept and runs first; a folder whose files git tracks is left alone. */
export function installPrePushHook({ folder, command }: { folder: string; command: readonly string[] }): HookOutcome {
  const place = findHooks(folder);
  if ('kind' in place) return place;
  if (existsSync(place.path)) {
    if (readFileSync(place.path, 'utf8').includes(MARK)) return { kind: 'already installed', ...place };
    renameSync(place.path, place.keptPath);
  }
  mkdirSync(resolve(place.path, '..'), { recursive: true });
  writeFileSync(place.path, hookScript(command));
  chmodSync(place.path, 0o755);
  return { kind: existsSync(place.keptPath) ? 'installed beside' : 'installed', ...place };
}

/** Takes our hook away and puts back the one that stood there. */
export function uninstallPrePushHook({ folder }: { folder: string }): HookOutcome {
  const place = findHooks(folder);
  if ('kind' in place) return place;
  if (!existsSync(place.path) || !readFileSync(place.path, 'utf8').includes(MARK)) return { kind: 'not installed' };
  rmSync(place.path);
  if (!existsSync(place.keptPath)) return { kind: 'removed', ...place };
  renameSync(place.keptPath, place.path);
  return { kind: 'restored', ...place };
}

/** The script runs wherever git runs one: plain `sh`. When Guardian is gone it says so and lets the push through. */
function hookScript(command: readonly string[]): string {
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh
${MARK}; take it away with "guardian hook uninstall".
# Before a push it reports on production. It blocks the push on CRITICAL only (knob hook.blockOn in guardian.config.ts);
# when production is DEGRADED or cannot be looked at, it prints one line and the push goes on.
# "git push --no-verify" goes past it. It changes no file and no commit.
before="$(dirname "$0")/${KEPT}"
if [ -x "$before" ]; then
  "$before" "$@" || exit $?
fi
if ! [ -f '${(command[1] ?? command[0] ?? '').replaceAll("'", "'\\''")}' ]; then
  echo 'guardian: not found where it was installed; the push goes on (guardian hook uninstall removes this hook)' >&2
  exit 0
fi
exec ${words} hook run </dev/null
`;
}

function findHooks(folder: string): HookPlace | Extract<HookOutcome, { kind: 'tracked folder' | 'not a repository' }> {
  const hooks = git(folder, ['rev-parse', '--git-path', 'hooks']);
  if (hooks === null) return { kind: 'not a repository' };
  const hooksFolder = resolve(folder, hooks);
  const top = git(folder, ['rev-parse', '--show-toplevel']);
  const inside = top === null ? '..' : relative(top, hooksFolder);
  const isTracked =
    !inside.startsWith('..') && (git(folder, ['-C', top ?? folder, 'ls-files', '--', inside]) ?? '') !== '';
  if (isTracked) return { kind: 'tracked folder', folder: inside };
  return { path: join(hooksFolder, 'pre-push'), keptPath: join(hooksFolder, KEPT) };
}

function git(folder: string, args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trimEnd();
  } catch {
    return null;
  }
}
