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

/**
 * What a call comes to: nothing comes of it; it is done but the answer is lost; it times out and is done later, or much later; it is accepted, and
 * done later, or never; it is refused.
 */
export type Fault = 'ok' | 'nothing' | 'lost answer' | 'late' | 'much later' | 'accepted' | 'dropped' | 'refused';

export interface FakeTarget extends DeployTarget {
  revisions: TargetRevision[];
  traffic: TrafficSplit;
  vitalsOf: Map<string, RevisionVitals>;
  retired: string[];
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
}: {
  now(): number;
  fault?: (call: string) => Fault;
}): FakeTarget {
  const hash = createSettingHash('test');
  let carriedOut = 0;
  let late: { effect: () => void; calls: number }[] = [];
  const first = revisionOf('shop-00001', null, PLAIN_SETTINGS);

  function revisionOf(
    name: string,
    intentId: string | null,
    settings: RevisionSettings,
    buildId: number | null = null,
  ): TargetRevision {
    return {
      name,
      createdAt: now(),
      address: `http://${name}.test`,
      artifact: 'registry/shop:1',
      digest: `sha256:${name}`,
      buildId,
      commit: null,
      intentId,
      isReady: true,
      settings,
    };
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
    name: 'fake',
    kind: 'process',
    service: 'shop',
    revisions: [first],
    traffic: { shares: [{ revision: first.name, percent: 100 }], followsLatest: true },
    vitalsOf: new Map(),
    retired: [],
    settings: PLAIN_SETTINGS,
    splits: [],
    arrive: () => arriveAfter(Number.POSITIVE_INFINITY),
    async describe() {
      return call('describe', state);
    },
    async plan(change) {
      return call('plan', () => ({
        state: state(),
        artifact: change.artifact ?? 'registry/shop:1',
        digest: 'sha256:new',
        commit: change.commit,
        settings: applyChange(target.settings, change, hash),
      }));
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
        const known = target.revisions.find(({ intentId }) => intentId === id);
        if (known !== undefined) return known;
        inOrder(sequence);
        const name = `shop-${String(target.revisions.length + 1).padStart(5, '0')}`;
        const made = revisionOf(name, id, applyChange(target.settings, change, hash), buildId);
        target.revisions = [made, ...target.revisions];
        if (target.traffic.followsLatest) target.traffic = { ...target.traffic, followsLatest: false };
        return made;
      });
    },
    async setTraffic({ sequence, split }) {
      return call('setTraffic', () => {
        inOrder(sequence);
        target.traffic = structuredClone(split);
        target.splits.push(target.traffic);
      });
    },
    async retire({ revision, sequence }) {
      return call('retire', () => {
        inOrder(sequence);
        if (target.traffic.shares.some((share) => share.revision === revision))
          throw new GuardianError('target_refused', { reason: 'it has traffic' });
        target.retired.push(revision);
      });
    },
    async vitals(revision) {
      return call('vitals', () => target.vitalsOf.get(revision) ?? WELL);
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
      address: 'http://shop.test',
      etag: null,
      revisions: structuredClone(target.revisions),
      traffic: structuredClone(target.traffic),
      settings: target.settings,
    };
  }
  return target;
}
