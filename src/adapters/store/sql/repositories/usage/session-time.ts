import type { Insertable, Transaction } from 'kysely';
import { startOf, USAGE_STEPS, unionMs } from '../../../../../core/usage/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { insertGiven } from './insert-given.ts';
import { ALL, USER_COLUMNS } from './usage-counts.ts';
import type { SessionRow } from './usage-sessions.ts';

const STEPS = ['hour', 'day'] as const;
type Step = (typeof STEPS)[number];

/** The knob of the time-out goes to 240 minutes. */
export const LONGEST_TIMEOUT_MS = 240 * 60_000;

/** An hour or day in which session time of a service changed. */
export interface ChangedStep {
  step: Step;
  at: number;
  service: string;
}

interface Span {
  user: string;
  from: number;
  to: number;
}

/** Where sessions differ from those before: of one that went on only what was added. */
export function changedSpans(
  made: readonly Insertable<Schema['user_sessions']>[],
  before: readonly SessionRow[],
): Span[] {
  const old = new Map(before.map((row) => [row.id, row]));
  const spans: Span[] = [];
  for (const row of made) {
    const known = old.get(row.id);
    old.delete(row.id);
    const end = row.session_end ?? row.last_activity;
    const endBefore = known && (known.session_end ?? known.last_activity);
    if (endBefore === undefined) spans.push({ user: row.user_email, from: row.session_start, to: end });
    else if (endBefore !== end)
      spans.push({ user: row.user_email, from: Math.min(end, endBefore), to: Math.max(end, endBefore) });
  }
  for (const row of old.values())
    spans.push({ user: row.user_email, from: row.session_start, to: row.session_end ?? row.last_activity });
  return spans;
}

/** The session time of a user's hours and days is the union of intervals over clients (and over services): counted anew where it changed. */
export async function countSessionTime(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  spans: readonly Span[],
): Promise<ChangedStep[]> {
  const cells = new Map<string, Span & { step: Step }>();
  for (const { user, from, to } of spans) {
    for (const step of STEPS) {
      const width = USAGE_STEPS[step];
      for (let at = startOf(from, step); at <= to; at += width)
        cells.set(JSON.stringify([step, at, user]), { step, user, from: at, to: at + width });
    }
  }
  const ordered = [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  const changed = new Map<string, ChangedStep>();
  for (const chunk of chunksOf(ordered)) {
    const sessions = await trx
      .selectFrom(
        dialect
          .given<Span & { step: Step; since: number }>(
            { step: 'text', user: 'text', from: 'integer', to: 'integer', since: 'integer' },
            // One that a logout ended went on after its last activity.
            chunk.map((cell) => ({ ...cell, since: cell.from - LONGEST_TIMEOUT_MS })),
          )
          .as('given'),
      )
      .innerJoin('user_sessions as session', (join) =>
        join
          .onRef('session.user_email', '=', 'given.user')
          .onRef('session.last_activity', '>=', 'given.since')
          .onRef('session.session_start', '<', 'given.to'),
      )
      .select(['given.step', 'given.from', 'session.user_email', 'session.project_id', 'session.service'])
      .select(['session.session_start', 'session.session_end', 'session.last_activity'])
      .execute();
    for (const one of await setSessionTime(trx, dialect, sessions as CellSession[], chunk))
      changed.set(JSON.stringify(one), one);
  }
  return [...changed.values()];
}

type CellSession = Pick<
  SessionRow,
  'user_email' | 'project_id' | 'service' | 'session_start' | 'session_end' | 'last_activity'
> & { step: Step; from: number };

async function setSessionTime(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  sessions: readonly CellSession[],
  cells: readonly (Span & { step: Step })[],
): Promise<ChangedStep[]> {
  const places = new Map<
    string,
    { cell: Span & { step: Step }; projectId: number; service: string; own: CellSession[] }
  >();
  const cellOf = new Map(cells.map((cell) => [JSON.stringify([cell.step, cell.from, cell.user]), cell]));
  for (const session of sessions) {
    const cell = cellOf.get(JSON.stringify([session.step, session.from, session.user_email]))!;
    for (const place of [{ projectId: session.project_id, service: session.service }, ALL]) {
      const key = JSON.stringify([cell.step, place.service, cell.from, cell.user, place.projectId]);
      const known = places.get(key);
      if (known) known.own.push(session);
      else places.set(key, { cell, ...place, own: [session] });
    }
  }
  const rows = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { cell, projectId, service, own }]) => {
      const intervals = own.map((one) => ({
        start: one.session_start,
        lastActivity: one.last_activity,
        end: one.session_end,
      }));
      const place = { step: cell.step, at: cell.from, user_email: cell.user, project_id: projectId, service };
      return { ...place, requests: 0, errors: 0, active_ms: unionMs(intervals, cell), groups: '{}' };
    });
  for (const chunk of chunksOf(rows)) {
    await insertGiven(trx, dialect, { table: 'usage_user', columns: USER_COLUMNS, rows: chunk })
      .onConflict((conflict) =>
        conflict
          .columns(['step', 'service', 'at', 'user_email', 'project_id'])
          .doUpdateSet((eb) => ({ active_ms: eb.ref('excluded.active_ms') })),
      )
      .execute();
  }
  return rows.map(({ step, at, service }) => ({ step, at, service }));
}
