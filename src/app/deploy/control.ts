import { resolve } from 'node:path';
import type { Configuration } from '../../config/index.ts';
import type { Deployer, DeployKnobs, Deployment, DeploymentStore, DeployRequest } from '../../core/deploy/index.ts';
import { GuardianError, toGuardianError } from '../../core/shared/index.ts';
import type { AskedDeployment, DeployControl, TargetLook } from '../../server/index.ts';
import { openBuildTagFile } from './build-tag-file.ts';
import type { OpenedTarget } from './open-targets.ts';
import { readCommits } from './read-commits.ts';

export interface ControlOptions {
  configuration: Configuration;
  folder: string;
  store: DeploymentStore;
  deployer: Deployer;
  targets: ReadonlyMap<string, OpenedTarget>;
  projectOf(target: string): Promise<number | null>;
  lastGood(service: string): Promise<string | null>;
  /** A deployment was begun or decided: it is carried on now. */
  onBegun(deployment: Deployment): void;
}

/** What people and programs ask of deployments, in the words of the API; everything that is decided is decided by the engine. */
export function createDeployControl(options: ControlOptions): DeployControl {
  const { configuration, deployer, targets, projectOf, onBegun, store } = options;
  const knobs = knobsOf(configuration);

  async function requestOf(
    asked: AskedDeployment,
    actor: string,
  ): Promise<{ opened: OpenedTarget; request: DeployRequest }> {
    const opened = chosen(targets, asked.target);
    const { target, given, usual } = opened;
    const isChangeAlone = Object.keys(asked.set).length > 0 || asked.unset.length > 0;
    const artifact = asked.revision ?? (isChangeAlone ? null : usual);
    const request: DeployRequest = {
      target,
      projectId: await projectOf(target.name),
      change: {
        artifact:
          artifact !== null && given.kind === 'process' && given.folder !== null
            ? resolve(options.folder, artifact)
            : artifact,
        commit: null,
        settings: Object.keys(asked.set).length === 0 ? {} : { environment: asked.set },
        unset: asked.unset,
      },
      commits: [],
      actor,
      isIrreversible: asked.isIrreversible,
      knobs: asked.steps === null ? knobs : { ...knobs, steps: asked.steps },
      asked: opened.asked,
      knownBuildId: buildTagOf(opened, options).read(),
      agreedDigest: asked.digest,
      supersedes: true,
    };
    return { opened, request };
  }

  return {
    async plan(asked) {
      const { opened, request } = await requestOf(asked, '');
      const preview = await deployer.plan(request);
      return { target: opened.target.name, service: opened.target.service, asked: opened.asked, ...preview };
    },

    async deploy(asked, actor) {
      const { opened, request } = await requestOf(asked, actor);
      const commits = await commitsOf(opened, request, deployer);
      const deployment = await deployer.deploy({ ...request, commits });
      buildTagOf(opened, options).write(deployment.buildId);
      onBegun(deployment);
      return deployment;
    },

    async planRollback({ target: name, revision }) {
      const { target, asked } = chosen(targets, name);
      const preview = await deployer.planRollback({ target, projectId: null, revision, actor: '', knobs, asked });
      return { target: target.name, service: target.service, asked, ...preview };
    },

    async rollback({ target: name, revision }, actor) {
      const { target, asked } = chosen(targets, name);
      const projectId = await projectOf(target.name);
      const deployment = await deployer.rollback({ target, projectId, revision, actor, knobs, asked });
      onBegun(deployment);
      return deployment;
    },

    async goBack(id, actor) {
      const found = await store.get(id);
      if (found === null) throw new GuardianError('not_found', { path: (m) => m.deploying.errors.deployment(id) });
      const { target, asked } = chosen(targets, found.target);
      const deployment = await deployer.rollback({
        target,
        projectId: found.projectId,
        // One that is over goes back to what was good before it; one that is under way knows its way itself.
        revision: found.finishedAt === null ? null : (found.goodRevision ?? found.baseRevision),
        actor,
        knobs,
        asked,
      });
      onBegun(deployment);
      return deployment;
    },

    async hold(id, word) {
      const deployment = await deployer.hold(id, word);
      onBegun(deployment);
      return deployment;
    },

    async carryOn(id) {
      const deployment = await deployer.carryOn(id);
      onBegun(deployment);
      return deployment;
    },

    async end(name) {
      const { target } = chosen(targets, name);
      return { target: target.name, service: target.service, ended: await deployer.end(target) };
    },

    targets: () => Promise.all([...targets.values()].map((opened) => lookAt(opened, options))),
  };
}

