import type { EventIndex, EventPage, EventQuery } from '../../core/events/index.ts';
import type { StoreDialect, TextTerm } from '../store/sql/dialects/dialect.ts';
import { deleteInSteps } from '../store/sql/repositories/events/delete-events.ts';
import { loadEvents } from '../store/sql/repositories/events/event-row.ts';
import { isOnlyProject } from './only-project.ts';
import { createHistogram } from './sql-histogram.ts';
import { onRow, rangeOf, rowCondition, toTextPlan, withAnyOf } from './text-plan.ts';

/** The event index over SQL: full text stands beside the events, so that adding is the append's work. */
export function createSqlEventIndex(dialect: StoreDialect, knobs: { countedMatches: number }): EventIndex {
  return {
    async add() {},

    search: (query) => pageOf(dialect, query),

    histogram: createHistogram(dialect, knobs),

    get: (seqs) => loadEvents(dialect.kysely, seqs),

    async remove(seqs) {
      await deleteInSteps(dialect, seqs);
    },
  };
}

/** `anyOf`: one of these besides; left out: no more is asked. */
export async function pageOf(
  dialect: StoreDialect,
  query: EventQuery,
  anyOf: readonly TextTerm[] = [],
): Promise<EventPage> {
  const seqs = await findSeqs(dialect, query, anyOf);
  const shown = seqs.slice(0, query.limit);
  return {
    events: await loadEvents(dialect.kysely, shown),
    cursor: seqs.length > query.limit ? shown.at(-1)! : null,
  };
}

/** One more than the page holds, where there is one. */
async function findSeqs(
  { kysely, text }: StoreDialect,
  query: EventQuery,
  anyOf: readonly TextTerm[],
): Promise<number[]> {
  const isNewestFirst = query.order === 'newest';
  const range = rangeOf(query, { cursor: query.cursor, isNewestFirst });
  const plan = toTextPlan(query, { isOnlyProject: await isOnlyProject(kysely, query.projectId) });
  if (anyOf.length > 0) plan.text = withAnyOf(plan.text, anyOf);
  const limit = query.limit + 1;
  if (plan.isImpossible || range.from >= range.to) return [];
  if (plan.text) return text.find(plan.text, range, { limit, isNewestFirst }, rowCondition(plan));
  let events = kysely
    .selectFrom('event')
    .select('seq')
    .where('seq', '>=', range.from)
    .where('seq', '<', range.to)
    .orderBy('seq', isNewestFirst ? 'desc' : 'asc')
    .limit(limit);
  if (plan.rows) events = events.where(onRow(plan.rows, 'event'));
  return (await events.execute()).map(({ seq }) => seq);
}
