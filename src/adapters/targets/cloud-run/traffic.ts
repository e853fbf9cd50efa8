import type { TrafficShare, TrafficSplit } from '../../../core/deploy/index.ts';
import type { JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { objectsOf, shortName, statusTraffic, type TrafficTarget, wantedTraffic } from './resources.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const NAMED = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** As users get it. */
export function splitOf(service: JsonObject): TrafficSplit {
  const statuses = statusTraffic(service);
  const shares = sharesOf(statuses);
  const real = statuses.filter(({ percent }) => percent > 0);
  return { shares, followsLatest: real.length === 0 || (real.length === 1 && real[0]!.isLatest) };
}

/** A revision may stand in it several times, by its tags. */
function sharesOf(targets: readonly TrafficTarget[]): TrafficShare[] {
  const shares = new Map<string, number>();
  for (const { revision, percent } of targets) {
    if (revision !== null && percent > 0) shares.set(revision, (shares.get(revision) ?? 0) + percent);
  }
  return [...shares].map(([revision, percent]) => ({ revision, percent }));
}

/** The same shares by name: a new revision takes nothing. Where no revision was ever ready there is nothing to hold. */
export function pinned(service: JsonObject): JsonObject[] {
  const latest = shortName(service.latestReadyRevision);
  if (latest === null) return objectsOf(service.traffic);
  const wanted = wantedTraffic(service).map((target) => (target.isLatest ? { ...target, revision: latest } : target));
  const shares = sharesOf(wanted);
  return [...named(shares.length > 0 ? shares : [{ revision: latest, percent: 100 }]), ...tagged(service)];
}

/** The split as Cloud Run writes it; tags stay where they are. */
export function targetsOf({ shares, followsLatest }: TrafficSplit, service: JsonObject): JsonObject[] {
  const isAll = followsLatest && shares.length === 1;
  return [...(isAll ? [{ type: LATEST, percent: 100 }] : named(shares)), ...tagged(service)];
}

/** Addresses of their own, each at 0 %: shares stand beside them. Fields that are not known here come along. */
export function tagged(service: JsonObject): JsonObject[] {
  return objectsOf(service.traffic)
    .filter(({ tag }) => typeof tag === 'string' && tag !== '')
    .map(({ percent: _share, ...target }) => target);
}

export function withTag(targets: readonly JsonObject[], tag: string, revision: string): JsonObject[] {
  return [...targets.filter((target) => target.tag !== tag), { type: NAMED, revision, tag }];
}

function named(shares: readonly TrafficShare[]): JsonObject[] {
  return shares.map(({ revision, percent }) => ({ type: NAMED, revision, percent }));
}
