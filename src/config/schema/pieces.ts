import { z } from 'zod';

/** What several parts of the configuration are made of. */

export const positive = z.int().positive();
export const address = z.email({ error: 'is not an e-mail address' });
export const port = z.int().min(0).max(65_535);
export const localTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time of day such as 07:30' });

export const hours = (amount: number) => amount * 60 * 60 * 1000;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(\d+)(ms|s|m|h|d)$/;

/** `30s`, `5m`, `4h`, `7d`: milliseconds inside. */
export const span = z
  .string()
  .regex(SPAN, { error: 'is not a span such as 30s, 5m, 4h, 7d' })
  .transform((text) => {
    const [, amount = '', unit = ''] = SPAN.exec(text) ?? [];
    return Number(amount) * UNITS[unit]!;
  });

/** So long after, or the next such local time. */
export const deadline = z.string().regex(/^(?:\d+(?:ms|s|m|h|d)|(?:[01]\d|2[0-3]):[0-5]\d)$/, {
  error: 'is neither a span such as 2h nor a time such as 05:00',
});

export const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
  error: 'is not a name of lower-case letters, digits, - and _',
});
