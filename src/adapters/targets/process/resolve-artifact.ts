import { createHash } from 'node:crypto';
import { glob, lstat, readFile, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { GuardianError } from '../../../core/shared/index.ts';
import { DEFAULT_GIT_LIMITS, runGit } from '../../git/run-git.ts';
import { sayAtDeploying as say } from '../sayings.ts';
import type { ResolvedArtifact } from './supervised-target.ts';
import type { Launch } from './supervisor/state.ts';

/** What would run, by its content: the tree of a commit, or every file of a folder. Throws `target_refused` where it does not exist. */
export function resolveArtifact(
  { source, base }: Pick<Launch, 'base'> & { source: { repository: string } | { folder: string } },
  artifact: string,
): Promise<ResolvedArtifact> {
  return 'folder' in source ? resolveFolder(source.folder, artifact) : resolveCommit(source.repository, base, artifact);
}

async function resolveCommit(repository: string, base: Launch['base'], artifact: string): Promise<ResolvedArtifact> {
  const place = { folder: repository, environment: base, limits: DEFAULT_GIT_LIMITS };
  const ask = (revision: string) =>
    runGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', revision]).then((bytes) =>
      bytes.toString('utf8').trim(),
    );
  try {
    const commit = await ask(`${artifact}^{commit}`);
    const tree = await ask(`${commit}^{tree}`);
    return { artifact, digest: `sha256:${createHash('sha256').update(tree).digest('hex')}`, commit };
  } catch (cause) {
    throw new GuardianError('target_refused', { reason: say.noCommit(artifact), cause });
  }
}

/** Whoever may deploy a service may not run, or read, whatever else is on this machine: links are followed before that is decided. */
async function resolveFolder(allowed: string, asked: string): Promise<ResolvedArtifact> {
  const [whole, folder] = await Promise.all([realOf(allowed), realOf(asked)]);
  if (folder !== whole && !folder.startsWith(whole.endsWith(sep) ? whole : whole + sep))
    throw new GuardianError('target_refused', {
      path: asked,
      reason: say.outsideFolder(asked, allowed),
      remedy: say.outsideFolderRemedy,
    });
  return { artifact: folder, digest: await digestOf(folder), commit: null };
}

async function realOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const paths: string[] = [];
  try {
    if (!(await lstat(folder)).isDirectory()) throw new Error('it is no folder');
    for await (const path of glob('**/*', { cwd: folder, exclude: (name) => name === '.git' })) paths.push(path);
  } catch (cause) {
    throw unreadable(folder, cause);
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

function unreadable(folder: string, cause: unknown): GuardianError {
  return new GuardianError('target_refused', {
    path: folder,
    reason: say.unreadableFolder(folder),
    cause,
  });
}
