import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentChange } from '../../core/fixes/index.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, S_IFMT, S_IFREG } = constants;

/** What of the real repository, and of the tree's own git folder, should stay as it is. */
export interface GitMarks {
  repository: string;
  settings: string;
  hooks: string;
}

export async function marksOf(repository: string, tree: string): Promise<GitMarks> {
  const own = join(repository, '.git');
  const isBare = !(await lstat(own).catch(() => null))?.isDirectory();
  const git = isBare ? repository : own;
  return {
    repository: digest([await contentOf(join(git, 'config')), await namesOf(join(git, 'hooks'))]),
    settings: digest([await contentOf(join(tree, '.git', 'config')), await namesOf(join(tree, '.git', 'info'))]),
    hooks: digest([await namesOf(join(tree, '.git', 'hooks'))]),
  };
}

export function marksToFlags(before: GitMarks, after: GitMarks): AgentChange['flags'] {
  return [
    ...(before.repository === after.repository ? [] : [{ kind: 'outside' as const, path: null, isRefused: true }]),
    ...(before.settings === after.settings
      ? []
      : [{ kind: 'git-folder' as const, path: '.git/config', isRefused: false }]),
    ...(before.hooks === after.hooks ? [] : [{ kind: 'hook' as const, path: '.git/hooks', isRefused: false }]),
  ];
}

/** Whoever ran in the tree may have left anything there: no file is read further than this, and no more names of a folder are. */
const FILE_BYTES = 1_048_576;
const NAMES = 200;

/** What stands there, of a file its beginning as well. A link, a pipe or a device is named and never read: it may have no end. */
async function contentOf(path: string): Promise<string> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return '';
  if (found.isSymbolicLink()) return `link ${await readlink(path).catch(() => '')}`;
  // Without waiting, and looked at again once it is open: it may have been exchanged meanwhile.
  const file = found.isFile() ? await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null) : null;
  if (file === null) return `no file ${found.mode}`;
  try {
    const { mode, size } = await file.stat();
    if ((mode & S_IFMT) !== S_IFREG) return `no file ${mode}`;
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.min(size, FILE_BYTES)), position: 0 });
    return `${mode} ${size} ${digest([buffer.toString('base64', 0, bytesRead)])}`;
  } finally {
    await file.close();
  }
}

/** One file after the other: many large ones are never held at once. */
async function namesOf(folder: string): Promise<string> {
  const there = await lstat(folder).catch(() => null);
  if (!there?.isDirectory()) return contentOf(folder);
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) if (names.push(name) > NAMES) return 'too many';
  const contents: string[] = [];
  for (const name of names.sort()) contents.push(await contentOf(join(folder, name)));
  return JSON.stringify([names, contents]);
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
