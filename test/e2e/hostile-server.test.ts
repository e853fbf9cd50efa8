import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FixSummary } from '../../src/contracts/api/fixes.ts';
import type { IssueSummary } from '../../src/contracts/api/issues.ts';
import { type DashboardTab, ensureDashboard, openDashboard } from '../fixtures/dashboard-browser.ts';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { hostileTexts, htmlInjections } from '../fixtures/instructions.ts';
import { makeRepository } from '../fixtures/make-repository.ts';
import { outsideBlocks } from '../fixtures/marked-blocks.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { type Mailbox, openMailbox } from '../fixtures/smtp-mailbox.ts';
import { put, workspace } from './workspace.ts';

/** What somebody plants into a service's events, followed through a server that runs to everybody who reads it. */

const hostile = [...hostileTexts, ...htmlInjections];
const MARKER = /(?:order|hidden|html)marker\d{4}/g;
const PATIENCE = { timeout: 60_000, interval: 200 };
const folder = workspace();
const repository = makeRepository([
  { subject: 'Start', files: { 'src/shop.js': 'export const price = (item) => item.price;\n', 'README.md': 'shop\n' } },
]);
const commit = repository.hashes[0]!;

/** Notes what it was given, and mends. */
const AGENT = `
import { readFileSync, writeFileSync } from 'node:fs';
const stdin = readFileSync(0, 'utf8');
console.log(JSON.stringify({ argv: process.argv, env: process.env, stdin }));
writeFileSync('src/shop.js', 'export const price = (item) => item?.price ?? 0;\\n');
`;

let server: RunningServer;
let mailbox: Mailbox;
let forge: Server;
let issues: IssueSummary[];
let running: IssueSummary[];
/** Those with the text in every place. */
let others: IssueSummary[];
const posted: { path: string; body: string }[] = [];

beforeAll(async () => {
  ensureDashboard();
  [mailbox, forge] = await Promise.all([openMailbox(), openForge()]);
  const agent = put(folder, 'agent.mjs', AGENT);
  const { port } = forge.address() as { port: number };
  const configuration = {
    mail: { from: 'guardian@example.com', smtp: { host: '127.0.0.1', port: mailbox.port, encryption: 'none' } },
    repository: { path: repository.folder },
    fixes: {
      agents: {
        ana: { way: 'mail', address: 'ana@example.com' },
        tracker: { way: 'github' },
        mender: { way: 'command', command: [process.execPath, agent] },
      },
      folder: join(folder, 'runs'),
      outputKeptBytes: 1024 * 1024,
      github: { repository: 'acme/shop', token: 'ghp_0123456789abcdefghij', apiUrl: `http://127.0.0.1:${port}` },
    },
  };
  put(folder, 'guardian.config.ts', `export default ${JSON.stringify(configuration)};\n`);
  server = await startGuardian({ folder });
  await plant();
  issues = await everyIssue();
  running = issues.filter(({ lastRevision }) => lastRevision === commit);
  others = issues.filter(({ lastRevision }) => lastRevision !== commit);
}, 180_000);
afterAll(async () => {
  await server?.stop();
  await mailbox?.close();
  forge?.close();
  repository.remove();
});

/** The part of GitHub's API that hand-offs use. */
async function openForge(): Promise<Server> {
  const made = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isPost = request.method === 'POST';
      if (isPost) posted.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString('utf8') });
      const value = isPost ? { number: posted.length, html_url: `https://github.test/${posted.length}` } : [];
      response.writeHead(isPost ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    });
  });
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  return made;
}

/** Every text in every place of an event that somebody outside can fill; some on the revision that runs, so that a command may work on them. */
async function plant(): Promise<void> {
  const now = Date.now() - 3_600_000;
  const everywhere = hostile.map(({ text }, index) => ({
    time: new Date(now + index * 1_000).toISOString(),
    severity: 'error',
    message: text,
    logger: text,
    service: text.slice(0, 100),
    environment: text,
    revision: text,
    instance: text,
    user: { id: text, name: text },
    request: { method: 'POST', path: `/${text}`, route: `/${text}`, host: text, userAgent: text, id: text },
    breadcrumbs: [{ category: text, message: text }],
    attributes: { [text.slice(0, 60)]: text },
    exception: {
      type: text,
      message: text,
      frames: [
        { file: `/app/src/${text}.js`, line: 1, function: text, code: text },
        { file: '/app/src/run.js', line: index + 1, function: `run${index}` },
      ],
    },
  }));
  const onRunning = hostile.slice(0, 24).map(({ text }, index) => ({
    time: new Date(now + 1_000_000 + index * 1_000).toISOString(),
    severity: 'error',
    service: 'shop',
    revision: commit,
    exception: {
      type: `PlantedError${index}`,
      message: text,
      frames: [{ file: '/app/src/shop.js', line: 1, function: 'price', code: text }],
    },
  }));
  const body = [...everywhere, ...onRunning].map((event) => JSON.stringify(event)).join('\n');
  const response = await fetch(`${server.url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${server.key}` },
    body,
  });
  expect([response.status, await response.json()]).toMatchObject([200, { accepted: everywhere.length + 24 }]);
  await guardianApi(server.url).settle(server.key);
}

