import { afterEach, describe, expect, it } from 'vitest';
import { allRoutes } from './load-routes.ts';
import { ROUTE_GROUPS } from './routes/route-groups.ts';
import { ask, openTestServer, type TestServer } from './server-fixtures.ts';

let server: TestServer;
afterEach(() => server.close());

/** First words of what is served now, behind `/api/` or at the root. */
const served = () =>
  new Set(
    server.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ path }) => path.replace(/^\/api\//, '/').split('/')[1]),
  );

describe('routes', () => {
  it('are loaded with the first request that asks for their noun, and alone', async () => {
    server = await openTestServer();
    expect([served().has('projects'), served().has('issues')]).toEqual([false, false]);
    const [first, second] = await Promise.all([ask(server, '/api/projects'), ask(server, '/api/projects?x=1')]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect([served().has('projects'), served().has('issues')]).toEqual([true, false]);
    const projects = () => server.app.routes.filter(({ path }) => path === '/api/projects').length;
    const once = projects();
    expect((await ask(server, '/api/projects')).status).toBe(200);
    expect(projects()).toBe(once);
  });

  it('are found however their address is written', async () => {
    server = await openTestServer();
    expect((await ask(server, '/api/%70rojects')).status).toBe(200);
  });

  it('are not loaded for what clients send to the same address', async () => {
    server = await openTestServer();
    expect((await ask(server, '/api/events', { method: 'POST', json: [] })).status).toBe(401);
    expect(served().has('events')).toBe(false);
    expect((await ask(server, '/api/events')).status).toBe(200);
    expect(served().has('events')).toBe(true);
  });

  it('are all loaded for whoever reads figures of every route', async () => {
    server = await openTestServer();
    expect((await ask(server, '/api/metrics')).status).toBe(200);
    for (const { nouns } of ROUTE_GROUPS) for (const noun of nouns) expect([...served()]).toContain(noun);
  });

  it('stand in one group each, under its nouns', async () => {
    server = await openTestServer();
    const nouns = ROUTE_GROUPS.flatMap((group) => group.nouns);
    expect(nouns.toSorted()).toEqual([...new Set(nouns)].toSorted());
    const loaded = await Promise.all(ROUTE_GROUPS.map(async (group) => ({ group, routes: await group.load() })));
    for (const { group, routes } of loaded) {
      const paths = (routes as { routes: { path: string }[] }[]).flatMap((one) => one.routes.map(({ path }) => path));
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths) expect(group.nouns).toContain(path.replace(/^\/api\//, '/').split('/')[1]);
    }
    expect((await allRoutes()).length).toBe(loaded.flatMap(({ routes }) => routes).length);
  });
});
