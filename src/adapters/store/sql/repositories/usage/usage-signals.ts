import { sql } from 'kysely';
import type { UsageSignals, UsageWindow } from '../../../../../core/usage/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { cut } from './cut-window.ts';

/** Anonymous answers that say nothing about the application: who scans gets them. */
const SCANNED = [401, 404];
/** Users of one look, those with the most errors first; more is an outage, of which the error rate tells. */
const MOST_USERS = 200;
/** Errors of one user that are looked at: the newest. */
const MOST_ERRORS = 1_000;

/** Errors that have `atLeast - 1` others within `withinMs` before them: the first and the newest. `instants` newest first. */
function burstsOf(
  instants: readonly number[],
  { atLeast, withinMs }: { atLeast: number; withinMs: number },
): { errors: number; reachedAt: number; stillAt: number } | null {
  const ends = instants.filter((at, index) => at - (instants[index + atLeast - 1] ?? Number.NaN) <= withinMs);
  const [stillAt] = ends;
  if (stillAt === undefined) return null;
  const errors = instants.filter((at) => at <= stillAt && stillAt - at <= withinMs).length;
  return { errors, reachedAt: ends.at(-1)!, stillAt };
}

export function createUsageSignals({ kysely }: StoreDialect): UsageSignals {
  async function counted(
    { service }: UsageWindow,
    { from, to, step }: { from: number; to: number; step: string },
  ): Promise<{ requests: number; errors: number }> {
    let query = kysely
      .selectFrom('usage_count')
      .select((eb) => [eb.fn.sum<number>('requests').as('requests'), eb.fn.sum<number>('errors').as('errors')])
      .where('step', '=', step)
      .where('at', '>=', from)
      .where('at', '<', to)
      .where((eb) => eb.or([eb('is_anonymous', '=', 0), eb('status', 'not in', SCANNED)]));
    if (service !== null) query = query.where('service', '=', service);
    const row = await query.executeTakeFirstOrThrow();
    return { requests: Number(row.requests ?? 0), errors: Number(row.errors ?? 0) };
  }

  async function inRows(
    { service }: UsageWindow,
    { from, to }: { from: number; to: number },
  ): Promise<{ requests: number; errors: number }> {
    let uses = kysely
      .selectFrom('feature_usage')
      .select((eb) => [eb.fn.countAll<number>().as('requests'), eb.fn.sum<number>('is_error').as('errors')])
      .where('timestamp', '>=', from)
      .where('timestamp', '<', to)
      .where((eb) => eb.or([eb('user_email', 'is not', null), eb('status_code', 'not in', SCANNED)]));
    let outside = kysely
      .selectFrom('user_errors')
      .select((eb) => eb.fn.countAll<number>().as('errors'))
      .where('is_request', '=', 0)
      .where('timestamp', '>=', from)
      .where('timestamp', '<', to)
      .where((eb) => eb.or([eb('user_email', 'is not', null), eb('error_code', 'not in', SCANNED)]));
    if (service !== null) {
      uses = uses.where('service', '=', service);
      outside = outside.where('service', '=', service);
    }
    const { requests, errors } = await uses.executeTakeFirstOrThrow();
    const more = await outside.executeTakeFirstOrThrow();
    return { requests: Number(requests), errors: Number(errors ?? 0) + Number(more.errors) };
  }

  return {
    async errorRate(window) {
      const { steps, rows } = cut(window, ['hour', 'minute']);
      const total = { requests: 0, errors: 0 };
      const add = ({ requests, errors }: typeof total, sign: number) => {
        total.requests += sign * requests;
        total.errors += sign * errors;
      };
      for (const range of steps) add(await counted(window, range), range.sign);
      for (const range of rows) add(await inRows(window, range), range.sign);
      return total;
    },

    async usersWithErrors({ from, to, atLeast, withinMs }) {
      const within = () =>
        kysely
          .selectFrom('user_errors')
          .where('user_email', 'is not', null)
          .where('timestamp', '>=', from)
          .where('timestamp', '<', to);
      const candidates = await within()
        .select('user_email')
        .groupBy('user_email')
        .having((eb) => eb.fn.countAll(), '>=', atLeast)
        .orderBy((eb) => eb.fn.countAll(), 'desc')
        .limit(MOST_USERS)
        .execute();
      const found = [];
      for (const { user_email: user } of candidates) {
        const newest = await within()
          .select(['timestamp', 'service', 'endpoint', 'project_id'])
          .where('user_email', '=', user)
          .orderBy('timestamp', 'desc')
          .limit(MOST_ERRORS)
          .execute();
        const burst = burstsOf(
          newest.map(({ timestamp }) => Number(timestamp)),
          { atLeast, withinMs },
        );
        if (burst === null) continue;
        const { timestamp, service, endpoint, project_id } = newest[0]!;
        const last = { lastAt: Number(timestamp), projectId: Number(project_id), service, endpoint };
        found.push({ user: user!, ...burst, ...last });
      }
      return found.sort((a, b) => b.errors - a.errors || (a.user < b.user ? -1 : 1));
    },

    async sessions({ from, to, service }) {
      let query = kysely
        .selectFrom('user_sessions')
        .select((eb) => eb.fn.countAll<number>().as('sessions'))
        .where('session_start', '<', to)
        .where('last_activity', '>=', from);
      if (service !== null) query = query.where('service', '=', service);
      return Number((await query.executeTakeFirstOrThrow()).sessions);
    },

    /** By the minutes that have counts, and the row in the newest of each; where rows or minutes are gone, by what is left. */
    async lastRecords() {
      const { rows } = await sql<{ projectId: number; service: string; at: number }>`
        SELECT newest.project_id AS "projectId", newest.service, coalesce((
          SELECT max(timestamp) FROM feature_usage
          WHERE timestamp >= newest.at AND timestamp < newest.at + 60000
            AND feature_usage.project_id = newest.project_id AND feature_usage.service = newest.service), newest.at) AS at
        FROM (SELECT project_id, service, max(at) AS at FROM usage_latency WHERE step = 'minute' GROUP BY project_id, service)
          AS newest`.execute(kysely);
      const known = new Map(rows.map((row) => [`${row.projectId} ${row.service}`, { ...row, at: Number(row.at) }]));
      const older = await kysely
        .selectFrom('usage_latency')
        .select((eb) => ['project_id', 'service', eb.fn.max<number>('at').as('at')])
        .where('step', '=', 'day')
        .groupBy(['project_id', 'service'])
        .execute();
      for (const { project_id, service, at } of older) {
        const key = `${project_id} ${service}`;
        if (!known.has(key)) known.set(key, { projectId: Number(project_id), service, at: Number(at) });
      }
      return [...known.values()]
        .map((row) => ({ ...row, projectId: Number(row.projectId) }))
        .sort((a, b) => (a.service < b.service ? -1 : 1));
    },
  };
}
