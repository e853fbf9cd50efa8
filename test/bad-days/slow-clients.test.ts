import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GuardianApi, guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { openRaw, type RawClient } from './raw-client.ts';
import { send } from './send.ts';

const CONFIGURATION = 'export default { server: { bodyTimeoutMs: 1500 } };\n';
const EVENT = JSON.stringify([{ severity: 'info', message: 'slow one', service: 'slow' }]);

const NOW = new Date().toISOString();
let piped = 0;

let folder: string;
let server: RunningServer;
let api: GuardianApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-slow-'));
  writeFileSync(join(folder, 'guardian.config.ts'), CONFIGURATION);
  server = await startGuardian({ folder });
  api = guardianApi(server.url);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

function head(length: number, more = ''): string {
  return `POST /api/events HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nAuthorization: Bearer ${server.key}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

async function sendGood(message: string): Promise<number> {
  const { status } = await send(server, {
    path: '/api/events',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ severity: 'info', message, service: 'good' }]),
  });
  return status;
}

describe('clients that are slow, or no clients', () => {
  it('cuts a body of one byte a second, says so in the protocol, and counts it', async () => {
    const native = openRaw(server);
    native.write(head(EVENT.length));
    native.drip(EVENT, 1_000);
    const sentry = openRaw(server);
    sentry.write(
      `POST /api/${server.project}/envelope/?sentry_key=${server.key} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    sentry.drip('1\r\n{\r\n'.repeat(100), 200);
    const otlp = openRaw(server);
    otlp.write(
      `POST /v1/logs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
    );
    otlp.drip('{'.repeat(1_000), 1_000);
    const elastic = openRaw(server);
    elastic.write(
      `POST /elastic/_bulk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.key}\r\nContent-Length: 1000\r\n\r\n`,
    );
    elastic.drip('{'.repeat(1_000), 1_000);
    const texts = await Promise.all([native, sentry, otlp, elastic].map(({ closed }) => closed));
    expect(texts.map((text) => statuses(text))).toEqual([[408], [408], [408], [408]]);
    expect(texts[0]).toMatch(/application\/problem\+json/);
    expect(texts[1]).toMatch(/x-sentry-error/i);
    expect(texts[2]).toMatch(/content-type: application\/json/i);
    expect(texts[3]).toMatch(/x-elastic-product: Elasticsearch/i);
    await vi.waitFor(
      async () => {
        const slow = (await api.sources()).filter(({ dropped }) => dropped.some(({ reason }) => reason === 'slow'));
        expect(slow.map(({ kind }) => kind).sort()).toEqual(['elastic-bulk', 'native', 'otlp', 'sentry']);
      },
      { timeout: 30_000, interval: 100 },
    );
  });

  it('counts a body whose client hangs up in the middle, or ends its side there', async () => {
    const gone = openRaw(server);
    gone.write(head(1_000));
    gone.write('[{"message":');
    await vi.waitFor(async () => expect(await sendGood('before the hang-up')).toBe(200), { timeout: 30_000 });
    gone.destroy();
    const half = openRaw(server);
    half.write(head(1_000));
    half.write('[{"message":');
    half.halfClose();
    expect(statuses(await half.closed).every((status) => status === 400)).toBe(true);
    await vi.waitFor(
      async () => {
        const native = (await api.sources()).flatMap(({ kind, dropped }) => (kind === 'native' ? dropped : []));
        expect(native.map(({ reason }) => reason)).toContain('aborted');
      },
      { timeout: 30_000, interval: 100 },
    );
  });

  it('hangs up on garbage behind a request, and the request is stored once', async () => {
    for (const garbage of [
      '\u0000\u0001\u0002\r\n\r\n',
      'GET\r\n\r\n',
      'x'.repeat(100_000),
      `POST / HTTP/1.1\r\n${'a: b\r\n'.repeat(5_000)}\r\n`,
    ]) {
      const marker = `piped-${++piped}-marker`;
      const event = JSON.stringify([{ id: marker, time: NOW, severity: 'info', message: marker, service: 'piped' }]);
      const client = openRaw(server);
      client.write(`${head(event.length)}${event}${garbage}`);
      for (const status of statuses(await client.closed)) expect([200, 400, 431]).toContain(status);
      // Whoever does not know whether it came sends it again.
      const again = openRaw(server);
      again.write(head(event.length, 'Connection: close\r\n') + event);
      expect(statuses(await again.closed)).toEqual([200]);
      expect((await api.events(`"${marker}"`)).length).toBe(1);
    }
  });

  it('refuses requests that would be read differently by a proxy', async () => {
    for (const more of ['Transfer-Encoding: chunked\r\n', 'Content-Length: 3\r\n']) {
      const client = openRaw(server);
      client.write(`${head(EVENT.length, more)}${EVENT}`);
      expect(statuses(await client.closed)).toEqual([400]);
    }
  });

  it('answers a good client while two hundred others dawdle, and is rid of them afterwards', async () => {
    const crowd: RawClient[] = [];
    for (let place = 0; place < 40; place++) {
      const [slowHead, slowBody, silent, half, garbage] = Array.from({ length: 5 }, () => openRaw(server));
      slowHead!.drip(head(EVENT.length), 1_000);
      slowBody!.write(head(EVENT.length));
      slowBody!.drip(EVENT, 1_000);
      half!.write(head(EVENT.length).slice(0, 60));
      half!.halfClose();
      garbage!.write('\u0016\u0003\u0001\u0002\u0000garbage\r\n\r\n');
      crowd.push(slowHead!, slowBody!, silent!, half!, garbage!);
    }
    for (let round = 0; round < 40; round++) {
      expect(await sendGood(`good ${round}`)).toBe(200);
      expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    }
    expect((await api.events('service:good')).filter(({ body }) => /^good \d+$/.test(body))).toHaveLength(40);
    // Heads have 15 s; who says nothing at all has no longer.
    const texts = await Promise.all(crowd.map(({ closed }) => closed));
    for (const text of texts) for (const status of statuses(text)) expect([400, 408]).toContain(status);
    expect(server.memory().residentMb).toBeLessThan(400);
  });
});
