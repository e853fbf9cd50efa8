import { sql, type Transaction } from 'kysely';
import { ANONYMOUS_ERRORS_PER_MINUTE, startOf } from '../../../../../core/usage/index.ts';
import type { RequestFact, UsageFact, WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

/**
 * Whether the error of an answer gets a row of its own: of anonymous ones so many a minute of one endpoint, with those that have one already. A
 * scanner that asks for ten thousand pages fills counts and no table, whoever tells of it.
 */
export async function createAnonymousCap(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  facts: readonly WaitingFact[],
): Promise<(one: WaitingFact) => boolean> {
  const minutes = new Map<string, Minute>();
  for (const { projectId, fact } of facts) {
    if (!isAnonymousError(fact)) continue;
    const from = startOf(fact.at, 'minute');
    minutes.set(keyOf(projectId, fact), { project: projectId, service: fact.service, endpoint: fact.endpoint, from });
  }
  const counts = new Map<string, number>();
  for (const chunk of chunksOf([...minutes]))
    for (const [key, rows] of await rowsOf(trx, dialect, chunk)) counts.set(key, rows);
  return ({ projectId, fact }) => {
    if (!isAnonymousError(fact)) return true;
    const key = keyOf(projectId, fact);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= ANONYMOUS_ERRORS_PER_MINUTE;
  };
}

interface Minute {
  project: number;
  service: string;
  endpoint: string;
  from: number;
}

function isAnonymousError(fact: UsageFact): fact is RequestFact {
  return fact.kind === 'request' && fact.who === null && fact.error !== null && fact.error !== 'counted';
}

function keyOf(projectId: number, { service, endpoint, at }: RequestFact): string {
  return JSON.stringify([projectId, service, endpoint, startOf(at, 'minute')]);
}

/** Rows there are of these minutes, by their keys. */
async function rowsOf(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  minutes: readonly (readonly [key: string, minute: Minute])[],
): Promise<[string, number][]> {
  const given = dialect.given<Minute & { key: string; to: number }>(
    { key: 'text', project: 'integer', service: 'text', endpoint: 'text', from: 'integer', to: 'integer' },
    minutes.map(([key, minute]) => ({ key, ...minute, to: minute.from + 60_000 })),
  );
  const { rows } = await sql<{ key: string; rows: number }>`
    SELECT given."key" AS "key", (
      SELECT count(*) FROM user_errors AS own
      WHERE own.project_id = given.project AND own.service = given.service AND own.endpoint = given.endpoint
        AND own.timestamp >= given."from" AND own.timestamp < given."to" AND own.user_email IS NULL AND own.is_request = 1
    ) AS rows FROM ${given} AS given`.execute(trx);
  return rows.map(({ key, rows: count }) => [key, Number(count)]);
}
