import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCloudLoggingSource, type ReceivedWindow } from '../adapters/sources/cloud-logging/index.ts';
import { createTailSource, type FilePosition } from '../adapters/sources/file/index.ts';
import { createSyslogListener } from '../adapters/sources/syslog/index.ts';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { EventPipeline, SourceState } from '../core/events/index.ts';
import {
  createStreamIngest,
  type EventAppender,
  type IngestedOptions,
  type StreamSlice,
} from '../core/ingest/index.ts';
import { type Clock, GuardianError, type Messages, messagesFor, toGuardianError } from '../core/shared/index.ts';
import { SYSLOG } from './source-watch.ts';
import { readSyslogTls } from './syslog-tls.ts';

export interface FollowingOptions extends IngestedOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  appender: EventAppender;
  openPipeline(): EventPipeline;
  clock: Clock;
}

interface Followed {
  stop(): Promise<void>;
}

type Feed = ReturnType<typeof createStreamIngest>;

/** A store that is away is asked again after so long; what was read waits meanwhile. */
const RETRY_MS = 1_000;
/** Positions kept of one configured path: rotated files that are gone need none. */
const POSITIONS = 20_000;
/** How far back the first pull from Cloud Logging looks, and how far pulls overlap: what was received is found only after a while. */
const FIRST_PULL_MS = 60 * 60 * 1000;
const OVERLAP_MS = 60 * 1000;

/**
 * Sources that Guardian goes to by itself: files, syslog, Cloud Logging. Throws `configuration_invalid` for one that cannot be: then none runs. Once they
 * run, none can keep the others from running.
 */
export async function startFollowing(options: FollowingOptions) {
  const { sources } = options.configuration;
  const projects = await options.store.projects.list();
  const followed: Followed[] = [];
  const feedOf = (slug: string, source: string, service: string | null): Feed => {
    const project = projects.find((known) => known.slug === slug);
    if (!project) {
      const reason = (messages: Messages) => messages.sources.noProject(slug);
      throw new GuardianError('configuration_invalid', { key: `sources (${source})`, reason });
    }
    const { appender, standingOf, retentionMs, frameOrigin, clock, openPipeline } = options;
    return createStreamIngest({
      pipeline: openPipeline(),
      appender,
      standingOf,
      retentionMs,
      frameOrigin,
      clock,
      project,
      service,
      source,
    });
  };
  const stop = async () => {
    await Promise.all(followed.map((source) => source.stop()));
  };
  try {
    for (const file of sources.files) {
      followed.push(await followFile(options, file.path, feedOf(file.project, 'file', file.service)));
    }
    if (settings.hasSyslog(options.configuration)) {
      followed.push(await listenToSyslog(options, feedOf(sources.syslog.project, 'syslog', null)));
    }
    if (sources.cloudLoggingEveryMs !== null) {
      const feed = feedOf(sources.cloudLoggingProject, 'cloud-logging', null);
      followed.push(pullCloudLogging(options, sources.cloudLoggingEveryMs, feed));
    }
  } catch (thrown) {
    // What runs already would keep a thread alive that is not going to start.
    await stop();
    throw thrown;
  }
  return { stop };
}

async function followFile(options: FollowingOptions, given: string, feed: Feed): Promise<Followed> {
  const { configuration, folder, store, clock } = options;
  const path = resolve(folder, given);
  const source = `file:${path}`;
  const positions = new Map(parsePositions(await store.positions.get(source)).map((known) => [known.identity, known]));
  const tail = createTailSource({
    paths: [path],
    positions: [...positions.values()],
    clock,
    format: configuration.file.format,
    timeZone: configuration.file.timeZone,
  });
  const state = createStateKeeper(options, source);
  const stopping = new AbortController();
  const run = async () => {
    for await (const batch of tail.read(stopping.signal)) {
      const { unreadable: reason } = batch;
      await (reason === null
        ? state.fine(null)
        : state.failed(new GuardianError('source_unreadable', { path, reason })));
      for (const position of batch.positions) {
        positions.delete(position.identity);
        positions.set(position.identity, position);
      }
      const known = JSON.stringify([...positions.values()].slice(-POSITIONS));
      const dropped = batch.problems.map(({ kind, count }) => ({ reason: kind, category: 'line', quantity: count }));
      const slice = {
        events: batch.events,
        positions: batch.positions.length > 0 ? [{ source, position: known }] : [],
        dropped,
      };
      await pushUntilStored(feed, slice, stopping.signal);
    }
  };
  return { stop: stopper(run().catch(state.failed), stopping, feed) };
}

async function listenToSyslog(options: FollowingOptions, feed: Feed): Promise<Followed> {
  const { configuration, folder, clock } = options;
  const { udpPort, tcpPort, host } = configuration.sources.syslog;
  const tls = await readSyslogTls(configuration, folder);
  const state = createStateKeeper(options, SYSLOG);
  await state.fine(null);
  const stopping = new AbortController();
  const listener = createSyslogListener({
    ...(udpPort === null ? {} : { udp: { host, port: udpPort } }),
    ...(tcpPort === null ? {} : { tcp: { host, port: tcpPort } }),
    ...(tls === null ? {} : { tls }),
    clock,
    timeZone: configuration.file.timeZone,
    // Lines of one trace come within moments; what is stored is stored before the sender is read on.
    onEvents: async (events) => {
      await pushUntilStored(feed, { events, positions: [], dropped: [] }, stopping.signal);
      await state.fine(null);
    },
    onError: (thrown) => void state.failed(thrown),
  });
  await listener.start().catch((thrown) => {
    const { code, about } = toGuardianError(thrown);
    const { portRemedy: remedy } = messagesFor(configuration.language).server.reasons;
    throw new GuardianError(code, { ...about, remedy, cause: thrown });
  });
  // What could not be stored now goes with the next push; the appender tells of it.
  const ticker = setInterval(() => void feed.push(null).catch(() => undefined), RETRY_MS);
  return {
    stop: async () => {
      clearInterval(ticker);
      stopping.abort();
      await listener.stop();
      await feed.finish().catch(() => undefined);
    },
  };
}

