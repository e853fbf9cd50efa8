import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GuardianError } from '../../../core/shared/index.ts';
import { createGitHubForge } from './index.ts';

const TOKEN = 'ghp_0123456789abcdefghij';
const NOW = Date.UTC(2026, 5, 1);
const { signal } = new AbortController();

interface Asked {
  method: string;
  path: string;
  authorization: string;
  body: Record<string, unknown>;
}

interface Misbehaviour {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  isReset?: boolean;
}

let server: Server;
let url = '';
let asked: Asked[];
let next: Misbehaviour[];
let issues: Record<string, unknown>[];
let comments: Record<string, unknown>[];
let pulls: Record<string, unknown>[];

/** The part of GitHub's API that is used, kept in lists; what is put into `next` is answered first. */
beforeEach(async () => {
  [asked, next, issues, comments, pulls] = [[], [], [], [], []];
  server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const address = new URL(request.url ?? '', 'http://x');
    const method = request.method ?? '';
    asked.push({ method, path: address.pathname, authorization: request.headers.authorization ?? '', body });
    const bad = next.shift();
    if (bad?.isReset) {
      request.socket.destroy();
      return;
    }
    if (bad) {
      response.writeHead(bad.status, bad.headers).end(bad.body ?? '{"message":"no"}');
      return;
    }
    const [status, value] = answer(method, address, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function answer(
  method: string,
  { pathname: path, searchParams }: URL,
  body: Record<string, unknown>,
): [status: number, value: unknown] {
  const lists: Record<string, Record<string, unknown>[]> = {
    '/repos/acme/shop/issues': issues,
    '/repos/acme/shop/issues/7/comments': comments,
    '/repos/acme/shop/pulls': pulls,
  };
  const list = lists[path];
  if (list && method === 'POST') {
    const number = list.length + 1;
    const made = { number, html_url: `https://github.test/acme/shop/${number}`, ...body };
    list.push(made);
    return [201, made];
  }
  const head = searchParams.get('head');
  if (list) return [200, list.filter((one) => head === null || `acme:${one.head}` === head)];
  if (path === '/repos/acme/shop') return [200, { default_branch: 'trunk' }];
  const pull = /^\/repos\/acme\/shop\/pulls\/(\d+)$/.exec(path);
  return pull ? [200, pulls[Number(pull[1]) - 1]] : [404, { message: 'Not Found' }];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}

function forge(timeoutMs = 5_000) {
  const clock = { now: () => NOW };
  const access = { apiUrl: url, webUrl: 'https://github.test', token: TOKEN, timeoutMs, clock };
  return createGitHubForge({ ...access, owner: 'acme', name: 'shop', labels: ['guardian'], base: null });
}

const issue = { title: 'Guardian: hand-off of SHOP-12 (fix-1)', body: '# Hand-off', key: 'fix-1', signal };

it('opens an issue once, however often it is asked to', async () => {
  const first = await forge().openIssue(issue);
  expect(first).toEqual({ url: 'https://github.test/acme/shop/1', number: 1 });
  expect(await forge().openIssue(issue)).toEqual(first);
  expect(issues).toMatchObject([{ title: issue.title, labels: ['guardian'] }]);
  expect(issues[0]?.body).toContain('# Hand-off');
  expect(asked.every(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
});

it('comments on a pull request once', async () => {
  const pullRequest = forge().toPullRequest('#7')!;
  expect(pullRequest).toEqual({ forge: 'github', owner: 'acme', name: 'shop', number: 7 });
  const asks = { pullRequest, body: 'text', key: 'fix-1', signal };
  const first = await forge().comment(asks);
  expect(await forge().comment(asks)).toEqual(first);
  expect(comments).toHaveLength(1);
});

it('opens a pull request against the default branch, finds the one that is open, and says when it is merged', async () => {
  const asks = { branch: 'guardian/fix-shop-12', title: 'Guardian: mend SHOP-12 (fix-1)', body: 'Read it.', signal };
  const { pullRequest } = await forge().openPullRequest(asks);
  expect(await forge().openPullRequest(asks)).toMatchObject({ pullRequest });
  expect(pulls).toMatchObject([{ head: 'guardian/fix-shop-12', base: 'trunk', title: asks.title }]);
  Object.assign(pulls[0]!, { state: 'open', merged: false, merge_commit_sha: 'f'.repeat(40) });
  expect(await forge().pullRequest(pullRequest, signal)).toMatchObject({ state: 'open', mergedCommit: null });
  Object.assign(pulls[0]!, { state: 'closed' });
  expect((await forge().pullRequest(pullRequest, signal)).state).toBe('closed');
  Object.assign(pulls[0]!, { merged: true, merged_at: '2026-05-31T10:00:00Z' });
  expect(await forge().pullRequest(pullRequest, signal)).toMatchObject({
    state: 'merged',
    mergedCommit: 'f'.repeat(40),
    mergedAt: Date.UTC(2026, 4, 31, 10),
  });
});

it('knows pull requests of its own addresses only', () => {
  const { toPullRequest } = forge();
  expect(toPullRequest('https://github.test/acme/shop/pull/9#discussion')).toMatchObject({ owner: 'acme', number: 9 });
  expect(toPullRequest('Acme/Shop#3')).toMatchObject({ number: 3 });
  expect(toPullRequest('other/desk#3')).toBeNull();
  for (const text of [
    'https://elsewhere.test/acme/shop/pull/9',
    'shop#3',
    '../..#1',
    '#x',
    'https://github.test/acme/shop/issues/9',
  ])
    expect(toPullRequest(text)).toBeNull();
});

async function errorOf(bad: Misbehaviour): Promise<GuardianError> {
  next = [bad];
  const thrown = await forge(1_000)
    .openIssue(issue)
    .catch((error: unknown) => error);
  if (thrown instanceof GuardianError) return thrown;
  throw new Error(`no error of the catalogue: ${String(thrown)}`);
}

it.each<[string, Misbehaviour, string, number | undefined]>([
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '90' } }, 'delivery_unreachable', 90_000],
  ['429 without', { status: 429 }, 'delivery_unreachable', 60_000],
  ['403 with Retry-After', { status: 403, headers: { 'retry-after': '30' } }, 'delivery_unreachable', 30_000],
  [
    '403 of a limit that is used up',
    { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 1_200) } },
    'delivery_unreachable',
    1_200_000,
  ],
  [
    '403 that only says so',
    { status: 403, body: '{"message":"You have exceeded a secondary rate limit."}' },
    'delivery_unreachable',
    60_000,
  ],
  ['403 of rights', { status: 403, body: '{"message":"Resource not accessible"}' }, 'delivery_refused', undefined],
  ['401', { status: 401, body: `{"message":"Bad credentials ${TOKEN}"}` }, 'delivery_refused', undefined],
  ['422', { status: 422 }, 'delivery_refused', undefined],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'delivery_refused', undefined],
  ['502', { status: 502, body: '<html>Bad gateway</html>' }, 'delivery_unreachable', undefined],
  ['no JSON', { status: 200, body: '<html>' }, 'delivery_unreachable', undefined],
  ['no list', { status: 200, body: '{}' }, 'delivery_refused', undefined],
  ['a connection that breaks', { status: 0, isReset: true }, 'delivery_unreachable', undefined],
])('%s is told as what it is, and never with the token', async (_, bad, code, retryAfterMs) => {
  const error = await errorOf(bad);
  expect([error.code, error.about.retryAfterMs]).toEqual([code, retryAfterMs]);
  expect(`${error.message} ${JSON.stringify(error.about)} ${String(error.cause)}`).not.toContain(TOKEN);
});
