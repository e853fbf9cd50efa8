import { describe, expect, it } from 'vitest';
import { createWorld, type World } from './deployer-fixtures.ts';
import { createFakeTarget } from './fake-target-fixtures.ts';

describe('deployments of several services', () => {
  const smoke = { kind: 'tests', name: 'smoke', command: 'npm' } as const;

  /** The tests of the new revision have begun, and do not end before `end` is called. */
  async function testing(): Promise<{ world: World; id: string; runs(): number; end(): void }> {
    const world = createWorld();
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<object>();
    world.command = () => {
      runs++;
      return promise;
    };
    const { id } = await world.deployer.deploy(world.request({ asked: { ...world.asked, own: [smoke] } }));
    for (let turn = 0; runs === 0 && turn < 100; turn++) await world.turn();
    return { world, id, runs: () => runs, end: () => resolve({ exitStatus: 0 }) };
  }

  it('do not wait for one another: while the tests of one last, another is judged and goes back', async () => {
    const { world, id } = await testing();
    const desk = createFakeTarget({ now: () => world.now, service: 'desk' });
    world.others = [desk];
    world.errorShare = (revision) => (revision === 'desk-00002' ? 0.3 : 0.01);
    const other = await world.deployer.deploy(world.request({ target: desk }));
    expect(await world.run(other.id)).toMatchObject({ phase: 'rolled_back', reason: 'errors' });
    expect(desk.traffic.shares).toEqual([{ revision: 'desk-00001', percent: 100 }]);
    expect(world.store.rows.get(id)).toMatchObject({ phase: 'checking' });
  });

  it('are not begun by another process while one is at them, however long that lasts', async () => {
    const { world, id, runs, end } = await testing();
    const first = world.deployer;
    world.restart();
    for (let seconds = 0; seconds < 15 * 60; seconds += 15) {
      world.now += 15_000;
      expect(await first.round()).toBeLessThanOrEqual(world.now + 30_000);
      await world.deployer.round();
    }
    expect(runs()).toBe(1);
    end();
    expect(await world.run(id)).toMatchObject({ phase: 'promoted' });
    expect(runs()).toBe(1);
  });

  it('go back at once by a person’s word, also while their own tests last', async () => {
    const { world, id } = await testing();
    await world.deployer.rollback({ ...world.request(), revision: null });
    expect(await world.run(id)).toMatchObject({ phase: 'rolled_back', reason: 'by_hand' });
  });

  it('are waited for by whoever stops', async () => {
    const { world, end } = await testing();
    let isSettled = false;
    const settled = world.deployer.settled().then(() => {
      isSettled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    end();
    await settled;
  });
});
