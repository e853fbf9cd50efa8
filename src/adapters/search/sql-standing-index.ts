import type { EventPage, EventQuery, EventStanding, StandingIndex } from '../../core/events/index.ts';
import type { StoreDialect, TextTerm } from '../store/sql/dialects/dialect.ts';
import { CLASSES_OF_STANDING, standingToken } from './event-tokens.ts';
import { pageOf } from './sql-event-index.ts';
import { classTerm } from './text-plan.ts';

/** Full text knows of each event's standing, beside its severity's class. */
export function createSqlStandingIndex(dialect: StoreDialect): StandingIndex {
  return {
    find: (query: EventQuery, standings: readonly EventStanding[]): Promise<EventPage> =>
      pageOf(dialect, query, standings.flatMap(termsOf)),
  };
}

function termsOf(standing: EventStanding): TextTerm[] {
  const own = { tokens: [standingToken(standing)], isPrefix: false };
  return [own, ...CLASSES_OF_STANDING[standing].map(classTerm)];
}
