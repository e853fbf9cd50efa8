import { expect, it } from 'vitest';
import { createWorld } from '../../src/core/deploy/deployer-fixtures.ts';
import { createMemoryDeployments } from '../../src/core/deploy/memory-store-fixtures.ts';
import { at, exception, pythonFrames, stackEvent } from '../../src/core/issues/event-fixtures.ts';
import { createFolder, orderRevisions } from '../../src/core/issues/index.ts';
import { DATABASES } from './open-stores.ts';
import { describeDeploymentStore, NOW, newDeployment } from './store-deployments.ts';
import { appended } from './stored-events.ts';

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

  it(`lets the order of deployments decide what came back, in ${name}`, async () => {
    let now = at(0);
    const clock = { now: () => now };
    const stores = await open({ clock });
    const [projectId] = stores.projectIds;
    const { deployments, fold, issues } = stores.main;
    const folder = createFolder({ store: fold, clock });
    const live = async (revision: string) => {
      const row = await deployments.open(
        newDeployment({ service: 'shop', projectId, createdAt: now, supersedes: true }),
      );
      const write = { id: row.id, releases: true, at: now };
      await deployments.save({ ...write, version: row.version, change: { phase: 'measuring', revision } });
      const moved = (await deployments.get(row.id))!;
      const over = { phase: 'promoted', finishedAt: now, watch: 'passed' } as const;
      await deployments.save({ ...write, version: moved.version, change: over });
      now += 60_000;
    };
    const fail = async (revision: string) => {
      const failed = [exception('ValueError', 'no stock', pythonFrames('stock:40:reserve'))];
      const event = stackEvent(now, failed, { service: 'shop', revision, traceId: `t-${now}` });
      await stores.ingest.events.append(appended(projectId, [event], { at: now, isCandidate: true }));
      await folder.pass();
      now += 20 * 60_000;
      await folder.pass();
      return (await issues.list({ ...ANY, projectId })).items[0]!;
    };
    // By their names the order is another one.
    for (const revision of ['9.0.0', '1.0.0']) await live(revision);
    const { id } = await fail('9.0.0');
    const detail = { kind: 'resolved', in: 'revision', revision: '1.0.0' } as const;
    const resolve = () =>
      issues.change(
        id,
        { state: 'resolved', stateDetail: detail, stateSince: now },
        { issueId: id, at: now, actor: 'user:1', action: 'resolved', detail: null },
        { kind: 'issue-changed', projectId, subjectId: id, payload: null },
      );
    const [background] = await fold.background([{ id, projectId, service: 'shop' }]);
    expect(orderRevisions(background!.serviceRevisions).map((one) => one.name)).toEqual(['9.0.0', '1.0.0']);
    await resolve();
    // Deployed before the fix, though its number is higher.
    expect(await fail('9.0.0')).toMatchObject({ id, state: 'resolved' });
    // Deployed after it, though its number is lower.
    await live('0.5.0');
    expect(await fail('0.5.0')).toMatchObject({ id, state: 'regressed' });
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
      await world.deployer.round();
      await world.deployer.settled();
      world.now = Math.max(world.now + 100, (await deployments.nextDue()) ?? 0);
    }
    expect(await deployments.get(id)).toMatchObject({ phase: 'promoted', watch: 'passed', revision: 'shop-00002' });
    expect(world.target.splits.map(({ shares }) => shares[0]!.percent)).toEqual([5, 20, 50, 100]);
    expect((await deployments.steps(id)).filter(({ state }) => state !== 'done')).toEqual([]);
    expect(await deployments.lastGood('shop')).toMatchObject({ revision: 'shop-00002' });
    await stores.close();
  });
}

const ANY = {
  words: [],
  states: null,
  service: null,
  revision: null,
  assignee: null,
  minimumSeverity: null,
  sort: 'last-seen' as const,
  cursor: null,
  limit: 50,
};
