import type { Insertable, QueryCreator } from 'kysely';
import type { AppendBatch, IngestedEvent } from '../../../../../core/ingest/index.ts';
import { severityClassOf } from '../../../../search/event-tokens.ts';
import type { Write } from '../../dialects/dialect.ts';
import { earlier, later } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';
import { positionMs } from './event-row.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Counts are kept in these steps, so that a histogram of a day or a month adds up some thousands of rows. */
export const COUNT_WIDTHS = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS] as const;

type EventCount = Insertable<Schema['event_count']>;
type Minute = Omit<EventCount, 'width' | 'start'>;

/** Rows of one statement: nine columns stay below SQLite's and PostgreSQL's parameters. */
const CHUNK = 500;

/** Counts of one batch, gathered in memory and then added with one statement for each table. */
export class BatchCounts {
  /** By project, severity and service; then by minute. */
  readonly #minutes = new Map<string, Map<number, Minute>>();
  readonly #sources = new Map<string, Insertable<Schema['source_hour']>>();
  readonly #revisions = new Map<string, Insertable<Schema['revision']>>();
  readonly #drops = new Map<string, Insertable<Schema['drop_count']>>();

  addEvent({ projectId, event }: IngestedEvent, service: string, at: number): void {
    const time = positionMs(event);
    this.#count(time, projectId, service, severityClassOf(event.severityNumber));
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

  writes(): Write[] {
    return [
      ...chunksOf(this.#eventCounts()).map(
        (rows): Write =>
          (db) =>
            addEventCounts(db, rows),
      ),
      ...chunksOf(this.#sources).map(
        (rows): Write =>
          (db) =>
            addSourceHours(db, rows),
      ),
      ...chunksOf(this.#revisions).map(
        (rows): Write =>
          (db) =>
            seeRevisions(db, rows),
      ),
      ...chunksOf(this.#drops).map(
        (rows): Write =>
          (db) =>
            addDrops(db, rows),
      ),
    ];
  }

  #count(time: number, projectId: number, service: string, severity: number): void {
    const key = `${projectId} ${severity} ${service}`;
    const minutes = this.#minutes.get(key) ?? new Map<number, Minute>();
    if (minutes.size === 0) this.#minutes.set(key, minutes);
    const start = time - (time % MINUTE_MS);
    const known = minutes.get(start);
    if (!known) minutes.set(start, { project_id: projectId, service, severity, events: 1, last_at: time });
    else {
      known.events++;
      if (time > known.last_at) known.last_at = time;
    }
  }

  /** Every step is made of whole minutes. */
  #eventCounts(): Map<string, EventCount> {
    const counts = new Map<string, EventCount>();
    for (const [key, minutes] of this.#minutes) {
      for (const [minute, counted] of minutes) {
        for (const width of COUNT_WIDTHS) {
          const start = minute - (minute % width);
          const known = counts.get(`${width} ${start} ${key}`);
          if (!known) counts.set(`${width} ${start} ${key}`, { ...counted, width, start });
          else {
            known.events += counted.events;
            known.last_at = Math.max(known.last_at, counted.last_at);
          }
        }
      }
    }
    return counts;
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

function addEventCounts(db: QueryCreator<Schema>, rows: Insertable<Schema['event_count']>[]) {
  return db
    .insertInto('event_count')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['width', 'start', 'project_id', 'service', 'severity']).doUpdateSet((eb) => ({
        events: eb('event_count.events', '+', eb.ref('excluded.events')),
        last_at: later(eb.ref('event_count.last_at'), eb.ref('excluded.last_at')),
      })),
    );
}

function addSourceHours(db: QueryCreator<Schema>, rows: Insertable<Schema['source_hour']>[]) {
  return db
    .insertInto('source_hour')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['hour', 'project_id', 'kind']).doUpdateSet((eb) => ({
        events: eb('source_hour.events', '+', eb.ref('excluded.events')),
        last_at: eb.ref('excluded.last_at'),
      })),
    );
}

function seeRevisions(db: QueryCreator<Schema>, rows: Insertable<Schema['revision']>[]) {
  return db
    .insertInto('revision')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'service', 'name']).doUpdateSet((eb) => ({
        first_seen: earlier(eb.ref('revision.first_seen'), eb.ref('excluded.first_seen')),
        last_seen: later(eb.ref('revision.last_seen'), eb.ref('excluded.last_seen')),
      })),
    );
}

function addDrops(db: QueryCreator<Schema>, rows: Insertable<Schema['drop_count']>[]) {
  return db
    .insertInto('drop_count')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['hour', 'project_id', 'source', 'reason', 'category']).doUpdateSet((eb) => ({
        quantity: eb('drop_count.quantity', '+', eb.ref('excluded.quantity')),
      })),
    );
}
