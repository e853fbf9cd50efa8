import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GuardianError } from '../../core/shared/index.ts';
import type { GitPlace } from './run-git.ts';
import { firstBytesOf } from './run-git-bounded.ts';
import { copyHistory, placeIn, runIn, type TreeOptions } from './throw-away-tree.ts';

export interface ChangedFile {
  path: string;
  status: 'added' | 'modified' | 'deleted';
  /** Octal, as git writes it; `000000` where it is not there. */
  modeBefore: string;
  mode: string;
  /** Of a symbolic link: where it leads, at most 4 KiB of it; null for others. */
  linkTarget: string | null;
}

export interface TakenChange {
  files: ChangedFile[];
  /** Unified, at most `diffBytes`. */
  diff: string;
  isDiffCut: boolean;
  /** Makes a commit of it; gives its full hash. */
  commit(request: CommitRequest): Promise<string>;
  /** The commit as a branch of the repository, under the first free name of `name`, `name-2` …; gives the name. */
  keepAs(name: string, commit: string): Promise<string>;
}

export interface CommitRequest {
  subject: string;
  body: string;
  author: { name: string; email: string };
  /** Epoch ms. */
  at: number;
}

export interface TakeOptions extends Omit<TreeOptions, 'folder'> {
  /** The working tree as somebody left it. Its own `.git` is never asked: what stands in there may be a program. */
  tree: string;
  /** What `lstat` of the tree said before it was given away. */
  identity: TreeIdentity;
  /** Made, and must not be there: a repository that nobody else has touched. */
  folder: string;
  diffBytes: number;
}

export interface TreeIdentity {
  dev: number;
  ino: number;
}

const NAMES = 50;
/** Nothing of the tree's own attributes or of the machine changes bytes on their way, or hides them. */
const PLAIN = [
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.fileMode=true',
  'core.symlinks=true',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  'core.fsync=none',
  'advice.addEmbeddedRepo=false',
].flatMap((setting) => ['-c', setting]);

export async function treeIdentity(tree: string): Promise<TreeIdentity> {
  const { dev, ino } = await lstat(tree);
  return { dev, ino };
}

