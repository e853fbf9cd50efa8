import type { GuardianError } from '../shared/index.ts';
import type { CheckCommand, CommandOutcome, ProbeReply, ProbeRequest, ServiceChecks } from './checks/check.ts';
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
  /** Where other services run. */
  others: FakeTarget[];
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
  regressedIssues: NewIssue[];
  reply: (request: ProbeRequest) => Partial<ProbeReply>;
  command: (command: CheckCommand) => Partial<CommandOutcome> | Promise<Partial<CommandOutcome>>;
  /** A process that knows nothing but the store and the target; `through` stands between it and them. */
  restart(through?: <Port extends object>(port: Port) => Port): void;
  request(over?: Partial<DeployRequest>): DeployRequest;
  /** Turn after turn until the deployment is over or held. */
  run(id: string): Promise<Deployment>;
  /** One round, and whatever it comes to without time going by; then the clock goes to whatever is due next. */
  turn(): Promise<void>;
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
  let failed: GuardianError | null = null;
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
    regressedIssues: [],
    reply: () => ({}),
    command: () => ({}),
    others: [],
    restart: (through = (port) => port) => {
      const own = createDeployer({
        store: through(world.store),
        target(name) {
          const found = [world.target, ...world.others].find((one) => one.name === name);
          return found === undefined ? null : through(found);
        },
        metrics: { read: async (query) => readMetrics(world, query) },
        issues: { newOn: async () => world.newIssues, regressedOn: async () => world.regressedIssues },
        checks: {
          request: async (request) => ({
            status: 200,
            body: 'ok',
            durationMs: 5,
            problem: null,
            ...world.reply(request),
          }),
          run: async (command) => ({
            exitStatus: 0,
            output: '',
            durationMs: 5,
            problem: null,
            ...(await world.command(command)),
          }),
        },
        clock,
        headersFor: () => ({}),
        onDriven: (_id, failure) => {
          // Of a process that is no more nobody hears.
          if (world.deployer === own) failed ??= failure;
        },
      });
      world.deployer = own;
    },
    async turn() {
      failed = null;
      await world.deployer.round();
      // Nothing of this world takes time: what could go on has gone on by then.
      await new Promise((resolve) => setImmediate(resolve));
      world.now = Math.max(world.now + 100, (await world.store.nextDue()) ?? 0);
      if (failed !== null) throw failed;
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
      agreedDigest: null,
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
    await world.turn();
  }
  throw new Error(`deployment ${id} never ends: ${JSON.stringify(world.store.rows.get(id))}`);
}

/** Each split is taken as having held for the whole window: the windows of the product begin with it. */
function readMetrics(world: World, { service, revision, from, to, samples }: MetricQuery): RevisionMetrics {
  if (!world.canRead) throw new Error('no metrics');
  const target = [world.target, ...world.others].find((one) => one.service === service)!;
  const share = target.traffic.shares.find((one) => one.revision === revision)?.percent ?? 0;
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
