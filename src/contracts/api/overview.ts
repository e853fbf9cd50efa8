import { z } from 'zod';
import { issueSummary } from './issues.ts';
import { reportSummary } from './reports.ts';
import { instant } from './shared.ts';

/** What came over one wire format or listener, and what did not get in. */
export const sourceActivity = z.object({
  project: z.string().nullable(),
  /** `sentry`, `otlp`, `elastic-bulk`, `cloud-logging`, `native`, `syslog`, `file`. */
  kind: z.string(),
  name: z.string(),
  state: z.enum(['receiving', 'silent', 'never', 'failing']),
  lastEventAt: instant.nullable(),
  eventsLastDay: z.int(),
  dropped: z.array(z.object({ reason: z.string(), category: z.string(), quantity: z.int() })),
  problem: z.string().nullable(),
});
export type SourceActivity = z.infer<typeof sourceActivity>;

export const overview = z.object({
  /** The worst of the services. `unknown`: nothing was ever received. */
  status: z.enum(['OK', 'DEGRADED', 'CRITICAL', 'unknown']),
  reasons: z.array(z.string()),
  isEmpty: z.boolean(),
  services: z.array(
    z.object({
      project: z.string(),
      service: z.string(),
      status: z.enum(['OK', 'DEGRADED', 'CRITICAL', 'silent']),
      errorsLastHour: z.int(),
      openIssues: z.int(),
      lastEventAt: instant.nullable(),
      revision: z.string().nullable(),
      /** Error incidents of each of the last 24 hours, oldest first. */
      lastDay: z.array(z.int()),
    }),
  ),
  newIssues: z.array(issueSummary),
  regressedIssues: z.array(issueSummary),
  latestReports: z.array(reportSummary),
  /** Guardian's own trouble: a source that fails, mails that do not leave, a full queue. Empty when all is well. */
  ownProblems: z.array(z.object({ code: z.string(), message: z.string(), remedy: z.string() })),
});
export type Overview = z.infer<typeof overview>;

/** Always the same: whoever asks learns that the process answers, and nothing else. */
export const health = z.object({ status: z.literal('ok'), message: z.literal('Guardian is running.') });
export type Health = z.infer<typeof health>;

/** Whether it can be sent requests, by what it needs for that. */
export const readiness = z.object({
  isReady: z.boolean(),
  dependencies: z.array(
    z.object({
      name: z.enum(['store', 'intake', 'search']),
      isReady: z.boolean(),
      /** False: without it the server still does its work, more slowly. */
      isRequired: z.boolean(),
      /** Code of the catalogue, or `timeout` after 2 s; null while it is well. */
      problem: z.string().nullable(),
      durationMs: z.int(),
    }),
  ),
});
export type Readiness = z.infer<typeof readiness>;

/** What the stream of changes (`GET /api/changes`, server-sent events) says; the receiver asks again for what it shows. */
export const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('issue'), id: z.string(), action: z.string() }),
  z.object({ kind: z.literal('events'), project: z.string(), count: z.int() }),
  z.object({ kind: z.literal('report'), id: z.string(), status: z.string() }),
  z.object({ kind: z.literal('delivery'), id: z.string(), state: z.string() }),
  z.object({ kind: z.literal('run'), id: z.string(), job: z.string(), status: z.string() }),
  z.object({ kind: z.literal('output'), run: z.string() }),
  z.object({ kind: z.literal('alert'), id: z.string(), state: z.string() }),
  z.object({ kind: z.literal('deployment'), id: z.string(), state: z.string() }),
]);
export type Change = z.infer<typeof change>;
