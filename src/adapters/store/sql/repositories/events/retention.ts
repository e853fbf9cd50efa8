import { sql } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { RetentionKnobs, RetentionStore } from '../../store.ts';
import { HOUR_MS } from './batch-counts.ts';
import { deleteInSteps } from './delete-events.ts';
import { SEQS_PER_MS } from './event-row.ts';
import { forgetIssueEvents } from './forget-issue-events.ts';

const DAY_MS = 24 * HOUR_MS;
/** Deliveries hold whole messages; who got what is worth a year. */
const DELIVERY_DAYS = 400;
/** Releases that nobody ran for so long. */
const RELEASE_DAYS = 400;
/** Kinds of outbox rows that nobody takes up: they only stand there for who looks. */
const UNTAKEN_KINDS = ['deployment-changed', 'deployment-held', 'fix-changed'];

export function createRetentionStore(dialect: StoreDialect): RetentionStore {
  return {
    async forget({ now, knobs }) {
      const logs = await forgetLogs(dialect, now, knobs);
      if (logs >= knobs.stepRows) return { logs, issueEvents: 0, isDone: false };
      const issueEvents = await forgetIssueEvents(dialect, now, knobs);
      if (issueEvents > 0) return { logs, issueEvents, isDone: false };
      await forgetPassing(dialect, now, knobs);
      return { logs, issueEvents, isDone: true };
    },
  };
}

/** Events that belong to no issue, oldest first. Those that wait to be folded may still come to belong to one. */
async function forgetLogs(dialect: StoreDialect, now: number, knobs: RetentionKnobs): Promise<number> {
  const { kysely } = dialect;
  const byAge = Math.floor(now - knobs.logDays * DAY_MS) * SEQS_PER_MS;
  const before = Math.max(byAge, await beforeNewest(dialect, knobs.logRows));
  const rows = await kysely
    .selectFrom('event')
    .select('seq')
    .where('seq', '<', before)
    .where('issue_id', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('fold_queue').select('arrival').whereRef('fold_queue.seq', '=', 'event.seq'))),
    )
    .orderBy('seq')
    .limit(knobs.stepRows)
    .execute();
  return deleteInSteps(
    dialect,
    rows.map(({ seq }) => seq),
  );
}

/** The beginning of the hour from which on there were so many events, as a seq: from the counts, since counting rows takes seconds. */
async function beforeNewest({ kysely }: StoreDialect, rows: number): Promise<number> {
  const hours = kysely
    .selectFrom('event_count')
    .select(['start', ({ fn }) => fn.sum<number>('events').as('events')])
    .where('width', '=', HOUR_MS)
    .groupBy('start');
  const summed = kysely
    .selectFrom(hours.as('hours'))
    .select(['start', sql<number>`sum(events) OVER (ORDER BY start DESC)`.as('newer')]);
  const { start } = await kysely
    .selectFrom(summed.as('summed'))
    .select(({ fn }) => fn.max('start').as('start'))
    .where('newer', '>=', rows)
    .executeTakeFirstOrThrow();
  return (start ?? 0) * SEQS_PER_MS;
}

/** What only matters while the events are there, or until it was taken up. Counts by hour stay. */
async function forgetPassing({ kysely }: StoreDialect, now: number, { logDays }: RetentionKnobs): Promise<void> {
  const before = now - logDays * DAY_MS;
  await kysely.deleteFrom('event_count').where('width', '<', HOUR_MS).where('start', '<', before).execute();
  await kysely.deleteFrom('client_record').where('time', '<', before).execute();
  await kysely
    .deleteFrom('release_health')
    .where('last_at', '<', now - RELEASE_DAYS * DAY_MS)
    .execute();
  await kysely.deleteFrom('outbox').where('done_at', '<', before).execute();
  await kysely
    .deleteFrom('outbox')
    .where('kind', 'in', UNTAKEN_KINDS)
    .where('done_at', 'is', null)
    .where('at', '<', before)
    .execute();
  await kysely
    .deleteFrom('delivery')
    .where('created_at', '<', now - DELIVERY_DAYS * DAY_MS)
    .where('state', 'not in', ['pending', 'sending'])
    .execute();
}
