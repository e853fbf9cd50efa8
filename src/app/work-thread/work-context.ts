import { openStore, type Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import { createFrameOrigin, createRedactor } from '../../core/events/index.ts';
import { systemClock } from '../../core/shared/index.ts';
import type { ThreadData } from '../thread-messages.ts';

export type WorkContext = ReturnType<typeof createWorkContext>;

/** What all the work of the thread goes by: the configuration, read once, and a store of its own. */
export function createWorkContext({ configuration, folder }: ThreadData) {
  const clock = systemClock;
  const frames = settings.frameOptionsOf(configuration);
  let opened: Promise<Store> | null = null;

  return {
    configuration,
    folder,
    clock,
    places: settings.placesOf(configuration, folder),
    redactor: createRedactor(configuration.redaction),
    frames,
    understanding: { frameOrigin: createFrameOrigin(frames), ...settings.understandingLimitsOf(configuration) },
    /** Opened when it is needed first. One that could not be opened now may be later. */
    store(): Promise<Store> {
      opened ??= openStore({ dialect: settings.storeLocationOf(configuration, folder), role: 'ingest', clock });
      opened.catch(() => {
        opened = null;
      });
      return opened;
    },
  };
}
