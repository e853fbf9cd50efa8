import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handOffOf } from '../../src/core/reports/hand-off/hand-off.ts';
import { planted } from '../../src/core/reports/hand-off/hand-off-fixtures.ts';
import { createMcpHandler } from '../../src/mcp/handler.ts';
import { openShop, READER, report, type Shop, stored, WRITER } from '../../src/mcp/mcp-fixtures.ts';
import { hostileTexts, htmlInjections } from '../fixtures/instructions.ts';
import { outsideBlocks } from '../fixtures/marked-blocks.ts';
import { sampleReport } from '../fixtures/sample-report.ts';
import { START } from '../fixtures/understanding.ts';
import { cleanEnvironment, ended, runGuardian, startGuardian } from './run-guardian.ts';
import { workspace } from './workspace.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/guardian.js', import.meta.url));
const folder = workspace();
const hostile = [...hostileTexts, ...htmlInjections];
const KEYS = { 'key-of-a-writer': WRITER, 'key-of-a-reader': READER } as const;

const shop = hostileShop();
const handle = createMcpHandler(shop.options);
const server = serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) => {
    const key = request.headers.get('authorization')?.replace('Bearer ', '') as keyof typeof KEYS | undefined;
    const principal = key ? KEYS[key] : undefined;
    if (new URL(request.url).pathname !== '/base/mcp') return new Response('not here', { status: 404 });
    return principal ? handle(request, principal) : new Response('who are you?', { status: 401 });
  },
});
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;

/** One issue, one event and one report for each hostile text, which stands in each of their fields; and the overview full of them. */
function hostileShop(): Shop {
  const inputs = hostile.map(({ text }, index) => {
    const input = planted(text);
    return {
      ...input,
      shortId: `SHOP-${index + 1}`,
      stored: { ...input.stored, id: `issue-${index}`, number: index + 1 },
    };
  });
  const shop = openShop({
    issues: inputs.map(({ stored: one }) => ({ ...one, state: 'open' })),
    events: inputs.map(({ issue }, index) => {
      const event = issue!.incidents[0]!.representative;
      const attributes = { [hostile[index]!.text]: hostile[index]!.text };
      return stored({ ...event, attributes, logger: hostile[index]!.text }, START * 4096 + index, `issue-${index}`);
    }),
    reports: hostile.map(({ text }, index) => {
      const content = sampleReport();
      content.service = text;
      content.revision = text;
      content.window.reason = text;
      for (const issue of content.issues) {
        issue.title = text;
        issue.error_type = text;
        issue.location = { file: text, line: 1, function: text };
        issue.endpoints = [text];
        issue.evidence.stack_trace = text;
      }
      const about = report({ id: `report-${index}`, service: text, problem: text });
      return { about, content: index % 2 ? structuredClone(content) : null };
    }),
  });
  const [service] = shop.overview.services;
  shop.overview.reasons = hostile.slice(0, 10).map(({ text }) => text);
  shop.overview.services = hostile.map(({ text }) => ({ ...service!, service: text, revision: text }));
  shop.overview.newIssues = hostile.slice(0, 10).map(({ text }, index) => ({
    id: `issue-${index}`,
    shortId: `SHOP-${index + 1}`,
    project: 'shop',
    service: text,
    title: text,
    errorType: text,
    location: null,
    endpoint: text,
    state: 'open',
    stateDetail: null,
    severity: 'error',
    signal: null,
    isNew: true,
    firstSeen: '2026-03-14T09:00:00.000Z',
    lastSeen: '2026-03-14T09:00:00.000Z',
    firstRevision: text,
    lastRevision: text,
    incidents: 1,
    events: 1,
    users: 0,
    assignee: text,
    lastDay: [],
  }));
  shop.overview.ownProblems = hostile
    .slice(0, 5)
    .map(({ text }) => ({ code: 'internal', message: text, remedy: text }));
  shop.options.handOffOf = async (id) => handOffOf(inputs[Number(id.slice('issue-'.length))]!);
  return shop;
}

