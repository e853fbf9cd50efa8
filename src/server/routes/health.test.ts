import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../jobs/run-fixtures.ts';
import { ask, openTestServer, type TestServer, type TestServerOptions } from '../server-fixtures.ts';

let server: TestServer;
afterEach(() => server.close());

async function open(options: TestServerOptions = {}): Promise<void> {
  server = await openTestServer(options);
}
const health = async () => {
  const reply = await ask(server, '/health');
  return { code: reply.status, ...((await reply.json()) as { status: string; problems: string[] }) };
};

describe('/health', () => {
  it('F2: is 503 while the scheduler and the delivery worker do not turn', async () => {
    await open();
    const { code, problems } = await health();
    expect([code, problems]).toEqual([503, expect.arrayContaining(['scheduler', 'delivery worker'])]);
  });

  it('is 200 while everything turns, without anybody signed in', async () => {
    await open();
    await server.startShift();
    expect(await eventually(health, ({ code }) => code === 200)).toMatchObject({ problems: [] });
  });

  it('is 503 again, and names what stands still, when no part has turned for long', async () => {
    await open();
    await server.startShift();
    await eventually(health, ({ code }) => code === 200);
    // The clock goes on, and no turn has come since: asked before any loop can look.
    server.clock.pass(10 * 60_000);
    const { code, problems } = await health();
    expect([code, problems]).toEqual([503, expect.arrayContaining(['planner', 'delivery worker', 'messages'])]);
  });

  it.each([
    ['forward', 60 * 60_000],
    ['back', -60 * 60_000],
  ])('stays 200 when somebody sets the clock an hour %s: nothing has stood still for it', async (_, byMs) => {
    await open();
    let passed = 0;
    Object.assign(server.clock, { steady: () => passed });
    await server.startShift();
    await eventually(health, ({ code }) => code === 200);
    server.clock.pass(byMs);
    expect(await health()).toMatchObject({ code: 200, problems: [] });
    // The clock is as it was set, and now time does pass.
    passed += 10 * 60_000;
    const { code, problems } = await health();
    expect([code, problems]).toEqual([
      503,
      expect.arrayContaining(['planner', 'settle', 'delivery worker', 'messages']),
    ]);
  });

  it('is 503 while the store does not answer', async () => {
    await open();
    await server.startShift();
    await eventually(health, ({ code }) => code === 200);
    server.store.state = () => Promise.reject(new Error('the disk is gone'));
    const { code, problems } = await health();
    expect([code, problems]).toEqual([503, ['store']]);
  });
});
