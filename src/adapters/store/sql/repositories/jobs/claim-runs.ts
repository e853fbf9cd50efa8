import { type SqlBool, sql, type Transaction } from 'kysely';
import type { Run, RunQueue } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { RunTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { givenIds, inRunTransaction } from './held-runs.ts';
import { changeKeys, holdKeys } from './run-keys.ts';
import { keysOf, toRun } from './run-row.ts';
import { IS_QUEUED, WENT_WELL } from './run-statuses.ts';

/** Looks of one claim at the queue: each but the last filled a key that more runs of the look before wanted. */
const MOST_LOOKS = 20;

type Claim = Parameters<RunQueue['claim']>[0];
type Candidate = Pick<RunTable, 'id' | 'key_1' | 'limit_1' | 'key_2' | 'limit_2' | 'queue_order'>;

/**
 * Runs are taken in order; one whose key is full holds up those of that key, and no others. On PostgreSQL another node's claim that is
 * under way is passed by, but none of its keys: they are waited for, and a run that waits before ours goes first.
 */
export function claimRuns(dialect: StoreDialect, claim: Claim): Promise<{ runs: Run[]; expired: Run[] }> {
  return inRunTransaction(
    dialect,
    async () => ({}),
    async (trx) => {
      await dialect.walkInOrder(trx);
      const taken = await takeRuns(trx, dialect, claim);
      return { runs: await begin(trx, dialect, taken, claim), expired: await expiredRuns(trx, claim) };
    },
  );
}

async function takeRuns(trx: Transaction<Schema>, dialect: StoreDialect, { at, limit }: Claim): Promise<Candidate[]> {
  const taken: Candidate[] = [];
  const running = new Map<string, number>();
  const full = new Set<string>();
  let last: Candidate | null = null;
  for (let look = 0; look < MOST_LOOKS && taken.length < limit; look++) {
    const wanted = limit - taken.length;
    const candidates: Candidate[] = await dueRuns(trx, { at, full: [...full], after: last, limit: wanted }, dialect);
    if (candidates.length === 0) break;
    last = candidates.at(-1)!;
    const unknown = keyNames(candidates).filter((key) => !running.has(key));
    for (const [key, count] of await holdKeys(trx, dialect, unknown)) running.set(key, count);
    const keysOfOthers = dialect.lock.isNeeded ? await keysOfEarlier(trx, candidates, at) : [];
    for (const key of keysOfOthers) full.add(key);
    taken.push(...candidates.filter((candidate) => takesRoom(candidate, running, full)));
    if (candidates.length < wanted) break;
  }
  return taken;
}

function keyNames(candidates: readonly Candidate[]): string[] {
  return candidates.flatMap(keysOf).map(({ key }) => key);
}

/** Whether none of its keys is full; they are then counted as taken. */
function takesRoom(candidate: Candidate, running: Map<string, number>, full: Set<string>): boolean {
  const keys = keysOf(candidate);
  for (const { key, limit } of keys) if (running.get(key)! >= limit) full.add(key);
  if (keys.some(({ key }) => full.has(key))) return false;
  for (const { key } of keys) running.set(key, running.get(key)! + 1);
  return true;
}

interface Look {
  at: number;
  full: readonly string[];
  after: Candidate | null;
  limit: number;
}

function dueRuns(trx: Transaction<Schema>, look: Look, dialect: StoreDialect): Promise<Candidate[]> {
  let due = claimable(trx, look.at)
    .select(['run.id', 'key_1', 'limit_1', 'key_2', 'limit_2', 'queue_order'])
    .orderBy('queue_order')
    .orderBy('run.id')
    .limit(look.limit)
    .modifyEnd(dialect.lock.skip('run'));
  const { after, full } = look;
  if (after) {
    due = due.where((eb) => eb(eb.refTuple('queue_order', 'run.id'), '>', eb.tuple(after.queue_order, after.id)));
  }
  if (full.length > 0) {
    due = due
      .where((eb) => eb.or([eb('key_1', 'is', null), eb('key_1', 'not in', full)]))
      .where((eb) => eb.or([eb('key_2', 'is', null), eb('key_2', 'not in', full)]));
  }
  return due.execute();
}

/** Queued, due, its condition holds, and its keys have room as far as that can be said without taking them. */
function claimable(trx: Transaction<Schema>, at: number) {
  return trx
    .selectFrom('run')
    .leftJoin('run_key as room_1', 'room_1.key', 'run.key_1')
    .leftJoin('run_key as room_2', 'room_2.key', 'run.key_2')
    .where(IS_QUEUED)
    .where('due_at', '<=', at)
    .where((eb) => eb.or([eb('condition_job', 'is', null), conditionHolds]))
    .where(
      sql<boolean>`(key_1 IS NULL OR coalesce(room_1.running, 0) < limit_1) AND (key_2 IS NULL OR coalesce(room_2.running, 0) < limit_2)`,
    );
}

const conditionHolds = sql<SqlBool>`EXISTS (SELECT 1 FROM run AS other
  WHERE other.job_id = run.condition_job AND other.${WENT_WELL} AND other.finished_at >= run.condition_since)`;

/** Keys of runs that stand before these, and that another node is looking at just now. */
async function keysOfEarlier(
  trx: Transaction<Schema>,
  candidates: readonly Candidate[],
  at: number,
): Promise<Set<string>> {
  const keyed = candidates.filter(({ key_1 }) => key_1 !== null);
  if (keyed.length === 0) return new Set();
  const { queue_order, id } = keyed.at(-1)!;
  const keys = [...new Set(keyNames(keyed))];
  const earlier = await claimable(trx, at)
    .select(['key_1', 'limit_1', 'key_2', 'limit_2'])
    .where((eb) => eb(eb.refTuple('queue_order', 'run.id'), '<', eb.tuple(queue_order, id)))
    .where((eb) => eb.or([eb('key_1', 'in', keys), eb('key_2', 'in', keys)]))
    .where(
      'run.id',
      'not in',
      candidates.map((candidate) => candidate.id),
    )
    .execute();
  return new Set(earlier.flatMap(keysOf).map(({ key }) => key));
}

async function begin(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  taken: readonly Candidate[],
  { node, at }: Claim,
): Promise<Run[]> {
  if (taken.length === 0) return [];
  const rows = await trx
    .updateTable('run')
    .set((eb) => ({
      status: 'running',
      node,
      heartbeat_at: at,
      started_at: eb.fn.coalesce('started_at', eb.val(at)),
      attempt: eb('attempt', '+', 1),
    }))
    .where(
      'id',
      'in',
      givenIds(
        dialect,
        taken.map(({ id }) => id),
      ),
    )
    .returningAll()
    .execute();
  const counts = new Map<string, number>();
  for (const row of rows) for (const { key } of keysOf(row)) counts.set(key, (counts.get(key) ?? 0) + 1);
  await changeKeys(trx, dialect, counts);
  return rows.map(toRun).sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

/** Their condition did not hold in time. */
async function expiredRuns(trx: Transaction<Schema>, { at, limit }: Claim): Promise<Run[]> {
  const rows = await trx
    .selectFrom('run')
    .selectAll()
    .where(IS_QUEUED)
    .where('condition_job', 'is not', null)
    .where('condition_until', '<', at)
    .where('due_at', '<=', at)
    .where((eb) => eb.not(conditionHolds))
    .orderBy('condition_until')
    .limit(limit)
    .execute();
  return rows.map(toRun);
}
