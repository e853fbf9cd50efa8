import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** What stands in the hook, so that we know our own. */
const MARK = '# Installed by "guardian hook install"';
const KEPT = 'pre-push.before-guardian';
/** The one that our script runs first, where several were kept. */
const KEPT_NAME = /^before=.*\/(pre-push\.before-guardian(?:\.\d+)?)"$/m;

export interface HookPlace {
  /** Where git runs `pre-push` from. */
  path: string;
  /** The hook that stood there before, kept beside ours. */
  keptPath: string;
}

export type HookOutcome =
  | ({ kind: 'installed' | 'installed beside' | 'already installed' | 'renewed' } & HookPlace)
  | ({ kind: 'removed' | 'restored' } & HookPlace)
  | { kind: 'not installed' }
  | { kind: 'not a repository' }
  | { kind: 'tracked folder'; folder: string };

export interface HookCommand {
  /** What runs Guardian, as words: each is a file that must be there. */
  command: readonly string[];
  /** The one exit status of "hook run" that blocks a push. */
  blockedStatus: number;
  /** What the script itself says, in the reader's language. */
  words: { gone: string; ended(status: string): string };
}

/**
 * Puts the hook in place; ours, where it stands already, is written anew, for where Guardian stands may have changed. A hook of others is kept and runs
 * first; a folder whose files git tracks is left alone.
 */
export function installPrePushHook({ folder, ...command }: { folder: string } & HookCommand): HookOutcome {
  const place = findHooks(folder);
  if ('kind' in place) return place;
  const { path } = place;
  const present = readIfThere(path);
  const isOurs = present?.includes(MARK) ?? false;
  const keptPath = present === null || isOurs ? place.keptPath : freePath(join(dirname(path), KEPT));
  const script = hookScript(command, basename(keptPath));
  if (present !== null && !isOurs) renameSync(path, keptPath);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  if (isOurs) return { kind: present === script ? 'already installed' : 'renewed', path, keptPath };
  return { kind: existsSync(keptPath) ? 'installed beside' : 'installed', path, keptPath };
}

/** Takes our hook away and puts back the one that stood there. */
export function uninstallPrePushHook({ folder }: { folder: string }): HookOutcome {
  const place = findHooks(folder);
  if ('kind' in place) return place;
  if (!readIfThere(place.path)?.includes(MARK)) return { kind: 'not installed' };
  rmSync(place.path);
  if (!existsSync(place.keptPath)) return { kind: 'removed', ...place };
  renameSync(place.keptPath, place.path);
  return { kind: 'restored', ...place };
}

/**
 * The script runs wherever git runs one: plain `sh`. It blocks on the one status that says so; when Guardian is gone, or ends in any other way (no
 * memory, a signal, a Node that cannot read it), it says that and lets the push through.
 */
function hookScript({ command, blockedStatus, words }: HookCommand, kept: string): string {
  return `#!/bin/sh
${MARK}; take it away with "guardian hook uninstall".
# Before a push it reports on production. It blocks the push on CRITICAL only (knob hook.blockOn in guardian.config.ts);
# when production is DEGRADED or cannot be looked at, it prints one line and the push goes on.
# "git push --no-verify" goes past it. It changes no file and no commit.
before="$(dirname "$0")/${kept}"
if [ -x "$before" ]; then
  "$before" "$@" || exit $?
fi
if ! { ${command.map((word) => `[ -f ${quoted(word)} ]`).join(' && ')}; }; then
  echo ${quoted(words.gone)} >&2
  exit 0
fi
${command.map(quoted).join(' ')} hook run </dev/null
status=$?
if [ "$status" -eq ${blockedStatus} ]; then
  exit 1
fi
if [ "$status" -ne 0 ]; then
  printf ${quoted(`${words.ended('%s')}\\n`)} "$status" >&2
fi
exit 0
`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** What was kept before is somebody's hook: it is never written over. */
function freePath(path: string): string {
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? path : `${path}.${number}`;
    if (!existsSync(numbered)) return numbered;
  }
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
  const path = join(hooksFolder, 'pre-push');
  return { path, keptPath: join(hooksFolder, KEPT_NAME.exec(readIfThere(path) ?? '')?.[1] ?? KEPT) };
}

function git(folder: string, args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trimEnd();
  } catch {
    return null;
  }
}
