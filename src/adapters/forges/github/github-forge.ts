import type { Forge, PullRequestRef } from '../../../core/fixes/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { callGitHub, type GitHubAccess } from './call-github.ts';

export interface GitHubOptions extends GitHubAccess {
  owner: string;
  name: string;
  /** Of issues that are made. */
  labels: readonly string[];
  /** Where pull requests are to go; null: the repository's default branch. */
  base: string | null;
}

/** Characters of a body: GitHub takes 65,536. */
const BODY = 60_000;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const PAGE = 100;
/** Comments of a pull request that are looked through for one of ours. */
const PAGES = 10;

/** https://docs.github.com/en/rest: issues, comments and pull requests of one repository, each asked for once; the attempt's row tries again. */
export function createGitHubForge(options: GitHubOptions): Forge {
  const home = { owner: options.owner, name: options.name };
  return {
    kind: 'github',

    async openIssue({ title, body, key, signal }) {
      const path = `${pathOf(home)}/issues`;
      const query = new URLSearchParams({ state: 'all', per_page: String(PAGE), sort: 'created', direction: 'desc' });
      const known = listOf(await callGitHub(options, { path: `${path}?${query}`, signal }));
      const found = known.find((one) => textOf(one, 'body').includes(marker(key)));
      if (found) return { url: textOf(found, 'html_url'), number: numberOf(found, 'number') };
      const asked = { title, body: withMarker(body, key), labels: [...options.labels] };
      const made = await callGitHub(options, { path, method: 'POST', body: asked, signal });
      return { url: textOf(made, 'html_url'), number: numberOf(made, 'number') };
    },

    async comment({ pullRequest, body, key, signal }) {
      const path = `${pathOf(pullRequest)}/issues/${pullRequest.number}/comments`;
      for (let page = 1; page <= PAGES; page++) {
        const query = new URLSearchParams({ per_page: String(PAGE), page: String(page) });
        const known = listOf(await callGitHub(options, { path: `${path}?${query}`, signal }));
        const found = known.find((one) => textOf(one, 'body').includes(marker(key)));
        if (found) return { url: textOf(found, 'html_url') };
        if (known.length < PAGE) break;
      }
      const asked = { body: withMarker(body, key) };
      const made = await callGitHub(options, { path, method: 'POST', body: asked, signal });
      return { url: textOf(made, 'html_url') };
    },

    async openPullRequest({ branch, title, body, signal }) {
      const path = `${pathOf(home)}/pulls`;
      const query = new URLSearchParams({ state: 'open', head: `${home.owner}:${branch}`, per_page: '1' });
      const [known] = listOf(await callGitHub(options, { path: `${path}?${query}`, signal }));
      const made = known ?? (await callGitHub(options, { path, method: 'POST', body: await asked(), signal }));
      const number = numberOf(made, 'number');
      return { url: textOf(made, 'html_url'), pullRequest: { forge: 'github', ...home, number } };

      async function asked() {
        return {
          title,
          head: branch,
          base: await baseBranch(signal),
          body: body.slice(0, BODY),
          maintainer_can_modify: true,
        };
      }
    },

    async pullRequest(pullRequest, signal) {
      const path = `${pathOf(pullRequest)}/pulls/${pullRequest.number}`;
      const found = await callGitHub(options, { path, signal });
      const isMerged = fieldOf(found, 'merged') === true;
      const commit = textOf(found, 'merge_commit_sha');
      const mergedAt = Date.parse(textOf(found, 'merged_at'));
      return {
        state: isMerged ? 'merged' : fieldOf(found, 'state') === 'closed' ? 'closed' : 'open',
        mergedCommit: isMerged && COMMIT.test(commit) ? commit : null,
        mergedAt: isMerged && Number.isFinite(mergedAt) ? mergedAt : null,
        url: textOf(found, 'html_url'),
      };
    },

    toPullRequest: (text) => toPullRequest(text, home, options.webUrl),
  };

  async function baseBranch(signal: AbortSignal): Promise<string> {
    if (options.base !== null) return options.base;
    const repository = await callGitHub(options, { path: pathOf(home), signal });
    return textOf(repository, 'default_branch');
  }
}

function pathOf({ owner, name }: { owner: string; name: string }): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** `#12`, `owner/name#12`, or its address; null unless it is one of the configured repository. */
function toPullRequest(text: string, home: { owner: string; name: string }, webUrl: string): PullRequestRef | null {
  const plain = text.trim();
  const own = /^#(\d{1,9})$/.exec(plain);
  if (own) return { forge: 'github', ...home, number: Number(own[1]) };
  const inside = plain.startsWith(`${webUrl}/`) ? plain.slice(webUrl.length + 1) : null;
  const pattern =
    inside === null
      ? /^([A-Za-z0-9-]{1,39})\/([\w.-]{1,100})#(\d{1,9})$/
      : /^([A-Za-z0-9-]{1,39})\/([\w.-]{1,100})\/pull\/(\d{1,9})(?:[/?#].*)?$/;
  const [, owner, name, number] = pattern.exec(inside ?? plain) ?? [];
  if (owner === undefined || name === undefined || number === undefined) return null;
  // The token, and what stands in a hand-off, are for the configured repository alone.
  if (`${owner}/${name}`.toLowerCase() !== `${home.owner}/${home.name}`.toLowerCase()) return null;
  return { forge: 'github', owner, name, number: Number(number) };
}

/** Shown to nobody: by it a second try finds what the first has made. */
function marker(key: string): string {
  return `<!-- guardian:${key.replace(/[^\w-]/g, '')} -->`;
}

/** Before the body, where nothing is cut away. */
function withMarker(body: string, key: string): string {
  return `${marker(key)}\n${body.slice(0, BODY)}`;
}

function listOf(answer: unknown): unknown[] {
  if (!Array.isArray(answer))
    throw new GuardianError('delivery_refused', { path: 'github', reason: (m) => m.outward.noList });
  return answer;
}

function fieldOf(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
}

function textOf(answer: unknown, name: string): string {
  const value = fieldOf(answer, name);
  return typeof value === 'string' ? value : '';
}

function numberOf(answer: unknown, name: string): number {
  const value = fieldOf(answer, name);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new GuardianError('delivery_refused', { path: 'github', reason: (m) => m.outward.noField(name) });
}
