import { z } from 'zod';

/** `guardian.report/1`: the state of one service over one window. Every key is always present; empty is `[]`, `{}` or `null`. */

const instant = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds');
const count = z.int().nonnegative();
const text = z.string();
const textOrNull = z.string().nullable();
const texts = z.array(z.string());
const tally = z.record(z.string(), count).describe('descending by count');

const incidentView = z
  .strictObject({
    timestamp: instant,
    severity: text,
    message: text.describe('whole'),
    stack_trace: textOrNull,
    endpoint: textOrNull.describe('METHOD route, no host, no query, ids as :id'),
    http_method: textOrNull,
    status_code: count.nullable(),
    user_agent: textOrNull,
    request_id: textOrNull,
    error_type: textOrNull,
    file_path: textOrNull,
    line_number: count.nullable(),
    full_payload: z.record(z.string(), z.unknown()).nullable(),
    incident_id: text,
    issue_id: text,
    revision: textOrNull,
    entries: count,
  })
  .meta({ id: 'incident' });

const codeSnippet = z
  .strictObject({
    file: text,
    line: count,
    code_snippet: text.describe('raw lines, byte-equal to the file at that revision'),
    start_line: count,
    end_line: count,
    error_count: count,
    function: textOrNull,
    revision: textOrNull.describe('full commit hash the text was read at'),
    issue_id: text,
    truth: z.enum(['running revision', 'nearest revision', 'unavailable']),
    note: textOrNull.describe('"moved": the line was found elsewhere in the file than the trace says'),
  })
  .meta({ id: 'code_snippet' });

const recentCommit = z
  .strictObject({
    hash: text.describe('first 8 digits'),
    author: text.describe('name only'),
    time: text.describe('relative to the report'),
    message: text.describe('subject'),
    sha: text,
    committed_at: instant,
    in_running_revision: z.boolean(),
  })
  .meta({ id: 'recent_commit' });

const suspectCommits = z
  .strictObject({
    verdict: z.enum(['ranked', 'none likely', 'could not look']),
    reason: textOrNull.describe('why nothing was ranked; null when something was'),
    commits: z.array(
      z.strictObject({
        rank: z.int().positive(),
        hash: text,
        author: text,
        time: text,
        message: text,
        score: z.number().min(0).max(1),
        confidence: z.enum(['high', 'medium', 'low']),
        reasons: z.array(text).min(1),
      }),
    ),
  })
  .meta({ id: 'suspect_commits' });

const recommendation = z
  .strictObject({
    priority: z.enum(['HIGH', 'MEDIUM', 'LOW']),
    action: text,
    details: text,
    affected_files: texts,
    affected_endpoints: texts,
    command: textOrNull,
    rollback_command: textOrNull,
    suggested_fix: textOrNull,
    suggested_investigation: texts,
    suggested_files_to_check: z.array(codeSnippet),
    recent_commits: z.array(recentCommit),
    suspect_commits: suspectCommits,
    issue_ids: texts,
  })
  .meta({ id: 'recommendation' });

const evidenceFrame = z.strictObject({
  file: textOrNull,
  line: count.nullable(),
  function: textOrNull,
  module: textOrNull,
  code: textOrNull,
  is_application: z.boolean(),
  rule: text.describe('what decided application or library'),
  culprit_rank: z.int().positive().nullable().describe('1 = most likely place of the fault'),
});

const evidenceException = z.strictObject({
  type: textOrNull,
  message: textOrNull,
  relation: z.enum(['raised', 'cause', 'context', 'suppressed', 'member']),
  frames: z.array(evidenceFrame).describe('crash first'),
  truncated: z.boolean(),
});

