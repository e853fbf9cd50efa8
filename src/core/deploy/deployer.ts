import { type Clock, GuardianError } from '../shared/index.ts';
import { type Deployment, isOver, mayBeHeld } from './deployment.ts';
import { createDriver, type Driver, type DriverOptions } from './drive.ts';
import { nextMove } from './engine/advance.ts';
import { enter, giveUp, hold, type Move, wentBack } from './engine/move.ts';
import { type DeploymentPreview, type DeployRequest, planDeployment } from './plan-deployment.ts';
import { planRollback, type RollbackPreview, type RollbackRequest } from './plan-rollback.ts';
import type {
  CheckRunner,
  DeploymentClaims,
  DeploymentHistory,
  DeploymentStore,
  DeployTarget,
  IssueReader,
  MetricReader,
} from './ports.ts';

export interface DeployerOptions extends Pick<DriverOptions, 'onDriven'> {
  store: DeploymentStore & DeploymentHistory & DeploymentClaims;
  /** Null: no such target is configured any more. */
  target(name: string): DeployTarget | null;
  metrics: MetricReader;
  issues: IssueReader;
  checks: CheckRunner;
  clock: Clock;
  /** Headers for the API of a service (a key): asked for each time, never kept. */
  headersFor(service: string): Readonly<Record<string, string>>;
}

/** Deployments from outside: plan, begin, carry on. Everything between two rows may be cut off at any time. */
export interface Deployer extends Driver {
  /** Writes nothing. */
  plan(request: DeployRequest): Promise<DeploymentPreview>;
  /** Plans, and opens the row: `conflict` while the service has one that is not over. */
  deploy(request: DeployRequest): Promise<Deployment>;
  /** Writes nothing. `not_found` with the list for an unknown name. */
  planRollback(request: RollbackRequest): Promise<RollbackPreview>;
  /** One that is under way goes back; else all traffic goes to the revision, and the same checks follow. */
  rollback(request: RollbackRequest): Promise<Deployment>;
  /**
   * By a person's word nothing more happens to it, with the traffic as it is, until it is carried on or rolled back. `conflict` once all traffic is
   * its own, when it goes back, and of a rollback.
   */
  hold(id: string, word: PersonsWord): Promise<Deployment>;
  /** A held one goes on, by a person's word: past what it was held for; where a person held it, at the step it was at, which begins anew. */
  carryOn(id: string): Promise<Deployment>;
  /**
   * Ends the service of a target for good; gives the revisions that there were. `conflict` while a deployment of it is under way or held, and where the target
   * has nothing that could be ended; one that is only watched is over with it.
   */
  end(target: DeployTarget): Promise<readonly string[]>;
}

export interface PersonsWord {
  actor: string;
  /** Why, in their words. */
  note: string | null;
}

/** Of the catalogue's problems: a row keeps its name. */
const NO_TARGET = 'no_target';
const NO_TARGET_MS = 60_000;

