import type { EventAppender } from '../core/ingest/index.ts';
import { type Clock, toGuardianError } from '../core/shared/index.ts';
import type { IngestThreadState } from './thread-messages.ts';

/** The store's trouble is told from here, and over as soon as one batch goes through. */
export function watchStore(inner: EventAppender, clock: Clock) {
  let problem: IngestThreadState['problem'] = null;
  let stored = new Map<number, number>();

  const appender: EventAppender = {
    async append(batch) {
      try {
        const outcomes = await inner.append(batch);
        problem = null;
        batch.events.forEach(({ projectId }, index) => {
          if (outcomes[index] === 'stored') stored.set(projectId, (stored.get(projectId) ?? 0) + 1);
        });
        return outcomes;
      } catch (thrown) {
        note(thrown);
        throw thrown;
      }
    },
  };
  return { appender, note, problem: () => problem, takeStored };

  function note(thrown: unknown): void {
    const { code, about, message } = toGuardianError(thrown);
    const known = code === 'store_full' || code === 'store_read_only' ? code : 'store_unavailable';
    problem ??= { code: known, since: clock.now(), reason: about.reason ?? message };
  }

  /** Events stored since the last call, by project. */
  function takeStored(): Map<number, number> {
    const taken = stored;
    stored = new Map();
    return taken;
  }
}

export type StoreWatch = ReturnType<typeof watchStore>;
