import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/contracts/report.ts';
import { entry, instant } from './log-lines.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const folder = workspace();
const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "/usr/lib/python3.12/site-packages/starlette/routing.py", line 73, in app',
  '    response = await call(request)',
  '  File "/app/src/orders/service.py", line 41, in place',
  '    return store.save(order)',
  '  File "/usr/lib/python3.12/site-packages/store/client.py", line 900, in save',
  '    raise ValueError("no room")',
  'ValueError: no room',
];
const REQUESTS = { logName: 'projects/demo/logs/run.googleapis.com%2Frequests', textPayload: undefined };
const STDOUT = { logName: 'projects/demo/logs/run.googleapis.com%2Fstdout', severity: 'DEFAULT' };

let files = 0;
/** What the whole way makes of an export of Cloud Logging, newest first as gcloud writes it. */
async function reportOf(entries: Record<string, unknown>[]): Promise<Report> {
  const name = `export-${files++}.json`;
  const sorted = [...entries].sort((a, b) => String(b.timestamp).localeCompare(String(a.timestamp)));
  put(folder, name, JSON.stringify(sorted, null, 2));
  const { stdout, stderr } = await runGuardian(['report', name, '--format', 'json'], { folder });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Report;
}

const request = (index: number, status: number, url: string, more: Record<string, unknown> = {}) =>
  entry(index, {
    ...REQUESTS,
    severity: status >= 500 ? 'ERROR' : status >= 400 ? 'WARNING' : 'INFO',
    httpRequest: { requestMethod: 'GET', requestUrl: url, status, latency: '0.05s', remoteIp: '203.0.113.9' },
    ...more,
  });

