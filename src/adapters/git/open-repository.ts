import type { BlameRequest, Commit, DiffReader, Repository } from '../../core/evidence/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { createObjectReader, type ObjectReader } from './object-reader.ts';
import { parseCommit, parseTree, type TreeEntry } from './parse-objects.ts';
import { LOG_FORMAT, parseBlame, parseLog } from './parse-output.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits, type GitPlace, runGit } from './run-git.ts';

/** A repository that holds a process: `close()` ends it. */
export type OpenRepository = Repository & DiffReader & { close(): void };

export interface OpenRepositoryOptions {
  /** What git may see of the environment; its own `GIT_*` variables are taken out. `PATH` finds git. */
  environment: Readonly<Record<string, string | undefined>>;
  limits?: Partial<GitLimits>;
}

const IGNORED_COMMITS_FILE = '.git-blame-ignore-revs';
const IGNORED_COMMITS = 500;
const REMEMBERED_FOLDERS = 5_000;

/**
 * Opens the git repository that holds the folder (a work tree, a folder inside one, or a bare repository) for reading.
 * Throws `repository_unavailable` when there is none, or git is missing.
 */
export async function openRepository(path: string, options: OpenRepositoryOptions): Promise<OpenRepository> {
  const limits = { ...DEFAULT_GIT_LIMITS, ...options.limits };
  const place = { folder: path, environment: options.environment, limits };
  const found = await findRepository(place);
  const inside: GitPlace = { ...place, folder: found.root };
  const objects = createObjectReader(inside);
  const reader = createReader(objects);
  return {
    isShallow: found.isShallow,
    resolve: reader.resolve,
    readFile: reader.readFile,
    listFiles: async (commit) => {
      const listed = await runGit(inside, ['ls-tree', '-r', '-z', '--full-tree', fullHash(commit)]);
      return listed
        .toString('utf8')
        .split('\0')
        .flatMap((line) => (/^100(?:644|755|664) blob/.test(line) ? [line.slice(line.indexOf('\t') + 1)] : []));
    },
    blame: async (request) => blame(inside, reader, request),
    log: async ({ to, from, paths, limit }) => {
      const range = [fullHash(to), ...(from === null ? [] : [`^${fullHash(from)}`])];
      const shape = ['-z', '--name-status', '-M', '--no-ext-diff', '--no-color', '--encoding=UTF-8', LOG_FORMAT];
      const where = paths === null ? [] : paths.filter(isTreePath);
      if (paths !== null && where.length === 0) return [];
      const limited = `--max-count=${Math.max(0, Math.floor(limit))}`;
      return parseLog((await runGit(inside, ['log', ...shape, limited, ...range, '--', ...where])).toString('utf8'));
    },
    diff: async ({ sha, paths, maxBytes }) => {
      const where = paths.filter(isTreePath);
      if (where.length === 0) return null;
      const shape = ['--format=', '--unified=3', '-M', '--no-ext-diff', '--no-textconv', '--no-color'];
      const output = await runGit(inside, ['show', ...shape, fullHash(sha), '--', ...where]);
      return output.length === 0 ? null : firstLines(output, maxBytes);
    },
    close: () => objects.close(),
  };
}

/** As many whole lines as fit: half a character is none. */
function firstLines(output: Buffer, maxBytes: number): string {
  if (output.length <= maxBytes) return output.toString('utf8');
  return output.subarray(0, output.lastIndexOf(10, Math.max(maxBytes - 1, 0)) + 1).toString('utf8');
}

async function findRepository(place: GitPlace): Promise<{ root: string; isShallow: boolean }> {
  try {
    const asked = ['rev-parse', '--is-bare-repository', '--is-shallow-repository', '--absolute-git-dir'];
    const [isBare, isShallow, gitFolder = ''] = (await runGit(place, asked)).toString('utf8').split('\n');
    const root =
      isBare === 'true' ? gitFolder : (await runGit(place, ['rev-parse', '--show-toplevel'])).toString('utf8');
    return { root: root.replace(/\n$/, ''), isShallow: isShallow === 'true' };
  } catch (error) {
    if (error instanceof GuardianError && error.code === 'git_failed') {
      throw new GuardianError('repository_unavailable', {
        path: place.folder,
        reason: (messages) => error.reasonFor(messages) ?? '',
        cause: error,
      });
    }
    throw error;
  }
}

