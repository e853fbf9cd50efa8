import { afterEach, describe, expect, it } from 'vitest';
import { deploymentDetail, deploymentSummary } from '../../contracts/api/deployments.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { createWorld } from '../../core/deploy/deployer-fixtures.ts';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
afterEach(() => server.close());

const post = (path: string, body: unknown) =>
  ask(server, path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

/** A server whose store shows what the engine wrote of one deployment that was promoted, and one that went back. */
async function openWithDeployments() {
  server = await openTestServer();
  const world = createWorld();
  const good = await world.deployer.deploy(world.request());
  await world.run(good.id);
  world.errorShare = (revision) => (revision === world.target.revisions[0]?.name ? 0.4 : 0.01);
  const bad = await world.deployer.deploy(
    world.request({ change: { artifact: 'registry/shop:3', commit: 'def5678', settings: {}, unset: [] } }),
  );
  await world.run(bad.id);
  Object.assign(server.options.store.deployments, world.store);
  return { world, good, bad };
}

describe('deployments over HTTP', () => {
  it('are an empty list where nothing was ever deployed, and deploying says what is missing', async () => {
    server = await openTestServer();
    for (const path of ['/api/deployments', '/api/deploy-targets'])
      expect(await (await ask(server, path)).json()).toMatchObject({ items: [] });
    const refused = await post('/api/deployments', {});
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ remedy: expect.stringContaining('docs/deploy.md') });
    expect((await ask(server, '/api/deployments/dep-unknown')).status).toBe(404);
  });

  it('are shown whole: checks, steps with the numbers of their verdicts, log, and how to go back', async () => {
    const { bad, good } = await openWithDeployments();
    const page = pageOf(deploymentSummary).parse(await (await ask(server, '/api/deployments')).json());
    expect(page.items.map(({ id, state, traffic }) => ({ id, state, traffic }))).toEqual(
      expect.arrayContaining([
        { id: bad.id, state: 'rolled back', traffic: 0 },
        { id: good.id, state: 'promoted', traffic: 100 },
      ]),
    );
    const shown = deploymentDetail.parse(await (await ask(server, `/api/deployments/${bad.id}`)).json());
    expect(shown).toMatchObject({
      mayRollBack: false,
      mayPromote: false,
      reason: expect.stringContaining('fails more often'),
    });
    const [first] = shown.steps;
    expect(first).toMatchObject({ percent: 5, state: 'failed', verdict: 'fail' });
    expect(first?.comparisons[0]).toMatchObject({ measure: 'errors', verdict: 'fail', pValue: expect.any(Number) });
    expect(shown.log.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['create', 'check', 'traffic', 'judge', 'rollback']),
    );
    const failed = await ask(server, '/api/deployments?state=failed');
    expect(await failed.json()).toMatchObject({ items: [] });
    expect((await ask(server, '/api/deployments?state=nonsense')).status).toBe(400);
  });
});

describe('who may move the traffic', () => {
  const DECISIONS = [
    ['/api/deployments', { dryRun: true }],
    ['/api/deployments/roll-back', {}],
    ['/api/deployments/end', {}],
    ['/api/deployments/dep-1/roll-back', {}],
    ['/api/deployments/dep-1/hold', {}],
    ['/api/deployments/dep-1/promote', {}],
  ] as const;

  it.each(DECISIONS)('is no key of scope write, as applications have to post conversations: %s', async (path, json) => {
    server = await openTestServer();
    const asked = async (scope: string) => {
      const made = await ask(server, '/api/keys', { method: 'POST', json: { label: scope, scope } });
      const { key } = (await made.json()) as { key: string };
      const headers = { authorization: `Bearer ${key}` };
      expect((await ask(server, '/api/deployments', { headers })).status).toBe(200);
      return (await ask(server, path, { method: 'POST', headers, json })).status;
    };
    expect(await asked('write')).toBe(403);
    expect(await asked('admin')).toBe(404);
  });
});

describe('/api/ready', () => {
  it('is 503 with the dependency that does not answer, after two seconds at most, and never redirects', async () => {
    server = await openTestServer();
    const ready = async () => {
      const reply = await ask(server, '/api/ready', { redirect: 'manual' });
      return { code: reply.status, ...((await reply.json()) as { isReady: boolean; dependencies: object[] }) };
    };
    expect(await ready()).toMatchObject({
      code: 200,
      isReady: true,
      dependencies: [{ name: 'store', problem: null }, { name: 'intake' }],
    });
    server.options.store.state = () => new Promise(() => {});
    expect(await ready()).toMatchObject({
      code: 503,
      dependencies: [{ name: 'store', isReady: false, problem: 'timeout' }, {}],
    });
    server.options.store.state = () => Promise.reject(new Error('the disk is gone'));
    expect(await ready()).toMatchObject({ code: 503, dependencies: [{ problem: 'internal' }, {}] });
    expect(await (await ask(server, '/api/health')).text()).toBe('{"status":"ok","message":"Guardian is running."}');
  });
});
