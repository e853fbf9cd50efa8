import { z } from 'zod';
import { shapes } from './reasons.ts';

/** What several parts of the configuration are made of. */

export const positive = z.int().positive();
export const address = z.email({ error: shapes.address });
export const port = z.int().min(0).max(65_535);
export const localTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: shapes.timeOfDay });

export const hours = (amount: number) => amount * 60 * 60 * 1000;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(\d+)(ms|s|m|h|d)$/;

/** `30s`, `5m`, `4h`, `7d`: milliseconds inside. */
export const span = z
  .string()
  .regex(SPAN, { error: shapes.span })
  .transform((text) => {
    const [, amount = '', unit = ''] = SPAN.exec(text) ?? [];
    return Number(amount) * UNITS[unit]!;
  });

/** So long after, or the next such local time. */
export const deadline = z.string().regex(/^(?:\d+(?:ms|s|m|h|d)|(?:[01]\d|2[0-3]):[0-5]\d)$/, {
  error: shapes.spanOrTime,
});

export const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
  error: shapes.name,
});

/** `30m`, `7d`, or `all`: a window back from now. */
export const duration = z.string().regex(/^(all|\d+[smhd])$/, { error: shapes.duration });
export const status = z.enum(['DEGRADED', 'CRITICAL']);
export const globs = z.array(z.string().min(1));
