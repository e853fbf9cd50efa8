import { createHash } from 'node:crypto';
import { GuardianError } from '../shared/index.ts';
import { applyChange } from './plan-settings.ts';
import type { DeployTarget, RevisionVitals, TargetRevision, TrafficSplit } from './ports.ts';
import { createSettingHash } from './setting-hash.ts';
import type { RevisionSettings } from './settings.ts';

export const PLAIN_SETTINGS: RevisionSettings = {
  environment: { DATABASE_URL: 'hash-of-it', FEATURE_X: 'hash-of-x' },
  secrets: { API_KEY: { secret: 'shop-api-key', version: '3' } },
  memoryBytes: 2 * 1024 ** 3,
  cpu: 2,
  timeoutMs: 300_000,
  concurrency: 80,
  minInstances: 0,
  maxInstances: 10,
  probes: { startup: '{"path":"/api/health"}', liveness: null, readiness: null },
  serviceAccount: 'shop@example.iam',
  access: { isAnonymousAllowed: true, callers: ['allUsers'] },
  other: { 'labels.team': 'shop' },
};

export const WELL: RevisionVitals = {
  instances: 1,
  restarts: 0,
  outOfMemory: 0,
  crashes: 0,
  memoryBytes: 400 * 1024 ** 2,
  memoryLimitBytes: 2 * 1024 ** 3,
  startMs: 900,
};

/** Was never pushed. */
export const MISSING_ARTIFACT = 'registry/shop:never-pushed';

export function digestOfArtifact(artifact: string): string {
  return `sha256:${createHash('sha256').update(artifact).digest('hex')}`;
}

/**
 * What a call comes to: nothing comes of it; it is done but the answer is lost; it times out and is done later, or much later; it is accepted, and
 * done later, or never; it is refused.
 */
export type Fault = 'ok' | 'nothing' | 'lost answer' | 'late' | 'much later' | 'accepted' | 'dropped' | 'refused';

export interface FakeTarget extends DeployTarget {
  revisions: TargetRevision[];
  traffic: TrafficSplit;
  vitalsOf: Map<string, RevisionVitals>;
  /** Gone for good. */
  retired: string[];
  /** Stopped, and kept. */
  rested: string[];
  settings: RevisionSettings;
  /** Every split that ever held. */
  splits: TrafficSplit[];
  /** Whatever is still on its way arrives now. */
  arrive(): void;
}