function overHttp(key: keyof typeof KEYS = 'key-of-a-writer') {
  const headers = { authorization: `Bearer ${key}` };
  return new StreamableHTTPClientTransport(new URL(`${address()}/mcp`), { requestInit: { headers } });
}

function overStdio(key: keyof typeof KEYS = 'key-of-a-writer') {
  return new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: cleanEnvironment({ folder, environment: { GUARDIAN_URL: address(), GUARDIAN_API_KEY: key } }),
    stderr: 'pipe',
  });
}

async function open(transport: ReturnType<typeof overHttp> | ReturnType<typeof overStdio>): Promise<Client> {
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(transport);
  await client.listTools();
  return client;
}

async function call(client: Client, name: string, input: Record<string, unknown> = {}) {
  const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
  const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return { text, data: result.structuredContent ?? {}, isError: result.isError === true };
}

/** Every page of a list. */
async function pages(client: Client, name: string) {
  const found: Awaited<ReturnType<typeof call>>[] = [];
  let cursor: unknown;
  do {
    const page = await call(client, name, { limit: 50, ...(cursor ? { cursor } : {}) });
    found.push(page);
    cursor = page.data.nextCursor;
  } while (cursor);
  return found;
}

const HIDDEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e01ef}]/u;
const markersIn = (text: string) => [...new Set(text.match(/(?:order|hidden|html)marker\d{4}/g))];

