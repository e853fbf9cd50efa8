import type { AnswerOrigin, EventIndex, EventPage, EventQuery, SearchProgress } from '../../core/events/index.ts';
import { type Clock, GuardianError } from '../../core/shared/index.ts';

/** What the newest events are asked of: the database, which has them at once. The cluster has everything older, unless it is behind. */
const NEWEST_MS = 60_000;
/** The cluster answers only while nothing waits longer than this to be indexed: far less than what the database answers by itself. */
const BEHIND_MS = 10_000;
/** After a failure the cluster is left alone for so long, so that a search does not wait for it each time. */
const REST_MS = 5_000;

export interface ClusterEventIndexOptions {
  cluster: EventIndex;
  database: EventIndex;
  /** Null: nothing follows the events yet. */
  progress(): Promise<SearchProgress | null>;
  /** The cluster keeps events that the database has forgotten. */
  keepsMore: boolean;
  onFailure(error: GuardianError): void;
  onSuccess(): void;
  clock: Clock;
}

/**
 * The cluster’s answers, with the newest minute of the database; the database’s alone while the cluster is away, or behind. Then events that only the
 * cluster still holds are missing, and the answer says so.
 */
export function createClusterEventIndex(options: ClusterEventIndexOptions): EventIndex {
  const { cluster, database, progress, keepsMore, onFailure, onSuccess, clock } = options;
  let restUntil = 0;

  const isUsable = async (): Promise<boolean> => {
    if (clock.now() < restUntil) return false;
    const state = await progress();
    return state !== null && !state.isFilling && (state.oldestAt === null || state.oldestAt > clock.now() - BEHIND_MS);
  };
  /** Null: the cluster did not answer. */
  const tryCluster = async <Result>(ask: () => Promise<Result>): Promise<Result | null> => {
    if (!(await isUsable())) return null;
    try {
      const result = await ask();
      onSuccess();
      return result;
    } catch (thrown) {
      if (!isClusterFailure(thrown)) throw thrown;
      restUntil = clock.now() + REST_MS;
      onFailure(thrown);
      return null;
    }
  };
  const alone = <Result extends AnswerOrigin>(result: Result): Result => ({ ...result, isDatabaseOnly: true });

  return {
    // What is stored is queued by the database.
    async add() {},

    async search(query) {
      const joined = await tryCluster(() => joinNewest({ cluster, database }, query, clock.now() - NEWEST_MS));
      return joined ?? alone(await database.search(query));
    },

    async histogram(query, steps) {
      const counted = await tryCluster(() => cluster.histogram(query, steps));
      return counted ?? alone(await database.histogram(query, steps));
    },

    async get(seqs) {
      const found = await database.get(seqs);
      if (!keepsMore || found.length === new Set(seqs).size) return found;
      const known = new Map(found.map((event) => [event.seq, event]));
      const missing = seqs.filter((seq) => !known.has(seq));
      for (const event of await cluster.get(missing)) known.set(event.seq, event);
      return seqs.flatMap((seq) => known.get(seq) ?? []);
    },

    async remove(seqs) {
      await database.remove(seqs);
      // Else the queue brings it there.
      if (keepsMore) await cluster.remove(seqs);
    },
  };
}

function isClusterFailure(thrown: unknown): thrown is GuardianError {
  return (
    thrown instanceof GuardianError &&
    (thrown.code === 'search_unreachable' ||
      thrown.code === 'search_refused' ||
      thrown.code === 'search_product_unknown')
  );
}

/** One page over both: the seqs name the same events in both, so that the cursor of one goes on in the other. */
async function joinNewest(
  { cluster, database }: { cluster: EventIndex; database: EventIndex },
  query: EventQuery,
  edge: number,
): Promise<EventPage> {
  if (query.to !== null && query.to <= edge) return cluster.search(query);
  if (query.from !== null && query.from >= edge) return database.search(query);
  const parts = [
    { index: cluster, part: { ...query, to: edge } },
    { index: database, part: { ...query, from: edge } },
  ];
  if (query.order === 'newest') parts.reverse();
  const events: EventPage['events'] = [];
  for (const [at, { index, part }] of parts.entries()) {
    const isLast = at === parts.length - 1;
    const page = await index.search({ ...part, limit: query.limit - events.length });
    events.push(...page.events);
    if (page.cursor !== null) return { events, cursor: page.cursor };
    if (isLast || events.length < query.limit) continue;
    // The page is full at the seam: whether there is more is the other one’s to say.
    const rest = await parts[at + 1]!.index.search({ ...parts[at + 1]!.part, limit: 1 });
    return { events, cursor: rest.events.length > 0 ? events.at(-1)!.seq : null };
  }
  return { events, cursor: null };
}
