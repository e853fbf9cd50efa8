import { type ExpressionBuilder, sql } from 'kysely';
import { createSketch, DEFAULT_SUMMARY, saltOf, startOf, type UsageStep } from '../../../../../core/usage/index.ts';
import type { UsageParts, UsageReader, UsageWindow } from '../../../../../core/usage/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { cut } from './cut-window.ts';
import type { PartUser, UserSums } from './user-sums.ts';

type PartCount = UsageParts['counts'][number];

/** So often parts are read anew when counts changed while they were read: after that they may be a second apart. */
const TRIES = 4;

/** Sums of counts over the whole steps of a window and of rows at its edges: the same as counting every row of it. */
export function createUsageReader(dialect: StoreDialect, userSums: UserSums): UsageReader {
  const { kysely } = dialect;

  async function numberOf(name: 'all' | 'kept'): Promise<number> {
    const row = await kysely
      .selectFrom('usage_version')
      .select('version')
      .where('step', '=', name)
      .where('service', '=', '')
      .where('at', '=', 0)
      .executeTakeFirst();
    return row?.version ?? 0;
  }

  async function counts(window: UsageWindow): Promise<PartCount[]> {
    const minutesFrom = await keptMinutes();
    const isKept = window.from >= minutesFrom;
    const { steps, rows } = cut(window, isKept ? ['day', 'hour', 'minute'] : ['day', 'hour']);
    const found = new Map<string, PartCount>();
    for (const range of steps) {
      for (const row of await countsOfStep(window, range)) addCount(found, row, range.sign);
    }
    for (const range of rows) {
      for (const row of await uses(window, range)) addCount(found, row, range.sign);
      for (const row of await errorsOutside(window, range))
        addCount(found, { ...row, feature: '', requests: 0, sampled: 0 }, range.sign);
    }
    return [...found.values()].filter(({ requests, errors }) => requests > 0 || errors > 0);
  }

  function countsOfStep(window: UsageWindow, { step, from, to }: { step: UsageStep; from: number; to: number }) {
    let query = kysely
      .selectFrom('usage_count')
      .select(['feature', 'status', 'is_anonymous'])
      .select((eb) => [
        eb.fn.sum<number>('requests').as('requests'),
        eb.fn.sum<number>('errors').as('errors'),
        eb.fn.sum<number>('sampled').as('sampled'),
      ])
      .where('step', '=', step)
      .where('at', '>=', from)
      .where('at', '<', to)
      .groupBy(['feature', 'status', 'is_anonymous']);
    if (window.service !== null) query = query.where('service', '=', window.service);
    return query.execute();
  }

  /** From when minutes are whole: the oldest may be about to be forgotten. */
  async function keptMinutes(): Promise<number> {
    const row = await kysely
      .selectFrom('usage_count')
      .select('at')
      .where('step', '=', 'minute')
      .orderBy('at')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? Number.POSITIVE_INFINITY : row.at + 60_000;
  }

  function uses({ service }: UsageWindow, { from, to }: { from: number; to: number }): Promise<CountRow[]> {
    let query = kysely
      .selectFrom('feature_usage')
      .select(['feature_name as feature', 'status_code as status'])
      .select((eb) => [
        isAnonymous(eb).as('is_anonymous'),
        eb.fn.countAll<number>().as('requests'),
        eb.fn.sum<number>('is_error').as('errors'),
        eb.fn.sum<number>('is_sampled').as('sampled'),
      ])
      .where('timestamp', '>=', from)
      .where('timestamp', '<', to)
      .groupBy(['feature_name', 'status_code', sql`is_anonymous`]);
    if (service !== null) query = query.where('service', '=', service);
    return query.execute();
  }

  function errorsOutside({ service }: UsageWindow, { from, to }: { from: number; to: number }) {
    let query = kysely
      .selectFrom('user_errors')
      .select('error_code as status')
      .select((eb) => [isAnonymous(eb).as('is_anonymous'), eb.fn.countAll<number>().as('errors')])
      .where('is_request', '=', 0)
      .where('timestamp', '>=', from)
      .where('timestamp', '<', to)
      .groupBy(['error_code', sql`is_anonymous`]);
    if (service !== null) query = query.where('service', '=', service);
    return query.execute();
  }

  /** One row of JSON for each user: twenty thousand rows of their own took three times as long. */
  async function errorsOf(window: UsageWindow, listed: readonly string[]): Promise<UsageParts['errors']> {
    if (listed.length === 0) return [];
    const service = window.service === null ? sql`` : sql`AND service = ${window.service}`;
    const source = dialect.given<{ user: string }>(
      { user: 'text' },
      listed.map((user) => ({ user })),
    );
    const newest = sql`(SELECT endpoint, error_message, timestamp FROM user_errors
      WHERE user_email = given."user" AND timestamp >= ${window.from} AND timestamp < ${window.to} ${service}
      ORDER BY timestamp DESC LIMIT ${DEFAULT_SUMMARY.listedErrors}) AS newest`;
    const list =
      dialect.kind === 'sqlite'
        ? sql`json_group_array(json_array(endpoint, error_message, timestamp))`
        : sql`json_agg(json_build_array(endpoint, error_message, timestamp))::text`;
    const { rows } = await sql<{ user: string; errors: string | null }>`
      SELECT given."user" AS "user", (SELECT ${list} FROM ${newest}) AS errors FROM ${source} AS given`.execute(kysely);
    return rows.flatMap(({ user, errors }) =>
      (JSON.parse(errors ?? '[]') as [string, string, number][]).map(([endpoint, error, at]) => {
        return { user, endpoint, error, at };
      }),
    );
  }

  async function missing(window: UsageWindow): Promise<number> {
    // A sender may claim any number: as floating point it has no end.
    let query = kysely
      .selectFrom('usage_gap')
      .select(sql<number | null>`sum(CAST(last_number - first_number + 1 AS double precision))`.as('missing'))
      .where('at', '>=', window.from)
      .where('at', '<', window.to);
    if (window.service !== null) query = query.where('service', '=', window.service);
    const row = await query.executeTakeFirst();
    return Math.min(Number(row?.missing ?? 0), Number.MAX_SAFE_INTEGER);
  }

  async function lastRecordAt({ service }: UsageWindow): Promise<number | null> {
    let query = kysely.selectFrom('feature_usage').select('timestamp').orderBy('timestamp', 'desc').limit(1);
    if (service !== null) query = query.where('service', '=', service);
    const newest = (await query.executeTakeFirst())?.timestamp;
    return newest ?? lastDay(service);
  }

  /** Rows are forgotten, counts of days are not. */
  async function lastDay(service: string | null): Promise<number | null> {
    let query = kysely
      .selectFrom('usage_latency')
      .select((eb) => eb.fn.max<number | null>('at').as('at'))
      .where('step', '=', 'day');
    if (service !== null) query = query.where('service', '=', service);
    return (await query.executeTakeFirst())?.at ?? null;
  }

  /**
   * Exact over days whose counts by user are there; of days before, by their sketches. Names of different salts are different users to
   * everybody: then it is the sum of each salt's.
   */
  async function activeUsers(
    window: UsageWindow,
    users: readonly PartUser[],
    usersFrom: number | null,
  ): Promise<Pick<UsageParts, 'activeUsers' | 'activeUsersAre'>> {
    const service = window.service ?? '';
    const firstDay = startOf(window.from, 'day');
    const salts = await kysely
      .selectFrom('usage_sketch')
      .select('salt')
      .distinct()
      .where('service', '=', service)
      .where('at', '>=', firstDay)
      .where('at', '<', window.to)
      .execute();
    const isSum = salts.length > 1;
    const exact = { activeUsers: users.length, activeUsersAre: isSum ? 'sum of daily uniques' : 'exact' } as const;
    if (usersFrom === null) return exact;
    const gone = await kysely
      .selectFrom('usage_sketch')
      .select(['salt', 'registers'])
      .where('service', '=', service)
      .where('at', '>=', firstDay)
      .where('at', '<', Math.min(usersFrom, window.to))
      .execute();
    if (gone.length === 0) return exact;
    const sketches = new Map<string, ReturnType<typeof createSketch>>();
    const sketchOf = (salt: string) => {
      const known = sketches.get(salt) ?? createSketch();
      sketches.set(salt, known);
      return known;
    };
    for (const { salt, registers } of gone) sketchOf(salt).merge(createSketch(registers));
    for (const { user } of users) sketchOf(saltOf(user)).add(user);
    const estimated = [...sketches.values()].reduce((total, sketch) => total + sketch.estimate(), 0);
    return { activeUsers: Math.round(estimated), activeUsersAre: isSum ? 'sum of daily uniques' : 'estimated' };
  }

  async function partsNow(window: UsageWindow): Promise<UsageParts> {
    const keptFrom = Math.max(await numberOf('kept'), window.usersFrom ?? 0);
    const usersFrom = keptFrom > window.from ? Math.min(keptFrom, window.to) : null;
    const known = { ...window, from: usersFrom ?? window.from };
    const users = await userSums.sums(known, (all) => all.slice(0, DEFAULT_SUMMARY.listedUsers));
    const listed = users.slice(0, DEFAULT_SUMMARY.listedUsers).filter(({ errors }) => errors > 0);
    return {
      counts: await counts(window),
      users,
      usersFrom,
      ...(await activeUsers(window, users, usersFrom)),
      errors: await errorsOf(
        known,
        listed.map(({ user }) => user),
      ),
      missingRecords: await missing(window),
      lastRecordAt: await lastRecordAt(window),
    };
  }

  return {
    async parts(window) {
      for (let tries = 1; ; tries++) {
        // Every change of a count moves it.
        const before = await numberOf('all');
        const parts = await partsNow(window);
        if (tries === TRIES || (await numberOf('all')) === before) return parts;
      }
    },
  };
}

interface CountRow {
  feature: string;
  status: number;
  is_anonymous: number;
  requests: number;
  errors: number;
  sampled: number;
}

function isAnonymous<Table extends 'feature_usage' | 'user_errors'>(eb: ExpressionBuilder<Schema, Table>) {
  return eb.case().when(sql.ref('user_email'), 'is', null).then(sql<number>`1`).else(sql<number>`0`).end();
}

function addCount(counts: Map<string, PartCount>, row: CountRow, sign: number): void {
  const key = `${row.status} ${row.is_anonymous} ${row.feature}`;
  const known = counts.get(key) ?? {
    ...{ feature: row.feature, status: row.status, isAnonymous: Number(row.is_anonymous) === 1 },
    ...{ requests: 0, errors: 0, sampled: 0 },
  };
  counts.set(key, known);
  known.requests += sign * Number(row.requests);
  known.errors += sign * Number(row.errors);
  known.sampled += sign * Number(row.sampled);
}
