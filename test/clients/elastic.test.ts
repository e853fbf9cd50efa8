import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClient } from '../fixtures/client-process.ts';
import { type GuardianApi, guardianApi } from '../fixtures/guardian-api.ts';
import { lineOf } from '../fixtures/line-of.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import type { ElasticWay } from './elastic-shop.ts';

const SHOP = fileURLToPath(new URL('./elastic-shop.ts', import.meta.url));
const RAISED_AT = lineOf(readFileSync(SHOP, 'utf8'), 'throw new PriceMissing');

let guardian: RunningServer;
let api: GuardianApi;
beforeAll(async () => {
  guardian = await startGuardian();
  api = guardianApi(guardian.url);
});
afterAll(() => guardian.stop());

/** What the client said of its sending. */
async function runShop(way: ElasticWay, key: string): Promise<string> {
  const shop = await startClient(SHOP, [way, guardian.url, key]);
  expect(await shop.ended).toBe(0);
  return shop.address;
}

describe('a shop that logs to Elasticsearch', () => {
  it('with pino-elasticsearch: its error opens an issue with the stack and the request', async () => {
    expect(JSON.parse(await runShop('pino', guardian.key))).toMatchObject({ total: 2, successful: 2, failed: 0 });
    const { issue, event } = await api.waitForIssue('PriceMissing: no price for article A-17');
    expect(issue).toMatchObject({
      service: 'prices',
      errorType: 'PriceMissing',
      incidents: 1,
      location: { line: RAISED_AT, function: 'priceOf' },
    });
    expect(event).toMatchObject({
      body: 'price could not be told',
      severity: 'error',
      trust: 'server',
      environment: 'production',
      revision: '5.0.1',
      request: { method: 'GET', path: '/prices/A-17', id: 'req-000017' },
      exceptions: [{ type: 'PriceMissing', message: 'no price for article A-17', language: 'node' }],
      source: { kind: 'elastic-bulk', name: 'shop-logs' },
    });
    expect(event.exceptions[0]!.frames.slice(0, 2)).toMatchObject([
      { function: 'priceOf', isApplication: true },
      { function: 'failure', isApplication: true },
    ]);
    expect(await api.waitForEvent('price list read')).toMatchObject({ severity: 'info', issueId: null });
  });

  it('with the bulk helper of @elastic/elasticsearch: an ECS document with an error opens one too', async () => {
    expect(JSON.parse(await runShop('bulk', guardian.key))).toEqual({ successful: 2, failed: 0 });
    const { issue, event } = await api.waitForIssue('PriceMissing: no price for article B-23');
    expect(issue).toMatchObject({
      service: 'prices',
      errorType: 'PriceMissing',
      lastRevision: '5.0.1',
      location: { line: RAISED_AT, function: 'priceOf' },
    });
    expect(event).toMatchObject({
      environment: 'production',
      revision: '5.0.1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      request: { method: 'GET', path: '/prices/B-23', status: 500 },
      source: { kind: 'elastic-bulk', name: 'shop-prices' },
    });
  });

  it('is refused with a wrong key, by each', async () => {
    const before = await api.events();
    expect(await runShop('bulk', '0123456789abcdef0123456789abcdef')).toBe('refused: 401');
    expect(await runShop('pino', '0123456789abcdef0123456789abcdef')).toMatch(/refused|failed/);
    expect(await api.events()).toEqual(before);
  });
});
