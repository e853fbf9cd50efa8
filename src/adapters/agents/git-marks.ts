import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentChange } from '../../core/fixes/index.ts';

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
    settings: digest([await contentOf(join(tree, '.git', 'config')), await contentOf(join(tree, '.git', 'info'))]),
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

async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function namesOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const contents = await Promise.all(names.sort().map((name) => contentOf(join(folder, name))));
  return JSON.stringify([names, contents]);
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
