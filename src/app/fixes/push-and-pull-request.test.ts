import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addIssue, loopOver, MENDED, NOW } from '../../../test/contract/fixes-fixtures.ts';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { type GitHttpsServer, startGitHttps } from '../../../test/fixtures/git-https-server.ts';
import { TEST_AUTHORITY } from '../../../test/fixtures/smtp-mailbox.ts';
import { createGitHubForge } from '../../adapters/forges/github/index.ts';
import { createFixHistory } from '../../adapters/git/index.ts';
import type { AgentRun } from '../../core/fixes/index.ts';

const TOKEN = 'ghp_0123456789abcdefghij';
const BRANCH = 'guardian/fix-shop-1';
const { signal } = new AbortController();
const clock = { now: () => NOW };

let folder: string;
let repository: string;
let remote: GitHttpsServer;
let bare: string;
let api: Server;
let apiUrl: string;
let pulls: Record<string, unknown>[];
let stores: OpenedStores;

const git = (at: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=a@example.com', ...args], {
    cwd: at,
    encoding: 'utf8',
  }).trim();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-forge-'));
  repository = join(folder, 'shop');
  mkdirSync(repository);
  git(repository, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(repository, 'shop.js'), 'price()');
  git(repository, 'add', '.');
  git(repository, 'commit', '--quiet', '-m', 'Mend SHOP-1');
  git(repository, 'branch', BRANCH);
  remote = await startGitHttps(join(folder, 'forge'), TOKEN);
  bare = remote.repository('shop.git');
  pulls = [];
  // A forge knows a branch once it was pushed, and only then opens a pull request for it.
  api = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const path = new URL(request.url ?? '', 'http://x').pathname;
    const [status, value] =
      request.headers.authorization === `Bearer ${TOKEN}` ? answer(request.method ?? '', path, text) : [401, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  stores = await DATABASES[0]!.open({ clock });
  await addIssue(stores.main, { id: 'issue-1', projectId: stores.projectIds[0] });
});
afterEach(async () => {
  await stores.close();
  await new Promise((resolve) => api.close(resolve));
  await remote.close();
  rmSync(folder, { recursive: true, force: true });
});

function answer(method: string, path: string, text: string): [status: number, value: unknown] {
  if (path === '/repos/acme/shop') return [200, { default_branch: 'main' }];
  if (path !== '/repos/acme/shop/pulls') return [404, { message: 'Not Found' }];
  if (method === 'GET') return [200, pulls];
  const body = JSON.parse(text) as { head: string };
  if (branches()[body.head] === undefined) return [422, { message: 'head is invalid' }];
  const made = {
    number: pulls.length + 1,
    html_url: `https://github.test/acme/shop/pull/${pulls.length + 1}`,
    ...body,
  };
  pulls.push(made);
  return [201, made];
}

function branches(): Record<string, string> {
  const lines = git(bare, 'for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads').split('\n');
  return Object.fromEntries(lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]));
}

function loop(token: string) {
  const environment = { PATH: process.env.PATH, GIT_SSL_CAINFO: TEST_AUTHORITY };
  const history = createFixHistory({
    ...{ repository, environment, revisions: {} },
    remote: { url: `${remote.url}/shop.git`, token },
  });
  const access = { apiUrl, webUrl: 'https://github.test', token: TOKEN, timeoutMs: 5_000, clock };
  const forge = createGitHubForge({ ...access, owner: 'acme', name: 'shop', labels: [], base: null });
  const mended: AgentRun = {
    ...MENDED,
    change: { ...MENDED.change!, branch: BRANCH, commit: git(repository, 'rev-parse', BRANCH) },
  };
  return loopOver(stores.main, { clock, forge, history, run: async () => mended });
}

const work = async ({ worker }: ReturnType<typeof loop>) => {
  while ((await worker.pass(signal)) > 0);
};

it('pushes the branch of a fix over https, then opens its pull request, and the fix leads there', async () => {
  const loops = loop(TOKEN);
  const result = await loops.fixes.handOff({ issueId: 'issue-1', way: 'command', by: 'user:7' });
  if (result.isRefused) throw new Error(result.reason);
  await work(loops);
  expect(branches()).toEqual({ [BRANCH]: git(repository, 'rev-parse', BRANCH) });
  expect(pulls).toMatchObject([{ head: BRANCH, base: 'main', title: `Guardian: mend SHOP-1 (${result.fix.id})` }]);
  expect(await stores.main.fixes.get(result.fix.id)).toMatchObject({
    state: 'proposed',
    proposal: { branch: BRANCH, url: 'https://github.test/acme/shop/pull/1', pullRequest: { number: 1 } },
  });
  expect(remote.asked).toContainEqual(expect.stringMatching(/^POST \/shop\.git\/git-receive-pack 200$/));
});

it('opens no pull request while the push is refused, keeps the branch, and tells nobody the token', async () => {
  const wrong = 'ghp_wrongwrongwrongwrong';
  const loops = loop(wrong);
  const result = await loops.fixes.handOff({ issueId: 'issue-1', way: 'command', by: 'user:7' });
  if (result.isRefused) throw new Error(result.reason);
  await work(loops);
  expect([branches(), pulls]).toEqual([{}, []]);
  const fix = await stores.main.fixes.get(result.fix.id);
  expect(fix).toMatchObject({ state: 'proposed', proposal: { branch: BRANCH, url: null } });
  const about = await stores.main.fixes.about(result.fix.id);
  const [push] = about!.attempts.filter(({ work: { kind } }) => kind !== 'command');
  expect(push).toMatchObject({ state: 'pending', lastError: expect.stringContaining('could not be pushed') });
  expect(JSON.stringify(about)).not.toContain(wrong);
});
