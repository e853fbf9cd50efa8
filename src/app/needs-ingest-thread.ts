import { isSpoolEmpty } from '../adapters/store/spool-file.ts';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { ThreadData } from './thread-messages.ts';

/**
 * Whether the ingest thread has something to do before anybody sends: sources to follow, batches that the store could not take, events to fold. Where
 * several nodes share a database each must be there to fold for one that died. Starting it takes a fourth of the processor time of a start.
 */
export async function needsIngestThread({ configuration, folder }: ThreadData, store: Store): Promise<boolean> {
  if (store.kind !== 'sqlite' || hasSources(configuration)) return true;
  return !isSpoolEmpty(settings.placesOf(configuration, folder).spool) || (await store.fold.queued(0, 1)).length > 0;
}

/** Whether anything is followed: whoever takes events in must be there for it. */
export function hasSources(configuration: settings.Configuration): boolean {
  const { files, cloudLoggingEveryMs } = configuration.sources;
  return files.length > 0 || settings.hasSyslog(configuration) || cloudLoggingEveryMs !== null;
}
