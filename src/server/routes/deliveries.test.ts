import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryDetail, deliverySummary } from '../../contracts/api/reports.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { ask, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.store.deliveries.queue({
    id: 'delivery-1',
    occasion: 'report report-1',
    channel: 'email',
    recipient: 'ada@example.com',
    message: {
      subject: '[CODEX GPT] cart is CRITICAL',
      text: 'cart is CRITICAL',
      html: '<p>cart is CRITICAL</p>',
      attachments: [],
      date: NOW,
      language: 'en',
    },
    about: { projectId: null, service: 'cart', status: 'CRITICAL', issues: ['issue-1'] },
    createdAt: NOW,
  });
});
afterAll(() => server.close());

async function settle(state: 'sent' | 'failed', lastError: string | null) {
  const sentAt = state === 'sent' ? NOW + 1_000 : null;
  await server.store.deliveries.settle('delivery-1', { state, nextAttemptAt: NOW, sentAt, lastError, receipt: null });
}

describe('deliveries', () => {
  it('are listed with when the next attempt is, and shown whole', async () => {
    const { items } = pageOf(deliverySummary).parse(await (await ask(server, '/api/deliveries')).json());
    expect(items).toMatchObject([
      { id: 'delivery-1', state: 'pending', nextAttemptAt: '2026-01-31T08:15:30.123Z', sentAt: null },
    ]);
    const one = deliveryDetail.parse(await (await ask(server, '/api/deliveries/delivery-1')).json());
    expect(one).toMatchObject({ subject: '[CODEX GPT] cart is CRITICAL', html: '<p>cart is CRITICAL</p>' });
    expect((await ask(server, '/api/deliveries/delivery-9')).status).toBe(404);
  });

  it('that failed are Guardian’s own problem on the overview and a figure among the metrics', async () => {
    await settle('failed', 'connection refused');
    expect(await (await ask(server, '/api/overview')).json()).toMatchObject({
      ownProblems: [{ message: 'A mail of the last day could not be delivered: connection refused' }],
    });
    expect(await (await ask(server, '/api/metrics')).text()).toContain('guardian_deliveries{state="failed"} 1');
  });

  it('that were sent are nobody’s problem', async () => {
    await settle('sent', null);
    expect(await (await ask(server, '/api/overview')).json()).toMatchObject({ ownProblems: [] });
    const one = await ask(server, '/api/deliveries/delivery-1');
    expect(await one.json()).toMatchObject({ state: 'sent', sentAt: '2026-01-31T08:15:31.123Z', nextAttemptAt: null });
  });
});
