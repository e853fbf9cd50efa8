import { sql } from 'kysely';

/*
 * As the partial indexes of `run` are written: SQLite takes an index only where the condition is the same text, without parameters.
 */

export const IS_OPEN = sql<boolean>`status IN ('queued', 'running')`;
export const IS_QUEUED = sql<boolean>`status = 'queued'`;
export const IS_RUNNING = sql<boolean>`status = 'running'`;
/** What counts as success: of a condition, of the last one. */
export const WENT_WELL = sql<boolean>`status IN ('success', 'warning')`;
/** It did work, and failed. */
export const FAILED = sql<boolean>`status IN ('error', 'timed_out')`;
/** It ended in another way than with success. */
export const IS_UNUSUAL = sql<boolean>`status IN ('warning', 'error', 'skipped', 'upstream_failed', 'cancelled', 'timed_out')`;
/** Somebody asked for it. */
export const WAS_ASKED = sql<boolean>`(triggered_by <> 'scheduler' OR triggered_user IS NOT NULL)`;
/** Durations are of these. */
export const DID_WORK = sql<boolean>`status IN ('success', 'warning', 'error', 'timed_out')`;
