import { type RawBuilder, sql } from 'kysely';
import { noGroups, startOf, USAGE_STEPS, type UsageStep, unionMs } from '../../../../../core/usage/index.ts';
import type { UsageParts, UsageWindow } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { cut } from './cut-window.ts';
import { Interned } from './interned.ts';
import { LONGEST_TIMEOUT_MS } from './session-time.ts';
import { ALL } from './usage-counts.ts';

export type PartUser = UsageParts['users'][number];

/** What the users of one hour or day did, in few bytes: a month of 5,000 users takes about 10 MB, and adding it up some milliseconds. */
interface StepUsers {
  version: number;
  users: Int32Array;
  requests: Float64Array;
  errors: Float64Array;
  activeMs: Float64Array;
  /** Where the groups of each user begin, and past the last one where they end. */
  groupsFrom: Int32Array;
  groups: Int32Array;
  uses: Float64Array;
}

/** Names and steps that are remembered; beyond, everything is forgotten and read again. */
const REMEMBERED_NAMES = 200_000;
const REMEMBERED_STEPS = 2_000;

export interface UserSums {
  /** Of everybody who did something within the window, by their requests; with groups only those that `pick` picks. */
  sums(window: UsageWindow, pick: (all: PartUser[]) => readonly PartUser[]): Promise<PartUser[]>;
}

/**
 * Sums by user over a window: whole days and hours from the counts, what is left from the rows. A step that did not change since it was
 * last read (its version says so) is not read again.
 */
