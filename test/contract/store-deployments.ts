import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLAIN_SETTINGS } from '../../src/core/deploy/fake-target-fixtures.ts';
import {
  DEFAULT_DEPLOY_KNOBS,
  type Deployment,
  type DeploymentClaims,
  type DeploymentHistory,
  type DeploymentStore,
  type DeploymentWrite,
  type NewDeployment,
  type StepChange,
} from '../../src/core/deploy/index.ts';

export const NOW = Date.UTC(2026, 0, 31, 12);

export interface OpenedDeployments {
  deployments: DeploymentStore & DeploymentHistory & DeploymentClaims;
  /** Kinds of the outbox rows of deployments, in order. */
  outboxKinds(): Promise<string[]>;
  close(): Promise<void>;
}

export function newDeployment(over: Partial<NewDeployment> = {}): NewDeployment {
  return {
    service: 'shop',
    target: 'main',
    projectId: null,
    kind: 'deploy',
    steps: [5, 20, 50, 100],
    revision: null,
    address: null,
    baseRevision: 'shop-1',
    goodRevision: 'shop-1',
    before: { shares: { 'shop-1': 100 }, pin: null, access: PLAIN_SETTINGS.access, anonymousStatus: 200 },
    plan: {
      artifact: 'registry/shop:2',
      digest: 'sha256:2',
      commit: 'abc1234',
      commits: [{ hash: 'abc1234', subject: 'Fix the cart', author: 'Ana', committedAt: NOW - 1_000 }],
      etag: 'e1',
      change: { artifact: 'registry/shop:2', commit: 'abc1234', settings: { environmentNames: [] }, unset: [] },
      settings: PLAIN_SETTINGS,
      difference: [],
    },
    actor: 'user:ana',
    isIrreversible: false,
    knobs: DEFAULT_DEPLOY_KNOBS,
    asked: { healthPath: '/api/health', metrics: null, analysisPath: null, own: [] },
    createdAt: NOW,
    knownBuildId: 0,
    supersedes: false,
    ...over,
  };
}

function step(number: number, over: Partial<StepChange> = {}): StepChange {
  return {
    number,
    kind: 'traffic',
    intentId: `x/${number}-traffic`,
    state: 'intended',
    intendedAt: NOW,
    endedAt: null,
    attempts: 1,
    detail: { percent: 5, revision: 'shop-2' },
    ...over,
  };
}