function pullCloudLogging(options: FollowingOptions, everyMs: number, feed: Feed): Followed {
  const { configuration, store, clock } = options;
  const { project, entryLimit, pageTimeoutMs, accessToken, ...asked } = configuration.cloudLogging;
  if (!project) {
    const reason = (messages: Messages) => messages.sources.missing;
    throw new GuardianError('configuration_invalid', { key: 'cloudLogging.project', reason });
  }
  const source = `cloud-logging:${project}`;
  const state = createStateKeeper(options, source);
  const stopping = new AbortController();
  const api = createCloudLoggingSource({
    ...asked,
    project,
    ...settings.subjectOf(configuration),
    clock,
    limits: { maxEntries: entryLimit, pageTimeoutMs },
    // A report may count what is quiet; what is kept is kept whole.
    exportLimits: { slowRequestMs: configuration.report.latencyAboveMs, isEveryEntryParsed: true },
    ...(accessToken ? { getAccessToken: async () => accessToken } : {}),
  });
  /** Newest first; when a bound of the source ends it early, the instant from which on everything was read. */
  const readBack = async (window: ReceivedWindow): Promise<number | null> => {
    let reachedTo: number | null = null;
    for await (const { events, problems } of api.read({ ...window, signal: stopping.signal })) {
      const cut = problems.find(({ kind }) => kind === 'entry-limit' || kind === 'time-limit');
      if (cut) reachedTo = Date.parse(cut.position) + 1;
      const others = problems.filter((problem) => problem !== cut);
      const dropped = others.map(({ kind, count }) => ({ reason: kind, category: 'log_item', quantity: count }));
      await pushUntilStored(feed, { events, positions: [], dropped }, stopping.signal);
    }
    return reachedTo;
  };
  const pull = async () => {
    const position = await store.positions.get(source);
    const now = clock.now();
    const receivedSince = position === null ? null : Number(position) - OVERLAP_MS;
    const since =
      receivedSince === null ? now - FIRST_PULL_MS : receivedSince - configuration.sources.cloudLoggingLateMs;
    // Without an end: what a clock that is ahead wrote is received now, and never again.
    for (let until: number | null = null; ; ) {
      const reachedTo = await readBack({ since, until, receivedSince });
      if (reachedTo === null) break;
      if (until === null || reachedTo < until) until = reachedTo;
      else {
        // One millisecond holds more than one reading may: the rest of it is out of reach, and counted.
        const dropped = [{ reason: 'entry-limit', category: 'log_item', quantity: 1 }];
        await pushUntilStored(feed, { events: [], positions: [], dropped }, stopping.signal);
        until -= 1;
      }
    }
    stopping.signal.throwIfAborted();
    await feed.finish();
    await store.positions.set(source, String(now), now);
    await state.fine(now);
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await pull().catch((thrown) => (stopping.signal.aborted ? undefined : state.failed(thrown)));
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  return { stop: stopper(run(), stopping, feed) };
}

/** The feed keeps what it could not store; an empty push tries again. */
async function pushUntilStored(feed: Feed, slice: StreamSlice, signal: AbortSignal): Promise<void> {
  let next: StreamSlice | null = slice;
  while (!signal.aborted || next !== null) {
    try {
      await feed.push(next);
      return;
    } catch {
      // The appender tells of it; here it is only waited for.
      next = null;
      if (signal.aborted) return;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function stopper(running: Promise<unknown>, stopping: AbortController, feed: Feed): () => Promise<void> {
  return async () => {
    stopping.abort();
    await running;
    // What could not be stored is read again at the next start: its position was not kept.
    await feed.finish().catch(() => undefined);
  };
}

/** Tells the store how a source stands, whenever that changes. One that is away is told at the next occasion. */
function createStateKeeper({ store, configuration, clock }: FollowingOptions, source: string) {
  let state: SourceState | null = null;
  let told = '';
  const keep = async (next: SourceState) => {
    state = next;
    const text = JSON.stringify(next);
    if (text === told) return;
    await store.sourceStates.note(next).then(
      () => (told = text),
      () => undefined,
    );
  };
  const last = async () => (state ??= (await store.sourceStates.of([source]).catch(() => []))[0] ?? null);
  return {
    fine: (seenUntil: number | null) => keep({ source, seenUntil, problem: null, failingSince: null }),
    async failed(thrown: unknown): Promise<void> {
      const known = await last();
      const { message: problem } = toGuardianError(thrown).explain(messagesFor(configuration.language));
      const failingSince = known?.failingSince ?? clock.now();
      await keep({ source, seenUntil: known?.seenUntil ?? null, problem, failingSince });
    },
  };
}

function parsePositions(text: string | null): FilePosition[] {
  return text === null ? [] : (JSON.parse(text) as FilePosition[]);
}
