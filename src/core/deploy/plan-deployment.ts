import { GuardianError } from '../shared/index.ts';
import { readAccess } from './access.ts';
import type { ServiceChecks } from './checks/check.ts';
import type { DeployedCommit, DeploymentBefore, DeploymentPlan, StoredChange } from './deployment.ts';
import type { DeployKnobs } from './knobs.ts';
import { settingsDifference } from './plan-settings.ts';
import type { CheckRunner, DeploymentHistory, DeployTarget, TargetState } from './ports.ts';
import type { RevisionChange, SettingDifference } from './settings.ts';

export interface DeployRequest {
  target: DeployTarget;
  projectId: number | null;
  change: RevisionChange;
  /** Newest first; the first 200 are kept. */
  commits: readonly DeployedCommit[];
  actor: string;
  isIrreversible: boolean;
  knobs: DeployKnobs;
  asked: ServiceChecks;
  /** Of `build_tag.txt`; 0 without one. */
  knownBuildId: number;
  /** Of the artifact, as it was shown to whoever agreed; null: nobody was asked. */
  agreedDigest: string | null;
  /** A deployment whose watch is not over gives way, and its revision never counts as good. */
  supersedes: boolean;
}

/** What would be done; a dry run shows it, and nothing was written. */
export interface DeploymentPreview {
  buildId: number;
  steps: readonly number[];
  baseRevision: string | null;
  goodRevision: string | null;
  before: DeploymentBefore;
  plan: DeploymentPlan;
}

const COMMITS = 200;

/**
 * Reads everything, changes nothing. Doubt means no deployment: traffic that is split by somebody else, an artifact without a digest, a
 * setting that would change without having been named, something else than was agreed to all throw (`conflict`, `target_refused`, `usage_invalid`).
 */
export async function planDeployment(
  { target, change, commits, knobs, asked, knownBuildId, agreedDigest }: DeployRequest,
  { store, checks }: { store: DeploymentHistory; checks: CheckRunner },
): Promise<DeploymentPreview> {
  const steps = stepsOf(knobs.steps);
  const planned = await target.plan(change);
  const { state, settings, digest } = planned;
  if (agreedDigest !== null && agreedDigest !== digest) {
    throw new GuardianError('conflict', {
      reason: (m) => m.deploying.errors.otherDigest(agreedDigest, digest),
      remedy: (m) => m.deploying.errors.otherDigestRemedy,
    });
  }
  const baseRevision = holderOf(state, target.name);
  const difference = settingsDifference(state.settings, settings);
  if (baseRevision !== null) refuseUnnamed(difference, change);
  const { environment = {}, ...named } = change.settings;
  const stored: StoredChange = { ...change, settings: { ...named, environmentNames: Object.keys(environment).sort() } };
  return {
    buildId: Math.max(knownBuildId, await store.lastBuildId(target.service)) + 1,
    steps,
    baseRevision,
    goodRevision: baseRevision === null ? null : await goodRevisionOf(target.service, baseRevision, state, store),
    before: await readBefore(state, { base: baseRevision, asked, checks }),
    plan: {
      artifact: planned.artifact,
      digest,
      commit: planned.commit,
      commits: commits.slice(0, COMMITS),
      etag: state.etag,
      change: stored,
      settings,
      difference,
    },
  };
}

/** Growing whole percentages that end with everything. Throws `usage_invalid`. */
export function stepsOf(given: readonly number[]): readonly number[] {
  const isGrowing = given.every((percent, index) => index === 0 || percent > given[index - 1]!);
  if (!isGrowing || given.some((percent) => !Number.isInteger(percent) || percent < 1 || percent > 100)) {
    throw new GuardianError('usage_invalid', {
      reason: (m) => m.deploying.cli.badSteps(given.join(',')),
    });
  }
  return given.at(-1) === 100 ? given : [...given, 100];
}

/** The one that has everything; null: nobody has any, as before the first deployment, or after a first one that failed. Throws `conflict` when several share it. */
function holderOf({ traffic }: TargetState, name: string): string | null {
  const shares = traffic.shares.filter(({ percent }) => percent > 0);
  if (shares.length === 1 && shares[0]!.percent === 100) return shares[0]!.revision;
  if (shares.length === 0) return null;
  const listed = shares.map(({ revision, percent }) => `${revision} ${percent} %`).join(', ');
  throw new GuardianError('conflict', {
    reason: (m) => m.deploying.errors.split(name, listed),
    remedy: (m) => m.deploying.errors.splitRemedy,
  });
}

/** What nobody named stays as it is: a removal without `--unset`, or a change that the target brings of its own, is refused with its paths. */
export function refuseUnnamed(
  difference: readonly SettingDifference[],
  { settings, unset }: Pick<RevisionChange, 'settings' | 'unset'>,
): void {
  const { environment = {}, secrets = {}, ...plain } = settings;
  const named = new Set([
    ...Object.keys(environment).map((name) => `environment.${name}`),
    ...Object.keys(secrets).map((name) => `secrets.${name}`),
    ...Object.keys(plain),
  ]);
  const free = new Set(unset);
  const bare = (path: string) => path.slice(path.indexOf('.') + 1);
  const wrong = difference.filter(({ kind, path }) =>
    kind === 'removed' ? !free.has(path) && !free.has(bare(path)) : !named.has(path),
  );
  if (wrong.length === 0) return;
  const listed = (kinds: Record<SettingDifference['kind'], string>) =>
    wrong.map(({ path, kind }) => `${path} (${kinds[kind]})`).join(', ');
  throw new GuardianError('conflict', {
    reason: (m) => m.deploying.errors.unnamed(listed(m.deploy.log.kinds).slice(0, 1_000)),
    remedy: (m) => m.deploying.errors.unnamedRemedy,
  });
}

/** What runs is good unless a deployment of Guardian's own says otherwise; then where that one would have gone back to, or the last that passed. */
async function goodRevisionOf(
  service: string,
  base: string,
  state: TargetState,
  store: DeploymentHistory,
): Promise<string> {
  const own = await store.ofRevision(service, base);
  if (own === null || own.watch === 'passed') return base;
  const last = await store.lastGood(service, base);
  const isThere = (name: string | null | undefined) => state.revisions.some((revision) => revision.name === name);
  return [own.goodRevision, last?.revision].find(isThere) ?? base;
}

/** Traffic and access as they are. Before the first deployment there is nobody whose access could be kept. */
export async function readBefore(
  state: TargetState,
  { base, asked, checks }: { base: string | null; asked: ServiceChecks; checks: CheckRunner },
): Promise<DeploymentBefore> {
  const { traffic } = state;
  return {
    shares: Object.fromEntries(traffic.shares.map(({ revision, percent }) => [revision, percent])),
    pin: traffic.followsLatest ? null : base,
    ...(base === null ? { access: null, anonymousStatus: null } : await readAccess(state, asked, checks)),
  };
}
