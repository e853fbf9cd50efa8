import { GuardianError } from '../shared/index.ts';
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
const TIMEOUT_MS = 5_000;

/**
 * Reads everything, changes nothing. Doubt means no deployment: traffic that is split by somebody else, an artifact without a digest, a
 * setting that would change without having been named all throw (`conflict`, `target_refused`, `usage_invalid`).
 */
export async function planDeployment(
  { target, change, commits, knobs, asked, knownBuildId }: DeployRequest,
  { store, checks }: { store: DeploymentHistory; checks: CheckRunner },
): Promise<DeploymentPreview> {
  const steps = stepsOf(knobs.steps);
  const planned = await target.plan(change);
  const { state, settings } = planned;
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
    before: await readBefore(state, baseRevision, asked, checks),
    plan: {
      artifact: planned.artifact,
      digest: planned.digest,
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
      reason: `--steps ${given.join(',')}: whole percentages that grow, such as 5,20,50,100`,
    });
  }
  return given.at(-1) === 100 ? given : [...given, 100];
}

/** The one that has everything; null: nobody has any, as before the first deployment, or after a first one that failed. Throws `conflict` when several share it. */
function holderOf({ traffic }: TargetState, name: string): string | null {
  const shares = traffic.shares.filter(({ percent }) => percent > 0);
  if (shares.length === 1 && shares[0]!.percent === 100) return shares[0]!.revision;
  if (shares.length === 0) return null;
  throw new GuardianError('conflict', {
    reason: `the traffic of ${name} is split: ${shares.map(({ revision, percent }) => `${revision} ${percent} %`).join(', ')}`,
    remedy: 'Run "guardian rollback REVISION" to give it to one of them, then deploy.',
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
  const wrong = difference
    .filter(({ kind, path }) => (kind === 'removed' ? !free.has(path) && !free.has(bare(path)) : !named.has(path)))
    .map(({ path, kind }) => `${path} (${kind})`);
  if (wrong.length === 0) return;
  throw new GuardianError('conflict', {
    reason: `the new revision would differ in what nobody named: ${wrong.join(', ').slice(0, 1_000)}`,
    remedy: 'Name it in the command (--set, --unset NAME), or bring the service back to what it was.',
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

async function readBefore(
  state: TargetState,
  base: string | null,
  { healthPath }: ServiceChecks,
  checks: CheckRunner,
): Promise<DeploymentBefore> {
  const { address, traffic, settings } = state;
  const reply =
    address === null || base === null
      ? null
      : await checks.request({
          url: new URL(healthPath, address).href,
          method: 'GET',
          headers: {},
          body: null,
          timeoutMs: TIMEOUT_MS,
          maximumBytes: 65_536,
        });
  return {
    shares: Object.fromEntries(traffic.shares.map(({ revision, percent }) => [revision, percent])),
    pin: traffic.followsLatest ? null : base,
    access: base === null ? null : settings.access,
    anonymousStatus: reply?.status ?? null,
  };
}
