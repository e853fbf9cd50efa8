import { z } from 'zod';
import { countPoint, instant, pageQuery } from './shared.ts';

export const ISSUE_STATES = ['open', 'handed off', 'resolved', 'regressed', 'ignored'] as const;
const issueState = z.enum(ISSUE_STATES);
export const SEVERITY_CLASSES = ['unset', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export const severityClass = z.enum(SEVERITY_CLASSES);

/** What resolved or ignored mean for this issue. */
const stateDetail = z
  .object({
    /** Resolved: in which revision; `next`: the next one that is seen; null: now. */
    revision: z.string().nullable(),
    isNextRevision: z.boolean(),
    /** Ignored: `escalating`, `until`, `count`, `for-ever`. */
    until: z.enum(['escalating', 'until', 'count', 'for-ever']).nullable(),
    untilTime: instant.nullable(),
    untilCount: z.int().nullable(),
  })
  .partial();

export const issueSummary = z.object({
  id: z.string(),
  /** `SHOP-12` */
  shortId: z.string(),
  project: z.string(),
  service: z.string(),
  title: z.string(),
  errorType: z.string().nullable(),
  location: z.object({ file: z.string(), line: z.int().nullable(), function: z.string().nullable() }).nullable(),
  endpoint: z.string().nullable(),
  state: issueState,
  stateDetail: stateDetail.nullable(),
  severity: severityClass,
  signal: z.enum(['OOM', 'UNHEALTHY', 'CRASH']).nullable(),
  isNew: z.boolean(),
  firstSeen: instant,
  lastSeen: instant,
  firstRevision: z.string().nullable(),
  lastRevision: z.string().nullable(),
  incidents: z.int(),
  events: z.int(),
  /** Distinct users touched; 0 when no event named one. */
  users: z.int(),
  assignee: z.string().nullable(),
  /** Incidents of each of the last 24 hours, oldest first. */
  lastDay: z.array(z.int()),
});
export type IssueSummary = z.infer<typeof issueSummary>;

export const issueListQuery = pageQuery.extend({
  /** Words of title, type, file, function, endpoint; all must be found. */
  query: z.string().max(500).optional(),
  /** One or more, separated by commas; left out: all but resolved and ignored. `all`: every one. */
  state: z.string().max(100).optional(),
  project: z.string().max(100).optional(),
  service: z.string().max(200).optional(),
  revision: z.string().max(200).optional(),
  assignee: z.string().max(200).optional(),
  severity: severityClass.optional(),
  sort: z.enum(['last-seen', 'first-seen', 'incidents', 'users']).default('last-seen'),
});

const frame = z.object({
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  function: z.string().nullable(),
  module: z.string().nullable(),
  isApplication: z.boolean(),
  /** Which rule decided. */
  rule: z.string(),
  /** The code around the line: from the repository at the running revision, else as the client sent it; null: none. */
  code: z
    .object({
      startLine: z.int().nullable(),
      lines: z.array(z.string()),
      /** `repository` (what runs), `client` (sent with the event). */
      origin: z.enum(['repository', 'client']),
    })
    .nullable(),
});
export type FrameView = z.infer<typeof frame>;

export const exceptionView = z.object({
  type: z.string().nullable(),
  message: z.string().nullable(),
  relation: z.string(),
  language: z.string().nullable(),
  isHandled: z.boolean().nullable(),
  isCut: z.boolean(),
  /** Crash first. */
  frames: z.array(frame),
});
export type ExceptionView = z.infer<typeof exceptionView>;

const suspectView = z.object({
  rank: z.int(),
  hash: z.string(),
  author: z.string(),
  committedAt: instant,
  subject: z.string(),
  score: z.number(),
  confidence: z.enum(['high', 'medium', 'low']),
  reasons: z.array(z.string()),
  /** The part of its change that touches the failing files, unified diff; null when it could not be read. */
  diff: z.string().nullable(),
});
export type SuspectView = z.infer<typeof suspectView>;

const snippetView = z.object({
  file: z.string(),
  line: z.int(),
  startLine: z.int(),
  lines: z.array(z.string()),
  function: z.string().nullable(),
  revision: z.string().nullable(),
});

/** What explains the issue; made from the repository when somebody looks, and kept until a newer event comes. */
export const issueEvidence = z.object({
  /** `running revision`, `nearest revision`, `unavailable`. */
  truth: z.string(),
  commit: z.string().nullable(),
  reason: z.string(),
  snippets: z.array(snippetView),
  suspects: z.object({
    verdict: z.enum(['ranked', 'none likely', 'could not look']),
    reason: z.string().nullable(),
    commits: z.array(suspectView),
  }),
  owners: z.array(z.object({ owner: z.string(), file: z.string(), rule: z.string() })),
  testCommand: z.string().nullable(),
});
export type IssueEvidenceView = z.infer<typeof issueEvidence>;

export const issueDetail = issueSummary.extend({
  fingerprint: z.string(),
  why: z.object({
    version: z.string(),
    kind: z.string(),
    inputs: z.unknown(),
    kept: z.array(z.object({ frame: z.string(), rule: z.string() })),
    skipped: z.array(z.object({ frame: z.string(), rule: z.string() })),
    template: z.string().nullable(),
  }),
  hashes: z.array(z.string()),
  revisions: z.array(
    z.object({
      revision: z.string(),
      firstSeen: instant,
      lastSeen: instant,
      incidents: z.int(),
      /** Of the release of that name, as clients of Sentry count sessions; null: none were sent. */
      health: z
        .object({
          sessions: z.int(),
          crashed: z.int(),
          /** Ended by the system, or by a hang. */
          abnormal: z.int(),
          /** Share of sessions without a crash, 0-1; null without sessions. */
          crashFree: z.number().nullable(),
        })
        .nullable(),
    }),
  ),
  /** Whole days since it was last seen, from the 14th on; null before, and once it is resolved. It is only said: nothing resolves by itself. */
  quietDays: z.int().nullable(),
  /** The event id to show first: the newest representative. */
  latestEventId: z.string(),
  suggestions: z.array(z.object({ issue: issueSummary, score: z.number(), reason: z.string() })),
  mergedInto: z.string().nullable(),
  /** Ids of issues a person merged into this one; each can be taken out again. */
  merged: z.array(z.object({ id: z.string(), shortId: z.string(), title: z.string() })),
});
export type IssueDetail = z.infer<typeof issueDetail>;

export const issueIncident = z.object({
  id: z.string(),
  from: instant,
  to: instant,
  entries: z.int(),
  revision: z.string().nullable(),
  endpoint: z.string().nullable(),
  eventId: z.string(),
  members: z.array(z.object({ eventId: z.string(), at: instant, body: z.string(), foldedBy: z.string() })),
});
export type IssueIncident = z.infer<typeof issueIncident>;

/** What a user wrote about an event of the issue; never who it was. */
export const issueFeedback = z.object({
  id: z.string(),
  at: instant,
  text: z.string(),
  /** The page it was written on. */
  url: z.string().nullable(),
  revision: z.string().nullable(),
  /** The event it is about. */
  eventId: z.string(),
});
export type IssueFeedback = z.infer<typeof issueFeedback>;

export const issueChange = z.object({
  id: z.int(),
  at: instant,
  /** The name of the user or key; `Guardian` for its own. */
  actor: z.string(),
  action: z.string(),
  detail: z.record(z.string(), z.unknown()).nullable(),
});
export type IssueChange = z.infer<typeof issueChange>;

export const issueCounts = z.object({ step: z.enum(['hour', 'day']), points: z.array(countPoint) });

/** What may be done to one or many issues. */
export const issueAction = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('resolve'),
    in: z
      .union([z.literal('now'), z.literal('next'), z.object({ revision: z.string().min(1).max(200) })])
      .default('now'),
  }),
  z.object({
    type: z.literal('ignore'),
    until: z
      .union([
        z.literal('escalating'),
        z.literal('for-ever'),
        z.object({ time: instant }),
        z.object({ incidents: z.int().positive() }),
      ])
      .default('escalating'),
  }),
  z.object({ type: z.literal('reopen') }),
  z.object({ type: z.literal('hand-off'), to: z.string().max(200).optional() }),
  z.object({ type: z.literal('assign'), assignee: z.string().max(200).nullable() }),
  z.object({ type: z.literal('note'), text: z.string().min(1).max(10_000) }),
  z.object({ type: z.literal('merge'), into: z.string().min(1).max(100) }),
  z.object({ type: z.literal('unmerge') }),
  z.object({ type: z.literal('dismiss-suggestion'), other: z.string().min(1).max(100) }),
]);
export type IssueAction = z.infer<typeof issueAction>;

export const issueActionRequest = z.object({ ids: z.array(z.string().max(100)).min(1).max(200), action: issueAction });
/** One result for each id, in order; one that fails does not stop the others. */
export const issueActionReply = z.object({
  results: z.array(z.object({ id: z.string(), isDone: z.boolean(), reason: z.string().nullable() })),
});
