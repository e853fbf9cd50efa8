import { GuardianError } from '../shared/index.ts';
import type { ServiceChecks } from './checks/check.ts';
import type { Deployment, DeploymentBefore, DeploymentPlan } from './deployment.ts';
import type { DeployKnobs } from './knobs.ts';
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
  const underWay = open[0] ?? null;
  const base = [...state.traffic.shares].sort((a, b) => b.percent - a.percent)[0]?.revision ?? null;
  const goal =
    underWay === null ? await goalOf(named, base, state, target.service, store) : goalUnderWay(underWay, named, state);
  const reply =
    state.address === null
      ? null
      : await checks.request({
          url: new URL(asked.healthPath, state.address).href,
          method: 'GET',
          headers: {},
          body: null,
          timeoutMs: 5_000,
          maximumBytes: 65_536,
        });
  return {
    underWay: underWay?.id ?? null,
    revision: goal.name,
    address: goal.address ?? state.address,
    buildId: goal.buildId ?? 0,
    baseRevision: base,
    before: {
      shares: Object.fromEntries(state.traffic.shares.map(({ revision, percent }) => [revision, percent])),
      pin: state.traffic.followsLatest ? null : base,
      access: state.settings.access,
      anonymousStatus: reply?.status ?? null,
    },
    plan: planOf(goal, state),
  };
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
      throw new GuardianError('conflict', { reason: `${named} has all traffic already` });
    }
    return goal;
  }
  const good = await store.lastGood(service, base ?? undefined);
  if (good === null) {
    throw new GuardianError('not_found', {
      path: 'revision that passed its watch',
      reason: `known revisions: ${namesOf(state)}`,
      remedy: 'Name the revision to go back to.',
    });
  }
  return known(good.revision, state);
}

/** What is under way has its own way back, recorded before it began. */
function goalUnderWay(
  { goodRevision, baseRevision, step, id }: Deployment,
  named: string | null,
  state: TargetState,
): TargetRevision {
  const goal = step >= 0 ? goodRevision : baseRevision;
  if (named !== null) known(named, state);
  if (named !== null && named !== goal) {
    throw new GuardianError('conflict', {
      reason: `deployment ${id} is under way, and goes back to ${goal ?? 'nothing'}`,
      remedy: 'Roll it back first, then go to the revision you want.',
    });
  }
  if (goal === null) {
    throw new GuardianError('conflict', {
      reason: `deployment ${id} is the first of its service: there is nothing to go back to`,
    });
  }
  return known(goal, state);
}

function known(name: string, state: TargetState): TargetRevision {
  const revision = state.revisions.find((one) => one.name === name);
  if (revision !== undefined) return revision;
  throw new GuardianError('not_found', {
    path: `revision ${name}`,
    reason: `known revisions: ${namesOf(state)}`,
    remedy: 'Name one of the list.',
  });
}

function namesOf({ revisions }: TargetState): string {
  return (
    revisions
      .slice(0, 20)
      .map(({ name }) => name)
      .join(', ') || 'none'
  );
}