/** The one that is named, or the only one. Throws `usage_invalid` with the list. */
function chosen(targets: ReadonlyMap<string, OpenedTarget>, name: string | null): OpenedTarget {
  const names = [...targets.keys()].join(', ');
  const found = name === null ? (targets.size === 1 ? [...targets.values()][0] : undefined) : targets.get(name);
  if (found !== undefined) return found;
  throw name === null
    ? new GuardianError('usage_invalid', {
        reason: (m) => m.deploying.errors.severalTargets(names),
        remedy: (m) => m.deploying.errors.nameTarget,
      })
    : new GuardianError('not_found', {
        path: (m) => m.deploying.errors.targetNamed(name),
        reason: (m) => m.deploying.errors.knownTargets(names),
        remedy: (m) => m.deploying.errors.nameOfList,
      });
}

async function commitsOf(
  { target, repository }: OpenedTarget,
  request: DeployRequest,
  deployer: Deployer,
): Promise<DeployRequest['commits']> {
  if (repository === null) return [];
  const { plan, baseRevision } = await deployer.plan(request);
  if (plan.commit === null) return [];
  const { revisions } = await target.describe();
  const from = revisions.find(({ name }) => name === baseRevision)?.commit ?? null;
  return readCommits(repository, { from, to: plan.commit });
}

function buildTagOf({ repository }: OpenedTarget, { configuration, folder }: ControlOptions) {
  return openBuildTagFile(resolve(repository ?? folder, configuration.deploy.buildTag));
}

async function lookAt({ target }: OpenedTarget, { lastGood }: ControlOptions): Promise<TargetLook> {
  const { name, kind, service } = target;
  const known = { name, kind, service, lastGood: await lastGood(service) };
  try {
    const { traffic, revisions } = await target.describe();
    const [all] = traffic.shares;
    const isPinned = !traffic.followsLatest && traffic.shares.length === 1 && all !== undefined;
    return {
      ...known,
      traffic: traffic.shares.map(({ revision, percent }) => ({ revision, percent })),
      pinnedTo: isPinned ? all.revision : null,
      revisions: revisions.map((revision) => revision.name),
      problem: null,
    };
  } catch (thrown) {
    const { said, about, message } = toGuardianError(thrown);
    const problem = said ?? (about.reason ?? message).slice(0, 500);
    return { ...known, traffic: [], pinnedTo: null, revisions: [], problem };
  }
}

function knobsOf({ deploy }: Configuration): DeployKnobs {
  return {
    steps: deploy.steps,
    stepMs: deploy.stepAtLeast,
    stepRequests: deploy.stepRequests,
    inconclusiveMs: deploy.inconclusiveAfter,
    suspectMs: deploy.suspectFor,
    promotesInconclusive: deploy.promotesInconclusive,
    startMs: deploy.startWithin,
    healthyAnswers: deploy.healthyAnswers,
    healthyEveryMs: deploy.healthyEvery,
    memoryShare: deploy.memoryShare,
    testsShare: deploy.testsShare,
    cachedAnalysisMs: deploy.cachedAnalysis,
    watchMs: deploy.watch,
    cooldownMs: deploy.coolDown,
    accessEveryMs: deploy.accessEvery,
    drainMs: deploy.drain,
    lookEveryMs: deploy.lookEvery,
    latencyLeastMs: deploy.latencyAtLeast,
    warmUpMs: deploy.warmUp,
  };
}
