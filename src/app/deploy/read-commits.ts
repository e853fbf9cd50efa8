import { DEFAULT_GIT_LIMITS, runGit } from '../../adapters/git/run-git.ts';
import * as settings from '../../config/index.ts';
import type { DeployedCommit } from '../../core/deploy/index.ts';

const LISTED = 200;
/** Where nothing is known of what ran before: only the newest says something. */
const FIRST = 1;

/** The commits that come with a revision, newest first; none where git cannot say. */
export async function readCommits(
  repository: string,
  { from, to }: { from: string | null; to: string },
): Promise<DeployedCommit[]> {
  const place = { folder: repository, environment: settings.processEnvironment(), limits: DEFAULT_GIT_LIMITS };
  const range = from === null || from === to ? [to] : [to, `^${from}`];
  const most = from === null ? FIRST : LISTED;
  if (from === to) return [];
  try {
    const printed = await runGit(place, [
      'log',
      '-z',
      `--max-count=${most}`,
      '--format=%H%x1f%s%x1f%an%x1f%ct',
      '--end-of-options',
      ...range,
    ]);
    return printed
      .toString('utf8')
      .split('\0')
      .flatMap((line) => {
        const [hash = '', subject = '', author = '', seconds = ''] = line.trim().split('\x1f');
        return hash === '' ? [] : [{ hash, subject, author, committedAt: Number(seconds) * 1_000 }];
      });
  } catch {
    // No git, no such commit: the deployment needs none of it, and its log says that none is known.
    return [];
  }
}
