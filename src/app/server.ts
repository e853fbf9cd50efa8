import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import type { Logger, pino as Pino } from 'pino';
import { openStore, type Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import { createProject } from '../core/access/index.ts';
import { createLiveRates } from '../core/events/ports.ts';
import type { ResumePreview } from '../core/jobs/index.ts';
import type { Clock, GuardianError } from '../core/shared/index.ts';
import { createLiveHub, createServer } from '../server/index.ts';
import { agentHandler } from './agent-handler.ts';
import { startAnalysis } from './analysis/analysis-part.ts';
import { startAnalyticsFolding } from './analytics-folding.ts';
import { openAudit } from './audit/open-audit.ts';
import { createChangeHub } from './change-hub.ts';
import { loadDeploy } from './deploy/load-deploy.ts';
import { openFixes } from './fixes/open-fixes.ts';
import { startGivingBack } from './give-back-memory.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { needsIngestThread } from './needs-ingest-thread.ts';
import { openNightShift } from './night-shift.ts';
import { startRounds } from './rounds.ts';
import { openSearch } from './search/open-search.ts';
import { serverParts } from './server-parts.ts';
import { createStops } from './stops.ts';
import { createThreadIntake } from './thread-intake.ts';
import { createWorkPool } from './work-pool.ts';

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
  /** What the jobs catch up with that were due while nothing ran. */
  caughtUp: ResumePreview;
  /** Lets running requests end, answers what was accepted, closes the store. */
  stop(): Promise<void>;
}

/** Configuration → store → threads → jobs, alerts, messages → server; stopped in reverse. Throws what keeps it from starting, with everything closed again. */
export async function startServer(options: OpenServerOptions): Promise<RunningGuardian> {
  const { configuration, folder, clock, version } = options;
  const logger = options.logger ?? openLogger();
  const onFailure = (what: string, error: GuardianError) => logger.warn({ code: error.code, what }, error.message);
  const stops = createStops((error) => onFailure('stop', error));
  try {
    settings.checkTelling(configuration);
    const opened = await openStore({ dialect: settings.storeLocationOf(configuration, folder), role: 'main', clock });
    stops.push(() => opened.close());
    await prepareProjects(opened, configuration, clock);
    const changes = createChangeHub();
    const liveEvents = createLiveHub();
    const metrics = startMetrics({ clock, version, logger, changes });
    const data = { configuration, folder };
    const audit = openAudit({ configuration, folder, store: opened.audit, clock, onFailure });
    stops.push(() => audit.checkpoint());
    const search = await openSearch({ configuration, folder, store: opened, clock, onFailure });
    stops.push(() => search.close());
    changes.subscribe(({ kind }) => kind === 'events' && search.index.forgetNewest());
    const store: Store = { ...opened, index: search.index };
    const live = createLiveRates(clock);
    const folding = startAnalyticsFolding({ store: store.analytics, clock, onFailure });
    stops.push(() => folding.stop());
    const intake = createThreadIntake({
      data,
      waitingBytes: configuration.ingest.waitingBytes,
      onChanges: (told) => told.forEach(changes.publish),
      onLive: (counts) => {
        live.add(counts);
        folding.wake();
      },
      onIngested: metrics.onIngested,
      onProblem: (code, reason) => logger.warn({ code }, reason),
      onExit: (error) => logger.fatal({ code: error.code }, error.message),
    });
    const work = createWorkPool(data);
    stops.push(() => work.stop());
    stops.push(() => intake.stop());
    const ready = (await needsIngestThread(data, store)) ? intake.start() : Promise.resolve(intake.rest());
    ready.catch(() => {});
    const makeReport: typeof work.makeReport = async (request) => {
      const made = await work.makeReport(request);
      changes.publish({ kind: 'report', id: made.stored.id, status: made.stored.status });
      return made;
    };
    const shift = await openNightShift({
      ...options,
      store,
      intake,
      work: { ...work, makeReport },
      onChange: changes.publish,
      onFailure,
    });
    stops.push(() => shift.close());
    const analysis = startAnalysis({
      ...{ configuration, folder, store, work, clock, version, onFailure },
      ...{ metrics: metrics.work, alerts: shift.parts.alerts, publishLive: liveEvents.publish },
    });
    stops.push(() => analysis.stop());
    await analysis.start();
    const fixes = openFixes({ configuration, folder, store, work, clock, audit, onFailure });
    const deploy = await loadDeploy({
      ...{ configuration, folder, store, clock, metrics: metrics.work.deployments, alerts: shift.parts.alerts },
      ...{ takesOver: store.kind === 'sqlite', onChange: changes.publish, onFailure },
      onRevisionLive: (live) => fixes.onRevisionLive(live),
    });
    const server = createServer({
      deploy: deploy?.control ?? null,
      ...(await serverParts(configuration, {
        ...shift.parts,
        ...{ analysis: analysis.control, debates: analysis.debates },
        liveEvents,
        audit,
        fixes: fixes.control,
        store,
        intake,
        live,
        work,
        logger,
        clock,
        version,
        changes,
        search: search.control,
        metrics: metrics.serve({ ...shift.parts, store, intake, live, search: search.control }),
      })),
      makeReport: async (request) => (await makeReport({ ...request, intervalMs: null })).stored,
      mcp: agentHandler({
        ...shift.rendering,
        configuration,
        store,
        work,
        services: () => server.agents,
        fixes: fixes.control,
        clock,
        version,
        logger,
      }),
    });
    await ready;
    const { url, setupUrl: setUpLink } = await server.start();
    stops.push(() => server.stop());
    const caughtUp = await shift.start();
    stops.push(() => shift.stop());
    await fixes.start();
    stops.push(() => fixes.stop());
    await deploy?.start();
    stops.push(() => deploy?.stop());
    const holder = `${hostname()}:${process.pid}`;
    const rounds = startRounds(
      [...shift.rounds, ...fixes.rounds, ...search.rounds, ...analysis.rounds, audit.round, ...(deploy?.rounds ?? [])],
      {
        leases: store.leases,
        holder,
        clock,
        onFailure,
      },
    );
    stops.push(() => rounds.stop());
    const givingBack = startGivingBack();
    stops.push(() => givingBack.stop());
    return { url, setUpLink, caughtUp, stop: stops.stop };
  } catch (thrown) {
    return await stops.giveUp(thrown);
  }
}

/** By `require`: imported, all of its CommonJS files would be searched for their exports first, which takes as long as running them. */
function openLogger(): Logger {
  const pino = createRequire(import.meta.url)('pino') as typeof Pino;
  return pino({ level: 'warn', base: null }, pino.destination({ fd: 2, sync: true }));
}

/** Everything needs a project to come into: `default`, and those that the configuration names. */
async function prepareProjects(store: Store, configuration: settings.Configuration, clock: Clock): Promise<void> {
  const { sources, jobs, deploy } = configuration;
  const known = new Set((await store.projects.list()).map(({ slug }) => slug));
  const named = ['default', ...sources.files.map(({ project }) => project)];
  if (settings.hasSyslog(configuration)) named.push(sources.syslog.project);
  if (sources.cloudLoggingEveryMs !== null) named.push(sources.cloudLoggingProject);
  for (const { project } of Object.values(jobs)) if (project !== null) named.push(project);
  for (const { project } of Object.values(deploy.targets)) named.push(project);
  for (const slug of new Set(named))
    if (!known.has(slug)) await createProject({ store: store.projects, slug, name: slug, clock });
}
