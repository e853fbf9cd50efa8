import { GuardianError } from '../shared/index.ts';
import type { SeenAccess } from './access.ts';
import type { ServiceChecks } from './checks/check.ts';
import type { Deployment, DeploymentBefore, DeploymentPlan } from './deployment.ts';
import type { DeployKnobs } from './knobs.ts';
import { busy } from './open-deployment.ts';
import { readBefore } from './plan-deployment.ts';
import { settingsDifference } from './plan-settings.ts';
import type {
  CheckRunner,
  DeploymentHistory,
  DeploymentStore,
  DeployTarget,
  TargetRevision,
  TargetState,
} from './ports.ts';

export interface RollbackRequest {
  target: DeployTarget;
  projectId: number | null;
  /** Null: the last that held all traffic and passed its watch. */
  revision: string | null;
  actor: string;
  knobs: DeployKnobs;
  asked: ServiceChecks;
}

export interface RollbackPreview {
  /** The deployment that is under way and would go back; null: all traffic would be moved by itself. */
  underWay: string | null;
  revision: string;
  address: string | null;
  /** Of what is gone back to; 0 when it is not known. */
  buildId: number;
  /** What has the most traffic now. */
  baseRevision: string | null;
  before: DeploymentBefore;
  plan: DeploymentPlan;
}

/** Where a rollback by hand would go. Reads only. */
export async function planRollback(
  { target, revision: named, asked }: RollbackRequest,
  { store, checks }: { store: DeploymentStore & DeploymentHistory; checks: CheckRunner },
): Promise<RollbackPreview> {
  const [{ items: open }, state] = await Promise.all([
    store.list({ service: target.service, isOpen: true, phases: null, cursor: null, limit: 1 }),
    target.describe(),
  ]);
  // A rollback that is held has no way back of its own: the next one takes its place.
  const underWay = open.find(({ kind, phase }) => kind === 'deploy' || phase !== 'held') ?? null;
  const base = [...state.traffic.shares].sort((a, b) => b.percent - a.percent)[0]?.revision ?? null;
  const goal =
    underWay === null ? await goalOf(named, base, state, target.service, store) : goalUnderWay(underWay, named, state);
  return {
    underWay: underWay?.id ?? null,
    revision: goal.name,
    address: goal.address ?? state.address,
    buildId: goal.buildId ?? 0,
    baseRevision: base,
    // What is gone back to is to let in whom it let in: what is left may be keeping them out.
    before: { ...(await readBefore(state, { base, asked, checks })), ...(await accessOf(goal, target.service, store)) },
    plan: planOf(goal, state),
  };
}

async function accessOf(
  { name }: TargetRevision,
  service: string,
  store: DeploymentHistory,
): Promise<SeenAccess | null> {
  const own = await store.ofRevision(service, name);
  return own?.accessAfter ?? null;
}

function planOf(goal: TargetRevision, { etag, settings, revisions, traffic }: TargetState): DeploymentPlan {
  const current = revisions.find(({ name }) => name === traffic.shares[0]?.revision);
  return {
    artifact: goal.artifact,
    digest: goal.digest,
    commit: goal.commit,
    commits: [],
    etag,
    change: { artifact: null, commit: null, settings: { environmentNames: [] }, unset: [] },
    settings: goal.settings,
    difference: settingsDifference(current?.settings ?? settings, goal.settings),
  };
}

async function goalOf(
  named: string | null,
  base: string | null,
  state: TargetState,
  service: string,
  store: DeploymentHistory,
): Promise<TargetRevision> {
  if (named !== null) {
    const goal = known(named, state);
    const shares = state.traffic.shares;
    if (shares.length === 1 && shares[0]!.revision === named) {
      throw new GuardianError('conflict', { reason: (m) => m.deploying.errors.hasAllTraffic(named) });
    }
    return goal;
  }
  const good = await store.lastGood(service, base ?? undefined);
  if (good === null) {
    throw new GuardianError('not_found', {
      path: (m) => m.deploying.errors.noGoodRevision,
      reason: (m) => m.deploying.errors.knownRevisions(namesOf(state)),
      remedy: (m) => m.deploying.errors.nameRevision,
    });
  }
  return known(good.revision, state);
}

/** What is under way has its own way back, recorded before it began. */
function goalUnderWay(
  { goodRevision, baseRevision, step, id, kind, service }: Deployment,
  named: string | null,
  state: TargetState,
): TargetRevision {
  if (kind === 'rollback') throw busy(service, id);
  const goal = step >= 0 ? goodRevision : baseRevision;
  if (named !== null) known(named, state);
  if (named !== null && named !== goal) {
    throw new GuardianError('conflict', {
      reason: (m) => m.deploying.errors.goesBackTo(id, goal),
      remedy: (m) => m.deploying.errors.goesBackToRemedy,
    });
  }
  if (goal === null) {
    throw new GuardianError('conflict', { reason: (m) => m.deploying.errors.nothingBefore(id) });
  }
  return known(goal, state);
}

function known(name: string, state: TargetState): TargetRevision {
  const revision = state.revisions.find((one) => one.name === name);
  if (revision !== undefined) return revision;
  throw new GuardianError('not_found', {
    path: (m) => m.deploying.errors.revision(name),
    reason: (m) => m.deploying.errors.knownRevisions(namesOf(state)),
    remedy: (m) => m.deploying.errors.nameOfList,
  });
}

function namesOf({ revisions }: TargetState): string {
  return revisions
    .slice(0, 20)
    .map(({ name }) => name)
    .join(', ');
}
