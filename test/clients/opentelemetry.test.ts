import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClient } from '../fixtures/client-process.ts';
import { type GuardianApi, guardianApi, type SeenIssue } from '../fixtures/guardian-api.ts';
import { lineOf } from '../fixtures/line-of.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import type { OtlpEncoding } from './otel-shop.ts';

const SHOP = fileURLToPath(new URL('./otel-shop.ts', import.meta.url));
const SOURCE = readFileSync(SHOP, 'utf8');
const ENCODINGS: OtlpEncoding[] = ['json', 'protobuf'];

describe.each(ENCODINGS)('a shop with the OpenTelemetry SDK, by %s', (encoding) => {
  let guardian: RunningServer;
  let api: GuardianApi;
  let seen: SeenIssue;
  let output: string;

  beforeAll(async () => {
    guardian = await startGuardian();
    api = guardianApi(guardian.url);
    const shop = await startClient(SHOP, [encoding, guardian.url, guardian.key]);
    expect((await fetch(`${shop.address}/orders/4711`, { method: 'POST' })).status).toBe(500);
    expect(await shop.stop()).toBe(0);
    output = shop.output();
    seen = await api.waitForIssue('OutOfStock: article 4711 is gone');
  });
  afterAll(() => guardian.stop());

  it('sends all it has without a complaint', async () => {
    expect(output.split('\n').slice(1)).toEqual(['sent', 'sent', '']);
    for (const signal of ['logs', 'traces'])
      expect(await api.metric(`guardian_ingest_requests_total{format="otlp-${signal}",status="200"}`)).toBe(1);
    expect(await api.sources()).toMatchObject([{ kind: 'otlp', state: 'receiving' }]);
  });

  it('has one issue with one incident, though the exception came as a log and in its span', async () => {
    await api.settle(guardian.key);
    const issues = (await api.issues()).filter(({ service }) => service === 'orders');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ title: 'OutOfStock: article 4711 is gone', incidents: 1 });
    expect(await api.incidents(issues[0]!.id)).toHaveLength(1);
  });

  it('shows type, message, frames, release and where it was raised', () => {
    expect(seen.issue).toMatchObject({
      service: 'orders',
      errorType: 'OutOfStock',
      severity: 'error',
      lastRevision: '3.1.0',
      location: { line: lineOf(SOURCE, 'throw new OutOfStock'), function: 'reserve' },
    });
    expect(seen.event).toMatchObject({
      environment: 'production',
      instance: 'orders-7c9',
      trust: 'server',
      exceptions: [{ type: 'OutOfStock', message: 'article 4711 is gone', language: 'node' }],
    });
    const { frames } = seen.event.exceptions[0]!;
    expect(frames.slice(0, 2)).toMatchObject([
      { function: 'reserve', isApplication: true },
      { function: 'placeOrder', isApplication: true },
    ]);
    expect(frames[0]!.file).toMatch(/test\/clients\/otel-shop\.ts$/);
    expect(frames.some(({ file, isApplication }) => file?.startsWith('node:') && !isApplication)).toBe(true);
    expect(seen.event.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('keeps the line before it as an event', async () => {
    expect(await api.waitForEvent('order for 4711 received')).toMatchObject({
      severity: 'info',
      service: 'orders',
      revision: '3.1.0',
      logger: 'orders.checkout',
    });
  });

  it('is told that its key is wrong', async () => {
    const shop = await startClient(SHOP, [encoding, guardian.url, '0123456789abcdef0123456789abcdef']);
    await fetch(`${shop.address}/orders/4712`, { method: 'POST' });
    expect(await shop.stop()).toBe(0);
    expect(shop.output()).toContain('401');
    await api.settle(guardian.key);
    expect((await api.events('4712')).length).toBe(0);
    expect(await api.metric('guardian_ingest_requests_total{format="otlp-logs",status="401"}')).toBe(1);
  });
});
