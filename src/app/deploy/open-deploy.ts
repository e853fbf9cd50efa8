import type { Store } from '../../adapters/store/sql/index.ts';
import { createCheckRunner } from '../../adapters/targets/check-runner.ts';
import * as settings from '../../config/index.ts';
import type { Change } from '../../contracts/api/overview.ts';
import type { Alerts } from '../../core/alerts/index.ts';
import {
  createAnnotator,
  createDeployer,
  type Deployment,
  type DeploymentClaims,
  type DeploymentHistory,
  type DeploymentStore,
  type DeploymentWrite,
  lookAtAccess,
  type MetricReader,
} from '../../core/deploy/index.ts';
import { type Loop, startLoop, systemTimer } from '../../core/jobs/index.ts';
import {
  type Clock,
  type DeploymentMetrics,
  type GuardianError,
  messagesFor,
  toGuardianError,
} from '../../core/shared/index.ts';
import type { DeployControl } from '../../server/index.ts';
import type { Round } from '../rounds.ts';
import { createDeployControl } from './control.ts';
import { countOpened, countWrite } from './count-deployments.ts';
import { createDeploymentLogs } from './keep-logs.ts';
import { type OpenedTarget, openTargets } from './open-targets.ts';
import { createIssueReader } from './read-issues.ts';
import { createDeployAlerts, type DeployAlerts } from './tell-alerts.ts';

export interface LiveRevision {
  service: string;
  revision: string;
  /** Full hashes that it holds and the one before did not, as far as is known. */
  commits: readonly string[];
}

export interface OpenDeployOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Pick<Store, 'deployments' | 'settings' | 'projects' | 'issues'>;
  clock: Clock;
  metrics: DeploymentMetrics;
  /** The only server on an embedded store: what another process was at when it was cut off is nobody's by now. */
  takesOver: boolean;
  /** Null: nobody is told here; whoever opens the store next as a server makes up for it. */
  alerts: Pick<Alerts, 'postAlert'> | null;
  onChange(change: Change): void;
  onFailure(what: string, error: GuardianError): void;
  /** Requests come to it from now on. */
  onRevisionLive?(live: LiveRevision): Promise<void> | void;
}

