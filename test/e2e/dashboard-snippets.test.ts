import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS, type SnippetFacts } from '../../src/dashboard/pages/sources/snippets.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { put, workspace } from './workspace.ts';

/** What the screens give to paste is run here as it stands, with the real clients, against a real server. */

const run = promisify(execFile);
const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const folder = workspace();
let server: RunningServer;
let facts: SnippetFacts;

beforeAll(async () => {
  server = await startGuardian({ folder, environment: { GIT_CONFIG_NOSYSTEM: '1' } });
  const { items } = await ask<{ items: { key: string; dsn: string }[] }>('/api/projects/1/keys');
  const { host, hostname } = { host: new URL(server.url).host, hostname: new URL(server.url).hostname };
  const [{ key, dsn }] = items as [{ key: string; dsn: string }];
  expect(dsn).toContain(host);
  facts = { dsn, key, origin: server.url, host: hostname, projectSlug: 'default' };
});
afterAll(() => server?.stop());

async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const bodies = async () => {
  const { items } = await ask<{ items: { body: string; service: string }[] }>('/api/events?limit=200');
  return items.map(({ body, service }) => `${service}: ${body}`);
};

function snippet(client: string, place: string): string {
  const found = CLIENTS.find(({ id }) => id === client)
    ?.snippets(facts)
    .find((one) => one.place === place);
  return found!.text;
}

/** A module of its own that starts with the snippet, beside the installed libraries. */
async function runProgram(name: string, text: string, environment: Record<string, string> = {}): Promise<void> {
  put(folder, `${name}.mjs`, text);
  await run(process.execPath, [join(folder, `${name}.mjs`)], { cwd: folder, env: { ...process.env, ...environment } });
}

describe('the snippets', () => {
  it('are of twelve clients, and hold the key they send with', () => {
    expect(CLIENTS.map(({ id }) => id)).toHaveLength(12);
    for (const client of CLIENTS.filter(({ id }) => id !== 'syslog')) {
      const text = client
        .snippets(facts)
        .map((one) => one.text)
        .join('\n');
      expect(text, client.id).toMatch(new RegExp(facts.key));
    }
  });

  it('curl: sends an event', async () => {
    await run('sh', ['-c', snippet('curl', 'shell')]);
    await expect.poll(bodies).toContain('hello: the first event');
  });

  it('Elasticsearch _bulk: sends an event', async () => {
    const { stdout } = await run('sh', ['-c', snippet('elastic', 'shell').replace('the first event', 'by bulk')]);
    expect(JSON.parse(stdout)).toMatchObject({ errors: false });
    await expect.poll(bodies).toContain('hello: by bulk');
  });

  it('Sentry for Node: sends what is captured', async () => {
    put(folder, 'node_modules/@sentry/.keep', '');
    symlinkSync(join(MODULES, 'sentry-node-10'), join(folder, 'node_modules/@sentry/node'));
    const program = `${snippet('sentry-node', 'code')}
Sentry.captureException(new RangeError('by sentry'));
await Sentry.flush(5000);`;
    await runProgram('sentry', program);
    await expect.poll(async () => (await bodies()).join('\n')).toContain('by sentry');
  });

  it('OpenTelemetry: sends the logs of a program that has this environment', async () => {
    const environment = Object.fromEntries(
      snippet('otel-python', 'environment')
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    symlinkSync(join(MODULES, '@opentelemetry'), join(folder, 'node_modules/@opentelemetry'));
    const program = `import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
provider.getLogger('test').emit({ severityNumber: 17, body: 'by otlp' });
await provider.forceFlush();
await provider.shutdown();`;
    await runProgram('otel', program, environment);
    await expect.poll(async () => (await bodies()).join('\n'), { timeout: 10_000 }).toContain('by otlp');
  });

  it('Cloud Logging: the address of the subscription takes what Pub/Sub pushes', async () => {
    const address = /--push-endpoint='([^']+)'/.exec(snippet('cloud-logging', 'shell'))![1]!;
    const entry = { severity: 'ERROR', textPayload: 'by push', timestamp: new Date().toISOString(), insertId: 'one' };
    const data = Buffer.from(JSON.stringify(entry)).toString('base64');
    const body = JSON.stringify({ message: { data, messageId: '1' }, subscription: 'projects/p/subscriptions/s' });
    const { status } = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(status).toBe(204);
    await expect.poll(async () => (await bodies()).join('\n')).toContain('by push');
  });

  it('pino-elasticsearch: sends what is logged', async () => {
    for (const name of ['pino', 'pino-elasticsearch']) {
      symlinkSync(join(MODULES, name), join(folder, 'node_modules', name));
    }
    const program = `${snippet('pino', 'code')}
logger.error('by pino');
stream.end();`;
    await runProgram('pino', program);
    await expect.poll(bodies, { timeout: 10_000 }).toContain('my-service: by pino');
  });
});
