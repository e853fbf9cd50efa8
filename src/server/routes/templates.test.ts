import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TemplateDetail, TemplatePreview, TemplateSummary } from '../../contracts/api/templates.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
beforeEach(async () => {
  server = await openTestServer();
});
afterEach(() => server.close());

const get = async <T>(path: string) => (await (await ask(server, path)).json()) as T;
const post = async <T>(path: string, json: unknown) =>
  (await (await ask(server, path, { method: 'POST', json })).json()) as T;

const own = `name: message
kind: notification
version: 1.0.0
extends: guardian/message@1.0.0
=== subject
Own: {{title}}
`;

describe('templates over the API', () => {
  it('lists the built-in ones with their versions and what they were used', async () => {
    server.options.templates.library.fill('agent', ['settings'], { domain: 'a', role: 'b', name: 'c' });
    const { items } = await get<{ items: TemplateSummary[] }>('/api/templates');
    expect(items.map(({ namespace, name, kind, current }) => [namespace, name, kind, current])).toEqual([
      ['guardian', 'agent', 'agent', '1.0.0'],
      ['guardian', 'digest', 'report', '1.0.0'],
      ['guardian', 'message', 'notification', '1.0.0'],
      ['guardian', 'note', 'notification', '1.0.0'],
      ['guardian', 'report', 'report', '1.0.0'],
    ]);
    expect(items[0]!.versions[0]).toMatchObject({
      renders: 1,
      failures: 0,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(items[0]!.versions[0]!.lastUsedAt).toBe('2026-01-31T08:15:30.123Z');
    expect(items[4]!.versions[0]).toMatchObject({ renders: 0, p95Ms: null, lastUsedAt: null });
  });

  it('gives exactly the version that is asked for, and 404 for one that is not there (row 29)', async () => {
    const detail = await get<TemplateDetail>('/api/templates/guardian/message?version=1.0.0');
    expect(detail.version).toBe('1.0.0');
    expect(detail.content).toContain('=== html');
    for (const path of [
      'guardian/message?version=2.0.0',
      'guardian/other',
      'x/message',
      'guardian/message?version=__proto__',
    ])
      expect((await ask(server, `/api/templates/${path}`)).status).toBe(404);
  });

  it('shows what a template gives of a sample, in both languages and every format, and what is wrong with it', async () => {
    const path = '/api/templates/guardian/message/preview';
    const html = await post<TemplatePreview>(path, { format: 'html', language: 'fr' });
    expect(html.output).toContain('&lt;sync&gt;');
    expect(html.subject).toContain('a échoué');
    expect((await post<TemplatePreview>(path, { format: 'slack' })).output).toContain('&lt;b&gt;');
    const tried = await post<TemplatePreview>(path, { content: own, format: 'text' });
    expect(tried).toMatchObject({ subject: expect.stringMatching(/^Own: /), problems: [] });
    const wrong = await post<TemplatePreview>(path, { content: own.replace('{{title}}', '{{nobody}}') });
    expect(wrong.problems).toEqual([{ path: 'subject, line 6', message: 'there is no "nobody" here' }]);
    const { items } = await get<{ items: TemplateSummary[] }>('/api/templates');
    expect(items).toHaveLength(5);
  });

  it('checks many files at once and keeps none', async () => {
    const extending = own.replace('name: message', 'name: child').replace('guardian/', 'acme/');
    const { items } = await post<{ items: unknown[] }>('/api/templates/validate', {
      namespace: 'acme',
      contents: [extending, own, 'nothing'],
    });
    expect(items).toMatchObject([
      { template: 'acme/child@1.0.0', problems: [] },
      { template: 'acme/message@1.0.0', problems: [] },
      { template: null, problems: [{ message: expect.stringContaining('a head line is') }] },
    ]);
    expect((await ask(server, '/api/templates/acme/message')).status).toBe(404);
  });

  it('gives an agent’s logger its settings, to an ingest key as well', async () => {
    const { key } = await makeShop(server);
    const path = '/api/templates/agent/billing/planner/invoices';
    const answer = await ask(server, path, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ template: 'guardian/agent@1.0.0', agents: '*.*.*', level: null, fields: {} });
  });
});
