import { z } from 'zod';
import { instant, pageQuery } from './shared.ts';

export const reportSummary = z.object({
  id: z.string(),
  project: z.string().nullable(),
  service: z.string().nullable(),
  /** `could not look` stands for a look that failed: `problem` says why. */
  status: z.enum(['OK', 'DEGRADED', 'CRITICAL', 'could not look']),
  occasion: z.enum(['schedule', 'critical', 'demand', 'trigger']),
  from: instant.nullable(),
  to: instant.nullable(),
  madeAt: instant,
  errors: z.int(),
  warnings: z.int(),
  /** Older than the interval of the schedule that makes it, and no newer one came. */
  isStale: z.boolean(),
  problem: z.string().nullable(),
});
export type ReportSummary = z.infer<typeof reportSummary>;

export const reportListQuery = pageQuery.extend({
  project: z.string().max(100).optional(),
  service: z.string().max(200).optional(),
  status: z.string().max(50).optional(),
});

export const reportRequest = z.object({
  project: z.string().max(100).optional(),
  service: z.string().max(200).optional(),
  /** `1h`, `30m`, `7d`. */
  freshness: z
    .string()
    .regex(/^\d{1,6}[smhd]$/)
    .default('1h'),
});

export const deliverySummary = z.object({
  id: z.string(),
  occasion: z.string(),
  channel: z.string(),
  recipient: z.string(),
  subject: z.string(),
  /** `stored`: no mail server is configured, so it was NOT sent. */
  state: z.enum(['pending', 'sending', 'sent', 'stored', 'failed']),
  attempts: z.int(),
  createdAt: instant,
  sentAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  lastError: z.string().nullable(),
  receipt: z.string().nullable(),
});
export type DeliverySummary = z.infer<typeof deliverySummary>;

/** What the mail says, for people who look at the outbox. `html` is shown in a sandboxed frame only. */
export const deliveryDetail = deliverySummary.extend({ text: z.string(), html: z.string().nullable() });