export function createDeployer(options: DeployerOptions): Deployer {
  const { store, checks, clock } = options;
  const values = new Map<string, Readonly<Record<string, string>>>();

  async function moveOf(deployment: Deployment): Promise<Move> {
    const target = options.target(deployment.target);
    if (target === null)
      return { change: { problem: NO_TARGET, problemSaid: null, nextAt: clock.now() + NO_TARGET_MS } };
    return nextMove(deployment, {
      ...options,
      target,
      headers: options.headersFor(deployment.service),
      values: values.get(deployment.id) ?? null,
    });
  }

  async function write({ id, version }: Deployment, move: Move, releases: boolean): Promise<Deployment | null> {
    const written = await store.save({ id, version, at: clock.now(), releases, ...move });
    if (written !== null && !isBeforeRevision(written)) values.delete(id);
    return written;
  }

  /** A person's word, against whatever the engine writes meanwhile. */
  async function decide(id: string, decided: (deployment: Deployment) => Move | null): Promise<Deployment> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const deployment = await store.get(id);
      if (deployment === null) throw new GuardianError('not_found', { path: (m) => m.deploying.errors.deployment(id) });
      const move = decided(deployment);
      if (move === null) return deployment;
      const saved = await write(deployment, move, true);
      if (saved !== null) return saved;
    }
    throw new GuardianError('conflict', { reason: (m) => m.deploying.errors.changesTooQuickly });
  }

  return {
    plan: (request) => planDeployment(request, { store, checks }),

    async deploy(request) {
      const { target, projectId, actor, isIrreversible, knobs, asked, knownBuildId, supersedes, change } = request;
      const { buildId: _given, steps, ...preview } = await planDeployment(request, { store, checks });
      const opened = await store.open({
        ...preview,
        service: target.service,
        target: target.name,
        projectId,
        kind: 'deploy',
        steps,
        revision: null,
        address: null,
        actor,
        isIrreversible,
        knobs: { ...knobs, steps },
        asked,
        createdAt: clock.now(),
        knownBuildId,
        supersedes,
      });
      if (change.settings.environment !== undefined) values.set(opened.id, change.settings.environment);
      return opened;
    },

    planRollback: (request) => planRollback(request, { store, checks }),

    async rollback(request) {
      const { target, projectId, actor, knobs, asked } = request;
      const planned = await planRollback(request, { store, checks });
      if (planned.underWay !== null) {
        return decide(planned.underWay, (deployment) => {
          if (isOver(deployment))
            throw new GuardianError('conflict', { reason: (m) => m.deploying.errors.overMeanwhile });
          return deployment.phase === 'rolling_back' ? null : giveUp(deployment, clock.now(), 'by_hand', { actor });
        });
      }
      const { revision, address, buildId, plan, before, baseRevision } = planned;
      return store.open({
        service: target.service,
        target: target.name,
        projectId,
        kind: 'rollback',
        steps: [100],
        revision,
        address,
        baseRevision,
        goodRevision: null,
        before,
        plan,
        actor,
        isIrreversible: false,
        knobs,
        asked,
        createdAt: clock.now(),
        knownBuildId: buildId,
        supersedes: false,
      });
    },

    hold: (id, word) => decide(id, (deployment) => holdByHand(deployment, clock.now(), word)),

    carryOn: (id) => decide(id, (deployment) => goOn(deployment, clock.now())),

    async end(target) {
      const { name, service } = target;
      if (target.end === undefined)
        throw new GuardianError('conflict', {
          reason: (m) => m.deploying.errors.runsElsewhere(name),
          remedy: (m) => m.deploying.errors.runsElsewhereRemedy,
        });
      const { items } = await store.list({ service, isOpen: true, phases: null, cursor: null, limit: 1 });
      if (items[0] !== undefined) await decide(items[0].id, (deployment) => endWatch(deployment, clock.now()));
      return target.end();
    },

    ...createDriver({ store, clock, moveOf, write, onDriven: options.onDriven }),
  };
}

/** The values that were named for it are still needed. */
function isBeforeRevision({ phase, heldFrom }: Deployment): boolean {
  const at = phase === 'held' ? heldFrom : phase;
  return at === 'planned' || at === 'creating';
}

/** What it is just about to do stays its intent: it is done once, whether that happened before or after. */
function holdByHand(deployment: Deployment, now: number, { actor, note }: PersonsWord): Move | null {
  if (deployment.phase === 'held') return null;
  if (!mayBeHeld(deployment))
    throw new GuardianError('conflict', {
      reason: (m) => m.deploying.errors.growsNoMore(m.deploy.phases[deployment.phase]),
    });
  return hold(deployment, now, { reason: 'held_by_hand', reasonFacts: { actor, ...(note !== null && { why: note }) } });
}

function endWatch(deployment: Deployment, now: number): Move | null {
  if (isOver(deployment)) return null;
  if (deployment.phase !== 'watching' || deployment.intent !== null)
    throw new GuardianError('conflict', {
      reason: (m) => m.deploying.errors.notOver(deployment.id, deployment.service),
      remedy: (m) => m.deploying.errors.notOverRemedy(deployment.target),
    });
  return { change: enter('promoted', now, { nextAt: null, finishedAt: now, watch: 'superseded' }) };
}

/**
 * Past what it was held for: the next step of the traffic, the end of the watch, or once more what was refused. A rollback whose checks failed stays where it
 * went, which makes nothing of it good.
 */
function goOn(deployment: Deployment, now: number): Move {
  const { phase, heldFrom, steps, step, kind, reason } = deployment;
  if (phase !== 'held' || heldFrom === null)
    throw new GuardianError('conflict', { reason: (m) => m.deploying.errors.notHeld });
  const change = { heldFrom: null, reason: null, reasonFacts: {} };
  if (kind === 'rollback' && heldFrom === 'checking') return wentBack(deployment, now, { ...change, watch: null });
  if (heldFrom === 'watching') {
    return { change: enter('promoted', now, { ...change, nextAt: null, finishedAt: now, watch: 'passed' }) };
  }
  if (heldFrom !== 'measuring' || reason === 'held_by_hand') return { change: enter(heldFrom, now, change) };
  return { change: enter((steps[step + 1] ?? 100) >= 100 ? 'promoting' : 'shifting', now, change) };
}