/** A platform in memory, exact about what is promised of targets; `fault` decides each call that changes or reads. */
export function createFakeTarget({
  now,
  fault = () => 'ok',
  service = 'shop',
}: {
  now(): number;
  service?: string;
  fault?: (call: string) => Fault;
}): FakeTarget {
  const hash = createSettingHash('test');
  let carriedOut = 0;
  let made = 1;
  let late: { effect: () => void; calls: number }[] = [];
  const resting = new Set<string>();
  const first = revisionOf(`${service}-00001`, {});

  function revisionOf(name: string, given: Partial<TargetRevision>): TargetRevision {
    const artifact = given.artifact ?? 'registry/shop:1';
    return {
      name,
      createdAt: now(),
      address: `http://${name}.test`,
      artifact,
      digest: digestOfArtifact(artifact),
      buildId: null,
      commit: null,
      intentId: null,
      isReady: true,
      settings: PLAIN_SETTINGS,
      ...given,
    };
  }

  function known(name: string): void {
    if (!target.revisions.some((revision) => revision.name === name))
      throw new GuardianError('target_refused', { path: 'fake', reason: `there is no ${name}` });
  }

  /** One that was stopped runs the next time that it is asked for. */
  function awake(name: string): void {
    if (!resting.delete(name)) return;
    throw new GuardianError('target_unreachable', { path: 'fake', reason: `${name} is being started again` });
  }

  function call<T>(name: string, effect: () => T): T {
    arriveAfter(1);
    const fate = fault(name);
    const lost = (what: string) =>
      new GuardianError('target_unreachable', { path: 'fake', reason: `${name}: ${what}` });
    switch (fate) {
      case 'ok':
        return effect();
      case 'refused':
        throw new GuardianError('target_refused', { path: 'fake', reason: `${name}: no` });
      case 'nothing':
        throw lost('connection refused');
      case 'lost answer':
        effect();
        throw lost('connection reset');
      default:
        if (fate !== 'dropped') {
          late.push({ effect: () => attempt(effect), calls: fate === 'much later' ? 500 : 3 });
        }
        // Whoever asked does not read the answer: it reads back.
        if ((fate === 'accepted' || fate === 'dropped') && isChange(name)) return undefined as T;
        throw lost('timed out');
    }
  }

  function arriveAfter(calls: number): void {
    const due = late.filter((waiting) => waiting.calls <= calls);
    late = late
      .filter((waiting) => waiting.calls > calls)
      .map((waiting) => ({ ...waiting, calls: waiting.calls - calls }));
    for (const { effect } of due) effect();
  }

  function isChange(name: string): boolean {
    return name === 'createRevision' || name === 'setTraffic' || name === 'retire';
  }

  function attempt(effect: () => unknown): void {
    try {
      effect();
    } catch {
      // Refused long after nobody waits for it any more.
    }
  }

  function inOrder(sequence: number): void {
    if (sequence < carriedOut)
      throw new GuardianError('target_refused', { path: 'fake', reason: 'something newer was carried out' });
    carriedOut = sequence;
  }

  const target: FakeTarget = {
    name: service === 'shop' ? 'fake' : service,
    kind: 'process',
    service,
    revisions: [first],
    traffic: { shares: [{ revision: first.name, percent: 100 }], followsLatest: true },
    vitalsOf: new Map(),
    retired: [],
    rested: [],
    settings: PLAIN_SETTINGS,
    splits: [],
    arrive: () => arriveAfter(Number.POSITIVE_INFINITY),
    async describe() {
      return call('describe', state);
    },
    async plan(change) {
      return call('plan', () => {
        const artifact = change.artifact ?? 'registry/shop:1';
        if (artifact === MISSING_ARTIFACT)
          throw new GuardianError('target_refused', { path: 'fake', reason: `there is no ${artifact}` });
        return {
          state: state(),
          artifact,
          digest: digestOfArtifact(artifact),
          commit: change.commit,
          settings: applyChange(target.settings, change, hash),
        };
      });
    },
    async readBack(intentId) {
      return call('readBack', () => ({
        revision: target.revisions.find((revision) => revision.intentId === intentId) ?? null,
        isPending: false,
        state: state(),
      }));
    },
    async createRevision({ id, sequence, change, buildId }) {
      return call('createRevision', () => {
        const before = target.revisions.find(({ intentId }) => intentId === id);
        if (before !== undefined) return before;
        inOrder(sequence);
        const name = `${service}-${String(++made).padStart(5, '0')}`;
        const settings = applyChange(target.settings, change, hash);
        const revision = revisionOf(name, {
          ...(change.artifact !== null && { artifact: change.artifact }),
          intentId: id,
          settings,
          buildId,
        });
        target.revisions = [revision, ...target.revisions];
        if (target.traffic.followsLatest) target.traffic = { ...target.traffic, followsLatest: false };
        return revision;
      });
    },
    async setTraffic({ sequence, split }) {
      return call('setTraffic', () => {
        for (const { revision } of split.shares) known(revision);
        inOrder(sequence);
        for (const { revision } of split.shares) awake(revision);
        target.traffic = structuredClone(split);
        target.splits.push(target.traffic);
      });
    },
    async retire({ revision, sequence, keeps }) {
      return call('retire', () => {
        inOrder(sequence);
        if (target.traffic.shares.some((share) => share.revision === revision))
          throw new GuardianError('target_refused', { reason: 'it has traffic' });
        if (keeps) {
          target.rested.push(revision);
          resting.add(revision);
          return;
        }
        target.retired.push(revision);
        target.revisions = target.revisions.filter(({ name }) => name !== revision);
      });
    },
    async vitals(revision) {
      return call('vitals', () => {
        known(revision);
        return target.vitalsOf.get(revision) ?? (resting.has(revision) ? { ...WELL, instances: 0 } : WELL);
      });
    },
    async logs() {
      return [];
    },
    async authorize() {
      return {};
    },
  };

  function state() {
    return {
      address: `http://${service}.test`,
      etag: null,
      revisions: target.revisions.map((revision) => ({
        ...structuredClone(revision),
        address: resting.has(revision.name) ? null : revision.address,
      })),
      traffic: structuredClone(target.traffic),
      settings: target.settings,
    };
  }
  return target;
}