async function everyIssue(): Promise<IssueSummary[]> {
  const all: IssueSummary[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await read(`/api/issues?limit=200${next}`)) as { items: IssueSummary[]; nextCursor: string | null };
    all.push(...page.items.filter(({ service }) => service !== 'settle'));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(server.url + path);
  const text = await response.text();
  expect([path, response.status]).toEqual([path, 200]);
  return /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}

async function handOff(issue: IssueSummary, way: string): Promise<FixSummary> {
  const response = await fetch(`${server.url}/api/fixes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ issue: issue.id, way }),
  });
  const fix = (await response.json()) as FixSummary;
  expect([response.status, fix]).toMatchObject([201, { way }]);
  return fix;
}

const markersIn = (text: string) => [...new Set(text.match(MARKER))];
/** Markers in a piece of data outside of what is called untrusted. */
const trustedMarkers = (value: unknown) =>
  markersIn(JSON.stringify(value, (key, inner) => (key === 'untrusted' ? undefined : inner)));

describe('texts planted in events', () => {
  it('are at least 160, each in an issue of its own', () => {
    expect(hostile.length).toBeGreaterThanOrEqual(160);
    expect(issues.length).toBeGreaterThan(160);
    expect(running.length).toBeGreaterThanOrEqual(12);
  });

  it('leave their marked blocks in no hand-off, as Markdown or as JSON', async () => {
    let inside = 0;
    for (const [index, { id }] of issues.entries()) {
      const markdown = (await read(`/api/issues/${id}/hand-off`)) as string;
      expect([id, markersIn(outsideBlocks(markdown))]).toEqual([id, []]);
      inside += markersIn(markdown).length;
      // Both are made of the same parts.
      if (index % 3 === 0)
        expect([id, trustedMarkers(await read(`/api/issues/${id}/hand-off?format=json`))]).toEqual([id, []]);
    }
    expect(inside).toBeGreaterThan(160);
  }, 300_000);

  it('leave them in no answer of MCP', async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    const ask = async (name: string, input: Record<string, unknown>) => {
      const answer = (await client.callTool({ name, arguments: input })) as CallToolResult;
      const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
      expect([name, answer.isError ?? false]).toEqual([name, false]);
      expect([name, markersIn(outsideBlocks(text)), trustedMarkers(answer.structuredContent)]).toEqual([name, [], []]);
      return { seen: markersIn(text).length, data: answer.structuredContent ?? {} };
    };
    let cursor: unknown = null;
    let seen = 0;
    do {
      const page = await ask('list_issues', { limit: 50, ...(typeof cursor === 'string' ? { cursor } : {}) });
      seen += page.seen;
      cursor = page.data.nextCursor;
    } while (cursor !== null);
    expect(seen).toBeGreaterThan(160);
    for (const { id } of issues.slice(0, 30)) await ask('get_issue', { issue: id });
    await ask('search_events', { limit: 50 });
    await ask('get_overview', {});
    const { data } = await ask('hand_off_issue', { issue: running.at(-1)!.id });
    await ask('list_fixes', {});
    await ask('get_fix', { fix: data.id });
    expect(markersIn(JSON.stringify((await client.listTools()).tools))).toEqual([]);
    await client.close();
  });

  it('leave them in no mail: text, HTML, attachments, headers', async () => {
    const handed = [...others.slice(0, 8), ...running.slice(0, 2)];
    for (const issue of handed) await handOff(issue, 'mail');
    const arrived = () => mailbox.messages.filter(({ raw }) => /^Subject: Hand-off/m.test(raw));
    await expect.poll(() => arrived().length, PATIENCE).toBe(handed.length);
    for (const { raw } of arrived()) {
      const mail = await PostalMime.parse(raw);
      expect(markersIn(raw.split('\r\n\r\n', 1)[0]!)).toEqual([]);
      expect(markersIn(outsideBlocks(mail.text!))).toEqual([]);
      const html = mail.html!;
      expect([...new Set(html.match(/<\/?[a-z]+/g))].sort()).toEqual(
        ['</body', '</head', '</html', '</pre', '<body', '<head', '<html', '<meta', '<pre'].sort(),
      );
      for (const { content, mimeType } of mail.attachments) {
        const text = Buffer.from(content as ArrayBuffer).toString('utf8');
        const found =
          mimeType === 'application/json' ? trustedMarkers(JSON.parse(text)) : markersIn(outsideBlocks(text));
        expect(found).toEqual([]);
      }
    }
  });

  it('leave them in no issue of GitHub', async () => {
    const handed = [...others.slice(8, 16), ...running.slice(2, 4)];
    for (const issue of handed) await handOff(issue, 'github');
    await expect.poll(() => posted.length, PATIENCE).toBe(handed.length);
    for (const { path, body } of posted) {
      const { title, body: text, labels } = JSON.parse(body) as { title: string; body: string; labels: string[] };
      expect([path, markersIn(title), labels]).toEqual(['/repos/acme/shop/issues', [], ['guardian']]);
      expect(markersIn(outsideBlocks(text))).toEqual([]);
    }
  });

  it('leave them in no command line, environment, branch or commit of an agent', async () => {
    const fixes: FixSummary[] = [];
    for (const issue of running.slice(4, 8)) fixes.push(await handOff(issue, 'command'));
    const states = async () =>
      (await Promise.all(fixes.map(({ id }) => read(`/api/fixes/${id}`)))) as {
        state: string;
        run: { output: string } | null;
      }[];
    await expect
      .poll(async () => (await states()).map(({ state }) => state), { ...PATIENCE, timeout: 120_000 })
      .toEqual(fixes.map(() => 'proposed'));
    let seen = 0;
    for (const { run } of await states()) {
      const { argv, env, stdin } = JSON.parse(run!.output) as { argv: string[]; env: object; stdin: string };
      expect(markersIn(JSON.stringify([argv, env]))).toEqual([]);
      expect(markersIn(outsideBlocks(stdin))).toEqual([]);
      seen += markersIn(stdin).length;
    }
    expect(seen).toBeGreaterThan(0);
    const branches = repository.git('branch', '--list', '--format=%(refname:short)');
    expect(branches.match(/guardian\/fix-default-\d+/g)).toHaveLength(fixes.length);
    const history = repository.git('log', '--all', '--format=%an %ae %cn %s %b');
    expect([markersIn(branches), markersIn(history)]).toEqual([[], []]);
    expect(existsSync(join(folder, 'runs')) && readFileSync(join(folder, 'agent.mjs'), 'utf8')).toBe(AGENT);
  }, 180_000);
});

/** In the browser: what no page of Guardian has, and what a planted text would bring. */
const LOOK = `(() => {
  const strange = new Set(['script', 'iframe', 'object', 'embed', 'base', 'form', 'marquee', 'video', 'audio', 'math', 'style', 'link', 'meta']);
  const bodies = [...document.body.querySelectorAll('*')];
  return {
    elements: bodies.filter((one) => strange.has(one.localName) && /marker\\d{4}|evil/.test(one.outerHTML)).map((one) => one.outerHTML.slice(0, 200)),
    attributes: bodies.flatMap((one) => [...one.attributes]
      .filter(({ name, value }) => /^on/.test(name) || (/^(?:href|src|action|formaction|srcdoc|data|style|xlink:href)$/.test(name) && /evil\\.example|javascript:|^data:/.test(value)))
      .map(({ name, value }) => name + '=' + value.slice(0, 200))),
    markers: (document.body.innerText.match(/(?:order|hidden|html)marker\\d{4}/g) ?? []).length,
  };
})()`;

describe('pages of the dashboard', () => {
  let tab: DashboardTab;
  beforeAll(async () => {
    tab = await openDashboard(server.url);
  });
  afterAll(() => tab?.close());

  it('make of planted texts no element, no attribute that acts, and no request', async () => {
    const dialogs: string[] = [];
    tab.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const { items } = (await read('/api/fixes?limit=200')) as { items: FixSummary[] };
    const paths = [
      '/issues',
      '/events',
      '/fixes',
      ...items.slice(0, 6).map(({ id }) => `/fixes/${id}`),
      ...running.slice(0, 4).map(({ id }) => `/issues/${id}`),
      ...others
        .filter(({ title }) => title.includes('htmlmarker'))
        .slice(0, 12)
        .map(({ id }) => `/issues/${id}`),
    ];
    const seen: Record<string, number> = {};
    for (const path of paths) {
      await tab.page.goto(server.url + path);
      // Its data has come when a planted text is shown; a page that never shows one is counted below.
      const planted = tab.page.locator('main').getByText(/(?:order|hidden|html)marker\d{4}/);
      await planted
        .first()
        .waitFor({ timeout: 30_000 })
        .catch(() => {});
      const { elements, attributes, markers } = (await tab.page.evaluate(LOOK)) as {
        elements: string[];
        attributes: string[];
        markers: number;
      };
      expect([path, elements, attributes]).toEqual([path, [], []]);
      seen[path] = markers;
    }
    expect(dialogs).toEqual([]);
    expect(tab.troubles).toEqual([]);
    expect(Object.values(seen).filter((count) => count > 0).length).toBeGreaterThan(paths.length / 2);
  }, 240_000);
});
