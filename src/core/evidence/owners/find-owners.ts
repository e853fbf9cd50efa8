import type { Owner } from '../issue-evidence.ts';
import type { Repository } from '../ports.ts';
import type { OwnersOf } from './code-owners.ts';
import { GITHUB_FILES, readGithubOwners } from './github.ts';
import { GITLAB_FILES, readGitlabOwners } from './gitlab.ts';

/**
 * The rules of the forge the repository belongs to: GitLab when it has a pipeline or a CODEOWNERS file of GitLab's, or sections in it;
 * else GitHub. Null without a CODEOWNERS file.
 */
export async function readCodeOwners(
  repository: Repository,
  commit: string,
  tracked: ReadonlySet<string>,
): Promise<OwnersOf | null> {
  const looksLikeGitlab = tracked.has('.gitlab-ci.yml') || tracked.has('.gitlab/CODEOWNERS');
  const places =
    looksLikeGitlab && !tracked.has('.github/CODEOWNERS') ? GITLAB_FILES : [...GITHUB_FILES, ...GITLAB_FILES];
  const file = places.find((path) => tracked.has(path));
  const text = file === undefined ? null : ((await repository.readFile(commit, file))?.toString('utf8') ?? null);
  if (text === null) return null;
  const hasSections = /^\^?\[[^\]\n]+\]/m.test(text) && file !== '.github/CODEOWNERS';
  return looksLikeGitlab || hasSections ? readGitlabOwners(text) : readGithubOwners(text);
}

/** From the culprit outward, the owners of the first path that has one. */
export function findOwners(ownersOf: OwnersOf | null, paths: readonly string[]): Owner[] {
  for (const file of ownersOf ? paths : []) {
    const owners = ownersOf?.(file) ?? [];
    if (owners.length > 0) return owners.map(({ owner, rule }) => ({ owner, file, rule }));
  }
  return [];
}