/** What an agent could take for Guardian's own words: text outside of blocks, their headers, and all data but what is marked. */
function trusted({ text, data }: { text: string; data: object }): string {
  const headers = text.match(/^`{3,}text untrusted .*$/gm)?.join('\n') ?? '';
  const rest = JSON.stringify(data, (key, inner: unknown) => (key === 'untrusted' ? null : inner));
  return `${outsideBlocks(text)}\n${headers}\n${rest}`;
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]);
}

function expectHarmless(answer: { text: string; data: object; isError: boolean }, name: string) {
  expect([name, answer.isError]).toEqual([name, false]);
  expect([name, markersIn(trusted(answer))]).toEqual([name, []]);
  expect([name, HIDDEN.exec(answer.text)]).toEqual([name, null]);
  // A line end may stand in data; nothing else that hides, moves or reverses.
  expect([name, strings(answer.data).filter((text) => HIDDEN.test(text))]).toEqual([name, []]);
}

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe.each([
  ['streamable HTTP', overHttp],
  ['standard input and output', overStdio],
])('hostile text in every field, over %s', (_name, transport) => {
  let client: Client;
  beforeAll(async () => {
    client = await open(transport());
  });
  afterAll(() => client.close());

  it('stands in no name, title, description, schema or instruction', async () => {
    const { tools } = await client.listTools();
    expect(markersIn(JSON.stringify([tools, client.getInstructions(), client.getServerVersion()]))).toEqual([]);
    expect(tools).toHaveLength(13);
  });

  it.each(['list_issues', 'search_events', 'list_reports'])('stands only where it is marked: %s', async (name) => {
    const found = name === 'list_reports' ? [await call(client, name, { limit: 50 })] : await pages(client, name);
    for (const page of found) expectHarmless(page, name);
    const shown = markersIn(found.map(({ text }) => text).join('\n'));
    expect(shown.length).toBeGreaterThan((name === 'list_reports' ? 50 : hostile.length) * 0.9);
  });

  it('stands only where it is marked: get_issue, get_event, get_report, of each', async () => {
    let shown = 0;
    for (const [index, { name, marker }] of hostile.entries()) {
      const answers = [
        await call(client, 'get_issue', { issue: `SHOP-${index + 1}` }),
        await call(client, 'get_event', { event: String(START * 4096 + index) }),
        await call(client, 'get_report', { report: `report-${index}` }),
      ];
      for (const answer of answers) {
        expectHarmless(answer, name);
        if (answer.text.includes(marker)) shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(hostile.length * 3 * 0.9);
  });

  it('stands only where it is marked: get_overview', async () => {
    const answer = await call(client, 'get_overview');
    expectHarmless(answer, 'get_overview');
    expect(markersIn(answer.text).length).toBeGreaterThanOrEqual(45);
  });

  it('comes back in no error, when an agent copies it into an argument', async () => {
    for (const { text, marker } of hostile) {
      const short = text.slice(0, 90) + marker;
      const answers = [
        await call(client, 'get_issue', { issue: short.slice(-100) }),
        await call(client, 'list_issues', { project: short.slice(-100), [short]: short }),
        await call(client, 'get_event', { event: marker }),
        await call(client, 'mark_issue', { issue: marker, as: short }),
      ];
      for (const answer of answers) {
        expect(answer.isError).toBe(true);
        expect(markersIn(answer.text)).toEqual([]);
        expect(answer.text).toMatch(/^(?:not_found|payload_invalid): .+\n.+/);
      }
    }
  });
});

describe('guardian mcp', () => {
  it('acts in the name of the key, as far as it permits', async () => {
    const writer = await open(overStdio());
    await call(writer, 'mark_issue', { issue: 'SHOP-3', as: 'resolved' });
    expect(shop.acted.at(-1)).toEqual({
      ids: ['issue-2'],
      action: { type: 'resolve', in: 'next' },
      actor: 'agent:fixer',
    });
    await writer.close();
    const reader = await open(overStdio('key-of-a-reader'));
    expect((await call(reader, 'add_note', { issue: 'SHOP-3', text: 'x' })).text).toMatch(/^forbidden: /);
    await reader.close();
  });

  it('answers with the catalogue’s error when the key is wrong, nobody listens, or nothing of the kind is there', async () => {
    const asked = [
      { GUARDIAN_URL: address(), GUARDIAN_API_KEY: 'wrong', wanted: 'Give a valid API key in GUARDIAN_API_KEY' },
      { GUARDIAN_URL: 'http://127.0.0.1:9', GUARDIAN_API_KEY: '', wanted: 'http://127.0.0.1:9/mcp did not answer' },
      {
        GUARDIAN_URL: address().replace('/base', '/elsewhere'),
        GUARDIAN_API_KEY: '',
        wanted: 'There is no MCP endpoint',
      },
    ];
    for (const { wanted, ...environment } of asked) {
      const initialize = {
        jsonrpc: '2.0',
        id: 'first',
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      };
      const { status, stdout } = await runGuardian(['mcp'], {
        folder,
        environment,
        input: `${JSON.stringify(initialize)}\n`,
      });
      expect(status).toBe(0);
      const reply = JSON.parse(stdout) as { id: string; error: { code: number; message: string } };
      expect([reply.id, reply.error.code]).toEqual(['first', -32_000]);
      expect(reply.error.message).toContain(wanted);
      expect(stdout).not.toContain('who are you');
    }
  });

  it('prints nothing but messages, answers what came before the end of its input, and survives a line that is none', async () => {
    const lines = [
      'this is no JSON',
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      }),
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
      JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'get_overview', arguments: {} } }),
    ];
    const { status, stdout } = await runGuardian(
      ['mcp', '--url', `${address()}/mcp/`, '--api-key', 'key-of-a-reader'],
      {
        folder,
        input: `${lines.join('\n')}\n`,
      },
    );
    expect(status).toBe(0);
    const replies = stdout
      .trim()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { id: number; result: { protocolVersion?: string; structuredContent?: object } },
      );
    expect(replies.map(({ id }) => id).sort()).toEqual([1, 2]);
    expect(replies.find(({ id }) => id === 1)!.result.protocolVersion).toBe('2025-06-18');
    expect(replies.find(({ id }) => id === 2)!.result.structuredContent).toMatchObject({ status: 'CRITICAL' });
  });

  it('ends at once on SIGTERM, and refuses an address that is none', async () => {
    const child = startGuardian(['mcp', '--url', address()], { folder });
    const end = ended(child);
    child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    child.kill('SIGTERM');
    expect((await end).status).toBe(0);
    const { status, stderr } = await runGuardian(['mcp', '--url', 'ftp://x'], { folder });
    expect(status).toBe(64);
    expect(stderr).toContain('no http:// or https:// address');
  });
});