/** What somebody changed in a working tree that came of `makeThrowAwayTree`, seen from a repository that only this function has touched. */
export async function takeChange(options: TakeOptions): Promise<TakenChange> {
  const { tree, identity, folder, commit, environment, limits } = options;
  const now = await lstat(tree);
  if (!now.isDirectory() || now.dev !== identity.dev || now.ino !== identity.ino)
    throw new GuardianError('git_failed', { reason: (m) => m.outward.git.otherTree });
  await mkdir(folder, { mode: 0o700 });
  const place = placeIn(folder, environment, limits);
  await runIn(place, ['init', '--quiet', '--bare', '--template=', '--initial-branch=base', '.']);
  await copyHistory({ ...options, into: folder });
  const here = { GIT_DIR: folder, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(folder, 'index') };
  await runIn(place, [...PLAIN, 'read-tree', commit], here);
  await addAll(place, { tree, commit, here });
  const against = ['diff-index', '--cached', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const raw = await runIn(place, [...PLAIN, ...against, '--raw', '-z', '--no-abbrev', commit], here);
  const files = await withTargets(parseRaw(raw.toString('utf8')), place);
  const shown = { ...place, gitVariables: { ...here, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } };
  const diff = await firstBytesOf(
    shown,
    [...PLAIN, ...against, '-p', '--src-prefix=a/', '--dst-prefix=b/', commit],
    options.diffBytes,
  );
  return {
    files,
    diff: diff.text,
    isDiffCut: diff.isCut,
    async commit({ subject, body, author, at }) {
      const written = (await runIn(place, [...PLAIN, 'write-tree'], here)).toString('utf8').trim();
      const date = `@${Math.floor(at / 1000)} +0000`;
      const who = {
        ...{ GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email, GIT_AUTHOR_DATE: date },
        ...{ GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email, GIT_COMMITTER_DATE: date },
      };
      const message = ['-m', subject, '-m', body];
      const made = await runIn(place, ['commit-tree', '--no-gpg-sign', '-p', commit, ...message, written], {
        ...here,
        ...who,
      });
      return made.toString('utf8').trim();
    },
    keepAs: (name, made) => keepAs(options, place, { name, made }),
  };
}

/**
 * For every submodule that the index knows git asks the repository in that folder for its status, by that one's own settings: filters and monitors of them
 * would run here. So none is in the index while the tree is added, and those where nothing stands now are put back as they were; whatever stands in the place
 * of another one is part of the change.
 */
async function addAll(
  place: GitPlace,
  { tree, commit, here }: { tree: string; commit: string; here: Readonly<Record<string, string>> },
): Promise<void> {
  const listed = await runIn(place, [...PLAIN, 'ls-tree', '-r', '-z', '--full-tree', commit], here);
  const submodules = [...listed.toString('utf8').matchAll(/(?:^|\0)160000 commit ([0-9a-f]+)\t([^\0]+)/g)];
  for (const [, , path = ''] of submodules)
    await runIn(place, [...PLAIN, 'update-index', '--force-remove', '--', path], here);
  await runIn({ ...place, folder: tree }, [...PLAIN, 'add', '--all', '--', '.'], here);
  for (const [, hash = '', path = ''] of submodules) {
    const there = await runIn(place, [...PLAIN, 'ls-files', '--cached', '-z', '--', path], here);
    if (there.length === 0)
      await runIn(place, [...PLAIN, 'update-index', '--add', '--cacheinfo', '160000', hash, path], here);
  }
}

async function keepAs(
  { repository, environment, limits, folder }: TakeOptions,
  place: GitPlace,
  { name, made }: { name: string; made: string },
): Promise<string> {
  await runIn(place, ['update-ref', 'refs/heads/result', made], { GIT_DIR: folder });
  const there = placeIn(repository, environment, limits);
  const listed = await runIn(there, [
    'for-each-ref',
    '--format=%(refname)',
    `refs/heads/${name}`,
    `refs/heads/${name}-*`,
  ]);
  const taken = new Set(listed.toString('utf8').split('\n'));
  const names = [name, ...Array.from({ length: NAMES - 1 }, (_, index) => `${name}-${index + 2}`)];
  const free = names.find((one) => !taken.has(`refs/heads/${one}`));
  if (free === undefined) throw new GuardianError('git_failed', { reason: (m) => m.outward.git.manyBranches(NAMES) });
  const settings = ['protocol.file.allow=always', 'fetch.fsckObjects=true', 'gc.auto=0', 'maintenance.auto=false'];
  await runIn(there, [
    ...settings.flatMap((setting) => ['-c', setting]),
    ...[
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--end-of-options',
      folder,
    ],
    `refs/heads/result:refs/heads/${free}`,
  ]);
  return free;
}

type RawFile = Omit<ChangedFile, 'linkTarget'> & { blob: string };

/** https://git-scm.com/docs/diff-format#_raw_output_format with `-z`: `:mode mode sha sha status\0path\0`. */
function parseRaw(output: string): RawFile[] {
  const parts = output.split('\0');
  const files: RawFile[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [modeBefore = '', mode = '', , blob = '', letter = ''] = parts[at]!.replace(/^:/, '').split(' ');
    const status = letter.startsWith('A') ? 'added' : letter.startsWith('D') ? 'deleted' : 'modified';
    files.push({ path: parts[at + 1]!, status, modeBefore, mode, blob });
  }
  return files;
}

const LINK_BYTES = 4_096;

async function withTargets(files: readonly RawFile[], place: GitPlace): Promise<ChangedFile[]> {
  const found: ChangedFile[] = [];
  for (const { blob, ...file } of files) {
    const isLink = file.mode === '120000';
    const target = isLink ? await firstBytesOf(place, ['cat-file', 'blob', blob], LINK_BYTES) : null;
    found.push({ ...file, linkTarget: target?.text ?? null });
  }
  return found;
}
