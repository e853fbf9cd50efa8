import type { Store } from '../../adapters/store/sql/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import type { Round } from '../rounds.ts';

/** An issue is known within seconds of its request; later than this nothing is linked any more. */
const WINDOW_MS = 30 * 60_000;
const LINK_MS = 5_000;
/** Incidents of one turn, the newest. */
const INCIDENTS = 1_000;
/** Incidents whose request is remembered. */
const KNOWN = 10_000;

/** Tells errors of users which issue their request belongs to: by the trace, or by the id of the request. */
export function linkUsageErrors({ store, clock }: { store: Pick<Store, 'usageLinks' | 'index'>; clock: Clock }): Round {
  const known = new Map<string, readonly string[]>();

  async function requestIdsOf(incident: {
    id: string;
    traceId: string | null;
    eventSeq: number;
  }): Promise<readonly string[]> {
    const remembered = known.get(incident.id);
    if (remembered) return remembered;
    const [found] = await store.index.get([incident.eventSeq]);
    const ids = [incident.traceId, found?.event.traceId, found?.event.request?.id];
    const named = [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))];
    if (known.size >= KNOWN) known.clear();
    known.set(incident.id, named);
    return named;
  }

  return {
    name: 'usage errors',
    everyMs: LINK_MS,
    isNeeded: () => store.usageLinks.hasUnlinked(clock.now() - WINDOW_MS),
    async run(signal) {
      const since = clock.now() - WINDOW_MS;
      for (const incident of await store.usageLinks.incidentsSince(since, INCIDENTS)) {
        if (signal.aborted) return;
        const requestIds = await requestIdsOf(incident);
        const { issueId, projectId } = incident;
        if (requestIds.length > 0) await store.usageLinks.link({ issueId, projectId, requestIds, since });
      }
    },
  };
}
