import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/adapters/free-port.ts';
import { toProtobuf } from '../../src/adapters/sources/otlp/proto-fixtures.ts';
import { CLIENTS, type SnippetFacts } from '../../src/dashboard/pages/sources/snippets.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { put, workspace } from './workspace.ts';

/** What the screens give to paste is run here as it stands, with the real clients, against a real server. */

const run = promisify(execFile);
const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const folder = workspace();
let server: RunningServer;
let facts: SnippetFacts;
let syslogPort: number;

beforeAll(async () => {
  syslogPort = await freePort();
  put(folder, 'guardian.config.ts', `export default { sources: { syslog: { tcpPort: ${syslogPort} } } };`);
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
  it('are of thirteen clients, and hold the key they send with', () => {
    expect(CLIENTS.map(({ id }) => id)).toHaveLength(13);
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

  it('Guardian for Node: logs, reports what fails, and records who asked what', async () => {
    put(folder, 'node_modules/.keep', '');
    for (const name of ['@guardian', 'express']) symlinkSync(join(MODULES, name), join(folder, 'node_modules', name));
    const port = await freePort();
    const program = snippet('guardian-sdk', 'code')
      .replace('app.listen(3000)', `app.listen(${port}, '127.0.0.1')`)
      .replace(
        'express();',
        "express();\napp.use((request, _, next) => { request.user = { email: 'ann@example.com' }; next(); });",
      )
      .replace(
        'response.json({',
        "if (request.params.id === '9') throw new RangeError('by our own');\n  response.json({",
      );
    put(folder, 'own.mjs', program);
    const child = spawn(process.execPath, [join(folder, 'own.mjs')], { cwd: folder, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const status = (id: string) =>
      fetch(`http://127.0.0.1:${port}/orders/${id}`).then(
        (reply) => reply.status,
        () => null,
      );
    await expect.poll(() => status('8')).toBe(200);
    expect(await status('9')).toBe(500);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await expect.poll(bodies).toContain('my-service: order 8 shown');
    await expect.poll(async () => (await bodies()).join('\n')).toContain('by our own');
    const used = () => ask<{ users: object[] }>('/api/usage/summary?hours=24&service=my-service');
    await expect
      .poll(async () => (await used()).users)
      .toMatchObject([{ email: 'ann@example.com', requests_count: 2, errors_count: 1 }]);
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
    await expect.poll(async () => (await bodies()).join('\n')).toContain('by otlp');
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

  it('Filebeat: what it asks and sends with these settings is taken, set-up and all', async () => {
    const settings = snippet('filebeat', 'configuration');
    const [, host] = /hosts: \['([^']+)'\]/.exec(settings)!;
    const [, user, password] = /username: (\S+)\n {2}password: '([^']+)'/.exec(settings)!;
    const headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    };
    for (const path of ['/', '/_license?human=false']) {
      const reply = await fetch(`${host}${path}`, { headers: { authorization: headers.authorization } });
      expect([reply.status, reply.headers.get('x-elastic-product')]).toEqual([200, 'Elasticsearch']);
    }
    const document = {
      '@timestamp': new Date().toISOString(),
      message: 'by filebeat',
      log: { offset: 0, file: { path: '/var/log/my-service/web.log' } },
      ...{
        'service.name': 'my-service',
        input: { type: 'filestream' },
        agent: { type: 'filebeat', version: '8.19.0' },
      },
    };
    const lines = [{ create: { _index: 'filebeat-8.19.0' } }, document].map((line) => `${JSON.stringify(line)}\n`);
    const reply = await fetch(`${host}/_bulk`, { method: 'POST', headers, body: gzipSync(lines.join('')) });
    expect(await reply.json()).toMatchObject({ errors: false, items: [{ create: { status: 201 } }] });
    await expect.poll(bodies).toContain('my-service: by filebeat');
  });

  it('OpenTelemetry Collector: what it sends with these settings is taken', async () => {
    const settings = snippet('otel-collector', 'configuration');
    const [, endpoint] = /endpoint: (\S+)/.exec(settings)!;
    const [, authorization] = /Authorization: (.+)/.exec(settings)!;
    const headers = {
      authorization: authorization!,
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'user-agent': 'OpenTelemetry Collector Contrib/0.140.0 (linux/amd64)',
    };
    const record = { severityNumber: 17, body: { stringValue: 'by the collector' } };
    const json = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    const logs = await fetch(`${endpoint}/v1/logs`, { method: 'POST', headers, body: gzipSync(toProtobuf(json)) });
    expect([logs.status, logs.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    const traces = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: gzipSync('') });
    expect(traces.status).toBe(200);
    await expect.poll(async () => (await bodies()).join('\n')).toContain('by the collector');
  });

  it('rsyslog: what it sends with this action is taken', async () => {
    const action = snippet('syslog', 'configuration');
    expect(action).toMatch(/target="127\.0\.0\.1" port="5514" protocol="tcp"\s+tcp_framing="octet-counted"/);
    // RSYSLOG_SyslogProtocol23Format, counted in octets.
    const message = `<12>1 ${new Date().toISOString()} web-1 my-service 4711 - - by rsyslog`;
    const socket = connect(syslogPort, '127.0.0.1');
    socket.end(`${Buffer.byteLength(message)} ${message}`);
    await once(socket, 'close');
    await expect.poll(bodies).toContain('my-service: by rsyslog');
  });

  it('pino-elasticsearch: sends what is logged', async () => {
    for (const name of ['pino', 'pino-elasticsearch']) {
      symlinkSync(join(MODULES, name), join(folder, 'node_modules', name));
    }
    const program = `${snippet('pino', 'code')}
logger.error('by pino');
stream.end();`;
    await runProgram('pino', program);
    await expect.poll(bodies).toContain('my-service: by pino');
  });
});
