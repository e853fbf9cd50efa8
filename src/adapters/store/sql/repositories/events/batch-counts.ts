import type { Insertable, Transaction } from 'kysely';
import type { AppendBatch, IngestedEvent } from '../../../../../core/ingest/index.ts';
import { severityClassOf } from '../../../../search/event-tokens.ts';
import { earlier, later } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';
import { positionMs } from './event-row.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Counts are kept in these steps, so that a histogram of a day or a month adds up some thousands of rows. */
export const COUNT_WIDTHS = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS] as const;

/** Rows of one statement: nine columns stay below SQLite's and PostgreSQL's parameters. */
const CHUNK = 500;

/** Counts of one batch, gathered in memory and then added with one statement for each table. */
export class BatchCounts {
  readonly #events = new Map<string, Insertable<Schema['event_count']>>();
  readonly #sources = new Map<string, Insertable<Schema['source_hour']>>();
  readonly #revisions = new Map<string, Insertable<Schema['revision']>>();
  readonly #drops = new Map<string, Insertable<Schema['drop_count']>>();

  addEvent({ projectId, event }: IngestedEvent, service: string, at: number): void {
    const time = positionMs(event);
    const severity = severityClassOf(event.severityNumber);
    for (const width of COUNT_WIDTHS) this.#count(width, time, projectId, service, severity);
    this.#countSource(projectId, event.source.kind, at);
    if (event.revision !== null) this.#see(projectId, service, event.revision, time);
  }

  addDropped(dropped: AppendBatch['dropped'], at: number): void {
    const hour = at - (at % HOUR_MS);
    for (const { projectId, source, reason, category, quantity } of dropped) {
      const key = `${projectId}\0${source}\0${reason}\0${category}`;
      const known = this.#drops.get(key);
      if (known) known.quantity += quantity;
      else this.#drops.set(key, { project_id: projectId, hour, source, reason, category, quantity });
    }
  }

  async write(trx: Transaction<Schema>): Promise<void> {
    for (const rows of chunksOf(this.#events)) await addEventCounts(trx, rows);
    for (const rows of chunksOf(this.#sources)) await addSourceHours(trx, rows);
    for (const rows of chunksOf(this.#revisions)) await seeRevisions(trx, rows);
    for (const rows of chunksOf(this.#drops)) await addDrops(trx, rows);
  }

  #count(width: number, time: number, projectId: number, service: string, severity: number): void {
    const start = time - (time % width);
    const key = `${width} ${start} ${projectId} ${severity} ${service}`;
    const known = this.#events.get(key);
    if (!known) {
      this.#events.set(key, { width, start, project_id: projectId, service, severity, events: 1, last_at: time });
      return;
    }
    known.events++;
    if (time > known.last_at) known.last_at = time;
  }

  #countSource(projectId: number, kind: string, at: number): void {
    const key = `${projectId} ${kind}`;
    const known = this.#sources.get(key);
    if (known) known.events++;
    else this.#sources.set(key, { project_id: projectId, kind, hour: at - (at % HOUR_MS), events: 1, last_at: at });
  }

  #see(projectId: number, service: string, name: string, time: number): void {
    const key = `${projectId}\0${service}\0${name}`;
    const known = this.#revisions.get(key);
    if (!known) {
      this.#revisions.set(key, { project_id: projectId, service, name, first_seen: time, last_seen: time });
      return;
    }
    if (time < known.first_seen) known.first_seen = time;
    if (time > known.last_seen) known.last_seen = time;
  }
}

/** In the order of their keys: two writers that want the same rows then wait for each other instead of locking each other out. */
function chunksOf<Row>(rows: ReadonlyMap<string, Row>): Row[][] {
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return Array.from({ length: Math.ceil(sorted.length / CHUNK) }, (_, chunk) =>
    sorted.slice(chunk * CHUNK, (chunk + 1) * CHUNK),
  );
}

async function addEventCounts(trx: Transaction<Schema>, rows: Insertable<Schema['event_count']>[]): Promise<void> {
  await trx
    .insertInto('event_count')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['width', 'start', 'project_id', 'service', 'severity']).doUpdateSet((eb) => ({
        events: eb('event_count.events', '+', eb.ref('excluded.events')),
        last_at: later(eb.ref('event_count.last_at'), eb.ref('excluded.last_at')),
      })),
    )
    .execute();
}

async function addSourceHours(trx: Transaction<Schema>, rows: Insertable<Schema['source_hour']>[]): Promise<void> {
  await trx
    .insertInto('source_hour')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['hour', 'project_id', 'kind']).doUpdateSet((eb) => ({
        events: eb('source_hour.events', '+', eb.ref('excluded.events')),
        last_at: eb.ref('excluded.last_at'),
      })),
    )
    .execute();
}

async function seeRevisions(trx: Transaction<Schema>, rows: Insertable<Schema['revision']>[]): Promise<void> {
  await trx
    .insertInto('revision')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'service', 'name']).doUpdateSet((eb) => ({
        first_seen: earlier(eb.ref('revision.first_seen'), eb.ref('excluded.first_seen')),
        last_seen: later(eb.ref('revision.last_seen'), eb.ref('excluded.last_seen')),
      })),
    )
    .execute();
}

async function addDrops(trx: Transaction<Schema>, rows: Insertable<Schema['drop_count']>[]): Promise<void> {
  await trx
    .insertInto('drop_count')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['hour', 'project_id', 'source', 'reason', 'category']).doUpdateSet((eb) => ({
        quantity: eb('drop_count.quantity', '+', eb.ref('excluded.quantity')),
      })),
    )
    .execute();
}