export function createUserSums({ kysely, kind }: StoreDialect): UserSums {
  let names = new Interned();
  let groupNames = new Interned();
  let known = new Map<string, StepUsers>();

  async function stepsOf(step: UsageStep, service: string, from: number, to: number): Promise<StepUsers[]> {
    const versions = await kysely
      .selectFrom('usage_version')
      .select(['at', 'version'])
      .where('step', '=', step)
      .where('service', '=', service)
      .where('at', '>=', from)
      .where('at', '<', to)
      .execute();
    const stale = versions.filter(({ at, version }) => known.get(keyOf(step, service, at))?.version !== version);
    for (const chunk of chunksOf(stale)) await load(step, service, chunk);
    return versions.flatMap(({ at }) => known.get(keyOf(step, service, at)) ?? []);
  }

  async function load(step: UsageStep, service: string, wanted: { at: number; version: number }[]): Promise<void> {
    const rows = await kysely
      .selectFrom('usage_user')
      .select(['at', 'user_email', 'requests', 'errors', 'active_ms', 'groups'])
      .where('step', '=', step)
      .where('service', '=', service)
      .where(
        'at',
        'in',
        wanted.map(({ at }) => at),
      )
      .execute();
    const ofStep = Map.groupBy(rows, ({ at }) => at);
    for (const { at, version } of wanted) known.set(keyOf(step, service, at), pack(ofStep.get(at) ?? [], version));
  }

  function pack(rows: readonly UserRow[], version: number): StepUsers {
    const groups: number[] = [];
    const uses: number[] = [];
    const groupsFrom = new Int32Array(rows.length + 1);
    rows.forEach((row, index) => {
      groupsFrom[index] = groups.length;
      for (const [group, count] of Object.entries(JSON.parse(row.groups) as Record<string, number>)) {
        groups.push(groupNames.idOf(group));
        uses.push(count);
      }
    });
    groupsFrom[rows.length] = groups.length;
    return {
      version,
      users: Int32Array.from(rows, ({ user_email }) => names.idOf(user_email)),
      requests: Float64Array.from(rows, ({ requests }) => requests),
      errors: Float64Array.from(rows, ({ errors }) => errors),
      activeMs: Float64Array.from(rows, ({ active_ms }) => active_ms),
      groupsFrom,
      groups: Int32Array.from(groups),
      uses: Float64Array.from(uses),
    };
  }

  /** What each user did in rows of this range, in the form of a step; one row of each user, since rows cost more than what is in them. */
  async function rowsOf({ service }: UsageWindow, { from, to }: { from: number; to: number }): Promise<StepUsers> {
    const found = new Map<string, UserRow>();
    const of = (user: string) => {
      const one = found.get(user) ?? { user_email: user, requests: 0, errors: 0, active_ms: 0, groups: '{}' };
      found.set(user, one);
      return one;
    };
    const ofService = service === null ? sql`` : sql`AND service = ${service}`;
    const object = kind === 'sqlite' ? sql`json_group_object(feature_group, uses)` : OBJECT_TEXT;
    const { rows: uses } = await sql<UserRow>`
      SELECT user_email, sum(uses) AS requests, sum(errors) AS errors, ${object} AS groups FROM (
        SELECT user_email, feature_group, count(*) AS uses, sum(is_error) AS errors FROM feature_usage
        WHERE timestamp >= ${from} AND timestamp < ${to} AND user_email IS NOT NULL ${ofService}
        GROUP BY user_email, feature_group) AS own
      GROUP BY user_email`.execute(kysely);
    for (const { user_email, requests, errors, groups } of uses)
      Object.assign(of(user_email), { requests: Number(requests), errors: Number(errors), groups });
    const { rows: outside } = await sql<{ user_email: string; errors: number }>`
      SELECT user_email, count(*) AS errors FROM user_errors
      WHERE is_request = 0 AND timestamp >= ${from} AND timestamp < ${to} AND user_email IS NOT NULL ${ofService}
      GROUP BY user_email`.execute(kysely);
    for (const { user_email, errors } of outside) of(user_email).errors += Number(errors);
    // One that a logout ended went on after its last activity, at most as long as a time-out can be; those that go on for days have an index.
    const span = (condition: RawBuilder<unknown>) => sql`
      SELECT user_email, session_start AS start, coalesce(session_end, last_activity) AS "end" FROM user_sessions
      WHERE ${condition} AND session_start < ${to} AND coalesce(session_end, last_activity) > ${from} ${ofService}`;
    const late = to + USAGE_STEPS.day;
    const { rows: sessions } = await sql<{ user_email: string; start: number; end: number }>`
      ${span(sql`last_activity >= ${from - LONGEST_TIMEOUT_MS} AND last_activity < ${late}`)}
      UNION ALL ${span(sql`last_activity - session_start > 86400000 AND last_activity >= ${late}`)}`.execute(kysely);
    for (const [user, own] of Map.groupBy(sessions, ({ user_email }) => user_email)) {
      const intervals = own.map(({ start, end }) => ({ start, lastActivity: end, end }));
      of(user).active_ms = unionMs(intervals, { from, to });
    }
    return pack([...found.values()], 0);
  }

  return {
    async sums(asked, pick) {
      if (names.size > REMEMBERED_NAMES || known.size > REMEMBERED_STEPS) {
        names = new Interned();
        groupNames = new Interned();
        known = new Map();
      }
      const window = { ...asked, to: await wholeEnd(asked) };
      const service = window.service ?? ALL.service;
      // The newest day grows all the time: of its hours only the last one does.
      const newest = Math.max(window.from, startOf(window.to - 1, 'day'));
      const before = cut({ from: window.from, to: newest }, ['day', 'hour']);
      const last = cut({ from: newest, to: window.to }, ['hour']);
      const steps = [...before.steps, ...last.steps];
      const rows = [...before.rows, ...last.rows];
      const terms: Term[] = [];
      for (const { step, from, to, sign } of steps)
        for (const users of await stepsOf(step, service, from, to)) terms.push({ users, sign });
      for (const range of rows) terms.push({ users: await rowsOf(window, range), sign: range.sign });
      return add(terms, pick);
    },
  };

  /** The end of the hour if nothing is told of that lies past the window: its last hour is then whole, whatever the clock says. */
  async function wholeEnd({ to }: UsageWindow): Promise<number> {
    const { rows } = await sql<{ later: number }>`SELECT CASE WHEN
        EXISTS (SELECT 1 FROM feature_usage WHERE timestamp >= ${to})
        OR EXISTS (SELECT 1 FROM user_errors WHERE timestamp >= ${to})
        OR EXISTS (SELECT 1 FROM usage_mark WHERE at >= ${to})
        OR EXISTS (SELECT 1 FROM user_sessions WHERE last_activity > ${to})
      THEN 1 ELSE 0 END AS later`.execute(kysely);
    return Number(rows[0]?.later ?? 1) === 1 ? to : startOf(to + USAGE_STEPS.hour - 1, 'hour');
  }

  function add(terms: readonly Term[], pick: (all: PartUser[]) => readonly PartUser[]): PartUser[] {
    const requests = new Float64Array(names.size);
    const errors = new Float64Array(names.size);
    const activeMs = new Float64Array(names.size);
    for (const { users: step, sign } of terms) {
      for (let index = 0; index < step.users.length; index++) {
        const user = step.users[index]!;
        requests[user]! += sign * step.requests[index]!;
        errors[user]! += sign * step.errors[index]!;
        activeMs[user]! += sign * step.activeMs[index]!;
      }
    }
    const found: PartUser[] = [];
    for (let id = 0; id < requests.length; id++) {
      // Session time of another window's end, or what was taken off again, is no activity in this one.
      if (requests[id] === 0 && errors[id] === 0 && activeMs[id] === 0) continue;
      const user = names.nameOf(id);
      found.push({ user, requests: requests[id]!, errors: errors[id]!, activeMs: activeMs[id]!, groups: noGroups() });
    }
    found.sort(byRequests);
    addGroupsOf(terms, pick(found));
    return found;
  }

  function addGroupsOf(terms: readonly Term[], listed: readonly PartUser[]): void {
    const placeOf = new Int32Array(names.size).fill(-1);
    listed.forEach(({ user }, place) => {
      placeOf[names.idOf(user)] = place;
    });
    const width = groupNames.size;
    const sums = new Float64Array(listed.length * width);
    for (const { users: step, sign } of terms) {
      for (let index = 0; index < step.users.length; index++) {
        const place = placeOf[step.users[index]!]!;
        if (place < 0) continue;
        for (let at = step.groupsFrom[index]!; at < step.groupsFrom[index + 1]!; at++)
          sums[place * width + step.groups[at]!]! += sign * step.uses[at]!;
      }
    }
    listed.forEach((part, place) => {
      for (let group = 0; group < width; group++) {
        const count = sums[place * width + group]!;
        if (count > 0) part.groups[groupNames.nameOf(group)] = count;
      }
    });
  }
}

const OBJECT_TEXT = sql`json_object_agg(feature_group, uses)::text`;

interface Term {
  users: StepUsers;
  sign: 1 | -1;
}

interface UserRow {
  user_email: string;
  requests: number;
  errors: number;
  active_ms: number;
  groups: string;
}

export function byRequests(a: Pick<PartUser, 'requests' | 'user'>, b: Pick<PartUser, 'requests' | 'user'>): number {
  return b.requests - a.requests || (a.user < b.user ? -1 : 1);
}

function keyOf(step: string, service: string, at: number): string {
  return `${step} ${at} ${service}`;
}
