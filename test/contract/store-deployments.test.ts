import { expect, it } from 'vitest';
import { createWorld } from '../../src/core/deploy/deployer-fixtures.ts';
import { createMemoryDeployments } from '../../src/core/deploy/memory-store-fixtures.ts';
import { DATABASES } from './open-stores.ts';
import { describeDeploymentStore, NOW, newDeployment } from './store-deployments.ts';

describeDeploymentStore('memory', async () => {
  const deployments = createMemoryDeployments();
  return { deployments, outboxKinds: async () => deployments.outbox.map(({ kind }) => kind), close: async () => {} };
});

for (const { name, open } of DATABASES) {
  describeDeploymentStore(name, async () => {
    const stores = await open({ clock: { now: () => NOW } });
    const { deployments, kysely } = stores.main;
    return {
      deployments,
      async outboxKinds() {
        const rows = await kysely
          .selectFrom('outbox')
          .select('kind')
          .where('kind', 'like', 'deployment-%')
          .orderBy('id')
          .execute();
        return rows.map(({ kind }) => kind);
      },
      close: stores.close,
    };
  });

  it(`gives pages of deployments, and notes the revision among its service's, in ${name}`, async () => {
    const stores = await open({ clock: { now: () => NOW } });
    const { deployments, kysely } = stores.main;
    const [projectId] = stores.projectIds;
    for (const [index, service] of ['a', 'b', 'c'].entries()) {
      await deployments.open(newDeployment({ service, projectId, createdAt: NOW + index }));
    }
    const filter = { service: null, isOpen: true, phases: null, limit: 2 };
    const first = await deployments.list({ ...filter, cursor: null });
    const second = await deployments.list({ ...filter, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ service }) => service)).toEqual(['c', 'b', 'a']);
    expect(second.nextCursor).toBeNull();
    const row = first.items[0]!;
    const write = { id: row.id, releases: true, at: NOW + 50 };
    const moved = await deployments.save({
      ...write,
      version: row.version,
      change: { phase: 'measuring', revision: 'c-2' },
    });
    await deployments.save({ ...write, version: moved!.version, at: NOW + 60, change: { phase: 'watching' } });
    const revisions = await kysely.selectFrom('revision').selectAll().where('service', '=', 'c').execute();
    expect(revisions).toEqual([
      {
        project_id: projectId,
        service: 'c',
        name: 'c-2',
        first_seen: NOW + 50,
        last_seen: NOW + 50,
        deployed_at: NOW + 50,
        commit_sha: 'abc1234',
      },
    ]);
    await stores.close();
  });

  it(`carries a whole deployment from row to row in ${name}, each round by another process`, async () => {
    const stores = await open({ clock: { now: () => NOW } });
    const { deployments } = stores.main;
    const world = createWorld({ knobs: { stepMs: 20_000, watchMs: 60_000 } });
    const another = () =>
      world.restart((port) => (port === (world.store as object) ? (deployments as unknown as typeof port) : port));
    another();
    const { id } = await world.deployer.deploy(world.request());
    for (let rounds = 0; (await deployments.get(id))!.finishedAt === null && rounds < 500; rounds++) {
      another();
      world.now = Math.max(world.now + 100, (await world.deployer.round()) ?? 0);
    }
    expect(await deployments.get(id)).toMatchObject({ phase: 'promoted', watch: 'passed', revision: 'shop-00002' });
    expect(world.target.splits.map(({ shares }) => shares[0]!.percent)).toEqual([5, 20, 50, 100]);
    expect((await deployments.steps(id)).filter(({ state }) => state !== 'done')).toEqual([]);
    expect(await deployments.lastGood('shop')).toMatchObject({ revision: 'shop-00002' });
    await stores.close();
  });
}
