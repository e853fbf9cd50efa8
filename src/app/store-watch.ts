import { createLiveTally, type LiveCount } from '../core/events/index.ts';
import type { EventAppender } from '../core/ingest/index.ts';
import { type Clock, toGuardianError } from '../core/shared/index.ts';
import { createIngestedTally } from './metrics/ingested-tally.ts';
import type { IngestThreadState } from './thread-messages.ts';

const UNKNOWN = 'unknown';
const ERROR = 17;

/** The store's trouble is told from here, and over as soon as one batch goes through. */
export function watchStore(inner: EventAppender, clock: Clock) {
  let problem: IngestThreadState['problem'] = null;
  let stored = new Map<number, number>();
  const live = createLiveTally();
  const ingested = createIngestedTally();
  /** Something was stored that others count, be it spans or drops only. */
  let isNews = false;

  const appender: EventAppender = {
    ...(inner.pack ? { pack: inner.pack } : {}),
    async append(batch) {
      try {
        const outcomes = await inner.append(batch);
        problem = null;
        isNews = true;
        const now = clock.now();
        ingested.add(batch, outcomes, now);
        batch.events.forEach(({ projectId, event }, index) => {
          if (outcomes[index] !== 'stored') return;
          stored.set(projectId, (stored.get(projectId) ?? 0) + 1);
          live.add(event.service ?? UNKNOWN, event.severityNumber >= ERROR, Math.min(event.time, now));
        });
        return outcomes;
      } catch (thrown) {
        note(thrown);
        throw thrown;
      }
    },
  };
  return { appender, note, problem: () => problem, takeStored, takeLive, takeIngested: ingested.take };

  function note(thrown: unknown): void {
    const { code, said, about, message } = toGuardianError(thrown);
    const known = code === 'store_full' || code === 'store_read_only' ? code : 'store_unavailable';
    problem ??= { code: known, since: clock.now(), reason: said ?? about.reason ?? message };
  }

  /** What was stored since the last call, by service; null: nothing. */
  function takeLive(): LiveCount[] | null {
    if (!isNews) return null;
    isNews = false;
    return live.take();
  }

  /** Events stored since the last call, by project. */
  function takeStored(): Map<number, number> {
    const taken = stored;
    stored = new Map();
    return taken;
  }
}

export type StoreWatch = ReturnType<typeof watchStore>;
