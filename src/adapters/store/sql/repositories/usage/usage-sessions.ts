import { hash } from 'node:crypto';
import { type Insertable, type RawBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely';
import { extendSessions, formSessions } from '../../../../../core/usage/index.ts';
import type { FormedSession, SessionMark, UsageFact, WaitingFact, Who } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { type ChangedStep, changedSpans, countSessionTime } from './session-time.ts';

/** A request that lasts longer is not looked for among what came before it. */
const LONGEST_REQUEST_MS = 24 * 3_600_000;

/** What new facts say of one user on one client of one service. */
interface Touched {
  key: string;
  projectId: number;
  service: string;
  user: string;
  client: string;
  userAgent: string | null;
  ip: string | null;
  spans: { from: number; to: number }[];
  hasMark: boolean;
  /** First and last instant of the new facts, then of what has to be looked at. */
  from: number;
  to: number;
}

export type SessionRow = Selectable<Schema['user_sessions']>;

/** Forms the sessions that new facts touch, whatever order they came in, and the session time of the hours and days that changed: these it gives. */
export async function formUserSessions(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  facts: readonly WaitingFact[],
  timeoutMs: number,
): Promise<ChangedStep[]> {
  const touched = touchedBy(facts);
  if (touched.size === 0) return [];
  const standing = await standingSessions(trx, dialect, touched, timeoutMs);
  const marks = await marksOf(trx, dialect, touched, timeoutMs);
  const anew = [...touched.values()].filter(({ key, hasMark }) => hasMark || marks.has(key));
  const spans = await spansOf(trx, dialect, anew);
  const gone: string[] = [];
  const made: Insertable<Schema['user_sessions']>[] = [];
  for (const one of touched.values()) {
    const before = standing.get(one.key) ?? [];
    const near = marks.get(one.key) ?? [];
    const formed =
      one.hasMark || near.length > 0
        ? formSessions({ spans: spans.get(one.key) ?? [], marks: near }, timeoutMs, one.from)
        : extendSessions(
            before.map(({ session_start, last_activity }) => ({ start: session_start, lastActivity: last_activity })),
            one.spans,
            timeoutMs,
          );
    const rows = formed.map((session) => sessionRow(one, session, before));
    const kept = new Set(rows.map(({ id }) => id));
    for (const { id } of before) if (!kept.has(id)) gone.push(id);
    made.push(...rows);
  }
  for (const ids of chunksOf(gone)) await trx.deleteFrom('user_sessions').where('id', 'in', ids).execute();
  for (const rows of chunksOf(made)) await putSessions(trx, rows);
  return countSessionTime(trx, dialect, changedSpans(made, [...standing.values()].flat()));
}

function touchedBy(facts: readonly WaitingFact[]): Map<string, Touched> {
  const touched = new Map<string, Touched>();
  for (const { projectId, fact } of facts) {
    const activity = activityOf(fact);
    if (activity === null) continue;
    const { who, from, to } = activity;
    const key = JSON.stringify([projectId, fact.service, who.user, who.client]);
    const known = touched.get(key) ?? {
      ...{ key, projectId, service: fact.service, user: who.user, client: who.client },
      ...{ userAgent: who.userAgent, ip: who.ip, spans: [], hasMark: false, from, to },
    };
    touched.set(key, known);
    if (fact.kind === 'login' || fact.kind === 'logout') known.hasMark = true;
    else known.spans.push({ from, to });
    known.from = Math.min(known.from, from);
    known.to = Math.max(known.to, to);
    known.userAgent ??= who.userAgent;
    known.ip ??= who.ip;
  }
  return touched;
}

function activityOf(fact: UsageFact): { who: Who; from: number; to: number } | null {
  switch (fact.kind) {
    case 'request':
      return fact.who && { who: fact.who, from: fact.at, to: fact.at + fact.durationMs };
    case 'activity':
      return { who: fact.who, from: fact.at, to: fact.until };
    case 'login':
    case 'logout':
      return { who: fact.who, from: fact.at, to: fact.at };
    default:
      return null;
  }
}

/** Sessions within the time-out of what is new; what has to be looked at grows to hold them. */
async function standingSessions(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  touched: ReadonlyMap<string, Touched>,
  timeoutMs: number,
): Promise<Map<string, SessionRow[]>> {
  const standing = new Map<string, SessionRow[]>();
  for (const chunk of chunksOf([...touched.values()])) {
    const rows = await trx
      .selectFrom(givenKeys(dialect, chunk, timeoutMs))
      .innerJoin('user_sessions as session', (join) =>
        join
          .on(ofGiven('session'))
          .onRef('session.last_activity', '>=', 'given.from')
          .onRef('session.session_start', '<=', 'given.to'),
      )
      .selectAll('session')
      .orderBy('session.session_start')
      .execute();
    for (const row of rows) {
      const key = JSON.stringify([row.project_id, row.service, row.user_email, row.client]);
      const one = touched.get(key)!;
      one.from = Math.min(one.from, row.session_start);
      one.to = Math.max(one.to, row.session_end ?? row.last_activity);
      const known = standing.get(key);
      if (known) known.push(row);
      else standing.set(key, [row]);
    }
  }
  return standing;
}

/** Logins and logouts near what has to be looked at. */
async function marksOf(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  touched: ReadonlyMap<string, Touched>,
  timeoutMs: number,
): Promise<Map<string, SessionMark[]>> {
  const marks = new Map<string, SessionMark[]>();
  for (const chunk of chunksOf([...touched.values()])) {
    const rows = await trx
      .selectFrom(givenKeys(dialect, chunk, timeoutMs))
      .innerJoin('usage_mark as mark', (join) =>
        join
          .on(ofGiven('mark'))
          .onRef('mark.at', '>=', 'given.from')
          .onRef('mark.at', '<=', 'given.to')
          .on('mark.kind', 'in', ['login', 'logout']),
      )
      .select(['given.key', 'mark.at', 'mark.kind'])
      .execute();
    for (const { key, at, kind } of rows) {
      const mark: SessionMark = { at, kind: kind as SessionMark['kind'] };
      const known = marks.get(key);
      if (known) known.push(mark);
      else marks.set(key, [mark]);
    }
  }
  return marks;
}

/** All activity of what is formed anew: the new facts stand among the rows by now. */
async function spansOf(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  anew: readonly Touched[],
): Promise<Map<string, { from: number; to: number }[]>> {
  const spans = new Map<string, { from: number; to: number }[]>();
  const put = (key: string, from: number, to: number) => {
    const known = spans.get(key);
    if (known) known.push({ from, to });
    else spans.set(key, [{ from, to }]);
  };
  for (const chunk of chunksOf(anew)) {
    const uses = await trx
      .selectFrom(givenKeys(dialect, chunk, 0, LONGEST_REQUEST_MS))
      .innerJoin('feature_usage as use', (join) =>
        join.on(ofGiven('use')).onRef('use.timestamp', '>=', 'given.from').onRef('use.timestamp', '<=', 'given.to'),
      )
      .select(['given.key', 'use.timestamp', 'use.duration_ms'])
      .execute();
    for (const { key, timestamp, duration_ms } of uses) put(key, timestamp, timestamp + (duration_ms ?? 0));
    const signs = await trx
      .selectFrom(givenKeys(dialect, chunk, 0))
      .innerJoin('usage_mark as mark', (join) =>
        join
          .on(ofGiven('mark'))
          .onRef('mark.at', '>=', 'given.from')
          .onRef('mark.at', '<=', 'given.to')
          .on('mark.kind', '=', 'activity'),
      )
      .select(['given.key', 'mark.at', 'mark.until'])
      .execute();
    for (const { key, at, until } of signs) put(key, at, until);
  }
  return spans;
}

interface GivenKey {
  key: string;
  project: number;
  service: string;
  user: string;
  client: string;
  from: number;
  to: number;
}

const GIVEN_KEY = {
  key: 'text',
  project: 'integer',
  service: 'text',
  user: 'text',
  client: 'text',
  from: 'integer',
  to: 'integer',
} as const;

function givenKeys(dialect: StoreDialect, touched: readonly Touched[], aroundMs: number, beforeMs = aroundMs) {
  const rows = touched.map(({ key, projectId, service, user, client, from, to }): GivenKey => {
    return { key, project: projectId, service, user, client, from: from - beforeMs, to: to + aroundMs };
  });
  return dialect.given<GivenKey>(GIVEN_KEY, rows).as('given');
}

/** That a row of the table, by its name in the query, is of the given user on the given client of the given service. */
function ofGiven(table: string): RawBuilder<SqlBool> {
  const same = (own: string, given: string) => sql`${sql.ref(`${table}.${own}`)} = ${sql.ref(`given.${given}`)}`;
  return sql<SqlBool>`${same('user_email', 'user')} and ${same('project_id', 'project')}
    and ${same('service', 'service')} and ${same('client', 'client')}`;
}

/** A session keeps its row as long as it begins where it began. */
function sessionRow(
  one: Touched,
  session: FormedSession,
  before: readonly SessionRow[],
): Insertable<Schema['user_sessions']> {
  const known = before.find(({ session_start, last_activity }) => {
    return session_start <= session.lastActivity && last_activity >= session.start;
  });
  const { start, lastActivity, end, reason } = session;
  return {
    id: sessionId(one.key, start),
    project_id: one.projectId,
    user_email: one.user,
    client: one.client,
    session_start: start,
    session_end: end,
    duration_seconds: end === null ? null : Math.round((end - start) / 1_000),
    ip_address: known?.ip_address ?? one.ip,
    user_agent: known?.user_agent ?? one.userAgent,
    service: one.service,
    last_activity: lastActivity,
    end_reason: reason,
  };
}

/** uuid v7: the instant is the session's start, the rest says whose it is. */
function sessionId(key: string, start: number): string {
  const digits = hash('sha256', `${key} ${start}`);
  const time = start.toString(16).padStart(12, '0');
  const variant = '89ab'[Number.parseInt(digits[3]!, 16) % 4];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-${variant}${digits.slice(4, 7)}-${digits.slice(7, 19)}`;
}

async function putSessions(
  trx: Transaction<Schema>,
  rows: readonly Insertable<Schema['user_sessions']>[],
): Promise<void> {
  await trx
    .insertInto('user_sessions')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        session_end: eb.ref('excluded.session_end'),
        duration_seconds: eb.ref('excluded.duration_seconds'),
        last_activity: eb.ref('excluded.last_activity'),
        end_reason: eb.ref('excluded.end_reason'),
      })),
    )
    .execute();
}
