import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { readState } from '../../adapters/targets/process/supervisor/state.ts';
import * as settings from '../../config/index.ts';
import { GuardianError, type Messages, textOf } from '../../core/shared/index.ts';
import type { DeployCheck } from './check-deploy.ts';
import type { OpenedTarget } from './open-targets.ts';

type Say = Messages['deploying']['doctor'];

export interface BuildCheckOptions {
  messages: Messages;
  /** Of the target alone. */
  stateFolder: string;
  data: string;
}

interface Fault {
  reason: string;
  remedy: string;
}

/** A build that runs out of disk says so last, and in many ways. */
const LEAST_BYTES = 500 * 1024 * 1024;
/** A manifest, and what fixes the versions that it names. */
const LOCKED: readonly [string, readonly string[]][] = [
  [
    'package.json',
    ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
  ],
  ['pyproject.toml', ['poetry.lock', 'uv.lock', 'pdm.lock', 'requirements.txt']],
  ['Cargo.toml', ['Cargo.lock']],
  ['go.mod', ['go.sum']],
  ['Gemfile', ['Gemfile.lock']],
  ['composer.json', ['composer.lock']],
];

/** Source, program, Dockerfile, lock file, disk, and the last lines of a build that failed. */
export async function checkBuild(opened: OpenedTarget, options: BuildCheckOptions): Promise<DeployCheck> {
  const { messages, data } = options;
  const { doctor: say } = messages.deploying;
  const { target } = opened;
  const label = say.build(target.name);
  const source = sourceOf(opened);
  const fault =
    (await sourceFault(source, say)) ??
    programFault(opened, say) ??
    dockerfileFault(source, say) ??
    (await diskFault(data, say)) ??
    lastBuildFault(opened, options);
  if (fault !== null) {
    const error = new GuardianError('target_refused', { path: target.name, ...fault });
    return { label, outcome: 'failed', detail: '', error };
  }
  const unlocked = lockFault(source, say);
  if (unlocked !== null) return { label, outcome: 'note', detail: `${unlocked.reason}. ${unlocked.remedy}` };
  const built = lastBuilt(opened, options);
  return { label, outcome: 'ok', detail: built === null ? say.buildNothing : say.buildOk(built) };
}

function sourceOf({ repository, usual }: OpenedTarget): string {
  return repository ?? usual ?? '.';
}

async function sourceFault(source: string, say: Say): Promise<Fault | null> {
  const isThere = await stat(source).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere ? null : { reason: say.noSource(source), remedy: say.noSourceRemedy };
}

function programFault({ given }: OpenedTarget, say: Say): Fault | null {
  if (given.kind !== 'process') return null;
  for (const [program = ''] of [given.command, given.build ?? []]) {
    // What stands in the folder of the revision comes with it.
    if (program === '' || (program.includes('/') && !isAbsolute(program)) || isProgram(program)) continue;
    return { reason: say.noProgram(program), remedy: say.noProgramRemedy };
  }
  return null;
}

function isProgram(program: string): boolean {
  const places = isAbsolute(program)
    ? [program]
    : (settings.processEnvironment().PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return places.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** One that is not there is no fault: the image may be built elsewhere. */
function dockerfileFault(source: string, say: Say): Fault | null {
  const path = join(source, 'Dockerfile');
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.some((line) => /^\s*FROM\s+\S/i.test(line))
    ? null
    : { reason: say.badDockerfile(path), remedy: say.badDockerfileRemedy };
}

async function diskFault(data: string, say: Say): Promise<Fault | null> {
  const found = await statfs(existsSync(data) ? data : '.').catch(() => null);
  if (found === null || found.bavail * found.bsize >= LEAST_BYTES) return null;
  const megabytes = Math.floor((found.bavail * found.bsize) / 1024 ** 2);
  return { reason: say.littleDisk(data, megabytes), remedy: say.littleDiskRemedy };
}

function lockFault(source: string, say: Say): Fault | null {
  for (const [manifest, locks] of LOCKED) {
    if (!existsSync(join(source, manifest)) || locks.some((lock) => existsSync(join(source, lock)))) continue;
    return {
      reason: say.noLockFile(join(source, manifest), locks.slice(0, 3).join(', ')),
      remedy: say.noLockFileRemedy,
    };
  }
  return null;
}

function newestKept({ given }: OpenedTarget, { stateFolder }: BuildCheckOptions) {
  if (given.kind !== 'process' || !existsSync(join(stateFolder, 'state.json'))) return null;
  return readState(stateFolder).revisions[0] ?? null;
}

function lastBuildFault(opened: OpenedTarget, options: BuildCheckOptions): Fault | null {
  const { doctor: say } = options.messages.deploying;
  const newest = newestKept(opened, options);
  if (newest === null || newest.phase !== 'failed') return null;
  const lines = textOf(newest.problem ?? '', options.messages)
    .trim()
    .split('\n')
    .slice(-10)
    .join('\n');
  return { reason: say.buildFailed(newest.name, lines), remedy: say.buildFailedRemedy };
}

function lastBuilt(opened: OpenedTarget, options: BuildCheckOptions): string | null {
  return newestKept(opened, options)?.name ?? null;
}
