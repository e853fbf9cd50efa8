import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { openRepository } from '../adapters/git/index.ts';
import type { SpoolFile } from '../adapters/store/spool-file.ts';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import * as events from '../core/events/index.ts';
import { createIngest, type EventAppender, type IngestOptions } from '../core/ingest/index.ts';
import { createFolder, createStandingJudge, type FolderKnobs, serializeForFold } from '../core/issues/index.ts';
import type { Clock } from '../core/shared/index.ts';
import { startFollowing } from './followed-sources.ts';
import { openUsageNames } from './usage/names.ts';
import { wireFormats } from './wire-formats.ts';

export interface IngestEngineOptions extends Pick<IngestOptions, 'onFailure'> {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  appender: EventAppender;
  spool: SpoolFile;
  clock: Clock;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Both halves of this thread's new space at their full size, see `resourceLimits` in `thread-life.ts`. */
const NEW_SPACE_BYTES = 32 * 1024 * 1024;
/** Bytes of a batch for which the room at the start is too small. */
const LARGE_BATCH_BYTES = 64 * 1024;

/**
 * Everything that reads, understands and folds events: formats, redaction, stacks. It takes 40 MB and 0.2 s to load, so that a server which nobody
 * sends to does without.
 */
export async function openIngestEngine(options: IngestEngineOptions) {
  const { configuration, folder, store, appender, spool, clock, onFailure } = options;
  // The rows of a batch outlive new space, and a heap that grows by a third at a time is collected whole every six scavenges. Doubling it takes 4 µs of
  // processor less for each small event, and 50 MB more: beside SQLite's own memory there is no room for them.
  if (store.kind === 'postgres') setFlagsFromString('--heap-growing-percent=100');
  // Nearly nothing of new space is left to be kept: threads that look for it together mostly wait for each other, 4 µs of processor for each small event.
  setFlagsFromString('--no-parallel-scavenge');
  const retentionMs = configuration.retention.days * DAY_MS;
  const redactor = events.createRedactor(configuration.redaction);
  const trackedFiles = await trackedFilesOf(settings.placesOf(configuration, folder).repository);
  const frameOrigin = events.createFrameOrigin({ ...settings.frameOptionsOf(configuration), trackedFiles });
  const openPipeline = () => events.createEventPipeline({ clock, redactor });
  const limits = settings.understandingLimitsOf(configuration);
  const decisions = { standingOf: createStandingJudge(limits), frameOrigin, retentionMs };
  const usageNames = await openUsageNames({ configuration, folder, store, clock });
  const { rowDays, spans, trustedSpans } = configuration.usage;
  const usage = { identify: usageNames.identify, oldestMs: rowDays * DAY_MS };
  const senders = await usageSenders(store);
  return {
    /** Before requests are decoded: see `UsageNames`. */
    prepare: usageNames.prepare,
    /** After a batch of so many bytes was decoded. */
    makeRoom: createRoomMaker(),
    ingest: createIngest({
      formats: wireFormats(usage, {
        ...usage,
        services: spans,
        trusted: trustedSpans,
        sendsUsage: (name) => senders.has(name),
      }),
      pipeline: openPipeline(),
      redactor,
      appender,
      spool,
      bounds: configuration.ingest,
      clock,
      onFailure,
      queuedForm: serializeForFold,
      ...decisions,
    }),
    openFolder: (knobs: Partial<FolderKnobs> = {}) =>
      createFolder({ store: store.fold, clock, limits, frameOrigin, knobs }),
    startFollowing: () => startFollowing({ configuration, folder, store, appender, openPipeline, clock, ...decisions }),
  };
}

export type IngestEngine = Awaited<ReturnType<typeof openIngestEngine>>;

/**
 * Events live for milliseconds: with room for a batch of them the collector finds nearly nothing to keep. The flag is of the whole process, and the
 * thread that serves needs no such room: its own grew from 8 to 28 MB within half a minute. So it is set only until this thread has its own.
 */
function createRoomMaker(): (batchBytes: number) => void {
  let isGrowing = false;
  let hasRoom = false;
  return (batchBytes) => {
    if (hasRoom || batchBytes < LARGE_BATCH_BYTES) return;
    const own = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    hasRoom = own === undefined || own.space_size >= NEW_SPACE_BYTES;
    if (isGrowing === !hasRoom) return;
    isGrowing = !hasRoom;
    setFlagsFromString(`--semi-space-growth-factor=${isGrowing ? 2 : 1}`);
  };
}

/** The files that git knows at HEAD tell the application's frames from the libraries'; null when there is no repository. */
async function trackedFilesOf(repository: string): Promise<string[] | null> {
  const opened = await openRepository(repository, { environment: settings.processEnvironment() }).catch(() => null);
  if (!opened) return null;
  try {
    const head = await opened.resolve('HEAD');
    return head ? await opened.listFiles(head.sha) : null;
  } catch {
    // Without them the other rules decide, as they do where there is no repository.
    return null;
  } finally {
    opened.close();
  }
}

/** Services that have sent usage records of their own. */
async function usageSenders({ kysely }: Store): Promise<ReadonlySet<string>> {
  const rows = await kysely.selectFrom('usage_sender').select('service').distinct().limit(1_000).execute();
  return new Set(rows.map(({ service }) => service));
}
