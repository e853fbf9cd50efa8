import { setTimeout as pause } from 'node:timers/promises';
import type { RowReader } from './stored-rows.ts';

const OPEN = `'pending', 'failed', 'held', 'sending'`;

export interface StoredRun {
  id: string;
  job_id: string;
  status: string;
  reason: string | null;
  tick: number | null;
  finished_at: number | null;
}

/** Until no outbox row waits to be told of and no delivery is open. Rejects with what is left when that takes `withinMs`. */
export async function untilAllTold(reader: RowReader, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    const [left] = await reader.rows<{ untold: number; open: number }>(
      `SELECT (SELECT count(*) FROM outbox WHERE told_at IS NULL AND kind LIKE 'alert-%') AS untold,
              (SELECT count(*) FROM delivery WHERE state IN (${OPEN})) AS open`,
    );
    if (left!.untold === 0 && left!.open === 0) return;
    if (performance.now() > end) throw new Error(`${left!.untold} rows are untold, ${left!.open} deliveries are open`);
    await pause(250);
  }
}

/** Runs that a node carries out; asked when it is dead, they are the ones that it left behind. */
export function runningRuns(reader: RowReader): Promise<StoredRun[]> {
  return reader.rows(`${RUNS} WHERE status = 'running' AND node IS NOT NULL`);
}

export async function runsById(reader: RowReader): Promise<Map<string, StoredRun>> {
  return new Map((await reader.rows<StoredRun>(RUNS)).map((run) => [run.id, run]));
}

const RUNS = 'SELECT id, job_id, status, reason, tick, finished_at FROM run';

/** (job, tick) that has more than one run. */
export async function doubledTicks(reader: RowReader): Promise<string[]> {
  const rows = await reader.rows<{ job_id: string; tick: number }>(
    'SELECT job_id, tick FROM run WHERE tick IS NOT NULL GROUP BY job_id, tick HAVING count(*) > 1',
  );
  return rows.map(({ job_id, tick }) => `${job_id} ${tick}`);
}

/** Subjects of alerts with the states of their deliveries, each as often as it has one. */
export async function statesBySubject(reader: RowReader): Promise<Map<string, string[]>> {
  const rows = await reader.rows<{ subject_id: string; state: string | null }>(
    `SELECT alert.subject_id, delivery.state FROM alert LEFT JOIN delivery ON delivery.alert_id = alert.id
     WHERE alert.type = 'PROOF'`,
  );
  const states = new Map<string, string[]>();
  for (const { subject_id, state } of rows)
    states.set(`${subject_id}`, [...(states.get(`${subject_id}`) ?? []), ...(state === null ? [] : [state])]);
  return states;
}
