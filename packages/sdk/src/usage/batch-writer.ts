import { createErrors, createPeople, createUses } from './batch-lists.ts';
import { traceIdOf } from './request-headers.ts';
import { RING_SLOTS, type Ring } from './ring.ts';
import type { Route } from './route-table.ts';
import { RowBytes } from './row-bytes.ts';
import { isUserError } from './status-name.ts';
import type { UsageCounters } from './usage-counters.ts';
import { USAGE_BOUNDS } from './usage-record.ts';
import { batchIdV7 } from './uuid-v7.ts';

/** As long as a drain may hold the event loop: 500 rows take about 0.2 ms. */
const ROWS_PER_BATCH = 500;

export interface WrittenBatch {
  /** One line of JSON; null: all of the slots were probes. */
  line: string | null;
  rows: number;
  /** Slots of the ring that it took. */
  slots: number;
}

export interface BatchInput {
  ring: Ring;
  sequence: number;
  /** Epoch and monotonic ms, read together. */
  now: number;
  monotonic: number;
}

/** Fixed texts of every line of this sender, already as JSON: `"service":"shop","sender":"…"`. */
export interface SenderFields {
  json: string;
}

interface RowParts {
  route: Route;
  /** Its place in the list of people. */
  who: number;
  /** From monotonic to epoch ms. */
  offset: number;
  /** From monotonic ms to those since the batch's time. */
  base: number;
}

/** Turns slots of the ring into one `batch` line. */
export function createBatchWriter(sender: SenderFields, counters: UsageCounters): (input: BatchInput) => WrittenBatch {
  const rows = new RowBytes();
  const people = createPeople();
  const uses = createUses();
  const errors = createErrors(counters);

  /** Its place in the list of errors; null: nothing is told of it. */
  const errorAt = (ring: Ring, slot: number, route: Route, offset: number): number | null =>
    errors.indexOf(route, {
      status: ring.statuses[slot] ?? 0,
      thrown: ring.thrown[slot],
      isAnonymous: (ring.users[slot] ?? null) === null,
      at: offset + (ring.endedAt[slot] ?? 0),
    });

  /** Null: an empty slot, or a probe, which is counted as skipped. */
  const recordedIn = (ring: Ring, slot: number): Route | null => {
    const route = ring.routes[slot] ?? null;
    const family = people.familyOf(ring.userAgents[slot]);
    if (route === null || family !== 'probe') return route;
    counters.skipped++;
    return null;
  };
  const whoIn = (ring: Ring, slot: number): number => {
    const user = ring.users[slot] ?? null;
    if (user !== null) return people.indexOf(user, ring.sessions[slot], ring.addresses[slot]);
    counters.anonymous++;
    return people.nobody();
  };
  const writeRow = (ring: Ring, slot: number, isFirst: boolean, { route, who, offset, base }: RowParts): void => {
    const started = ring.startedAt[slot] ?? 0;
    const status = ring.statuses[slot] ?? 0;
    rows.byte(isFirst ? OPEN : COMMA);
    rows.byte(OPEN);
    rows.number(Math.round(started + base));
    rows.byte(COMMA);
    rows.number(Math.max(0, Math.round((ring.endedAt[slot] ?? 0) - started)));
    rows.byte(COMMA);
    rows.number(uses.indexOf(route));
    rows.byte(COMMA);
    rows.number(status);
    rows.byte(COMMA);
    rows.number(who);
    const requestId = requestIdOf(ring.requestIds[slot], ring.traceParents[slot]);
    const error = isUserError(status) ? errorAt(ring, slot, route, offset) : null;
    // One follows the other: without an error, its place says so.
    if (error !== null || requestId !== null) rows.text(`,${error}`);
    if (requestId !== null) rows.text(`,"${requestId}"`);
    rows.byte(CLOSE);
  };

  return ({ ring, sequence, now, monotonic }) => {
    const base = Math.floor(now);
    const last = Math.min(ring.written, ring.drained + ROWS_PER_BATCH);
    let count = 0;
    let at = ring.drained;
    while (at < last && people.bytes + uses.bytes + errors.bytes < USAGE_BOUNDS.batchBytes / 4) {
      const slot = at++ & (RING_SLOTS - 1);
      const route = recordedIn(ring, slot);
      if (route === null) continue;
      const who = whoIn(ring, slot);
      counters.requests++;
      if (route.isOverflow) counters.templatesOther++;
      writeRow(ring, slot, count === 0, { route, who, offset: now - monotonic, base: now - base - monotonic });
      count++;
    }
    const slots = at - ring.drained;
    if (count === 0) return { line: null, rows: 0, slots };
    rows.byte(CLOSE);
    const line =
      `{"kind":"batch","id":"${batchIdV7(now)}","time":"${new Date(base).toISOString()}",${sender.json},"sequence":${sequence}` +
      `,"uses":${uses.take()},"who":${people.take()}${errors.take()},"rows":${rows.take()}}`;
    return { line, rows: count, slots };
  };
}

const OPEN = 91;
const CLOSE = 93;
const COMMA = 44;

/** What an application's id may look like to travel; others are left out, because they may be anything. */
const REQUEST_ID = /^[\w.:/+=@-]{1,64}$/;

function requestIdOf(own: string | undefined, traceParent: string | undefined): string | null {
  if (own !== undefined) return REQUEST_ID.test(own) ? own : null;
  return traceParent === undefined ? null : (traceIdOf(traceParent) ?? null);
}
