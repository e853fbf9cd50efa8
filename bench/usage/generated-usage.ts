import { DatabaseSync } from 'node:sqlite';
import { createSketch, isUserError, type UsageParts, type UsageWindow, unionMs } from '../../src/core/usage/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 90 days of 5,000 users, each in five sessions a day of 45 requests in 40 minutes, between 8:00 and 18:00: 101 million requests. */
export interface Shape {
  days: number;
  users: number;
  requests: number;
  /** Where it ends: within the afternoon of its last day. */
  end: number;
}

const SLOTS = 5;
const FEATURES = 40;
const GROUPS = 8;
const STATUSES = [200, 201, 304, 400, 401, 404, 499, 500];
const SERVICES = ['billing', 'shop'];
const DURATION_MS = 100;
/** 92 of 100 are 200; then one each of the others. */
const STATUS_OF = Uint8Array.from({ length: 100 }, (_, share) => (share < 92 ? 0 : share - 92));

interface Use {
  at: number;
  feature: number;
  status: number;
  isAnonymous: boolean;
}

function firstDay({ days, end }: Shape): number {
  return end - (end % DAY) - (days - 1) * DAY;
}

const nameOf = (user: number) => `user-${user.toString().padStart(5, '0')}@example.org`;
const serviceOf = (user: number) => user % SERVICES.length;
const hourOf = (user: number, day: number, slot: number) => 8 + ((user + day + 2 * slot) % 10);

/** The requests of one session. */
function usesOf(shape: Shape, day: number, user: number, slot: number, use: (one: Use) => void): void {
  const start =
    firstDay(shape) + day * DAY + hourOf(user, day, slot) * HOUR + (5 + (user % 10)) * MINUTE + (user % 997);
  const spacing = Math.floor((40 * MINUTE) / shape.requests);
  const one: Use = { at: 0, feature: 0, status: 0, isAnonymous: false };
  for (let index = 0; index < shape.requests; index++) {
    one.at = start + index * spacing;
    if (one.at >= shape.end) return;
    one.feature = (user * 3 + index * 7 + slot) % FEATURES;
    one.status = STATUS_OF[(user * 13 + index * 5 + slot * 11 + day) % 100]!;
    one.isAnonymous = index % 20 === 19;
    use(one);
  }
}

