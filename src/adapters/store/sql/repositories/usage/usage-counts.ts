import type { Transaction } from 'kysely';
import { createHistogram } from '../../../../../core/shared/index.ts';
import {
  type CountIncrement,
  type LatencyIncrement,
  noGroups,
  type UsageIncrements,
  type UserIncrement,
} from '../../../../../core/usage/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { earlier } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';
import { insertGiven } from './insert-given.ts';

/** Adds a batch to the counts; its rows come in the order of their keys. */
export async function addUsageCounts(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  { counts, latencies, users, revisions }: UsageIncrements,
): Promise<void> {
  await addCounts(trx, dialect, counts);
  for (const rows of chunksOf(latencies)) await addLatencies(trx, dialect, rows);
  for (const rows of chunksOf(overAll(users))) await addUsers(trx, dialect, rows);
  for (const rows of chunksOf(revisions)) {
    await trx
      .insertInto('usage_revision')
      .values(
        rows.map(({ projectId, service, revision, at }) => ({
          project_id: projectId,
          service,
          revision,
          first_at: at,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'service', 'revision']).doUpdateSet((eb) => ({
          first_at: earlier(eb.ref('usage_revision.first_at'), eb.ref('excluded.first_at')),
        })),
      )
      .execute();
  }
}

/** In rows of their own stand the counts of a user over all services. */
export const ALL = { projectId: 0, service: '' } as const;

export async function addCounts(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  counts: readonly CountIncrement[],
): Promise<void> {
  for (const rows of chunksOf(counts)) await addCountRows(trx, dialect, rows);
}

const COUNT_COLUMNS = {
  ...({ step: 'text', at: 'integer', project_id: 'integer', service: 'text', feature: 'text' } as const),
  ...({
    status: 'integer',
    is_anonymous: 'integer',
    requests: 'integer',
    errors: 'integer',
    sampled: 'integer',
  } as const),
};

async function addCountRows(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  increments: readonly CountIncrement[],
): Promise<void> {
  const rows = increments.map(({ projectId, isAnonymous, ...row }) => {
    return { ...row, project_id: projectId, is_anonymous: Number(isAnonymous) };
  });
  await insertGiven(trx, dialect, { table: 'usage_count', columns: COUNT_COLUMNS, rows })
    .onConflict((conflict) =>
      conflict
        .columns(['step', 'at', 'project_id', 'service', 'feature', 'status', 'is_anonymous'])
        .doUpdateSet((eb) => ({
          requests: eb('usage_count.requests', '+', eb.ref('excluded.requests')),
          errors: eb('usage_count.errors', '+', eb.ref('excluded.errors')),
          sampled: eb('usage_count.sampled', '+', eb.ref('excluded.sampled')),
        })),
    )
    .execute();
}

async function addLatencies(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  rows: readonly LatencyIncrement[],
): Promise<void> {
  const keys = rows.map(({ step, at, projectId, service }) => ({ step, at, project: projectId, service }));
  const known = await trx
    .selectFrom(
      dialect
        .given<(typeof keys)[number]>({ step: 'text', at: 'integer', project: 'integer', service: 'text' }, keys)
        .as('given'),
    )
    .innerJoin('usage_latency as own', (join) =>
      join
        .onRef('own.step', '=', 'given.step')
        .onRef('own.at', '=', 'given.at')
        .onRef('own.project_id', '=', 'given.project')
        .onRef('own.service', '=', 'given.service'),
    )
    .selectAll('own')
    .execute();
  const before = new Map(known.map((row) => [keyOf(row.step, row.at, row.project_id, row.service), row.histogram]));
  await trx
    .insertInto('usage_latency')
    .values(
      rows.map(({ step, at, projectId, service, histogram }) => {
        const stored = before.get(keyOf(step, at, projectId, service));
        const merged = createHistogram(stored === undefined ? [] : (JSON.parse(stored) as number[]));
        merged.merge(histogram);
        return { step, at, project_id: projectId, service, histogram: JSON.stringify(merged.encode()) };
      }),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['step', 'at', 'project_id', 'service'])
        .doUpdateSet((eb) => ({ histogram: eb.ref('excluded.histogram') })),
    )
    .execute();
}

async function addUsers(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  rows: readonly UserIncrement[],
): Promise<void> {
  const keys = rows.map(({ step, at, user, projectId, service }) => ({ step, at, user, project: projectId, service }));
  const known = await trx
    .selectFrom(
      dialect
        .given<(typeof keys)[number]>(
          { step: 'text', at: 'integer', user: 'text', project: 'integer', service: 'text' },
          keys,
        )
        .as('given'),
    )
    .innerJoin('usage_user as own', (join) =>
      join
        .onRef('own.step', '=', 'given.step')
        .onRef('own.service', '=', 'given.service')
        .onRef('own.at', '=', 'given.at')
        .onRef('own.user_email', '=', 'given.user')
        .onRef('own.project_id', '=', 'given.project'),
    )
    .select(['own.step', 'own.at', 'own.user_email', 'own.project_id', 'own.service', 'own.groups'])
    .execute();
  const before = new Map(
    known.map((row) => [keyOf(row.step, row.at, row.user_email, row.project_id, row.service), row.groups]),
  );
  const merged = rows.map(({ step, at, user, projectId, service, requests, errors, groups }) => {
    const stored = before.get(keyOf(step, at, user, projectId, service));
    const sums = stored === undefined ? groups : addGroups(groupsOf(stored), groups);
    const place = { step, at, user_email: user, project_id: projectId, service };
    return { ...place, requests, errors, active_ms: 0, groups: JSON.stringify(sums) };
  });
  await insertGiven(trx, dialect, { table: 'usage_user', columns: USER_COLUMNS, rows: merged })
    .onConflict((conflict) =>
      conflict.columns(['step', 'service', 'at', 'user_email', 'project_id']).doUpdateSet((eb) => ({
        requests: eb('usage_user.requests', '+', eb.ref('excluded.requests')),
        errors: eb('usage_user.errors', '+', eb.ref('excluded.errors')),
        groups: eb.ref('excluded.groups'),
      })),
    )
    .execute();
}

export const USER_COLUMNS = {
  ...({ step: 'text', at: 'integer', user_email: 'text', project_id: 'integer', service: 'text' } as const),
  ...({ requests: 'integer', errors: 'integer', active_ms: 'integer', groups: 'text' } as const),
};

/** Each with its share of the rows over all services. */
function overAll(users: readonly UserIncrement[]): UserIncrement[] {
  const all = new Map<string, UserIncrement>();
  for (const one of users) {
    const key = keyOf(one.step, one.at, one.user);
    const known = all.get(key);
    if (known === undefined) all.set(key, { ...one, ...ALL, groups: addGroups(noGroups(), one.groups) });
    else {
      known.requests += one.requests;
      known.errors += one.errors;
      addGroups(known.groups, one.groups);
    }
  }
  return [...users, ...all.values()];
}

function addGroups(to: Record<string, number>, more: Readonly<Record<string, number>>): Record<string, number> {
  for (const [group, count] of Object.entries(more)) to[group] = (to[group] ?? 0) + count;
  return to;
}

function groupsOf(stored: string): Record<string, number> {
  return Object.assign(noGroups(), JSON.parse(stored));
}

function keyOf(...parts: (string | number)[]): string {
  return JSON.stringify(parts);
}
