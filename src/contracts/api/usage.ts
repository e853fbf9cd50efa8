import { z } from 'zod';
import { instant, pageOf, pageQuery } from './shared.ts';

/**
 * Who used the watched applications, for how long, and what failed for whom. `usageSummary` is one shape for the file
 * (`reports/usage_report.json`), the route, the mail and the page; its names are those the programs that read it know.
 */

const usageUserError = z.object({
  endpoint: z.string(),
  /** Class or status name, or a sentence the application declared; never an exception's text. */
  error: z.string(),
  timestamp: instant,
});

const usageUser = z.object({
  /** E-mail, the application's own id, or a pseudonym. */
  email: z.string(),
  /** Session time within the window, the union of several clients', rounded half up. */
  total_time_minutes: z.int().nonnegative(),
  /** Groups of features (`chat`, `documents`), by how often. */
  features_used: z.array(z.string()),
  requests_count: z.int().nonnegative(),
  errors_count: z.int().nonnegative(),
  /** The newest 20. */
  errors: z.array(usageUserError),
});
export type UsageUser = z.infer<typeof usageUser>;

export const usageSummary = z.object({
  /** Local to `meta.timeZone`: `2025-10-19 14:00 - 16:00`; with the second date where it is another. */
  period: z.string(),
  active_users: z.int().nonnegative(),
  total_requests: z.int().nonnegative(),
  total_errors: z.int().nonnegative(),
  /** The 1,000 with the most requests. */
  users: z.array(usageUser),
  top_features: z.array(z.object({ name: z.string(), count: z.int().nonnegative() })).max(10),
  /** Status code → how many; sums to `total_errors`. */
  error_breakdown: z.record(z.string().regex(/^\d{3}$/), z.int().nonnegative()),
  meta: z.object({
    schemaVersion: z.literal(1),
    start: instant,
    /** The window is half-open: `end` is not in it. */
    end: instant,
    timeZone: z.string(),
    /** Null: of all services. */
    service: z.string().nullable(),
    /** Without identity, or of users whose counts are no longer kept. */
    anonymousRequests: z.int().nonnegative(),
    anonymousErrors: z.int().nonnegative(),
    /** Users and what they did are known since then: `usage.rowDays` are over for what came before in the window, which counts as anonymous. Null: of all of it. */
    usersSince: instant.nullable().default(null),
    /** How many users and errors of users are counted above but not listed. */
    cutUsers: z.int().nonnegative(),
    cutErrors: z.int().nonnegative(),
    /** `exact`; `estimated`: by a sketch over days whose rows are gone; `sum of daily uniques`: pseudonyms of several salts. */
    activeUsersAre: z.enum(['exact', 'estimated', 'sum of daily uniques']),
    /** Records that senders numbered and that never came. */
    missingRecords: z.int().nonnegative(),
    /** Counts made of sampled spans. */
    isEstimated: z.boolean(),
    lastRecordAt: instant.nullable(),
    generatedAt: instant,
  }),
});
export type UsageSummary = z.infer<typeof usageSummary>;

export const usageSummaryQuery = z.strictObject({
  hours: z.coerce.number().int().min(1).max(720).default(2),
  service: z.string().max(200).optional(),
});

export const usageTimelineQuery = z.strictObject({
  hours: z.coerce.number().int().min(1).max(720).default(24),
  service: z.string().max(200).optional(),
});
/** Equal steps, oldest first; `activeUsers` of each step by itself. */
export const usageTimeline = z.object({
  stepMs: z.int(),
  points: z.array(
    z.object({ at: instant, requests: z.int(), errors: z.int(), activeUsers: z.int(), p95Ms: z.number().nullable() }),
  ),
  revisions: z.array(z.object({ at: instant, service: z.string(), revision: z.string() })),
});
export type UsageTimeline = z.infer<typeof usageTimeline>;

export const usageUsersQuery = z.strictObject({
  ...pageQuery.shape,
  hours: z.coerce.number().int().min(1).max(2_160).default(24),
  service: z.string().max(200).optional(),
  text: z.string().max(200).optional(),
});
export const usageUserPage = pageOf(
  usageUser.omit({ errors: true }).extend({ sessions: z.int(), lastActivity: instant }),
);

const userSession = z.object({
  id: z.string(),
  service: z.string(),
  session_start: instant,
  session_end: instant.nullable(),
  duration_seconds: z.int().nullable(),
  last_activity: instant,
  /** `inactive`, `logout`, `login`; null: it goes on. */
  end_reason: z.string().nullable(),
  user_agent: z.string().nullable(),
  ip_address: z.string().nullable(),
});
/** Every look at it is a row of the audit trail. */
export const usageUserDetail = z.object({
  email: z.string(),
  totalMinutes: z.int(),
  requests: z.int(),
  errors: z.int(),
  sessions: z.array(userSession),
  features: z.array(
    z.object({ name: z.string(), group: z.string(), count: z.int(), errors: z.int(), lastUsed: instant }),
  ),
  recentErrors: z.array(
    z.object({
      id: z.string(),
      service: z.string(),
      endpoint: z.string(),
      method: z.string(),
      error_type: z.string(),
      error_code: z.int(),
      error_message: z.string(),
      timestamp: instant,
      issue_id: z.string().nullable(),
      request_id: z.string().nullable(),
    }),
  ),
});
export type UsageUserDetail = z.infer<typeof usageUserDetail>;
export const usageUserQuery = z.strictObject({ hours: z.coerce.number().int().min(1).max(2_160).default(168) });

export const usageExportQuery = z.strictObject({ format: z.enum(['json', 'csv']).default('json') });
/** What was erased, and what could not be reached. */
export const usageErased = z.object({
  user: z.string(),
  rows: z.record(z.string(), z.int()),
  verified: z.boolean(),
  /** Pseudonyms whose salts are forgotten cannot be told to be this user. */
  outOfReach: z.array(z.string()),
});
export type UsageErased = z.infer<typeof usageErased>;

export const usageReportMade = z.object({ run: z.string().nullable(), file: z.string(), summary: usageSummary });
