import { matchesGlob } from '../../events/index.ts';

/**
 * Tells whether a CODEOWNERS pattern names the path: `/` first ties it to the root, `/` last means a folder, `*` stays inside one segment
 * (alone at the end it does not reach into folders), and a plain name is the file or the folder with all it holds.
 * `isAnchored` says whether the forge ties it to the root.
 */
export function matchesPathPattern(pattern: string, path: string, isAnchored: boolean): boolean {
  const isFolder = pattern.endsWith('/');
  const bare = pattern.replace(/^\/+/, '').replace(/\/+$/, '');
  if (bare === '') return isFolder;
  const glob = isAnchored ? bare : `**/${bare}`;
  if (isFolder) return matchesGlob(`${glob}/**`, path);
  if (matchesGlob(glob, path)) return true;
  return /(?:^|\/)\*$/.test(bare) && bare !== '*' ? false : matchesGlob(`${glob}/**`, path);
}
