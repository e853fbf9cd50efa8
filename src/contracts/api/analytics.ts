import { z } from 'zod';
import { instant } from './shared.ts';

/** What the logs of a service amount to, from counters kept by minute, hour and day; late events correct their window. */
export const analyticsQuery = z.strictObject({
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  project: z.string().max(100).optional(),
  service: z.string().max(200).optional(),
  logger: z.string().max(200).optional(),
  agent: z.string().max(200).optional(),
  category: z.string().max(100).optional(),
  /** What the rows are. */
  by: z.enum(['service', 'logger', 'agent', 'category']).default('service'),
});

export const analytics = z.object({
  from: instant,
  to: instant,
  /** `minute`, `hour` or `day`: chosen by the length of the window. */
  step: z.enum(['minute', 'hour', 'day']),
  /** Every step of the window, zeros where nothing came. */
  volume: z.array(z.object({ at: instant, events: z.int(), errors: z.int(), dropped: z.int() })),
  rows: z.array(
    z.object({
      key: z.string(),
      events: z.int(),
      errors: z.int(),
      errorRate: z.number(),
      dropped: z.int(),
      lastAt: instant.nullable(),
    }),
  ),
  /** `change`: of the rate against the window of equal length before it; null: it is new. */
  templates: z.array(
    z.object({
      template: z.string(),
      service: z.string(),
      level: z.string(),
      count: z.int(),
      before: z.int(),
      change: z.number().nullable(),
    }),
  ),
  /** Timers and spans; percentiles from bounded histograms, so within 5 % of the true value. */
  slowOperations: z.array(
    z.object({
      name: z.string(),
      service: z.string(),
      count: z.int(),
      failures: z.int(),
      p50Ms: z.number(),
      p95Ms: z.number(),
      p99Ms: z.number(),
    }),
  ),
});
export type Analytics = z.infer<typeof analytics>;

/** At most 1 s behind; from counters. */
export const liveMetrics = z.object({
  at: instant,
  services: z.array(
    z.object({
      service: z.string(),
      eventsPerSecond: z.number(),
      errorsPerSecond: z.number(),
      lastEventAt: instant.nullable(),
    }),
  ),
  ingest: z.object({ accepted: z.int(), duplicates: z.int(), refused: z.int(), waiting: z.int() }),
});
export type LiveMetrics = z.infer<typeof liveMetrics>;
