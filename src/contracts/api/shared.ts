import { z } from 'zod';

/** RFC 3339 UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ example: '2026-01-31T08:15:30.123Z' });

/** Opaque; null on the last page. */
const nextCursor = z.string().nullable();

/** A page of a list. `total` is null where counting would cost more than the page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor, total: z.int().nullable() });

export const pageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Of what takes no query, or no body: a field that is not known is refused, never passed over. */
export const nothing = z.strictObject({});

/** RFC 9457, with the catalogue's code and the remedy. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** Stable: `not_found`, `usage_invalid`, … */
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
  /** Which field of the request is wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** The run that is open, where a job does not run beside itself. */
  inWay: z.string().optional(),
  /** What was tried, where no provider of models answered: as in an analysis' metadata. */
  attempts: z.array(z.record(z.string(), z.unknown())).optional(),
});
export type Problem = z.infer<typeof problem>;

export const countPoint = z.object({ at: instant, count: z.int() });
export type CountPoint = z.infer<typeof countPoint>;
