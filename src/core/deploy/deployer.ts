import type { Clock } from '../shared/index.ts';
import { GuardianError } from '../shared/index.ts';
import { type Deployment, isOver, mayBeHeld } from './deployment.ts';
import { nextMove } from './engine/advance.ts';
import { enter, giveUp, hold, type Move } from './engine/move.ts';
import { type DeploymentPreview, type DeployRequest, planDeployment } from './plan-deployment.ts';
import { planRollback, type RollbackPreview, type RollbackRequest } from './plan-rollback.ts';
import type {
  CheckRunner,
  DeploymentHistory,
  DeploymentStore,
  DeployTarget,
  IssueReader,
  MetricReader,
} from './ports.ts';

export interface DeployerOptions {
  store: DeploymentStore & DeploymentHistory;
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
export interface Deployer {
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
  /** Carries on whatever is due; gives the instant of the next, or null when nothing is open. Call it then, and every second at most. */
  round(): Promise<number | null>;
}

export interface PersonsWord {
  actor: string;
  /** Why, in their words. */
  note: string | null;
}

const HOLD_MS = 60_000;
const CLAIMED = 20;
/** Rows that one deployment gets in one round; the rest comes with the next. */
const MOVES = 50;

export function createDeployer(options: DeployerOptions): Deployer {
  const { store, checks, clock } = options;
  const values = new Map<string, Readonly<Record<string, string>>>();
  const driven = new Set<string>();

  async function drive(claimed: Deployment): Promise<void> {
    let deployment: Deployment | null = claimed;
    for (let moves = 0; deployment !== null && moves < MOVES; moves++) {
      const move = await moveOf(deployment);
      const nextAt: number | null = move.change.nextAt === undefined ? deployment.nextAt : move.change.nextAt;
      const isDue = nextAt !== null && nextAt <= clock.now() && moves < MOVES - 1;
      deployment = await write(deployment, move, !isDue);
      if (deployment !== null && !isBeforeRevision(deployment)) values.delete(deployment.id);
      if (!isDue) return;
    }
  }

  async function moveOf(deployment: Deployment): Promise<Move> {
    const target = options.target(deployment.target);
    if (target === null) {
      return { change: { problem: `no target ${deployment.target} is configured`, nextAt: clock.now() + HOLD_MS } };
    }
    return nextMove(deployment, {
      ...options,
      target,
      headers: options.headersFor(deployment.service),
      values: values.get(deployment.id) ?? null,
    });
  }

  function write({ id, version }: Deployment, move: Move, releases: boolean): Promise<Deployment | null> {
    return store.save({ id, version, at: clock.now(), releases, ...move });
  }

  /** A person's word, against whatever the engine writes meanwhile. */
  async function decide(id: string, decided: (deployment: Deployment) => Move | null): Promise<Deployment> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const deployment = await store.get(id);
      if (deployment === null) throw new GuardianError('not_found', { path: `deployment ${id}` });
      const move = decided(deployment);
      if (move === null) return deployment;
      const saved = await write(deployment, move, true);
      if (saved !== null) return saved;
    }
    throw new GuardianError('conflict', { reason: 'the deployment changes too quickly' });
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
          if (isOver(deployment)) throw new GuardianError('conflict', { reason: 'it is over meanwhile' });
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
          reason: `${name} runs elsewhere`,
          remedy: 'End the service where it runs.',
        });
      const { items } = await store.list({ service, isOpen: true, phases: null, cursor: null, limit: 1 });
      if (items[0] !== undefined) await decide(items[0].id, (deployment) => endWatch(deployment, clock.now()));
      return target.end();
    },

    async round() {
      for (const deployment of await store.claimDue({ now: clock.now(), holdMs: HOLD_MS, limit: CLAIMED })) {
        if (driven.has(deployment.id)) continue;
        driven.add(deployment.id);
        try {
          await drive(deployment);
        } finally {
          driven.delete(deployment.id);
        }
      }
      return store.nextDue();
    },
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
    throw new GuardianError('conflict', { reason: `nothing of it grows any more: it is ${deployment.phase}` });
  return hold(deployment, now, { reason: 'held_by_hand', reasonFacts: { actor, ...(note !== null && { why: note }) } });
}

function endWatch(deployment: Deployment, now: number): Move | null {
  if (isOver(deployment)) return null;
  if (deployment.phase !== 'watching' || deployment.intent !== null)
    throw new GuardianError('conflict', {
      reason: `deployment ${deployment.id} of ${deployment.service} is not over yet`,
      remedy: `Let it end, or roll it back: guardian rollback --target ${deployment.target}.`,
    });
  return { change: enter('promoted', now, { nextAt: null, finishedAt: now, watch: 'superseded' }) };
}

/** Past what it was held for: the next step of the traffic, the end of the watch, or once more what was refused. */
function goOn(deployment: Deployment, now: number): Move {
  const { phase, heldFrom, steps, step, kind, reason } = deployment;
  if (phase !== 'held' || heldFrom === null)
    throw new GuardianError('conflict', { reason: 'the deployment is not held' });
  const change = { heldFrom: null, reason: null, reasonFacts: {} };
  if (heldFrom === 'watching' || kind === 'rollback') {
    return { change: enter('promoted', now, { ...change, nextAt: null, finishedAt: now, watch: 'passed' }) };
  }
  if (heldFrom !== 'measuring' || reason === 'held_by_hand') return { change: enter(heldFrom, now, change) };
  return { change: enter((steps[step + 1] ?? 100) >= 100 ? 'promoting' : 'shifting', now, change) };
}