describe('what the predecessor got wrong, from the export to the report', () => {
  it('takes no word in a message for a signal', async () => {
    const words = [
      'Liveness health check passed',
      'Connection terminated by peer, retrying',
      'We hired a skilled engineer',
      'child finished with exit code 0',
      'no memory leak found',
    ];
    const report = await reportOf(
      words.map((textPayload, index) => entry(index, { ...STDOUT, severity: 'INFO', textPayload })),
    );
    expect(report).toMatchObject({ status: 'OK', critical_signals: [], summary: { errors: 0, critical_signals: 0 } });
  });

  it('reads a failure from the status field, not from numbers in a text', async () => {
    const report = await reportOf([
      entry(0, { ...STDOUT, severity: 'INFO', textPayload: 'job took 500 ms' }),
      entry(1, { ...STDOUT, severity: 'INFO', textPayload: 'wrote 505 rows' }),
      request(2, 502, 'https://shop.example/api/orders', { severity: 'INFO' }),
      request(3, 511, 'https://shop.example/api/login', { severity: 'INFO' }),
    ]);
    expect(report.summary.errors).toBe(2);
    expect(report.errors_detailed.map(({ status_code }) => status_code).sort()).toEqual([502, 511]);
  });

  it('counts three requests that three layers logged as three incidents of one issue', async () => {
    const entries = [0, 1, 2].flatMap((index) => {
      const trace = `projects/demo/traces/${`a${index}`.repeat(16)}`;
      const at = (milliseconds: number) => ({
        trace,
        timestamp: new Date(Date.parse(instant(index * 60)) + milliseconds).toISOString(),
      });
      return [
        request(index, 500, `https://shop.example/api/orders/${1000 + index}?token=${index}`, at(0)),
        entry(index + 10, { ...at(3), textPayload: 'could not place the order' }),
        entry(index + 20, { ...at(5), textPayload: TRACEBACK.join('\n') }),
      ];
    });
    const report = await reportOf(entries);
    expect(report).toMatchObject({ status: 'DEGRADED', status_reasons: ['3 errors, more than 1'], incidents: 3 });
    expect(report.issues).toHaveLength(1);
    expect(report.issues[0]).toMatchObject({
      incidents: 3,
      entries: 9,
      location: { file: 'src/orders/service.py', line: 41 },
    });
    expect(report.error_patterns.by_endpoint).toEqual({ 'GET /api/orders/:id': 3 });
  });

  it('joins a traceback that was logged line by line at DEFAULT severity, and names the application frame', async () => {
    const lines = TRACEBACK.map((textPayload, index) =>
      entry(index, {
        ...STDOUT,
        labels: { instanceId: 'one' },
        timestamp: new Date(Date.parse(instant(0)) + index).toISOString(),
        textPayload,
      }),
    );
    const report = await reportOf(lines);
    expect(report).toMatchObject({ incidents: 1, summary: { errors: 1 }, status: 'OK' });
    expect(report.errors_detailed[0]).toMatchObject({
      error_type: 'ValueError',
      file_path: 'src/orders/service.py',
      line_number: 41,
      stack_trace: expect.stringContaining('ValueError: no room'),
    });
  });

  it('counts an exception that several layers logged within milliseconds once', async () => {
    const inner = [TRACEBACK[0], ...TRACEBACK.slice(3)];
    const report = await reportOf(
      [TRACEBACK, inner].map((lines, milliseconds) =>
        entry(milliseconds, {
          timestamp: new Date(Date.parse(instant(0)) + milliseconds).toISOString(),
          textPayload: lines.join('\n'),
        }),
      ),
    );
    expect(report).toMatchObject({ incidents: 1, status: 'OK', issues: [{ entries: 2 }] });
  });

  it('takes a memory death with the requests it lost for one signal, and advises above the limit', async () => {
    const at = (milliseconds: number) => new Date(Date.parse(instant(600)) + milliseconds).toISOString();
    const report = await reportOf([
      entry(1, {
        logName: 'projects/demo/logs/run.googleapis.com%2Fvarlog%2Fsystem',
        timestamp: at(0),
        textPayload: 'Memory limit of 1024 MiB exceeded with 1062 MiB used. Consider increasing the memory limit.',
      }),
      ...[1, 2, 3].map((index) =>
        request(index + 10, 503, 'https://shop.example/api/report', {
          timestamp: at(index * 100),
          textPayload:
            'The request failed because either the HTTP response was malformed or connection to the instance had an error.',
        }),
      ),
    ]);
    expect(report).toMatchObject({
      status: 'CRITICAL',
      status_reasons: ['1 critical signal, more than 0'],
      summary: { critical_signals: 1 },
    });
    expect(report.critical_signals[0]).toMatchObject({ type: 'OOM', affected_requests: 3 });
    expect(report.recommendations.map(({ command }) => command ?? '').join('\n')).toContain(
      'gcloud run services update demo --region europe-west1 --memory 2Gi',
    );
  });

  it('leaves scanners out of the status, and keeps warnings about own routes', async () => {
    const scan = [
      '/.env',
      '/wp-login.php',
      '/.git/config',
      '/phpmyadmin/',
      '/backup.sql',
      '/admin.php',
      '/vendor/x.php',
    ].map((path, index) => request(index, 404, `https://shop.example${path}`, { timestamp: instant(index) }));
    const own = ['/api/admin/users', '/api/test-results', '/api/orders/metadata'].flatMap((path, index) => [
      request(20 + index, 200, `https://shop.example${path}`),
      request(30 + index, 403, `https://shop.example${path}`),
    ]);
    const quiet = await reportOf(scan);
    expect(quiet).toMatchObject({ status: 'OK', noise: 7, summary: { warnings: 0, errors: 0 } });
    const mixed = await reportOf([...scan, ...own]);
    expect(mixed).toMatchObject({ noise: 7, summary: { warnings: 3 } });
  });

  it('has no empty message, and keeps the endpoint beside a payload', async () => {
    const report = await reportOf([
      request(0, 404, 'https://shop.example/api/orders/7?email=ada@mail.example', {
        jsonPayload: { detail: { reason: 'gone' } },
      }),
      request(1, 500, 'https://shop.example/api/orders/7', {}),
      entry(2, { textPayload: undefined, jsonPayload: { code: 17 } }),
    ]);
    const all = [...report.errors_detailed, ...report.warnings_detailed];
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(all.filter(({ message }) => message.trim() === '')).toEqual([]);
    expect(JSON.stringify(report)).not.toContain('ada@mail.example');
    expect(all.some(({ endpoint }) => endpoint?.includes('/api/orders'))).toBe(true);
  });

  it('has every key and a timeline of twelve steps, zeros included', async () => {
    const report = await reportOf([entry(0), entry(59)]);
    expect(report.error_patterns.frequency_timeline).toHaveLength(12);
    expect(report.error_patterns.frequency_timeline.map(({ errors }) => errors)).toEqual([
      1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ]);
    expect(report.window).toMatchObject({ from: instant(0), to: instant(59 * 60) });
  });
});
