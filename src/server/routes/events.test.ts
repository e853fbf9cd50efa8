import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventDetail, eventHistogram, eventSummary } from '../../contracts/api/events.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  const { key } = await makeShop(server);
  const events = [
    { id: '1', time: '2026-01-31T08:10:00.000Z', severity: 'info', message: 'GET /health', service: 'cart' },
    {
      id: '2',
      time: '2026-01-31T08:11:00.000Z',
      severity: 'error',
      message: 'connection reset by peer',
      service: 'cart',
      attributes: { 'order.id': '4711' },
    },
    { id: '3', time: '2026-01-31T08:12:00.000Z', severity: 'warn', message: 'connection slow', service: 'pay' },
  ];
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  await ask(server, '/api/events', { method: 'POST', body, headers: { authorization: `Bearer ${key}` } });
});
afterAll(() => server.close());

async function search(query: string) {
  const response = await ask(server, `/api/events?${query}`);
  return pageOf(eventSummary).parse(await response.json());
}
const bodies = async (query: string) => (await search(query)).items.map(({ body }) => body);

describe('events', () => {
  it.each([
    ['', ['connection slow', 'connection reset by peer', 'GET /health']],
    ['order=oldest', ['GET /health', 'connection reset by peer', 'connection slow']],
    ['query=connection', ['connection slow', 'connection reset by peer']],
    [`query=${encodeURIComponent('"connection reset"')}`, ['connection reset by peer']],
    [`query=${encodeURIComponent('connection -slow')}`, ['connection reset by peer']],
    [`query=${encodeURIComponent('service:pay')}`, ['connection slow']],
    [`query=${encodeURIComponent('severity>=error')}`, ['connection reset by peer']],
    [`query=${encodeURIComponent('order.id:4711')}`, ['connection reset by peer']],
    ['from=2026-01-31T08:11:30.000Z', ['connection slow']],
    ['project=shop&to=2026-01-31T08:10:30.000Z', ['GET /health']],
  ])('are found by %j', async (query, expected) => {
    expect(await bodies(query)).toEqual(expected);
  });

  it('come page by page', async () => {
    const first = await search('limit=2');
    const second = await search(`limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ body }) => body)).toEqual(await bodies(''));
    expect(second.nextCursor).toBeNull();
  });

  it('are counted by step and severity', async () => {
    const query = 'from=2026-01-31T08:00:00.000Z&to=2026-01-31T08:20:00.000Z&steps=20';
    const counted = eventHistogram.parse(await (await ask(server, `/api/events/histogram?${query}`)).json());
    const total = counted.series.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(3);
    expect(counted.series.map(({ severity }) => severity)).toContain('error');
  });

  it('are shown whole', async () => {
    const [newest] = (await search('limit=1')).items;
    const whole = eventDetail.parse(await (await ask(server, `/api/events/${newest!.id}`)).json());
    expect(whole).toMatchObject({
      body: 'connection slow',
      sourceId: '3',
      service: 'pay',
      trust: 'server',
      source: { kind: 'native' },
    });
    expect((await ask(server, '/api/events/9999999999')).status).toBe(404);
    expect((await ask(server, '/api/events/nonsense')).status).toBe(404);
  });
});
