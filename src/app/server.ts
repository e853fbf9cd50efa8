import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import pino, { type Logger } from 'pino';
import { Registry } from 'prom-client';
import { openStore, type Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import { createProject } from '../core/access/index.ts';
import { type Clock, type GuardianError, messagesFor } from '../core/shared/index.ts';
import { createServer, DEFAULT_SERVER_KNOBS, type ServerOptions } from '../server/index.ts';
import { agentHandler } from './agent-handler.ts';
import { authDatabaseOf } from './auth-database.ts';
import { mailChannel } from './mail-channel.ts';
import { pruningRound } from './pruning.ts';
import { startRounds } from './rounds.ts';
import { loadSample } from './sample.ts';
import { tellingRounds } from './telling.ts';
import { createThreadIntake } from './thread-intake.ts';
import { triggerCheck, wireHelp } from './wire-help.ts';
import { createWorkPool } from './work-pool.ts';

/** How often issues that opened apart are compared; at opening each is compared with the newest. */
const NIGHTLY_MS = 24 * 60 * 60 * 1000;
const DASHBOARD = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

export interface OpenServerOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
  version: string;
  /** Where Guardian's own log goes; default: standard error, warnings and above. */
  logger?: Logger;
}

export interface RunningGuardian {
  url: string;
  /** The one-time link that makes the first administrator; null once there is one. */
  setUpLink: string | null;
  /** Lets running requests end, answers what was accepted, closes the store. */
  stop(): Promise<void>;
}

/** Configuration → store → threads → server → rounds; stopped in reverse. Throws what keeps it from starting, with everything closed again. */
export async function startServer(options: OpenServerOptions): Promise<RunningGuardian> {
  const { configuration, folder, clock, version } = options;
  const logger = options.logger ?? pino({ level: 'warn', base: null }, pino.destination({ fd: 2, sync: true }));
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const store = await openStore({ dialect: settings.storeLocationOf(configuration, folder), role: 'main', clock });
    stops.push(() => store.close());
    await prepareProjects(store, configuration, clock);
    const changes = createChangeHub();
    const data = { configuration, folder };
    const onProblem = (code: string, reason: string) => logger.warn({ code }, reason);
    const intake = createThreadIntake({
      data,
      waitingBytes: configuration.ingest.waitingBytes,
      onChanges: (told) => told.forEach(changes.publish),
      onProblem,
      onExit: (error) => logger.fatal({ code: error.code }, error.message),
    });
    const work = createWorkPool(data);
    stops.push(() => work.stop());
    stops.push(() => intake.stop());
    const ready = intake.start();
    ready.catch(() => {});
    const makeReport: typeof work.makeReport = async (request) => {
      const made = await work.makeReport(request);
      changes.publish({ kind: 'report', id: made.stored.id, status: made.stored.status });
      return made;
    };
    const server = createServer({
      ...serverParts(configuration, {
        store,
        instanceId: await instanceIdOf(store),
        intake,
        work,
        logger,
        clock,
        version,
        changes,
      }),
      makeReport: async (request) => (await makeReport({ ...request, intervalMs: null })).stored,
      mcp: agentHandler({ configuration, store, work, services: () => server.agents, clock, version, logger }),
    });
    await ready;
    const { url, setupUrl: setUpLink } = await server.start();
    stops.push(() => server.stop());
    const channel = mailChannel(configuration, folder);
    stops.push(() => channel.close());
    const onFailure = (what: string, error: GuardianError) => logger.warn({ code: error.code, what }, error.message);
    const rounds = startRounds(
      [
        ...tellingRounds({
          configuration,
          store,
          channel,
          makeReport: work.makeReport,
          onChange: changes.publish,
          onFailure,
          clock,
        }),
        pruningRound({ configuration, store, clock }),
        { name: 'resemblances', everyMs: NIGHTLY_MS, run: async () => void (await work.compareIssues()) },
      ],
      { leases: store.leases, holder: `${hostname()}:${process.pid}`, clock, onFailure },
    );
    stops.push(() => rounds.stop());
    return { url, setUpLink, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

interface Parts {
  store: Store;
  /** Names this installation to clients that ask which cluster they talk to. */
  instanceId: string;
  intake: ReturnType<typeof createThreadIntake>;
  work: ReturnType<typeof createWorkPool>;
  logger: Logger;
  clock: Clock;
  version: string;
  changes: ReturnType<typeof createChangeHub>;
}

function serverParts(
  configuration: settings.Configuration,
  { store, instanceId, intake, work, clock, version, logger, changes }: Parts,
): Omit<ServerOptions, 'makeReport' | 'mcp'> {
  const { language, report } = configuration;
  return {
    store: { ...store, events: store.index, issueWriter: store.issues },
    authDatabase: authDatabaseOf(store),
    intake,
    renderReport: async (content, format, reader) => {
      const { renderReport } = await import('../core/reports/index.ts');
      return renderReport(content, format, { ...report, messages: messagesFor(reader), language: reader });
    },
    evidenceOf: work.evidenceOf,
    handOffOf: async (issueId, format, reader) => {
      const { markdown, json } = await work.handOffOf(issueId, reader);
      return format === 'markdown' ? markdown : JSON.stringify(json, null, 2);
    },
    loadSample: (project) => loadSample(intake, project, clock),
    dashboardFolder: DASHBOARD,
    changes,
    wire: wireHelp(configuration, instanceId),
    trigger: triggerCheck(configuration),
    clock,
    language,
    knobs: { ...DEFAULT_SERVER_KNOBS, ...settings.serverKnobsOf(configuration) },
    logger,
    metrics: new Registry(),
    version,
  };
}

/** Everything needs a project to come into: `default`, and those that the configuration names. */
async function prepareProjects(store: Store, { sources }: settings.Configuration, clock: Clock): Promise<void> {
  const known = new Set((await store.projects.list()).map(({ slug }) => slug));
  const named = ['default', ...sources.files.map(({ project }) => project)];
  if (sources.syslog.udpPort !== null || sources.syslog.tcpPort !== null) named.push(sources.syslog.project);
  if (sources.cloudLoggingEveryMs !== null) named.push(sources.cloudLoggingProject);
  for (const slug of new Set(named))
    if (!known.has(slug)) await createProject({ store: store.projects, slug, name: slug, clock });
}

async function instanceIdOf({ settings: kept }: Store): Promise<string> {
  const known = await kept.get('instance.id');
  if (typeof known === 'string') return known;
  const made = randomUUID();
  await kept.set('instance.id', made);
  return made;
}

function createChangeHub() {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish: (change: Change) => {
      for (const listener of listeners) listener(change);
    },
    subscribe: (listener: (change: Change) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
