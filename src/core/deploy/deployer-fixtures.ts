import type { CommandOutcome, ProbeReply, ProbeRequest, ServiceChecks } from './checks/check.ts';
import { createDeployer, type Deployer } from './deployer.ts';
import type { Deployment } from './deployment.ts';
import { createFakeTarget, type FakeTarget, type Fault } from './fake-target-fixtures.ts';
import { DEFAULT_DEPLOY_KNOBS, type DeployKnobs } from './knobs.ts';
import { createMemoryDeployments, type MemoryDeployments } from './memory-store-fixtures.ts';
import type { DeployRequest } from './plan-deployment.ts';
import type { MetricQuery, NewIssue, RevisionMetrics } from './ports.ts';

/** What the service does, by revision. */
export interface World {
  now: number;
  target: FakeTarget;
  store: MemoryDeployments;
  deployer: Deployer;
  asked: ServiceChecks;
  knobs: DeployKnobs;
  /** Requests a second of the whole service. */
  requestsPerSecond: number;
  errorShare: (revision: string) => number;
  latencyMs: (revision: string) => number;
  canRead: boolean;
  newIssues: NewIssue[];
  reply: (request: ProbeRequest) => Partial<ProbeReply>;
  command: Partial<CommandOutcome>;
  /** A process that knows nothing but the store and the target; `through` stands between it and them. */
  restart(through?: <Port extends object>(port: Port) => Port): void;
  request(over?: Partial<DeployRequest>): DeployRequest;
  /** Round after round, the clock going to whatever is due next, until the deployment is over or held. */
  run(id: string): Promise<Deployment>;
  /** Until it is in the phase. */
  runUntil(id: string, phase: Deployment['phase']): Promise<Deployment>;
}

export function createWorld({
  fault,
  knobs = {},
}: {
  fault?: (call: string) => Fault;
  knobs?: Partial<DeployKnobs>;
} = {}): World {
  const store = createMemoryDeployments();
  const start = Date.UTC(2026, 0, 31, 12);
  const clock = { now: (): number => made?.now ?? start };
  let made: World | null = null;
  const world: World = {
    now: start,
    store,
    asked: { healthPath: '/api/health', metrics: null, analysisPath: null, own: [] },
    knobs: { ...DEFAULT_DEPLOY_KNOBS, ...knobs },
    requestsPerSecond: 50,
    errorShare: () => 0.01,
    latencyMs: () => 80,
    canRead: true,
    newIssues: [],
    reply: () => ({}),
    command: {},
    restart: (through = (port) => port) => {
      const target = through(world.target);
      world.deployer = createDeployer({
        store: through(world.store),
        target: () => target,
        metrics: { read: async (query) => readMetrics(world, query) },
        issues: { newOn: async () => world.newIssues },
        checks: {
          request: async (request) => ({
            status: 200,
            body: 'ok',
            durationMs: 5,
            problem: null,
            ...world.reply(request),
          }),
          run: async () => ({ exitStatus: 0, output: '', durationMs: 5, problem: null, ...world.command }),
        },
        clock,
        headersFor: () => ({}),
      });
    },
    request: (over = {}) => ({
      target: world.target,
      projectId: null,
      change: { artifact: 'registry/shop:2', commit: 'abc1234', settings: {}, unset: [] },
      commits: [],
      actor: 'user:ana',
      isIrreversible: false,
      knobs: world.knobs,
      asked: world.asked,
      knownBuildId: 0,
      supersedes: false,
      ...over,
    }),
    run: (id) =>
      runWhile(world, id, ({ phase }) => phase !== 'held' && phase !== 'promoted' && phase !== 'rolled_back'),
    runUntil: (id, wanted) =>
      runWhile(
        world,
        id,
        ({ phase }) => phase !== wanted && phase !== 'held' && phase !== 'promoted' && phase !== 'rolled_back',
      ),
    target: createFakeTarget({ now: clock.now, ...(fault && { fault }) }),
    deployer: undefined as unknown as Deployer,
  };
  made = world;
  world.restart();
  return world;
}

const ROUNDS = 5_000;

async function runWhile(world: World, id: string, isWanted: (deployment: Deployment) => boolean): Promise<Deployment> {
  for (let round = 0; round < ROUNDS; round++) {
    const deployment = world.store.rows.get(id)!;
    if (!isWanted(deployment)) return deployment;
    const nextAt = await world.deployer.round();
    world.now = Math.max(world.now + 100, nextAt ?? 0);
  }
  throw new Error(`deployment ${id} never ends: ${JSON.stringify(world.store.rows.get(id))}`);
}

/** Each split is taken as having held for the whole window: the windows of the product begin with it. */
function readMetrics(world: World, { revision, from, to, samples }: MetricQuery): RevisionMetrics {
  if (!world.canRead) throw new Error('no metrics');
  const share = world.target.traffic.shares.find((one) => one.revision === revision)?.percent ?? 0;
  const requests = Math.floor((((to - from) / 1_000) * world.requestsPerSecond * share) / 100);
  return {
    requests,
    errors: Math.floor(requests * world.errorShare(revision)),
    latenciesMs: Array.from(
      { length: Math.min(samples, requests) },
      (_, index) => world.latencyMs(revision) * (0.5 + ((index * 37) % 101) / 100),
    ),
  };
}
