import { describe, expect, it } from 'vitest';
import { lookAtAccess } from './access-watch.ts';
import { createWorld, type World } from './deployer-fixtures.ts';

const look = (world: World, status: number | null) =>
  lookAtAccess(world, {
    store: world.store,
    checks: {
      request: async () => ({ status, body: '', durationMs: 1, problem: status === null ? 'refused' : null }),
      run: async () => ({ exitStatus: 0, output: '', durationMs: 0, problem: null }),
    },
  });

describe('access, looked at between deployments', () => {
  it('tells when people who were let in are kept out, and not when nothing changed, nothing is known or nobody answers', async () => {
    const world = createWorld();
    expect(await look(world, 403)).toBeNull();
    const { id } = await world.deployer.deploy(world.request());
    expect(await look(world, 403)).toBeNull();
    await world.run(id);
    expect(await look(world, 200)).toBeNull();
    expect(await look(world, 503)).toBeNull();
    expect(await look(world, null)).toBeNull();
    expect(await look(world, 403)).toEqual({
      service: 'shop',
      target: 'fake',
      kind: 'answer',
      expected: '200',
      found: '403',
    });
    expect(await look(world, 302)).toMatchObject({ found: '302' });
    world.target.settings = { ...world.target.settings, access: { isAnonymousAllowed: false, callers: [] } };
    expect(await look(world, 200)).toMatchObject({ kind: 'policy', expected: 'open', found: 'closed' });
  });

  it('is looked at from the first deployment on: as it was when that had passed its watch', async () => {
    const world = createWorld();
    Object.assign(world.target, { revisions: [], traffic: { shares: [], followsLatest: true } });
    const { id } = await world.deployer.deploy(world.request());
    expect(await world.run(id)).toMatchObject({ phase: 'promoted', baseRevision: null, before: { access: null } });
    expect(await look(world, 200)).toBeNull();
    expect(await look(world, 403)).toMatchObject({ kind: 'answer', expected: '200', found: '403' });
    world.target.settings = { ...world.target.settings, access: { isAnonymousAllowed: false, callers: [] } };
    expect(await look(world, 200)).toMatchObject({ kind: 'policy', expected: 'open', found: 'closed' });
  });
});
