import { sql, type Transaction } from 'kysely';
import type { Schema } from '../../schema.ts';

/** Younger events come in time: an answer that reaches to them is remembered for a second only. */
const LATE_MS = 60_000;
const HOUR_MS = 3_600_000;

const NOW = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** One row an hour: the newer one takes its place. */
const changeOf = (seq: string) => `
  INSERT INTO search_queue (seq, at) SELECT ${seq}, ${NOW} WHERE EXISTS (SELECT 1 FROM search_target);
  DELETE FROM search_change WHERE hour = ${seq} / 4096 / 3600000 * 3600000;
  INSERT INTO search_change (hour, at) VALUES (${seq} / 4096 / 3600000 * 3600000, ${NOW});`;

/**
 * In the transaction that changes an event. Of events that are added, `tellAdded` tells instead: SQLite has triggers for rows only, and they cost each
 * event 2 µs where nothing is late and no cluster is followed, 2 more for a cluster, 3 more for an event that is late. The numbers of
 * `search_change` are never given twice (AUTOINCREMENT), so that a row that took another’s place tells.
 */
export const sqliteEventWatch: readonly string[] = [
  `CREATE TRIGGER event_assigned AFTER UPDATE OF issue_id ON event WHEN OLD.issue_id IS NOT NEW.issue_id BEGIN
    ${changeOf('NEW.seq')} END`,
  `CREATE TRIGGER event_deleted AFTER DELETE ON event BEGIN ${changeOf('OLD.seq')} END`,
];

/** In the transaction that added these events, once for all of them: a cluster is told of them, and the hours of those that came late are changed. */
export async function tellAdded(trx: Transaction<Schema>, seqs: ReadonlySet<number>): Promise<void> {
  if (seqs.size === 0) return;
  const now = sql.raw(NOW);
  const target = await trx.selectFrom('search_target').select('name').executeTakeFirst();
  if (target)
    await sql`INSERT INTO search_queue (seq, at) SELECT value, ${now} FROM json_each(${JSON.stringify([...seqs])})`.execute(
      trx,
    );
  // The oldest of an hour says whether any of it is late.
  const oldest = new Map<number, number>();
  for (const seq of seqs) {
    const ms = Math.floor(seq / 4_096);
    const hour = ms - (ms % HOUR_MS);
    oldest.set(hour, Math.min(ms, oldest.get(hour) ?? ms));
  }
  const { rows } = await sql<{ hour: number }>`
    SELECT value ->> 0 AS hour FROM json_each(${JSON.stringify([...oldest])}) WHERE value ->> 1 < ${now} - ${LATE_MS}`.execute(
    trx,
  );
  if (rows.length === 0) return;
  const late = JSON.stringify(rows.map(({ hour }) => hour));
  await sql`DELETE FROM search_change WHERE hour IN (SELECT value FROM json_each(${late}))`.execute(trx);
  await sql`INSERT INTO search_change (hour, at) SELECT value, ${now} FROM json_each(${late})`.execute(trx);
}
