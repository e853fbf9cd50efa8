import type { QueryCreator } from 'kysely';
import type { IngestedEvent } from '../../../../../core/ingest/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect, Write } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

const CHUNK = 500;
const COLUMNS = { seq: 'integer', project_id: 'integer', service: 'text', event: 'text' } as const;

export interface FoldCandidate {
  seq: number;
  ingested: IngestedEvent;
  service: string;
}

/** Last in their transaction: on PostgreSQL other writers wait from here to its end, see `queueTurn`. */
export async function writesOfQueue(dialect: StoreDialect, candidates: readonly FoldCandidate[]): Promise<Write[]> {
  if (candidates.length === 0) return [];
  // Only the thread that takes events in needs it, and has it.
  const { serializeForFold } = await import('../../../../../core/issues/index.ts');
  const rows = candidates.map(({ seq, ingested, service }) => ({
    seq,
    project_id: ingested.projectId,
    service,
    event: ingested.queued ?? serializeForFold(ingested.packed?.unpack() ?? ingested.event),
  }));
  return chunksOf(rows, CHUNK).map((chunk) => (db: QueryCreator<Schema>) => {
    const into = db.insertInto('fold_queue');
    const { queueTurn } = dialect;
    if (queueTurn === null) return into.values(chunk);
    const given = dialect.given(COLUMNS, chunk).as('given');
    return into
      .columns(['seq', 'project_id', 'service', 'event'])
      .expression((eb) =>
        eb
          .selectFrom([queueTurn.as('held'), given])
          .select(['given.seq', 'given.project_id', 'given.service', 'given.event']),
      );
  });
}
