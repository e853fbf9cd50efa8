import { type SqlBool, sql } from 'kysely';
import { createHistogram } from '../../../../../core/shared/index.ts';
import { DETAIL_ROWS, USAGE_STEPS, unionMs } from '../../../../../core/usage/index.ts';
import type {
  ListedUser,
  TimelineWindow,
  UsagePages,
  UsageParts,
  UsageTimeline,
  UserDetail,
  UsersRequest,
} from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { LONGEST_TIMEOUT_MS } from './session-time.ts';
import { byRequests, type UserSums } from './user-sums.ts';

type PartUser = UsageParts['users'][number];

export function createUsagePages({ kysely, given }: StoreDialect, userSums: UserSums): UsagePages {
  /** The coarsest counts of which a step is made. */
  const stepOf = ({ stepMs }: TimelineWindow) =>
    stepMs % USAGE_STEPS.day === 0 ? 'day' : stepMs % USAGE_STEPS.hour === 0 ? 'hour' : 'minute';

  async function countsBySteps(window: TimelineWindow) {
    let query = kysely
      .selectFrom('usage_count')
      .select((eb) => [
        sql<number>`at - at % ${sql.lit(window.stepMs)}`.as('start'),
        eb.fn.sum<number>('requests').as('requests'),
        eb.fn.sum<number>('errors').as('errors'),
      ])
      .where('step', '=', stepOf(window))
      .where('at', '>=', window.from)
      .where('at', '<', window.to)
      .groupBy('start');
    if (window.service !== null) query = query.where('service', '=', window.service);
    return new Map((await query.execute()).map((row) => [Number(row.start), row]));
  }

  async function latenciesBySteps(window: TimelineWindow): Promise<Map<number, number | null>> {
    let query = kysely
      .selectFrom('usage_latency')
      .select(['at', 'histogram'])
      .where('step', '=', stepOf(window))
      .where('at', '>=', window.from)
      .where('at', '<', window.to);
    if (window.service !== null) query = query.where('service', '=', window.service);
    const histograms = new Map<number, ReturnType<typeof createHistogram>>();
    for (const { at, histogram } of await query.execute()) {
      const start = at - (at % window.stepMs);
      const known = histograms.get(start) ?? createHistogram();
      histograms.set(start, known);
      known.merge(createHistogram(JSON.parse(histogram) as number[]));
    }
    return new Map([...histograms].map(([start, histogram]) => [start, histogram.quantile(0.95)]));
  }

  /** Of steps that are made of whole hours. */
  function countedUsers(window: TimelineWindow) {
    return kysely
      .selectFrom('usage_user')
      .select(['user_email'])
      .select(sql<number>`at - at % ${sql.lit(window.stepMs)}`.as('start'))
      .distinct()
      .where('step', '=', stepOf(window))
      .where('service', '=', window.service ?? '')
      .where('at', '>=', window.from)
      .where('at', '<', window.to)
      .execute();
  }

  /** Whoever is in a session within a step, or had an error outside a request, is active in it. */
  async function usersBySteps(window: TimelineWindow): Promise<Map<number, number>> {
    const { stepMs, from, to } = window;
    const active = new Map<number, Set<string>>();
    const add = (start: number, user: string) => {
      active.set(start, (active.get(start) ?? new Set()).add(user));
    };
    if (stepMs >= USAGE_STEPS.hour) {
      for (const { start, user_email } of await countedUsers(window)) add(Number(start), user_email);
      return new Map([...active].map(([start, users]) => [start, users.size]));
    }
    let sessions = kysely
      .selectFrom('user_sessions')
      .select(['user_email', 'session_start', 'last_activity'])
      .where('last_activity', '>=', from)
      .where('session_start', '<', to);
    let errors = kysely
      .selectFrom('user_errors')
      .select(['user_email', 'timestamp'])
      .where('is_request', '=', 0)
      .where('user_email', 'is not', null)
      .where('timestamp', '>=', from)
      .where('timestamp', '<', to);
    if (window.service !== null) {
      sessions = sessions.where('service', '=', window.service);
      errors = errors.where('service', '=', window.service);
    }
    for (const { user_email, session_start, last_activity } of await sessions.execute()) {
      const first = Math.max(from, session_start - (session_start % stepMs));
      for (let start = first; start <= last_activity && start < to; start += stepMs) add(start, user_email);
    }
    for (const { user_email, timestamp } of await errors.execute()) add(timestamp - (timestamp % stepMs), user_email!);
    return new Map([...active].map(([start, users]) => [start, users.size]));
  }

  async function revisions({ from, to, service }: TimelineWindow): Promise<UsageTimeline['revisions']> {
    let query = kysely
      .selectFrom('usage_revision')
      .select((eb) => ['service', 'revision', eb.fn.min<number>('first_at').as('at')])
      .groupBy(['service', 'revision'])
      .having((eb) => eb(eb.fn.min('first_at'), '>=', from))
      .having((eb) => eb(eb.fn.min('first_at'), '<', to))
      .orderBy('at');
    if (service !== null) query = query.where('service', '=', service);
    return (await query.execute()).map((row) => ({ ...row, at: Number(row.at) }));
  }

  /** Sessions of these users that touch the window, and when each was last active in it. */
  async function activityOf(request: UsersRequest, users: readonly string[]) {
    const found = new Map<string, { sessions: number; lastActivity: number }>();
    for (const chunk of chunksOf(users)) {
      let sessions = kysely
        .selectFrom('user_sessions')
        .select(['user_email', 'last_activity'])
        .where('user_email', 'in', chunk)
        .where('last_activity', '>=', request.from)
        .where('session_start', '<', request.to);
      let errors = kysely
        .selectFrom('user_errors')
        .select((eb) => ['user_email', eb.fn.max<number>('timestamp').as('at')])
        .where('user_email', 'in', chunk)
        .where('timestamp', '>=', request.from)
        .where('timestamp', '<', request.to)
        .groupBy('user_email');
      if (request.service !== null) {
        sessions = sessions.where('service', '=', request.service);
        errors = errors.where('service', '=', request.service);
      }
      const seen = (user: string, at: number, count: number) => {
        const known = found.get(user) ?? { sessions: 0, lastActivity: request.from };
        known.sessions += count;
        known.lastActivity = Math.max(known.lastActivity, Math.min(at, request.to));
        found.set(user, known);
      };
      for (const { user_email, last_activity } of await sessions.execute()) seen(user_email, last_activity, 1);
      for (const { user_email, at } of await errors.execute()) seen(user_email!, Number(at), 0);
    }
    return found;
  }

  return {
    async timeline(window) {
      const counts = await countsBySteps(window);
      const latencies = await latenciesBySteps(window);
      const users = await usersBySteps(window);
      const points: UsageTimeline['points'] = [];
      for (let at = window.from; at < window.to; at += window.stepMs) {
        const known = counts.get(at);
        const requests = Number(known?.requests ?? 0);
        const errors = Number(known?.errors ?? 0);
        points.push({ at, requests, errors, activeUsers: users.get(at) ?? 0, p95Ms: latencies.get(at) ?? null });
      }
      return { stepMs: window.stepMs, points, revisions: await revisions(window) };
    },

    async users(request) {
      const text = request.text?.toLowerCase() ?? '';
      const after = request.cursor === null ? null : parseCursor(request.cursor);
      const start = after && { requests: after.value, user: after.id };
      let found: PartUser[] = [];
      let rest: PartUser[] = [];
      await userSums.sums(request, (all) => {
        found = text === '' ? all : all.filter(({ user }) => user.toLowerCase().includes(text));
        const isAfter = (user: PartUser) => !start || (user.user !== start.user && byRequests(start, user) < 0);
        rest = found.filter(isAfter).slice(0, request.limit + 1);
        return rest;
      });
      const { rows, next } = toPage(rest, request.limit, ({ requests, user }) => ({ value: requests, id: user }));
      const activity = await activityOf(
        request,
        rows.map(({ user }) => user),
      );
      const items = rows.map(({ user, requests, errors, activeMs, groups }): ListedUser => {
        const { sessions, lastActivity } = activity.get(user) ?? { sessions: 0, lastActivity: request.from };
        const features = Object.entries(groups)
          .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
          .map(([name]) => name);
        const totalMinutes = Math.floor(activeMs / 60_000 + 0.5);
        return { user, totalMinutes, features, requests, errors, sessions, lastActivity };
      });
      return { items, nextCursor: next, total: found.length };
    },

    async user({ names, from, to }) {
      const people = names.map((user) => ({ user }));
      const source = given<{ user: string }>({ user: 'text' }, people).as('given');
      const sessions = await kysely
        .selectFrom(source)
        .innerJoin('user_sessions as session', 'session.user_email', 'given.user')
        .selectAll('session')
        .where('session.last_activity', '>=', from - LONGEST_TIMEOUT_MS)
        .where('session.session_start', '<', to)
        .orderBy('session.session_start', 'desc')
        .execute();
      const inside = sessions.filter((row) => (row.session_end ?? row.last_activity) >= from);
      const features = await kysely
        .selectFrom(source)
        .innerJoin('feature_usage as use', (join) =>
          join.onRef('use.user_email', '=', 'given.user').on(sql<SqlBool>`use.user_email IS NOT NULL`),
        )
        .select(['use.feature_name as name', 'use.feature_group as group'])
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.sum<number>('use.is_error').as('errors'),
          eb.fn.max<number>('use.timestamp').as('lastUsed'),
        ])
        .where('use.timestamp', '>=', from)
        .where('use.timestamp', '<', to)
        .groupBy(['use.feature_name', 'use.feature_group'])
        .orderBy('count', 'desc')
        .orderBy('use.feature_name')
        .execute();
      const errorsOfUser = kysely
        .selectFrom(source)
        .innerJoin('user_errors as error', (join) =>
          join.onRef('error.user_email', '=', 'given.user').on(sql<SqlBool>`error.user_email IS NOT NULL`),
        )
        .where('error.timestamp', '>=', from)
        .where('error.timestamp', '<', to);
      const recentErrors = await errorsOfUser
        .selectAll('error')
        .orderBy('error.timestamp', 'desc')
        .limit(DETAIL_ROWS)
        .execute();
      const outside = await errorsOfUser
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('error.is_request', '=', 0)
        .executeTakeFirstOrThrow();
      if (inside.length === 0 && features.length === 0 && recentErrors.length === 0) return null;
      const intervals = inside.map((row) => ({
        start: row.session_start,
        lastActivity: row.last_activity,
        end: row.session_end,
      }));
      const detail: UserDetail = {
        user: names[0] ?? '',
        totalMinutes: Math.floor(unionMs(intervals, { from, to }) / 60_000 + 0.5),
        requests: features.reduce((total, { count }) => total + Number(count), 0),
        errors: features.reduce((total, { errors }) => total + Number(errors), Number(outside.count)),
        sessions: inside.slice(0, DETAIL_ROWS).map((row) => ({
          id: row.id,
          service: row.service,
          start: row.session_start,
          end: row.session_end,
          durationSeconds: row.duration_seconds,
          lastActivity: row.last_activity,
          endReason: row.end_reason,
          userAgent: row.user_agent,
          ipAddress: row.ip_address,
        })),
        features: features.slice(0, DETAIL_ROWS).map((row) => ({
          ...{ name: row.name, group: row.group },
          ...{ count: Number(row.count), errors: Number(row.errors), lastUsed: Number(row.lastUsed) },
        })),
        recentErrors: recentErrors.map((row) => ({
          id: row.id,
          service: row.service,
          endpoint: row.endpoint,
          method: row.method,
          type: row.error_type,
          code: row.error_code,
          message: row.error_message,
          at: row.timestamp,
          issueId: row.issue_id,
          requestId: row.request_id,
        })),
      };
      return detail;
    },
  };
}
