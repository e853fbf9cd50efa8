import { z } from 'zod';
import { instant, pageOf, pageQuery } from './shared.ts';

const traceSpan = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  name: z.string(),
  service: z.string(),
  /** `internal`, `server`, `client`, `producer`, `consumer`, `timer`. */
  kind: z.string(),
  start: instant,
  /** ms from the start of the trace, after `skewMs` was taken off. */
  offsetMs: z.number(),
  durationMs: z.number(),
  status: z.enum(['unset', 'ok', 'error']),
  /** What the clock of its service is ahead of its caller's, where a child would else begin before its parent. */
  skewMs: z.number(),
  depth: z.int(),
  /** Its parent was never received. */
  isOrphan: z.boolean(),
  attributes: z.record(z.string(), z.unknown()),
});

/** All spans, timers and events of one trace over every service, in the order of a waterfall. */
export const trace = z.object({
  id: z.string(),
  start: instant,
  durationMs: z.number(),
  services: z.array(z.string()),
  spans: z.array(traceSpan),
  /** Stretches in which nothing is known to have run, longest first: ms from the start. */
  gaps: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  events: z.array(
    z.object({
      id: z.string(),
      at: instant,
      offsetMs: z.number(),
      spanId: z.string().nullable(),
      service: z.string(),
      level: z.string(),
      message: z.string(),
    }),
  ),
  /** More spans or events exist than are shown. */
  isCut: z.boolean(),
});
export type Trace = z.infer<typeof trace>;

export const traceQuery = z.strictObject({
  ...pageQuery.shape,
  project: z.string().max(100).optional(),
  service: z.string().max(200).optional(),
  minDurationMs: z.coerce.number().min(0).optional(),
  status: z.enum(['error']).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
const traceSummary = z.object({
  id: z.string(),
  start: instant,
  durationMs: z.number(),
  root: z.string().nullable(),
  services: z.array(z.string()),
  spans: z.int(),
  errors: z.int(),
});
export type TraceSummary = z.infer<typeof traceSummary>;
export const tracePage = pageOf(traceSummary);