/** What every store of deployments promises. */
export function describeDeploymentStore(name: string, open: () => Promise<OpenedDeployments>): void {
  describe(`deployments in ${name}`, () => {
    let opened: OpenedDeployments;
    let store: OpenedDeployments['deployments'];
    beforeEach(async () => {
      opened = await open();
      store = opened.deployments;
    });
    afterEach(() => opened.close());

    const save = (row: Deployment, change: DeploymentWrite['change'], more: Partial<DeploymentWrite> = {}) =>
      store.save({ id: row.id, version: row.version, at: NOW + 1, change, releases: true, ...more });
    const end = async (row: Deployment, change: DeploymentWrite['change']) =>
      (await save(row, { nextAt: null, finishedAt: NOW + 5, ...change }))!;

    it('takes one of a service at a time, of two that open at once exactly one', async () => {
      const both = await Promise.allSettled([store.open(newDeployment()), store.open(newDeployment())]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      expect(refused).toMatchObject({ reason: { code: 'conflict' } });
      expect(await store.open(newDeployment({ service: 'desk' }))).toMatchObject({ service: 'desk', buildId: 1 });
      expect(
        (await store.list({ service: null, isOpen: true, phases: null, cursor: null, limit: 10 })).items,
      ).toHaveLength(2);
    });

    it('gives build ids one after another, from the higher of its own and the known one; a rollback takes none', async () => {
      const first = await store.open(newDeployment({ knownBuildId: 41 }));
      expect(first.buildId).toBe(42);
      await end(first, { phase: 'rolled_back' });
      const back = await store.open(newDeployment({ kind: 'rollback', knownBuildId: 7 }));
      expect(back.buildId).toBe(7);
      await end(back, { phase: 'promoted' });
      expect(await store.lastBuildId('shop')).toBe(42);
      expect((await store.open(newDeployment({ knownBuildId: 3 }))).buildId).toBe(43);
      expect(await store.lastBuildId('desk')).toBe(0);
    });

    it('keeps the whole row, and lets one of two writers of the same version write', async () => {
      const row = await store.open(newDeployment());
      expect(await store.get(row.id)).toEqual(row);
      const written = await Promise.all([save(row, { phase: 'creating' }), save(row, { phase: 'checking' })]);
      expect(written.filter((one) => one !== null)).toHaveLength(1);
      expect(await store.get(row.id)).toEqual(written.find((one) => one !== null));
      expect(await store.get('dep-none')).toBeNull();
    });

    it('writes steps and what is told with the change, or none of it', async () => {
      const row = await store.open(newDeployment());
      const told = { kind: 'deployment-finished' as const, payload: { id: row.id } };
      const saved = await save(row, { phase: 'shifting' }, { steps: [step(1)], outbox: [told] });
      expect(await save(row, { phase: 'held' }, { steps: [step(2)], outbox: [told] })).toBeNull();
      await save(
        saved!,
        { phase: 'measuring' },
        { steps: [step(1, { state: 'done', endedAt: NOW + 9, attempts: 2 })] },
      );
      expect(await store.steps(row.id)).toEqual([
        { ...step(1, { state: 'done', endedAt: NOW + 9, attempts: 2 }), deploymentId: row.id },
      ]);
      expect(await opened.outboxKinds()).toEqual(['deployment-finished']);
    });

    it('claims what is due for a while, gives it back when it is released, and says when the next is due', async () => {
      const row = await store.open(newDeployment());
      expect(await store.nextDue()).toBe(NOW);
      expect(await store.claimDue({ now: NOW - 1, holdMs: 100, limit: 5 })).toEqual([]);
      const claims = await Promise.all([
        store.claimDue({ now: NOW, holdMs: 100, limit: 5 }),
        store.claimDue({ now: NOW, holdMs: 100, limit: 5 }),
      ]);
      expect(claims.flat()).toEqual([row]);
      // As long as it is held nobody else has to look.
      expect(await store.nextDue()).toBe(NOW + 100);
      const held = await save(row, { phase: 'creating' }, { releases: false });
      expect(await store.claimDue({ now: NOW + 99, holdMs: 100, limit: 5 })).toEqual([]);
      expect(await store.claimDue({ now: NOW + 100, holdMs: 100, limit: 5 })).toEqual([held]);
      await save(held!, { nextAt: NOW + 150 });
      expect(await store.claimDue({ now: NOW + 150, holdMs: 100, limit: 5 })).toHaveLength(1);
      await end((await store.get(row.id))!, { phase: 'rolled_back' });
      expect(await store.nextDue()).toBeNull();
    });

    it('lets whoever is at one go on claiming it, and not once somebody else has changed it', async () => {
      const row = await store.open(newDeployment());
      await store.claimDue({ now: NOW, holdMs: 100, limit: 5 });
      await store.renewClaims([], NOW + 500);
      await store.renewClaims([row], NOW + 500);
      expect(await store.claimDue({ now: NOW + 499, holdMs: 100, limit: 5 })).toEqual([]);
      expect(await store.nextDue()).toBe(NOW + 500);
      const changed = await save(row, { phase: 'rolling_back' });
      await store.renewClaims([row], NOW + 900);
      expect(await store.claimDue({ now: NOW + 200, holdMs: 100, limit: 5 })).toEqual([changed]);
      await store.releaseClaims();
      expect(await store.nextDue()).toBe(NOW);
    });

    it('lets a rollback that is held give way to whatever comes next, and no deployment that is', async () => {
      const rollback = { kind: 'rollback', revision: 'shop-1', knownBuildId: 1 } as const;
      const refused = await store.open(newDeployment(rollback));
      await expect(store.open(newDeployment({ createdAt: NOW + 1 }))).rejects.toMatchObject({ code: 'conflict' });
      await save(refused, { phase: 'held', heldFrom: 'promoting', nextAt: null });
      const failed = await store.open(newDeployment({ ...rollback, createdAt: NOW + 2 }));
      expect(await store.get(refused.id)).toMatchObject({ phase: 'rolled_back', finishedAt: NOW + 2 });
      await save(failed, { phase: 'held', heldFrom: 'checking', promotedAt: NOW + 3, nextAt: null });
      const next = await store.open(newDeployment({ createdAt: NOW + 4 }));
      expect(await store.get(failed.id)).toMatchObject({ phase: 'promoted', watch: 'superseded' });
      expect(await store.lastGood('shop')).toBeNull();
      await save(next, { phase: 'held', heldFrom: 'measuring', nextAt: null });
      await expect(store.open(newDeployment({ supersedes: true }))).rejects.toMatchObject({ code: 'conflict' });
    });

    it('ends a watch for the next deployment only when that is asked for, and then it never counts as good', async () => {
      const first = await store.open(newDeployment());
      const watched = await save(first, { phase: 'watching', revision: 'shop-2', nextAt: NOW + 10 });
      await expect(store.open(newDeployment())).rejects.toMatchObject({ code: 'conflict' });
      const next = await store.open(newDeployment({ supersedes: true, createdAt: NOW + 20 }));
      expect(await store.get(first.id)).toMatchObject({
        phase: 'promoted',
        watch: 'superseded',
        nextAt: null,
        finishedAt: NOW + 20,
      });
      expect(await save(watched!, { phase: 'promoted', watch: 'passed' })).toBeNull();
      expect(await store.lastGood('shop')).toBeNull();
      await expect(store.open(newDeployment({ supersedes: true }))).rejects.toMatchObject({ code: 'conflict' });
      expect(next.buildId).toBe(2);
    });

    it('knows the last good revision, what became of one, and goes on counting where the last deployment ended', async () => {
      const first = await store.open(newDeployment());
      await end(first, { phase: 'promoted', watch: 'passed', revision: 'shop-2', sequence: 9, cooldownUntil: null });
      const second = await store.open(newDeployment({ createdAt: NOW + 100 }));
      expect(second).toMatchObject({ sequence: 9, automaticFrom: null });
      await end(second, { phase: 'rolled_back', revision: 'shop-3', cooldownUntil: NOW + 5_000 });
      const third = await store.open(newDeployment({ createdAt: NOW + 200 }));
      expect(third.automaticFrom).toBe(NOW + 5_000);
      await end(third, { phase: 'promoted', watch: 'passed', revision: 'shop-4' });
      expect(await store.lastGood('shop')).toMatchObject({
        revision: 'shop-4',
        buildId: 3,
        deploymentId: third.id,
        digest: 'sha256:2',
      });
      expect(await store.lastGood('shop', 'shop-4')).toMatchObject({ revision: 'shop-2', buildId: 1 });
      expect(await store.ofRevision('shop', 'shop-3')).toMatchObject({ id: second.id, phase: 'rolled_back' });
      expect(await store.ofRevision('shop', 'shop-9')).toBeNull();
      expect(await store.lastGood('desk')).toBeNull();
    });

    it('lists newest first, page by page, by service and phase', async () => {
      for (const [index, service] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        await store.open(newDeployment({ service, createdAt: NOW + index }));
      }
      const filter = { service: null, isOpen: null, phases: null, limit: 10 };
      const all = await store.list({ ...filter, cursor: null });
      expect(all.items.map(({ service }) => service)).toEqual(['e', 'd', 'c', 'b', 'a']);
      expect((await store.list({ ...filter, service: 'b', cursor: null })).items).toHaveLength(1);
      expect((await store.list({ ...filter, phases: ['held'], cursor: null })).items).toEqual([]);
      expect((await store.list({ ...filter, phases: [], cursor: null })).items).toEqual([]);
      expect((await store.list({ ...filter, isOpen: false, cursor: null })).items).toEqual([]);
    });

    it('marks on charts when the traffic changed', async () => {
      const row = await store.open(newDeployment());
      const steps = [
        step(1, { kind: 'create', state: 'done', endedAt: NOW + 1 }),
        step(2, { state: 'done', endedAt: NOW + 10 }),
        step(3, { kind: 'promote', state: 'done', endedAt: NOW + 20, detail: { percent: 100, revision: 'shop-2' } }),
        step(4, { kind: 'rollback', state: 'done', endedAt: NOW + 30, detail: { revision: 'shop-1' } }),
        step(5, { state: 'failed', endedAt: NOW + 40 }),
      ];
      await save(row, { revision: 'shop-2' }, { steps });
      const found = await store.markers({ service: 'shop', from: NOW, to: NOW + 100, limit: 10 });
      expect(found.map(({ at, kind, revision, percent }) => [at - NOW, kind, revision, percent])).toEqual([
        [30, 'rolled_back', 'shop-1', 0],
        [20, 'promoted', 'shop-2', 100],
        [10, 'step', 'shop-2', 5],
      ]);
      expect(await store.markers({ service: 'desk', from: NOW, to: NOW + 100, limit: 10 })).toEqual([]);
      expect(await store.markers({ service: null, from: NOW + 11, to: NOW + 30, limit: 10 })).toHaveLength(1);
    });
  });
}
