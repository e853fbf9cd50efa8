import type { Transaction } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

/** What a change acts on, and what nobody else may act on meanwhile. */
export interface Needs {
  /** Whoever makes, ends or cancels runs of a job holds its row: overlap is decided, and health counted, by one at a time. */
  jobIds: ReadonlySet<string>;
  /** By the first run of a chain run: a join sees all of its upstreams. */
  chainIds: ReadonlySet<string>;
  /** Runs whose rows are changed; claiming them passes them by. */
  runIds: ReadonlySet<string>;
}

export const NO_NEEDS: Needs = { jobIds: new Set(), chainIds: new Set(), runIds: new Set() };

export function joinNeeds(a: Needs, b: Partial<Needs>): Needs {
  return {
    jobIds: a.jobIds.union(b.jobIds ?? new Set()),
    chainIds: a.chainIds.union(b.chainIds ?? new Set()),
    runIds: a.runIds.union(b.runIds ?? new Set()),
  };
}

/**
 * A change turned out to need more than it holds. Rows are taken in one order only (jobs, then runs, each by id, then keys by name), so that two
 * changes never wait for each other; therefore it begins anew, with everything it needs from the beginning.
 */
export class NeedsMore extends Error {
  readonly needs: Needs;

  constructor(needs: Needs) {
    super('more is needed than is held');
    this.needs = needs;
  }
}

/** Times that a transaction is begun: chains are followed one job further each time, which is then remembered. */
const ATTEMPTS = 50;

/** One transaction that acts on runs. `prepare` and `work` are asked anew for each attempt. */
export async function inRunTransaction<T>(
  dialect: StoreDialect,
  prepare: (trx: Transaction<Schema>) => Promise<Partial<Needs>>,
  work: (trx: Transaction<Schema>, needs: Needs) => Promise<T>,
): Promise<T> {
  let learned = NO_NEEDS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await dialect.kysely
        .transaction()
        .execute(async (trx) => work(trx, joinNeeds(learned, await prepare(trx))));
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      if (error instanceof NeedsMore) learned = joinNeeds(learned, error.needs);
      else if (!dialect.isContention(error)) throw error;
    }
  }
}

/** Takes the rows' locks where the database has such, in their order. */
export async function holdRuns(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  { chainIds, runIds }: Pick<Needs, 'chainIds' | 'runIds'>,
): Promise<void> {
  const ids = chainIds.union(runIds);
  if (!dialect.lock.isNeeded || ids.size === 0) return;
  await trx
    .selectFrom('run')
    .select('id')
    .where('id', 'in', givenIds(dialect, [...ids]))
    .orderBy('id')
    .modifyEnd(dialect.lock.wait)
    .execute();
}

/** For `where('…', 'in', …)`, however many there are. */
export function givenIds(dialect: StoreDialect, ids: readonly string[]) {
  return dialect.kysely
    .selectFrom(
      dialect
        .given<{ id: string }>(
          { id: 'text' },
          ids.map((id) => ({ id })),
        )
        .as('given'),
    )
    .select('given.id');
}
