import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardianApi, guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

const run = promisify(execFile);
const WRONG_KEY = '0123456789abcdef0123456789abcdef';

let guardian: RunningServer;
let api: GuardianApi;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-curl-'));
  guardian = await startGuardian();
  api = guardianApi(guardian.url);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await guardian.stop();
});

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

/** Runs curl with the arguments as they stand; `body` is sent from a file, byte for byte. */
async function curl(path: string, body: string | Buffer, ...args: string[]): Promise<Answer> {
  const file = join(folder, 'body');
  writeFileSync(file, body);
  const { stdout } = await run('curl', [
    '--silent',
    '--show-error',
    '--data-binary',
    `@${file}`,
    '--write-out',
    '\n%{http_code}\n%{header_json}',
    ...args,
    `${guardian.url}${path}`,
  ]);
  const [, text, status, headers] = /^([\s\S]*)\n(\d{3})\n(\{[\s\S]*\})\s*$/.exec(stdout)!;
  const pairs = Object.entries(JSON.parse(headers!) as Record<string, string[]>);
  return {
    status: Number(status),
    body: text!,
    headers: Object.fromEntries(pairs.map(([name, [one]]) => [name, one!])),
  };
}

const bearer = (key = guardian.key) => ['--header', `Authorization: Bearer ${key}`];
const lines = (...records: unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

const TRACE = `Traceback (most recent call last):
  File "/srv/billing/invoices.py", line 41, in send_invoice
    total = amount_of(order)
  File "/srv/billing/amounts.py", line 12, in amount_of
    return order["lines"][0]["price"]
KeyError: 'price'`;

describe('curl, native', () => {
  const failed = {
    time: new Date(Date.now() - 60_000).toISOString(),
    severity: 'error',
    message: 'invoice could not be sent',
    exception: TRACE,
    service: 'billing',
    environment: 'production',
    revision: '9f1c2d3',
    request: { method: 'POST', path: '/invoices', status: 500 },
    user: { id: 'customer-9' },
    attributes: { order: { id: 4711 } },
  };

  it('sends lines of JSON, and the trace among them opens an issue', async () => {
    const { status, body } = await curl('/api/events', lines(failed, { message: 'next one' }), ...bearer());
    expect([status, JSON.parse(body)]).toEqual([200, { accepted: 2, duplicate: 0, rejected: [] }]);
    const { issue, event } = await api.waitForIssue("KeyError: 'price'");
    expect(issue).toMatchObject({
      service: 'billing',
      errorType: 'KeyError',
      lastRevision: '9f1c2d3',
      users: 1,
      endpoint: 'POST /invoices',
      location: { line: 12, function: 'amount_of' },
    });
    expect(event).toMatchObject({
      at: failed.time,
      body: 'invoice could not be sent',
      request: { method: 'POST', path: '/invoices', status: 500 },
      trust: 'server',
    });
    expect(event.exceptions[0]).toMatchObject({ type: 'KeyError', message: "'price'", language: 'python' });
    expect(event.exceptions[0]!.frames).toMatchObject([
      { file: 'srv/billing/amounts.py', line: 12, function: 'amount_of', isApplication: true },
      { file: 'srv/billing/invoices.py', line: 41, function: 'send_invoice', isApplication: true },
    ]);
    expect((await api.events('order.id:4711')).map(({ body: text }) => text)).toEqual(['invoice could not be sent']);
  });

  it('sends them packed, and once more: nothing is doubled', async () => {
    const packed = gzipSync(lines({ id: 'packed-1', severity: 'error', message: 'packed with gzip', service: 'mail' }));
    const args = [...bearer(), '--header', 'Content-Encoding: gzip', '--header', 'Content-Type: application/x-ndjson'];
    const replies = [await curl('/api/events', packed, ...args), await curl('/api/events', packed, ...args)];
    expect(replies.map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
      [200, { accepted: 1, duplicate: 0, rejected: [] }],
      [200, { accepted: 0, duplicate: 1, rejected: [] }],
    ]);
    const { issue } = await api.waitForIssue('packed with gzip');
    expect(issue).toMatchObject({ service: 'mail', incidents: 1, events: 1 });
  });

  it('learns which lines were wrong, the others are kept', async () => {
    const body = `${JSON.stringify({ message: 'a good line' })}\n{"message":\n${JSON.stringify({ severity: 'error' })}\n`;
    const reply = await curl('/api/events', body, ...bearer());
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toMatchObject({
      accepted: 1,
      duplicate: 0,
      rejected: [{ line: 2 }, { line: 3, code: 'missing_message' }],
    });
    expect((await api.waitForEvent('a good line')).severity).toBe('unset');
  });

  it.each([
    ['without a key', 401, [], '{"message":"x"}'],
    ['with a wrong key', 401, bearer(WRONG_KEY), '{"message":"x"}'],
    ['with nothing valid', 400, null, 'no JSON at all'],
  ])('is refused %s: %i', async (_what, status, args, body) => {
    const reply = await curl('/api/events', body, ...(args ?? bearer()));
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toMatch(/json/);
  });

  it('is refused when it is larger than is taken: 413', async () => {
    const reply = await curl('/api/events', `{"message":"${'x'.repeat(11 * 1024 * 1024)}"}`, ...bearer());
    expect(reply.status).toBe(413);
  });
});

