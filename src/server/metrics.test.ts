import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestServer, type TestServer } from './server-fixtures.ts';

let server: TestServer;

beforeEach(async () => {
  server = await openTestServer();
});
afterEach(() => server.close());

const ask = (path: string) => server.app.request(path, { headers: { host: '127.0.0.1' } });
const figure = async (line: string) => {
  const lines = (await (await ask('/api/metrics')).text()).split('\n');
  return lines.find((one) => one.startsWith(line))?.slice(line.length + 1);
};
const HEALTH = 'guardian_http_request_duration_seconds_count{method="GET",route="/api/health",status="200"}';

it('counts what happened before anybody read, and what happens after', async () => {
  await ask('/api/health');
  await ask('/api/health');
  expect(await figure(HEALTH)).toBe('2');
  await ask('/api/health');
  expect(await figure(HEALTH)).toBe('3');
});

it('counts on when more happens unread than it keeps', async () => {
  for (let sent = 0; sent < 1_100; sent++) await ask('/api/health');
  expect(await figure(HEALTH)).toBe('1100');
});

it('tells of the process itself, and its content type', async () => {
  const reply = await ask('/api/metrics');
  expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await reply.text()).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
});