export interface OpenedDeploy {
  control: DeployControl;
  targets: ReadonlyMap<string, OpenedTarget>;
  rounds: Round[];
  /** Deployments go on, those of a process that ended too. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Without anything due. */
const IDLE_MS = 60_000;
const SOONEST_MS = 50;
/** What is written of a deployment when it enters one of these. */
const LOGGED = new Set(['watching', 'held', 'promoted', 'rolled_back']);

/** Deployment, wired: targets of the configuration, the engine over the rows, and everybody who is told of what it writes. */
export async function openDeploy(options: OpenDeployOptions): Promise<OpenedDeploy> {
  const { configuration, folder, store, clock, alerts, onFailure } = options;
  const targets = await openTargets({ configuration, folder, kept: store.settings, clock });
  const projectOf = async (name: string) => {
    const slug = targets.get(name)?.project;
    return (await store.projects.list()).find((project) => project.slug === slug)?.id ?? null;
  };
  const checks = createCheckRunner({
    environment: settings.processEnvironment(),
    folder,
    clock,
  });
  const logs = createDeploymentLogs({ configuration, folder, store: store.deployments });
  const told =
    alerts === null
      ? null
      : createDeployAlerts({
          alerts,
          store: store.deployments,
          projectOf,
          messages: messagesFor(configuration.language),
        });
  let loop: Loop | null = null;
  const watched = watchWrites(store.deployments, {
    onOpen: (opened) => countOpened(options.metrics, targets.get(opened.target)?.target.kind),
    onWrite: (seen) => follow(seen, { ...options, targets, logs, told }),
  });
  const deployer = createDeployer({
    store: watched,
    target: (name) => targets.get(name)?.target ?? null,
    metrics: metricReader(targets),
    issues: createIssueReader(store.issues, store.deployments),
    checks,
    clock,
    onDriven(id, failure) {
      if (failure !== null) onFailure(`deployment ${id}`, failure);
      loop?.wake();
    },
    headersFor: (service) => headersOf([...targets.values()].find(({ target }) => target.service === service)),
  });
  const control = createDeployControl({
    configuration,
    folder,
    store: store.deployments,
    deployer,
    targets,
    projectOf,
    lastGood: async (service) => (await store.deployments.lastGood(service))?.revision ?? null,
    onBegun: ({ id, phase }) => {
      options.onChange({ kind: 'deployment', id, state: phase });
      loop?.wake();
    },
  });
  return {
    control,
    targets,
    rounds: [
      ...(told === null ? [] : [accessRound({ ...options, targets, checks, told })]),
      ...(await annotationRounds(options)),
    ],
    async start() {
      for (const [name, { ensure }] of targets) {
        await ensure().catch((thrown: unknown) => onFailure(`target ${name}`, toGuardianError(thrown)));
      }
      if (options.takesOver) await store.deployments.releaseClaims();
      await logs.catchUp().catch((thrown: unknown) => onFailure('deployment log', toGuardianError(thrown)));
      for (const { target } of targets.values()) {
        await told?.tell(target).catch((thrown: unknown) => onFailure('deployment alerts', toGuardianError(thrown)));
      }
      loop = startLoop({
        name: 'deployments',
        clock,
        timer: systemTimer,
        everyMs: IDLE_MS,
        turn: async () => {
          const next = await deployer.round();
          return next === null ? null : Math.max(next, clock.now() + SOONEST_MS);
        },
        onFailure,
      });
    },
    async stop() {
      await loop?.stop();
      await deployer.settled();
    },
  };
}

/** Off where no Grafana is named, or no token for it. */
async function annotationRounds({ configuration, store, clock }: OpenDeployOptions): Promise<Round[]> {
  const { url, token, tags, every, timeout } = configuration.deploy.grafana;
  if (url === null || token === null) return [];
  const { createGrafanaAnnotations } = await import('../../adapters/annotations/grafana.ts');
  const annotate = createAnnotator({
    store: store.deployments,
    writer: createGrafanaAnnotations({ url, token, tags, timeoutMs: timeout }),
    kept: store.settings,
    pages: configuration.server.publicUrl,
    clock,
    messages: messagesFor(configuration.language),
  });
  return [{ name: 'Grafana annotations', everyMs: every, run: async (signal) => void (await annotate(signal)) }];
}

type DeploymentRows = DeploymentStore & DeploymentHistory & DeploymentClaims;

interface Seen {
  write: DeploymentWrite;
  saved: Deployment;
  before: Deployment | null;
}

/** The store, with somebody who looks on; what goes wrong with them stops no deployment. */
function watchWrites(
  store: DeploymentRows,
  { onOpen, onWrite }: { onOpen(opened: Deployment): void; onWrite(seen: Seen): void },
): DeploymentRows {
  const known = new Map<string, Deployment>();
  return {
    ...store,
    async open(given) {
      const opened = await store.open(given);
      onOpen(opened);
      return opened;
    },
    async claimDue(claim) {
      const claimed = await store.claimDue(claim);
      for (const deployment of claimed) known.set(deployment.id, deployment);
      return claimed;
    },
    async save(write) {
      const saved = await store.save(write);
      if (saved === null) return null;
      onWrite({ write, saved, before: known.get(saved.id) ?? null });
      if (saved.nextAt === null) known.delete(saved.id);
      else known.set(saved.id, saved);
      return saved;
    },
  };
}

interface Followers extends OpenDeployOptions {
  targets: ReadonlyMap<string, OpenedTarget>;
  logs: ReturnType<typeof createDeploymentLogs>;
  told: DeployAlerts | null;
}

function follow(seen: Seen, { targets, logs, told, metrics, onChange, onFailure, onRevisionLive }: Followers): void {
  const { saved, before, write } = seen;
  const target = targets.get(saved.target)?.target;
  const failed = (what: string) => (thrown: unknown) => onFailure(what, toGuardianError(thrown));
  if (target) countWrite(metrics, target.kind, seen);
  onChange({ kind: 'deployment', id: saved.id, state: saved.phase });
  const hasEntered = write.change.phase !== undefined && before?.phase !== saved.phase;
  if (!hasEntered) return;
  if (LOGGED.has(saved.phase)) {
    logs.keep(saved).catch(failed('deployment log'));
    if (target) told?.tell(target).catch(failed('deployment alerts'));
  }
  const { phase, revision, service, plan, kind, step } = saved;
  const isFirst = phase === 'measuring' ? step === 0 : phase === 'watching';
  if (!isFirst || revision === null || kind !== 'deploy') return;
  Promise.resolve(onRevisionLive?.({ service, revision, commits: plan.commits.map(({ hash }) => hash) })).catch(
    failed('fixes'),
  );
}

function metricReader(targets: ReadonlyMap<string, OpenedTarget>): MetricReader {
  return {
    async read(query) {
      const found = [...targets.values()].find(({ target }) => target.service === query.service);
      if (!found) throw new Error(`no target runs ${query.service}`);
      return found.metrics.read(query);
    },
  };
}

/** The key of a service, from Guardian's environment, for each request anew. */
function headersOf(opened: OpenedTarget | undefined): Record<string, string> {
  const variable = opened?.given.apiKeyFrom ?? null;
  const key = variable === null ? undefined : settings.processEnvironment()[variable];
  return key === undefined ? {} : { authorization: `Bearer ${key.trim()}` };
}

interface AccessOptions extends OpenDeployOptions {
  targets: ReadonlyMap<string, OpenedTarget>;
  checks: ReturnType<typeof createCheckRunner>;
  told: DeployAlerts;
}

/** Whether everybody is still let in who was, deployment or not. */
function accessRound({ configuration, targets, store, checks, told, onFailure }: AccessOptions): Round {
  return {
    name: 'access to services',
    everyMs: configuration.deploy.accessEvery,
    async run(signal) {
      for (const { target, asked } of targets.values()) {
        if (signal.aborted) return;
        try {
          const change = await lookAtAccess({ target, asked }, { store: store.deployments, checks });
          await told.tellAccess(target, change);
        } catch (thrown) {
          onFailure(`access to ${target.name}`, toGuardianError(thrown));
        }
      }
    },
  };
}