describe('curl, to a Sentry address', () => {
  const auth = (key: string) => [
    '--header',
    `X-Sentry-Auth: Sentry sentry_version=7, sentry_client=curl/8, sentry_key=${key}`,
  ];
  const event = {
    event_id: '7f0d3c2b1a094857b6c5d4e3f2a1b0c9',
    timestamp: Date.now() / 1_000 - 30,
    platform: 'python',
    release: 'reports@0.9.1',
    environment: 'staging',
    request: { method: 'GET', url: 'https://reports.example/monthly?year=2025' },
    exception: {
      values: [
        {
          type: 'ZeroDivisionError',
          value: 'division by zero',
          stacktrace: {
            frames: [
              {
                filename: 'flask/app.py',
                abs_path: '/usr/lib/python3/site-packages/flask/app.py',
                function: 'wsgi',
                lineno: 9,
              },
              {
                filename: 'reports/monthly.py',
                function: 'average',
                lineno: 17,
                context_line: '    return total / count',
              },
            ],
          },
        },
      ],
    },
  };

  it.each([
    ['with the number of the project', () => `/api/${guardian.project}/store/`],
    ['without', () => '/api/store/'],
  ])('stores one event %s', async (_what, path) => {
    const reply = await curl(path(), JSON.stringify(event), ...auth(guardian.key));
    expect([reply.status, JSON.parse(reply.body)]).toEqual([200, { id: event.event_id }]);
    const { issue, event: seen } = await api.waitForIssue('ZeroDivisionError: division by zero');
    expect(issue).toMatchObject({
      incidents: 1,
      events: 1,
      lastRevision: 'reports@0.9.1',
      location: { file: 'reports/monthly.py', line: 17, function: 'average' },
    });
    expect(seen.request).toMatchObject({ method: 'GET', path: '/monthly', host: 'reports.example' });
    expect(seen.exceptions[0]!.frames.map(({ isApplication }) => isApplication)).toEqual([true, false]);
  });

  it.each([
    ['without a key', 403, () => [], '{}'],
    ['with a wrong key', 403, () => auth(WRONG_KEY), '{}'],
    ['with an event that is no JSON', 400, () => auth(guardian.key), '{"event_id":'],
  ])('is refused %s: %i, and told why', async (_what, status, args, body) => {
    const reply = await curl(`/api/${guardian.project}/store/`, body, ...args());
    expect(reply.status).toBe(status);
    expect(reply.headers['x-sentry-error']).toBeTruthy();
    expect(reply.headers['access-control-allow-origin']).toBe('*');
    expect(JSON.parse(reply.body)).toHaveProperty('detail');
  });

  it('is refused with the key of another project: 403', async () => {
    expect((await curl('/api/999/store/', JSON.stringify(event), ...auth(guardian.key))).status).toBe(403);
  });
});

describe('curl, OTLP', () => {
  const json = ['--header', 'Content-Type: application/json'];
  const record = {
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    severityNumber: 17,
    severityText: 'ERROR',
    body: { stringValue: 'the queue is stuck' },
    attributes: [{ key: 'queue.length', value: { intValue: '5121' } }],
  };
  const logs = JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'worker' } }] },
        scopeLogs: [{ logRecords: [record] }],
      },
    ],
  });

  it('sends a log, in JSON', async () => {
    const reply = await curl('/v1/logs', logs, ...bearer(), ...json);
    expect([reply.status, JSON.parse(reply.body)]).toEqual([200, {}]);
    expect(reply.headers['content-type']).toContain('application/json');
    const { issue, event } = await api.waitForIssue('the queue is stuck');
    expect(issue).toMatchObject({ service: 'worker', severity: 'error' });
    expect(event.attributes).toMatchObject({ 'queue.length': 5121 });
  });

  it.each([
    ['without a key', 401, () => json, logs],
    ['with a wrong key', 401, () => [...json, ...bearer(WRONG_KEY)], logs],
    ['as a form', 415, () => bearer(), logs],
    ['cut off', 400, () => [...json, ...bearer()], logs.slice(0, 40)],
    [
      'cut off in protobuf',
      400,
      () => ['--header', 'Content-Type: application/x-protobuf', ...bearer()],
      '\u000a\u007f',
    ],
  ])('is refused %s: %i', async (_what, status, args, body) => {
    expect((await curl('/v1/logs', body, ...args())).status).toBe(status);
  });
});
