import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployTarget, RevisionChange, TrafficShare } from '../../src/core/deploy/index.ts';

/** A target with a service that answers `GET /` with the name of the artifact, and the value of `COLOR`, which is `red` at first. */
export interface TargetHarness {
  target: DeployTarget;
  /** Two artifacts that exist. */
  artifacts: readonly [string, string];
  /** One that does not. */
  missing: string;
  /** What the service says to `GET /` at this address; the empty text where it does not answer. */
  ask(address: string): Promise<string>;
  /** What its artifact makes it say. */
  saying(artifact: string): string;
  /** What is retired for good is gone; else the platform keeps it, and it can be given traffic again. */
  forgetsRetired: boolean;
  close(): Promise<void>;
}

const change = (given: Partial<RevisionChange> = {}): RevisionChange => ({
  artifact: null,
  commit: null,
  settings: {},
  unset: [],
  ...given,
});

/** What every deployment target keeps, on a real one or on a server that speaks its platform's API. */
export function deployTargetContract(name: string, open: () => Promise<TargetHarness>): void {
  describe(`a deployment target: ${name}`, () => {
    let harness: TargetHarness;
    let target: DeployTarget;
    let sequence = 0;
    const made: string[] = [];

    beforeAll(async () => {
      harness = await open();
      target = harness.target;
    });
    afterAll(() => harness?.close());

    async function create(id: string, given: Partial<RevisionChange>): Promise<string> {
      const asked = change(given);
      const plan = await target.plan(asked);
      const { etag } = plan.state;
      const intent = { id, sequence: ++sequence, change: asked, digest: plan.digest, buildId: sequence, etag };
      const { name: revision } = await target.createRevision(intent);
      await expect.poll(async () => (await target.readBack(id)).revision?.isReady, { timeout: 30_000 }).toBe(true);
      made.push(revision);
      return revision;
    }

    function split(shares: readonly TrafficShare[], followsLatest = true): Promise<void> {
      return target.setTraffic({
        id: `traffic-${sequence + 1}`,
        sequence: ++sequence,
        split: { shares, followsLatest },
      });
    }

    it('makes a first revision that answers at its own address before it has any traffic', async () => {
      const revision = await create('dep-1/create', { artifact: harness.artifacts[0] });
      const { revision: seen, isPending } = await target.readBack('dep-1/create');
      expect(isPending).toBe(false);
      expect(seen).toMatchObject({ name: revision, intentId: 'dep-1/create' });
      expect(await harness.ask(seen!.address!)).toBe(`${harness.saying(harness.artifacts[0])} red`);
      await split([{ revision, percent: 100 }]);
      expect((await target.describe()).traffic).toEqual({ shares: [{ revision, percent: 100 }], followsLatest: true });
      expect(await harness.ask((await target.describe()).address!)).toBe(`${harness.saying(harness.artifacts[0])} red`);
    });

    it('plans without changing anything, and refuses what does not exist', async () => {
      const before = await target.describe();
      const plan = await target.plan(change({ artifact: harness.artifacts[1] }));
      expect(plan.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      await expect(target.plan(change({ artifact: harness.missing }))).rejects.toMatchObject({
        code: 'target_refused',
      });
      expect(await target.describe()).toEqual(before);
    });

    it('C1, C2: keeps everything that was not named, and shows values of the environment to nobody', async () => {
      const before = (await target.describe()).settings;
      const plan = await target.plan(change({ settings: { environment: { SIZE: 'large' } } }));
      expect(plan.settings).toEqual({ ...before, environment: { ...before.environment, SIZE: expect.any(String) } });
      expect(JSON.stringify(plan)).not.toMatch(/"(?:red|large)"/);
    });

    it('makes one revision of one intent, however often it is asked', async () => {
      const revision = await create('dep-2/create', { artifact: harness.artifacts[1] });
      const asked = change({ artifact: harness.artifacts[1] });
      const { digest, state } = await target.plan(asked);
      const intent = { id: 'dep-2/create', sequence, change: asked, digest, buildId: sequence, etag: state.etag };
      expect((await target.createRevision(intent)).name).toBe(revision);
      expect((await target.describe()).revisions.filter(({ intentId }) => intentId === 'dep-2/create')).toHaveLength(1);
    });

    it('splits the traffic, and takes the same split twice', async () => {
      const [old = '', next = ''] = made;
      const shares = [
        { revision: old, percent: 80 },
        { revision: next, percent: 20 },
      ];
      await split(shares);
      await target.setTraffic({ id: `traffic-${sequence}`, sequence, split: { shares, followsLatest: true } });
      const { traffic } = await target.describe();
      expect([...traffic.shares].sort((a, b) => b.percent - a.percent)).toEqual(shares);
    });

    it('does not let who comes late undo what was done after it', async () => {
      const [old = '', next = ''] = made;
      await split([{ revision: next, percent: 100 }]);
      const late = { shares: [{ revision: old, percent: 100 }], followsLatest: true };
      await expect(target.setTraffic({ id: 'late', sequence: 1, split: late })).rejects.toMatchObject({
        code: 'target_refused',
      });
      expect((await target.describe()).traffic.shares).toEqual([{ revision: next, percent: 100 }]);
    });

    it('goes back to a revision that has no traffic, and is pinned to it', async () => {
      const [old = ''] = made;
      await split([{ revision: old, percent: 100 }], false);
      const { traffic, address } = await target.describe();
      expect(traffic).toEqual({ shares: [{ revision: old, percent: 100 }], followsLatest: false });
      expect(await harness.ask(address!)).toBe(`${harness.saying(harness.artifacts[0])} red`);
    });

    it('tells how a revision does, and nothing of one that is not there', async () => {
      const [old = ''] = made;
      expect(await target.vitals(old)).toMatchObject({ restarts: 0, outOfMemory: 0, crashes: 0 });
      await expect(target.vitals('nobody')).rejects.toMatchObject({ code: 'target_refused' });
    });

    it('knows nothing of an intent that was never carried out', async () => {
      expect(await target.readBack('dep-9/create')).toMatchObject({ revision: null, isPending: false });
    });

    const names = async () => (await target.describe()).revisions.map(({ name: revision }) => revision);

    it('stops a revision that is kept, twice as well as once, and goes back to it when it is given traffic', async () => {
      const [old = '', next = ''] = made;
      const intent = { id: 'rest-1', sequence: ++sequence, revision: next, drainMs: 100, keeps: true };
      await target.retire(intent);
      await target.retire(intent);
      expect(await names()).toContain(next);
      const instances = async () => (await target.vitals(next)).instances;
      if (harness.forgetsRetired) await expect.poll(instances, { timeout: 30_000 }).toBe(0);
      await giveAll(next);
      const { address } = await target.describe();
      await expect
        .poll(() => harness.ask(address!), { timeout: 30_000 })
        .toBe(`${harness.saying(harness.artifacts[1])} red`);
      await split([{ revision: old, percent: 100 }], false);
    });

    it('retires a revision without traffic, twice as well as once, and none that has some; what it lists can have some', async () => {
      const [old = '', next = ''] = made;
      const intent = { id: 'retire-1', sequence: ++sequence, revision: next, drainMs: 100, keeps: false };
      await target.retire(intent);
      await target.retire(intent);
      expect((await target.describe()).traffic.shares).toEqual([{ revision: old, percent: 100 }]);
      expect((await names()).includes(next)).toBe(!harness.forgetsRetired);
      const given = giveAll(next);
      if (harness.forgetsRetired) await expect(given).rejects.toMatchObject({ code: 'target_refused' });
      else await given;
    });

    /** One that was stopped is started first: until then the target says that it is to be asked again. */
    async function giveAll(revision: string): Promise<void> {
      for (;;) {
        const error = await split([{ revision, percent: 100 }], false).then(
          () => null,
          (thrown: { code?: string }) => thrown,
        );
        if (error === null) return;
        if (error.code !== 'target_unreachable') throw error;
        await pause(50);
      }
    }
  });
}
