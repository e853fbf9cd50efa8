import { setFlagsFromString } from 'node:v8';
import { openRepository } from '../adapters/git/index.ts';
import type { SpoolFile } from '../adapters/store/spool-file.ts';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import * as events from '../core/events/index.ts';
import { createIngest, type EventAppender, type IngestOptions } from '../core/ingest/index.ts';
import { createFolder, type FolderKnobs, isFoldCandidate } from '../core/issues/index.ts';
import type { Clock } from '../core/shared/index.ts';
import { startFollowing } from './followed-sources.ts';
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

/**
 * Everything that reads, understands and folds events: formats, redaction, stacks. It takes 40 MB and 0.2 s to load, so that a server which nobody
 * sends to does without.
 */
export async function openIngestEngine(options: IngestEngineOptions) {
  const { configuration, folder, store, appender, spool, clock, onFailure } = options;
  // Events live for milliseconds: with room for a batch of them the collector finds nearly nothing to keep.
  setFlagsFromString('--semi-space-growth-factor=2');
  const retentionMs = configuration.retention.days * DAY_MS;
  const redactor = events.createRedactor(configuration.redaction);
  const trackedFiles = await trackedFilesOf(settings.placesOf(configuration, folder).repository);
  const frameOrigin = events.createFrameOrigin({ ...settings.frameOptionsOf(configuration), trackedFiles });
  const openPipeline = () => events.createEventPipeline({ clock, redactor });
  const decisions = { isCandidate: isFoldCandidate, frameOrigin, retentionMs };
  const limits = settings.understandingLimitsOf(configuration);
  return {
    ingest: createIngest({
      formats: wireFormats(),
      pipeline: openPipeline(),
      redactor,
      appender,
      spool,
      bounds: configuration.ingest,
      clock,
      onFailure,
      ...decisions,
    }),
    openFolder: (knobs: Partial<FolderKnobs> = {}) =>
      createFolder({ store: store.fold, clock, limits, frameOrigin, knobs }),
    startFollowing: () => startFollowing({ configuration, folder, store, appender, openPipeline, clock, ...decisions }),
  };
}

export type IngestEngine = Awaited<ReturnType<typeof openIngestEngine>>;

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
