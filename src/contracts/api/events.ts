import { z } from 'zod';
import { exceptionView, severityClass } from './issues.ts';
import { instant, pageOf, pageQuery } from './shared.ts';

export const eventSummary = z.object({
  /** Opaque, sortable by time. */
  id: z.string(),
  at: instant,
  severity: severityClass,
  project: z.string(),
  service: z.string(),
  environment: z.string().nullable(),
  revision: z.string().nullable(),
  instance: z.string().nullable(),
  traceId: z.string().nullable(),
  /** First 500 characters. */
  body: z.string(),
  issueId: z.string().nullable(),
});
export type EventSummary = z.infer<typeof eventSummary>;

/**
 * `query` is words, "phrases", and fields: `service:api severity>=error revision:abc trace:… order.id:4711 -health`; all must hold.
 */
export const eventListQuery = pageQuery.extend({
  query: z.string().max(1_000).optional(),
  project: z.string().max(100).optional(),
  from: instant.optional(),
  to: instant.optional(),
  order: z.enum(['newest', 'oldest']).default('newest'),
});

export const eventHistogramQuery = eventListQuery
  .omit({ cursor: true, limit: true, order: true })
  .extend({ steps: z.coerce.number().int().min(2).max(200).default(60) });

/** How an answer of the event index came about. */
const answerOrigin = {
  /** It was remembered, and is so old; null: it was made just now. */
  cache: z.object({ ageMs: z.int() }).nullable().optional(),
  /** The search cluster is away or behind: events that only it still holds are missing. */
  isDatabaseOnly: z.boolean().optional(),
};

export const eventPage = pageOf(eventSummary).extend(answerOrigin);
export type EventPageReply = z.infer<typeof eventPage>;

export const eventHistogram = z.object({
  ...answerOrigin,
  from: instant,
  to: instant,
  stepMs: z.int(),
  /** False when counting stopped at a bound: the counts are at least this many. */
  isExact: z.boolean(),
  /** Counts of each step by severity class, oldest step first. */
  series: z.array(z.object({ severity: severityClass, counts: z.array(z.int()) })),
});
export type EventHistogram = z.infer<typeof eventHistogram>;

export const eventDetail = eventSummary.extend({
  body: z.string(),
  sourceId: z.string(),
  observedAt: instant,
  isTimeSuspect: z.boolean(),
  severityText: z.string().nullable(),
  logger: z.string().nullable(),
  spanId: z.string().nullable(),
  exceptions: z.array(exceptionView),
  stackText: z.string().nullable(),
  request: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullable(),
  user: z.object({ id: z.string().nullable(), name: z.string().nullable() }).nullable(),
  breadcrumbs: z.array(
    z.object({
      at: instant.nullable(),
      category: z.string().nullable(),
      level: z.string().nullable(),
      message: z.string(),
    }),
  ),
  attributes: z.record(z.string(), z.unknown()),
  payload: z.record(z.string(), z.unknown()).nullable(),
  source: z.object({ kind: z.string(), name: z.string(), position: z.string() }),
  trust: z.enum(['server', 'public']),
  isCut: z.boolean(),
});
export type EventDetail = z.infer<typeof eventDetail>;