/** Fills the tables of a store that is closed; rows only for `hours`, and errors for the days that keep them. Gives how many requests that stands for. */
export function fillUsage(path: string, shape: Shape, rowsFrom: (at: number) => boolean): number {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; BEGIN');
  const into = (table: string, columns: number) =>
    database.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(',')})`);
  const put = {
    count: into('usage_count', 10),
    user: into('usage_user', 9),
    version: into('usage_version', 4),
    sketch: into('usage_sketch', 4),
    session: into('user_sessions', 12),
    use: into('feature_usage', 18),
    error: into('user_errors', 15),
  };
  let total = 0;
  let id = 0;
  for (let day = 0; day < shape.days; day++) {
    const dayStart = firstDay(shape) + day * DAY;
    const keepsMinutes = shape.end - dayStart < 7 * DAY;
    const keepsErrors = shape.end - dayStart < 31 * DAY;
    const cells = new Map<number, Uint32Array>();
    const cellsOf = (at: number) => {
      const known = cells.get(at) ?? new Uint32Array(SERVICES.length * FEATURES * STATUSES.length * 2);
      cells.set(at, known);
      return known;
    };
    const hourly: { hour: number; user: number; requests: number; errors: number; activeMs: number; groups: string }[] =
      [];
    const sketches = SERVICES.map(() => createSketch());
    for (let user = 0; user < shape.users; user++) {
      const service = serviceOf(user);
      const ofDay = { requests: 0, errors: 0, activeMs: 0, groups: new Uint32Array(GROUPS) };
      for (let slot = 0; slot < SLOTS; slot++) {
        const hour = dayStart + hourOf(user, day, slot) * HOUR;
        const groups = new Uint32Array(GROUPS);
        let requests = 0;
        let errors = 0;
        let first = 0;
        let last = 0;
        const hasRows = rowsFrom(hour);
        usesOf(shape, day, user, slot, ({ at, feature, status, isAnonymous }) => {
          total++;
          const code = STATUSES[status]!;
          const isError = isUserError(code);
          const cell = ((service * FEATURES + feature) * STATUSES.length + status) * 2 + Number(isAnonymous);
          cellsOf(hour)[cell]!++;
          if (keepsMinutes) cellsOf(at - (at % MINUTE) + 0.5)[cell]!++;
          if (!isAnonymous) {
            requests++;
            errors += Number(isError);
            groups[feature % GROUPS]!++;
            first ||= at;
            last = at + DURATION_MS;
          }
          const who = isAnonymous ? null : nameOf(user);
          if (hasRows)
            put.use.run(
              `use-${(id++).toString().padStart(12, '0')}`,
              ...[1, who, who && 'firefox', `feature_${feature}`, `group_${feature % GROUPS}`, `/api/${feature}`, at],
              ...[
                Number(code < 400),
                Number(isError),
                null,
                DURATION_MS,
                SERVICES[service]!,
                'GET',
                code,
                null,
                null,
                0,
              ],
            );
          if (keepsErrors && isError)
            put.error.run(
              `error-${(id++).toString().padStart(12, '0')}`,
              ...[1, who, `/api/${feature}`, 'GET', 'Failed', code, `Failed ${code}`, null, at],
              ...[SERVICES[service]!, null, null, null, 1],
            );
        });
        if (requests === 0) continue;
        put.session.run(
          `session-${(id++).toString().padStart(12, '0')}`,
          ...[1, nameOf(user), 'firefox', first, last, Math.round((last - first) / 1_000), null, 'firefox'],
          ...[SERVICES[service]!, last, 'inactive'],
        );
        const activeMs = last - first;
        hourly.push({ hour, user, requests, errors, activeMs, groups: groupsText(groups) });
        ofDay.requests += requests;
        ofDay.errors += errors;
        ofDay.activeMs += activeMs;
        groups.forEach((count, group) => {
          ofDay.groups[group]! += count;
        });
      }
      if (ofDay.requests === 0) continue;
      sketches[service]!.add(nameOf(user));
      for (const [name, project] of [
        [SERVICES[service]!, 1],
        ['', 0],
      ] as const)
        put.user.run(
          ...(['day', dayStart, nameOf(user), project, name, ofDay.requests, ofDay.errors, ofDay.activeMs] as const),
          groupsText(ofDay.groups),
        );
    }
    for (const { hour, user, requests, errors, activeMs, groups } of hourly)
      for (const [name, project] of [
        [SERVICES[serviceOf(user)]!, 1],
        ['', 0],
      ] as const)
        put.user.run('hour', hour, nameOf(user), project, name, requests, errors, activeMs, groups);
    putCounts(put.count, cells, dayStart);
    for (const name of ['', ...SERVICES]) {
      put.version.run('day', name, dayStart, 1);
      for (const hour of new Set(hourly.map((one) => one.hour))) put.version.run('hour', name, hour, 1);
    }
    const all = createSketch();
    sketches.forEach((sketch, service) => {
      all.merge(sketch);
      put.sketch.run(SERVICES[service]!, dayStart, '', sketch.encode());
    });
    put.sketch.run('', dayStart, '', all.encode());
    if (day % 10 === 9) process.stderr.write(`day ${day + 1}: ${total.toLocaleString('en')} requests\n`);
  }
  database.exec("INSERT INTO usage_version VALUES ('all', '', 0, 1); COMMIT; ANALYZE");
  database.close();
  return total;
}

function putCounts(count: ReturnType<DatabaseSync['prepare']>, cells: ReadonlyMap<number, Uint32Array>, day: number) {
  const daily = new Uint32Array(SERVICES.length * FEATURES * STATUSES.length * 2);
  const put = (step: string, at: number, cell: Uint32Array) => {
    cell.forEach((requests, index) => {
      if (requests === 0) return;
      const status = STATUSES[(index >> 1) % STATUSES.length]!;
      const place = Math.floor(index / 2 / STATUSES.length);
      const service = SERVICES[Math.floor(place / FEATURES)]!;
      const errors = isUserError(status) ? requests : 0;
      count.run(step, at, 1, service, `feature_${place % FEATURES}`, status, index % 2, requests, errors, 0);
    });
  };
  for (const [at, cell] of cells) {
    const isMinute = !Number.isInteger(at);
    put(isMinute ? 'minute' : 'hour', Math.floor(at), cell);
    if (isMinute) continue;
    cell.forEach((requests, index) => {
      daily[index]! += requests;
    });
  }
  put('day', day, daily);
}

/** The parts of a summary, from each of the requests alone: nothing of the counts is used. */
export function scanUsage(
  shape: Shape,
  { from, to }: UsageWindow,
): Omit<UsageParts, 'missingRecords' | 'lastRecordAt'> {
  const counts = new Map<string, UsageParts['counts'][number]>();
  const users: UsageParts['users'] = [];
  const errors: UsageParts['errors'] = [];
  const firstOne = Math.max(0, Math.floor((from - firstDay(shape)) / DAY));
  for (let user = 0; user < shape.users; user++) {
    const part = { user: nameOf(user), requests: 0, errors: 0, activeMs: 0, groups: {} as Record<string, number> };
    const sessions: { start: number; lastActivity: number; end: number }[] = [];
    for (let day = firstOne; day < shape.days; day++) {
      for (let slot = 0; slot < SLOTS; slot++) {
        let first = 0;
        let last = 0;
        usesOf(shape, day, user, slot, ({ at, feature, status, isAnonymous }) => {
          if (!isAnonymous) {
            first ||= at;
            last = at + DURATION_MS;
          }
          if (at < from || at >= to) return;
          const code = STATUSES[status]!;
          const isError = isUserError(code);
          const key = `${feature} ${code} ${isAnonymous}`;
          const known = counts.get(key) ?? {
            ...{ feature: `feature_${feature}`, status: code, isAnonymous },
            ...{ requests: 0, errors: 0, sampled: 0 },
          };
          counts.set(key, known);
          known.requests++;
          known.errors += Number(isError);
          if (isAnonymous) return;
          part.requests++;
          part.errors += Number(isError);
          part.groups[`group_${feature % GROUPS}`] = (part.groups[`group_${feature % GROUPS}`] ?? 0) + 1;
          if (isError) errors.push({ user: part.user, endpoint: `/api/${feature}`, error: `Failed ${code}`, at });
        });
        if (last > 0) sessions.push({ start: first, lastActivity: last, end: last });
      }
    }
    part.activeMs = unionMs(sessions, { from, to });
    if (part.requests + part.errors + part.activeMs > 0) users.push(part);
  }
  return {
    counts: [...counts.values()],
    users,
    errors,
    activeUsers: users.length,
    activeUsersAre: 'exact',
    usersFrom: null,
  };
}

function groupsText(groups: Uint32Array): string {
  return JSON.stringify(
    Object.fromEntries([...groups].flatMap((count, group) => (count === 0 ? [] : [[`group_${group}`, count]]))),
  );
}