const evidence = z
  .strictObject({
    truth: z.enum(['running revision', 'nearest revision', 'unavailable']),
    commit: textOrNull.describe('full hash the code was read at'),
    reason: text.describe('why this truth'),
    exceptions: z.array(evidenceException).describe('raised first, then causes'),
    stack_trace: textOrNull,
    truncated: z.boolean().describe('the log cut the trace'),
    code_snippets: z.array(codeSnippet),
    request: z
      .strictObject({
        method: textOrNull,
        path: textOrNull,
        status: count.nullable(),
        duration_ms: z.number().nullable(),
        request_id: textOrNull,
        user_agent: textOrNull,
      })
      .nullable(),
    breadcrumbs: z.array(z.strictObject({ time: instant.nullable(), category: textOrNull, message: text })),
    log_tail: z.array(z.strictObject({ timestamp: instant, severity: text, message: text, source: text })),
    source: text.describe('where the representative event stands: source and position'),
    test_command: textOrNull.describe('from configuration or AGENTS.md'),
    first_seen_revision: textOrNull,
    last_revision_without: textOrNull,
  })
  .meta({ id: 'evidence' });

const issueView = z
  .strictObject({
    id: text,
    fingerprint: z.string().regex(/^v\d+:/),
    title: text,
    state: z.enum(['open', 'handed off', 'resolved', 'regressed', 'ignored']),
    incidents: count,
    entries: count,
    first_seen: instant,
    last_seen: instant,
    is_new: z.boolean(),
    is_regression: z.boolean(),
    error_type: textOrNull,
    location: z.strictObject({ file: text, line: count.nullable(), function: textOrNull }).nullable(),
    endpoints: texts,
    revisions: texts,
    affected_users: count.nullable(),
    suspect_commits: suspectCommits,
    owners: z.array(z.strictObject({ owner: text, file: text, rule: text })),
    evidence,
    done_when: text,
  })
  .meta({ id: 'issue' });

export const reportSchema = z.strictObject({
  schema: z.literal('guardian.report/1'),
  timestamp: instant,
  service: text,
  region: textOrNull,
  release: textOrNull,
  revision: textOrNull,
  logs_analyzed: count,
  freshness: text.describe('"all", or a duration such as 1h'),
  window: z.strictObject({
    from: instant.nullable(),
    to: instant.nullable(),
    complete: z.boolean().nullable().describe('null: unknown'),
    reason: textOrNull,
  }),
  status: z.enum(['OK', 'DEGRADED', 'CRITICAL']),
  status_reasons: texts,
  summary: z.strictObject({ errors: count, warnings: count, critical_signals: count, latency_issues: count }),
  incidents: count,
  noise: count.describe('entries'),
  errors_detailed: z.array(incidentView),
  warnings_detailed: z.array(incidentView),
  error_patterns: z.strictObject({
    by_endpoint: tally,
    by_error_type: tally,
    by_file: tally,
    frequency_timeline: z.array(z.strictObject({ from: instant, to: instant, errors: count, warnings: count })),
    most_common_error: textOrNull,
  }),
  code_snippets: z.array(codeSnippet),
  recent_commits: z.array(recentCommit),
  recommendations: z.array(recommendation),
  critical_signals: z.array(
    z.strictObject({
      type: z.enum(['OOM', 'UNHEALTHY', 'CRASH']),
      time: instant,
      msg: text,
      full_context: incidentView,
      affected_requests: count,
    }),
  ),
  latency_issues: z.array(
    z.strictObject({ time: instant, msg: text, full_context: incidentView, duration_ms: z.int().nonnegative() }),
  ),
  log_samples: z.array(
    z.strictObject({
      timestamp: instant,
      severity: text,
      message: text.max(500),
      endpoint: textOrNull,
      http_method: textOrNull,
      status_code: count.nullable(),
      request_id: textOrNull,
      source: text,
      payload_excerpt: z.string().max(500).nullable(),
    }),
  ),
  issues: z.array(issueView),
  suspect_commits: suspectCommits,
  noise_groups: z.array(z.strictObject({ reason: text, entries: count, paths: count, example: text })),
  redactions: tally.describe('how many values of each kind were taken out'),
  problems: z
    .array(z.strictObject({ kind: text, name: text, position: text, count, detail: text }))
    .describe('what could not be read'),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportStatus = Report['status'];
export type IncidentView = z.infer<typeof incidentView>;
export type IssueView = z.infer<typeof issueView>;
export type CodeSnippet = z.infer<typeof codeSnippet>;
export type RecentCommit = z.infer<typeof recentCommit>;
export type SuspectCommits = z.infer<typeof suspectCommits>;
export type Recommendation = z.infer<typeof recommendation>;
export type EvidenceView = z.infer<typeof evidence>;