type Reader = Pick<Repository, 'resolve' | 'readFile'>;

function createReader(objects: ObjectReader): Reader {
  const folders = new Map<string, Promise<Map<string, TreeEntry> | null>>();
  function entriesOf(commit: string, folder: string): Promise<Map<string, TreeEntry> | null> {
    const expression = folder === '' ? `${commit}^{tree}` : `${commit}:${folder}`;
    const known = folders.get(expression);
    if (known) return known;
    const read = objects
      .read(expression)
      .then((object) =>
        object?.type === 'tree' && object.content ? parseTree(object.content, object.sha.length / 2) : null,
      );
    if (folders.size >= REMEMBERED_FOLDERS) folders.clear();
    folders.set(expression, read);
    return read;
  }
  return {
    async resolve(name): Promise<Commit | null> {
      if (!isRevisionName(name)) return null;
      const object = await objects.read(`${name}^{commit}`);
      return object?.type === 'commit' && object.content ? parseCommit(object.sha, object.content) : null;
    },
    async readFile(commit, path) {
      if (!isTreePath(path)) return null;
      const cut = path.lastIndexOf('/');
      const entry = (await entriesOf(fullHash(commit), path.slice(0, Math.max(cut, 0))))?.get(path.slice(cut + 1));
      if (!entry?.mode.startsWith('100')) return null;
      return (await objects.read(entry.sha))?.content ?? null;
    },
  };
}

async function blame(place: GitPlace, reader: Reader, { commit, path, from, to, ignored }: BlameRequest) {
  const text = await reader.readFile(commit, path);
  if (text === null) return [];
  const last = Math.min(to, lineCount(text));
  const first = Math.max(1, from);
  if (first > last) return [];
  const skipped = [...new Set([...(await listedIgnored(reader, commit)), ...ignored.map(fullHash)])];
  const how = ['-w', '-M', '-C', '--porcelain', '-L', `${first},${last}`];
  const output = await runGit(place, [
    'blame',
    ...how,
    ...skipped.flatMap((sha) => ['--ignore-rev', sha]),
    fullHash(commit),
    '--',
    path,
  ]);
  return parseBlame(output.toString('utf8'));
}

/** The commits the repository itself asks blame to pass over. One line that is no full, known hash, and none counts: git would abort. */
async function listedIgnored(reader: Reader, commit: string): Promise<string[]> {
  const listed = await reader.readFile(commit, IGNORED_COMMITS_FILE);
  if (listed === null) return [];
  const lines = listed
    .toString('utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  if (lines.length > IGNORED_COMMITS || !lines.every(isFullHash)) return [];
  const known = await Promise.all(lines.map((line) => reader.resolve(line)));
  return known.every((found) => found !== null) ? lines : [];
}

function lineCount(text: Buffer): number {
  let count = text.length > 0 && text.at(-1) !== 10 ? 1 : 0;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) count++;
  return count;
}

/** No name that git could take for an option, a range, a path or an expression. */
function isRevisionName(name: string): boolean {
  return /^[^\s\0-\x1f\x7f~^:?*[\\-][^\s\0-\x1f\x7f~^:?*[\\]{0,249}$/.test(name) && !/\.\.|@\{|\/\/|\.lock$/.test(name);
}

function isTreePath(path: string): boolean {
  return (
    path !== '' && !/[\0\n\r]/.test(path) && !path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))
  );
}

function isFullHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function fullHash(commit: string): string {
  if (!isFullHash(commit)) throw new GuardianError('git_failed', { reason: (m) => m.outward.git.noFullHash });
  return commit;
}
