import { createHash } from 'node:crypto';
import { glob, lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { GuardianError } from '../../../core/shared/index.ts';
import { DEFAULT_GIT_LIMITS, runGit } from '../../git/run-git.ts';
import {
  createSupervisedTarget,
  type PlainSettings,
  type ResolvedArtifact,
  type SupervisedService,
  type SupervisedTarget,
} from './supervised-target.ts';
import type { Launch } from './supervisor/state.ts';

export interface ProcessTargetOptions extends SupervisedService {
  launch: Launch & { source: { repository: string } | { folder: string } };
}

export type ProcessTarget = SupervisedTarget;

/** The embedded default: revisions are processes of this machine behind a reverse proxy. */
export function createProcessTarget(options: ProcessTargetOptions): ProcessTarget {
  const { launch } = options;
  return createSupervisedTarget(options, {
    kind: 'process',
    launch,
    defaultArtifact: async () => ('repository' in launch.source ? 'HEAD' : launch.source.folder),
    resolve: (artifact) => resolveArtifact(launch, artifact),
    plainSettings: async () => plainSettings(launch, launch.command),
    plainSettingsOf: async ({ command }) => plainSettings(launch, command),
    prepare: async () => launch.command,
    vitalsOf: async (_revision, memoryBytes) => ({ memoryBytes }),
  });
}

/** What every revision of this target has in common with the configuration. */
function plainSettings({ healthPath, build }: Launch, command: readonly string[]): PlainSettings {
  return {
    secrets: {},
    cpu: null,
    concurrency: null,
    minInstances: 1,
    maxInstances: 1,
    probes: {
      startup: healthPath === null ? null : JSON.stringify({ path: healthPath }),
      liveness: null,
      readiness: null,
    },
    serviceAccount: null,
    access: { isAnonymousAllowed: true, callers: [] },
    other: { command: JSON.stringify(command), ...(build ? { build: JSON.stringify(build) } : {}) },
  };
}

/** What would run, by its content: the tree of a commit, or every file of a folder. Throws `target_refused` where it does not exist. */
async function resolveArtifact(
  { source, base }: ProcessTargetOptions['launch'],
  artifact: string,
): Promise<ResolvedArtifact> {
  if ('folder' in source) return { artifact, digest: await digestOf(artifact), commit: null };
  const place = {
    folder: source.repository,
    environment: base,
    limits: DEFAULT_GIT_LIMITS,
  };
  const ask = (revision: string) =>
    runGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', revision]).then((bytes) =>
      bytes.toString('utf8').trim(),
    );
  try {
    const commit = await ask(`${artifact}^{commit}`);
    const tree = await ask(`${commit}^{tree}`);
    return { artifact, digest: `sha256:${createHash('sha256').update(tree).digest('hex')}`, commit };
  } catch (cause) {
    throw new GuardianError('target_refused', { reason: `there is no revision ${artifact} in the repository`, cause });
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const paths: string[] = [];
  try {
    if (!(await lstat(folder)).isDirectory()) throw new Error('it is no folder');
    for await (const path of glob('**/*', { cwd: folder, exclude: (name) => name === '.git' })) paths.push(path);
  } catch (cause) {
    throw new GuardianError('target_refused', { reason: `the folder ${folder} cannot be read`, cause });
  }
  for (const path of paths.sort()) {
    const whole = join(folder, path);
    const kind = await lstat(whole);
    if (kind.isDirectory()) continue;
    const content = kind.isSymbolicLink() ? await readlink(whole) : await readFile(whole);
    hash.update(path).update('\0').update(createHash('sha256').update(content).digest());
  }
  return `sha256:${hash.digest('hex')}`;
}
