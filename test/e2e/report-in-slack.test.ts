import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { type Mailbox, openMailbox, TEST_AUTHORITY } from '../fixtures/smtp-mailbox.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
const folder = mkdtempSync(join(tmpdir(), 'guardian-slack-'));
let server: RunningServer;
let slack: Receiver;
let program: Receiver;
let mailbox: Mailbox;

beforeAll(async () => {
  [slack, program, mailbox] = await Promise.all([startReceiver(), startReceiver(), openMailbox()]);
  writeFileSync(
    join(folder, 'guardian.config.ts'),
    `export default {
      server: { publicUrl: 'https://guardian.example.com' },
      recipients: { ana: { slack: '${slack.url}/services/T1', webhook: '${program.url}/hook' } },
      routes: [{ name: 'reports', on: ['report_ready'], to: ['ana'], over: ['slack', 'webhook'] }],
      reports: { everyMs: null },
      notify: { groupFor: '0s' },
      audit: { tellEvery: null },
    };`,
  );
  server = await startGuardian({
    folder,
    environment: {
      GUARDIAN_TRIGGER_TOKEN: 'a-trigger-token-of-ours',
      CODEX_GPT_EMAIL: 'ana@piano.ca',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(mailbox.port),
      SMTP_USER: 'guardian@piano.ca',
      SMTP_PASSWORD: 'right password',
      SMTP_CA_FILE: TEST_AUTHORITY,
    },
  });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([slack.stop(), program.stop(), mailbox.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function post(path: string, body: unknown, key?: string): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: server.url,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
  });
  expect([200, 201]).toContain(response.status);
  return response.json();
}

const fail = (exceptions: readonly string[]) =>
  post(
    '/api/events',
    exceptions.map((exception) => ({ severity: 'error', service: 'shop', exception })),
    server.key,
  );

interface Made {
  id: string;
  status: string;
}

/** Makes a report; resolves once it was told to the program, which is told of each, and what became of it for people. */
async function report(): Promise<Made & { slack: string }> {
  await guardianApi(server.url).settle(server.key);
  const made = (await post('/api/reports', { project: 'default', service: 'shop', freshness: '1h' })) as Made;
  await vi.waitFor(() => expect(program.received.some(({ body }) => body.includes(made.id))).toBe(true), PATIENCE);
  const state = await vi.waitFor(async () => {
    const { items } = (await (await fetch(`${server.url}/api/deliveries?limit=100`)).json()) as {
      items: { channel: string; state: string; key?: string; notification?: { id: string } }[];
    };
    const own = items.filter(({ channel }) => channel === 'slack');
    expect(own.length).toBeGreaterThanOrEqual(reports + 1);
    expect(own.every(({ state: one }) => one === 'sent' || one === 'suppressed')).toBe(true);
    return own[0]!.state;
  }, PATIENCE);
  reports++;
  return { ...made, slack: state };
}
let reports = 0;

describe('a report over Slack', () => {
  it('says status, the three worst issues and where the report is, markup of others as text', async () => {
    const errors = ['TypeError: <!channel> *bold*', 'RangeError: two', 'SyntaxError: three', 'EvalError: four'];
    await fail(errors);
    const made = await report();
    expect(slack.received).toHaveLength(1);
    const { path, body } = slack.received[0]!;
    expect(path).toBe('/services/T1');
    const { blocks } = JSON.parse(body) as {
      blocks: { type: string; text?: { text: string }; elements?: { url: string }[] }[];
    };
    const said = blocks.find(({ type }) => type === 'section')!.text!.text;
    expect(said).toContain(`Status: ${made.status}`);
    expect(said.match(/^ *Issue: /gm)).toHaveLength(3);
    expect(said).toContain('Further issues: 1');
    expect(said).not.toMatch(/[<>]/);
    const [button] = blocks.find(({ type }) => type === 'actions')!.elements!;
    expect(button!.url).toBe(`https://guardian.example.com/reports/${made.id}`);
  });

  it('is not repeated within the cool-down of mails while it says nothing new; a program hears of each', async () => {
    expect((await report()).slack).toBe('suppressed');
    expect(slack.received).toHaveLength(1);
    expect(program.received).toHaveLength(2);
  });

  it('is told again at once when a new issue stands in it', async () => {
    await fail(['URIError: five']);
    expect((await report()).slack).toBe('sent');
    expect(slack.received).toHaveLength(2);
  });
});

describe('the trigger', () => {
  it('builds the report first, then its mail goes out with just that report', async () => {
    await fail(['AggregateError: six']);
    await guardianApi(server.url).settle(server.key);
    const asked = await fetch(`${server.url}/api/trigger/report`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-trigger-token-of-ours', 'content-type': 'application/json' },
      body: JSON.stringify({ project: 'default', service: 'shop', freshness: '1h' }),
    });
    expect(asked.status).toBe(202);
    const made = (await asked.json()) as Made;
    const built = await (await fetch(`${server.url}/api/reports/${made.id}`)).json();
    // Those before it tell of fewer issues.
    await vi.waitFor(async () => {
      const mails = await Promise.all(mailbox.messages.map(({ raw }) => simpleParser(raw)));
      const [last] = mails.filter(({ subject }) => subject?.includes(made.status)).slice(-1);
      const [json] = last!.attachments;
      expect(JSON.parse(json!.content.toString())).toEqual(built);
    }, PATIENCE);
    expect(mailbox.messages.every(({ to }) => to.join() === 'ana@piano.ca')).toBe(true);
  });
});
