import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import pino from 'pino';
import { copySqliteStore } from '../../test/fixtures/migrated-store.ts';
import { openStore, type Store, type StoreLocation } from '../adapters/store/sql/index.ts';
import { startAnalysis } from '../app/analysis/analysis-part.ts';
import { openAudit } from '../app/audit/open-audit.ts';
import { type OpenFixesOptions, openFixes } from '../app/fixes/open-fixes.ts';
import { startMetrics } from '../app/metrics/start-metrics.ts';
import { openNightShift } from '../app/night-shift.ts';
import { wireFormats } from '../app/wire-formats.ts';
import { wireHelp } from '../app/wire-help.ts';
import { type ConfigurationInput, configurationSchema } from '../config/schema.ts';
import type { Change } from '../contracts/api/overview.ts';
import { createEventPipeline, createFrameOrigin, createLiveRates, createRedactor } from '../core/events/index.ts';
import { createIngest, type Intake, type WireReply, type WireRequest } from '../core/ingest/index.ts';
import { createFolder, createStandingJudge } from '../core/issues/index.ts';
import { createServer, type Server } from './create-server.ts';
import { DEFAULT_SERVER_KNOBS, type ServerKnobs } from './knobs.ts';
import { createLiveHub, type LiveHub } from './live/live-hub.ts';
import type { AuthTables, ServerOptions } from './server-options.ts';

export const NOW = Date.parse('2026-01-31T08:15:30.123Z');
const MIB = 1024 * 1024;

export interface TestServer extends Server {
  store: Store;
  options: ServerOptions;
  clock: { now(): number; pass(ms: number): void };
  /** What the intake was handed, newest last. */
  requests: WireRequest[];
  dropped: Parameters<Intake['countDropped']>[0][];
  publish(change: Change): void;
  live: LiveHub;
  /** Starts jobs and messages; else they are rows only. */
  startShift(): Promise<void>;
  /** Folds what was stored into issues. */
  fold(): Promise<void>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** Default: SQLite in a folder of its own. */
  dialect?: StoreLocation;
  knobs?: Partial<ServerKnobs>;
  options?: Partial<ServerOptions>;
  /** Jobs, rules, recipients and routes. */
  configuration?: ConfigurationInput;
  /** Stands in the place of the real ingest. */
  accept?: (request: WireRequest) => Promise<WireReply>;
  /** What an issue's hand-off is made of; default: it cannot be made. */
  fixMaterialOf?: OpenFixesOptions['work']['fixMaterialOf'];
  /** Told of what a part could not do, for tests of just that; default: the test fails. */
  onFailure?: (what: string, error: Error) => void;
}

