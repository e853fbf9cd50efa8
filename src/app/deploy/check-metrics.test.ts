import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { expect, it } from 'vitest';
import { createCheckRunner } from '../../adapters/targets/check-runner.ts';
import { configurationSchema } from '../../config/schema.ts';
import { METRICS_PATH } from '../../contracts/metrics.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { openTestServer } from '../../server/server-fixtures.ts';
import { checkOwnMetrics } from './check-metrics.ts';

it('the doctor tells whether anybody else reads the figures, however often it read them itself', async () => {
  const server = await openTestServer();
  const listener = createAdaptorServer({ fetch: server.app.fetch });
  try {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const configuration = configurationSchema.parse({ server: { port } });
    const url = `http://127.0.0.1:${port}${METRICS_PATH}`;
    const runner = createCheckRunner({ environment: {}, folder: '/', clock: server.clock });
    const request = { url, method: 'GET', headers: {}, body: null, timeoutMs: 5_000, maximumBytes: 65_536 } as const;
    const { neverScraped, scraped } = messagesFor('en').deploying.doctor;
    for (let look = 0; look < 3; look++) {
      expect(await checkOwnMetrics(configuration)).toMatchObject({
        outcome: 'note',
        detail: expect.stringContaining(neverScraped),
      });
      expect(await runner.request(request)).toMatchObject({ status: 200 });
    }
    for (let scrape = 0; scrape < 2; scrape++) expect((await fetch(url)).status).toBe(200);
    expect(await checkOwnMetrics(configuration)).toMatchObject({
      outcome: 'ok',
      detail: expect.stringContaining(scraped(2)),
    });
  } finally {
    listener.close();
    await server.close();
  }
});
