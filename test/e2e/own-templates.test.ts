import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { startGuardian } from '../fixtures/running-server.ts';
import { openMailbox } from '../fixtures/smtp-mailbox.ts';
import { failures } from './log-lines.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const REPORT = `name: report
kind: report
version: 1.0.0
extends: guardian/report@1.0.0
=== text
ACME OPS about {{service}}: {{status}}
=== html
{{#block foot}}
<p>ACME OPS, page 4711</p>
{{/block}}
=== markdown
# ACME OPS hand-off of {{service}}

{{#each parts}}{{content}}{{/each}}
`;

function prepared(report = REPORT, more = ''): string {
  const folder = workspace();
  put(folder, 'templates/acme/report.template', report);
  put(
    folder,
    'guardian.config.ts',
    `export default { service: 'shop', templates: { folder: 'templates', report: 'acme/report' }${more} };`,
  );
  put(folder, 'critical.log', failures(9));
  return folder;
}

describe('templates of one’s own without a server', () => {
  it('render what `guardian report` writes, in each format', async () => {
    const folder = prepared();
    const text = await runGuardian(['report', 'critical.log'], { folder });
    expect([text.status, text.stderr]).toEqual([2, '']);
    expect(text.stdout).toBe('ACME OPS about shop: CRITICAL\n');
    const html = await runGuardian(['report', 'critical.log', '--format', 'html'], { folder });
    expect(html.stdout).toContain('<p>ACME OPS, page 4711</p>');
    const markdown = await runGuardian(['report', 'critical.log', '--format', 'markdown'], { folder });
    expect(markdown.stdout).toMatch(/^# ACME OPS hand-off of shop\n/);
    expect(markdown.stdout).toContain('## 1. Verdict');
  });

  it('render what `guardian send` mails', async () => {
    const mailbox = await openMailbox();
    try {
      const smtp = `smtp: { host: '127.0.0.1', port: ${mailbox.port}, encryption: 'none' }`;
      const mail = `, mail: { enabled: true, from: 'guardian@piano.ca', recipients: ['ana@piano.ca'], ${smtp} }`;
      const folder = prepared(REPORT, mail);
      const sent = await runGuardian(['send', 'critical.log'], { folder });
      expect([sent.stderr, sent.status]).toEqual(['', 0]);
      const { text, html, attachments } = await simpleParser(mailbox.messages[0]!.raw);
      expect(text).toContain('ACME OPS about shop: CRITICAL');
      expect(html).toContain('ACME OPS, page 4711');
      const handOff = attachments.find(({ filename }) => filename === 'report.md')!;
      expect(handOff.content.toString('utf8')).toMatch(/^# ACME OPS hand-off of shop/);
    } finally {
      await mailbox.close();
    }
  });

  it('are refused before anything is read where one is not there or does not hold, with what is wrong in it', async () => {
    const folder = prepared(REPORT.replace('{{status}}', '{{nobody}}'));
    const run = await runGuardian(['report', 'critical.log'], { folder });
    expect([run.status, run.stdout]).toEqual([78, '']);
    expect(run.stderr).toContain('templates.report');
    expect(run.stderr).toContain('acme/report.template: text, line 6: there is no "nobody" here');
    put(folder, 'guardian.config.ts', `export default { templates: { report: 'acme/report@2.0.0' } };`);
    const gone = await runGuardian(['report', 'critical.log'], { folder });
    expect([gone.status, gone.stderr]).toEqual([78, expect.stringContaining('there is no template acme/report@2.0.0')]);
  });
});

describe('templates of one’s own with a server', () => {
  it('render the reports that agents read over MCP', async () => {
    const folder = prepared();
    const server = await startGuardian({ folder });
    try {
      const json = { 'content-type': 'application/json', origin: server.url };
      const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
        fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { ...json, ...headers },
          body: JSON.stringify(body),
        });
      const event = { severity: 'error', service: 'shop', exception: 'TypeError: no such order' };
      expect((await send('/api/events', [event], { authorization: `Bearer ${server.key}` })).status).toBe(200);
      const asked = { project: 'default', service: 'shop', freshness: '1h' };
      expect((await send('/api/reports', asked)).status).toBe(201);
      const { key } = (await (await send('/api/keys', { label: 'agent', scope: 'read' })).json()) as { key: string };
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
          requestInit: { headers: { authorization: `Bearer ${key}` } },
        }),
      );
      const answer = (await client.callTool({ name: 'get_report', arguments: {} })) as {
        content: { type: string; text: string }[];
      };
      await client.close();
      expect(answer.content[0]!.text).toMatch(/^# ACME OPS hand-off of shop\n/);
      expect(answer.content[0]!.text).toContain('## 1. Verdict');
    } finally {
      await server.stop();
    }
  });
});
