import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueEvidence } from '../../src/contracts/api/issues.ts';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

const GUARDIAN = fileURLToPath(new URL('../../bin/guardian.js', import.meta.url));
const BROKEN = "TypeError: Cannot read properties of undefined (reading 'from')";

let server: RunningServer;

beforeAll(async () => {
  server = await startGuardian({ arguments: ['--example', 'shop'] });
});
afterAll(() => server.stop());

describe('`guardian start --example shop`', () => {
  it('watches the shop that runs beside it: its failure becomes an issue with the code that runs and the commit that broke it', async () => {
    const { issue } = await guardianApi(server.url).waitForIssue(BROKEN);
    expect(issue).toMatchObject({
      project: 'shop',
      service: 'shop',
      state: 'open',
      endpoint: 'POST /api/orders',
      location: { file: 'src/pricing.ts', line: 32, function: 'discountOf' },
    });
    const evidence = issueEvidence.parse(await (await fetch(`${server.url}/api/issues/${issue.id}/evidence`)).json());
    expect(evidence.truth).toBe('running revision');
    expect(evidence.suspects.commits[0]).toMatchObject({ subject: 'Seasonal vouchers with a least amount' });
    expect(evidence.suspects.commits[0]?.diff).toContain('src/pricing.ts');
    const handOff = await (await fetch(`${server.url}/api/issues/${issue.id}/hand-off?format=markdown`)).text();
    expect(handOff).toContain('Seasonal vouchers with a least amount');
    expect(Buffer.byteLength(handOff) / 4).toBeLessThanOrEqual(6_000);
  });

  it('makes a report on demand, whose mail stands in the outbox and says that it was not sent', async () => {
    const made = await post('/api/reports', { project: 'shop', service: 'shop', freshness: '1h' });
    expect(made.status).toBe(201);
    const report = (await made.json()) as { id: string; errors: number };
    expect(report.errors).toBeGreaterThan(0);
    const page = await fetch(`${server.url}/api/reports/${report.id}?format=html`);
    expect(await page.text()).toContain('discountOf');
    const found = await eventually(async () => {
      const { items } = (await (await fetch(`${server.url}/api/deliveries`)).json()) as {
        items: { recipient: string; state: string; occasion: string }[];
      };
      return items.find(({ state }) => state === 'stored') ?? null;
    });
    expect(found).toMatchObject({ recipient: 'on-call@shop.example', state: 'stored' });
  });

  it('gives agents the hand-off and takes their notes, over HTTP and over standard input', async () => {
    const { key } = (await (await post('/api/keys', { label: 'codex', scope: 'write' })).json()) as { key: string };
    const { issue } = await guardianApi(server.url).waitForIssue(BROKEN);
    const http = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    });
    const stdio = new StdioClientTransport({
      command: process.execPath,
      args: [GUARDIAN, 'mcp'],
      env: { PATH: process.env.PATH ?? '', GUARDIAN_URL: server.url, GUARDIAN_API_KEY: key },
    });
    for (const transport of [http, stdio]) {
      const agent = new Client({ name: 'agent', version: '1' });
      await agent.connect(transport as Parameters<Client['connect']>[0]);
      const told = await agent.callTool({ name: 'get_issue', arguments: { issue: issue.shortId } });
      expect(JSON.stringify(told.content)).toContain('Seasonal vouchers with a least amount');
      await agent.callTool({
        name: 'add_note',
        arguments: { issue: issue.id, text: `seen by ${transport === http ? 'http' : 'stdio'}` },
      });
      await agent.close();
    }
    const history = await (await fetch(`${server.url}/api/issues/${issue.id}/history`)).text();
    expect(history).toContain('seen by http');
    expect(history).toContain('seen by stdio');
  });

  it('says nothing on standard error', () => {
    expect(server.errors()).toBe('');
  });
});

function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A report of one error is OK and mails nobody: the shop goes on failing until one is due. */
async function eventually<T>(look: () => Promise<T | null>): Promise<T | null> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await look();
    if (found !== null) return found;
    if (tries % 25 === 24) {
      await post('/api/reports', { project: 'shop', service: 'shop', freshness: '1h' });
    }
    await pause(200);
  }
  return null;
}