/** A server over a store of its own on disk and the real ingest; the clock stands still until it is told to pass. */
export async function openTestServer(given: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-server-'));
  let now = NOW;
  const clock = {
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
  };
  if (!given.dialect) await copySqliteStore(folder);
  const store = await openStore({ dialect: given.dialect ?? { kind: 'sqlite', folder }, role: 'main', clock });
  const requests: WireRequest[] = [];
  const dropped: TestServer['dropped'] = [];
  const intake = openIntake(store, clock, { requests, dropped, accept: given.accept });
  const listeners = new Set<(change: Change) => void>();
  const changes: ServerOptions['changes'] = {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const configuration = configurationSchema.parse({ dataFolder: folder, ...given.configuration });
  const onFailure =
    given.onFailure ??
    ((what: string, error: Error) => {
      throw new Error(`${what}: ${error.message}`);
    });
  const shift = await openNightShift({
    configuration,
    folder,
    store,
    intake,
    work: { makeReport: () => Promise.reject(new Error('no report is made here')), compareIssues: async () => 0 },
    clock,
    version: '1.2.3',
    onChange: changes.publish,
    onFailure,
  });
  const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure });
  const live = createLiveRates(clock);
  const logger = pino({ level: 'silent' });
  const metrics = startMetrics({ clock, version: '1.2.3', logger, changes });
  const { search } = given.options ?? {};
  const liveEvents = createLiveHub();
  const analysis = startAnalysis({
    ...{ configuration, folder, store, clock, version: '1.2.3', onFailure },
    work: {
      evidenceOf: (id, language) => options.evidenceOf(id, language),
      extract: () => Promise.reject(new Error('no long conversation is analysed here')),
    },
    metrics: metrics.work,
    alerts: shift.parts.alerts,
    publishLive: liveEvents.publish,
  });
  const work = { fixMaterialOf: given.fixMaterialOf ?? (() => Promise.reject(new Error('no material is made here'))) };
  const fixes = openFixes({ configuration, folder, store, work, clock, audit, onFailure });
  const options: ServerOptions = {
    store: { ...store, events: store.index, issueWriter: store.issues, sent: store.notifications.log },
    ...shift.parts,
    fixes: fixes.control,
    analysis: analysis.control,
    debates: analysis.debates,
    liveEvents,
    audit,
    intake,
    live,
    metrics: metrics.serve({ ...shift.parts, store, intake, live, ...(search ? { search } : {}) }),
    authDatabase: { kysely: store.kysely as unknown as Kysely<AuthTables>, kind: store.kind },
    makeReport: () => Promise.reject(new Error('no report is made here')),
    renderReport: async (content, format, language) => `${format} of ${content.service} in ${language}`,
    evidenceOf: () => Promise.reject(new Error('no evidence is gathered here')),
    handOffOf: async (id, format) => `${format} of ${id}`,
    loadSample: async () => ({ accepted: 0 }),
    mcp: null,
    dashboardFolder: join(folder, 'dashboard'),
    changes,
    wire: wireHelp(configuration, 'aBcDeFgHiJkLmNoPqRsTuV'),
    trigger: { token: null, verify: null },
    clock,
    language: 'en',
    timeZone: 'UTC',
    knobs: { ...DEFAULT_SERVER_KNOBS, port: 0, ...given.knobs },
    logger,
    version: '1.2.3',
    ...given.options,
  };
  const server = createServer(options);
  let isStarted = false;
  const folding = createFolder({ store: store.fold, clock, frameOrigin: createFrameOrigin({}) });
  return {
    ...server,
    store,
    options,
    clock,
    requests,
    dropped,
    publish: changes.publish,
    live: liveEvents,
    async startShift() {
      isStarted = true;
      await shift.start();
    },
    async fold() {
      await folding.pass();
      // What failed is told once it has been quiet for a moment.
      clock.pass(10_000);
      await folding.pass();
    },
    async close() {
      await server.stop();
      await analysis.stop();
      await fixes.stop();
      if (isStarted) await shift.stop();
      shift.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openIntake(
  store: Store,
  clock: { now(): number },
  told: Pick<TestServer, 'requests' | 'dropped'> & Pick<TestServerOptions, 'accept'>,
): Intake {
  const redactor = createRedactor({});
  const ingest = createIngest({
    formats: wireFormats(),
    pipeline: createEventPipeline({ clock, redactor }),
    frameOrigin: createFrameOrigin({}),
    redactor,
    appender: store.events,
    spool: null,
    standingOf: createStandingJudge({ latencyMs: 3_000 }),
    bounds: { inflatedBytes: 100 * MIB, itemBytes: MIB, attachmentBytes: 20 * MIB, items: 50_000 },
    clock,
    retentionMs: 30 * 24 * 60 * 60 * 1000,
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    async accept(request) {
      told.requests.push(request);
      if (told.accept) return told.accept(request);
      const [reply] = await ingest.store(ingest.decode([request]));
      return reply!;
    },
    countDropped: (one) => void told.dropped.push(one),
    state: () => ({
      waiting: 0,
      waitingBytes: 0,
      problem: null,
      spooledEvents: 0,
      accepted: ingest.counts.accepted,
      duplicates: ingest.counts.duplicates,
      refused: ingest.counts.refused,
      foldQueue: 0,
    }),
  };
}

/** Asks the server without a socket, as a client on its own machine does. */
export function ask(
  { app }: Pick<Server, 'app'>,
  path: string,
  init: Omit<RequestInit, 'body'> & { json?: unknown; body?: string | Uint8Array } = {},
) {
  const { json, body, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (!headers.has('host')) headers.set('host', 'localhost:4400');
  if (json !== undefined) headers.set('content-type', 'application/json');
  const sent = json === undefined ? body : JSON.stringify(json);
  return app.request(`http://localhost:4400${path}`, {
    ...rest,
    headers,
    ...(sent === undefined ? {} : { body: sent as Uint8Array<ArrayBuffer> | string }),
  });
}

/** Project 1 `shop` with a key, made as an administrator makes it. */
export const makeShop = (server: Server) => makeProject(server, 'Shop');

export async function makeProject(server: Server, name: string): Promise<{ id: number; key: string }> {
  const made = await ask(server, '/api/projects', { method: 'POST', json: { name } });
  const { id } = (await made.json()) as { id: number };
  const keys = await ask(server, `/api/projects/${id}/keys`);
  const { items } = (await keys.json()) as { items: { key: string }[] };
  return { id, key: items[0]!.key };
}
