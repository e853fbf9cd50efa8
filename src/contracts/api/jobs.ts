import { z } from 'zod';
import { instant, pageOf, pageQuery } from './shared.ts';

export const runStatus = z.enum([
  'queued',
  'running',
  'success',
  'warning',
  'error',
  'skipped',
  'upstream_failed',
  'cancelled',
  'timed_out',
]);
export type RunStatusView = z.infer<typeof runStatus>;

const statusCounts = z.object(
  Object.fromEntries(runStatus.options.map((status) => [status, z.int()])) as Record<RunStatusView, z.ZodInt>,
);

/** One execution, as lists show it. */
export const runSummary = z.object({
  id: z.string(),
  job: z.string(),
  label: z.string(),
  status: runStatus,
  /** Why it has that status: `overlap`, `missed`, `exit`, `timeout`, `fail_when` … */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  /** schedule, catch-up, after, manual, api, ping, check-in, posted. */
  trigger: z.string(),
  triggeredBy: z.enum(['scheduler', 'manual', 'api']),
  triggeredByUser: z.string().nullable(),
  /** The due instant it stands for. */
  tick: instant.nullable(),
  chainRun: z.string(),
  cause: z.string().nullable(),
  attempt: z.int(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  durationMs: z.number().nullable(),
});
export type RunSummary = z.infer<typeof runSummary>;

export const runDetail = runSummary.extend({
  error: z.string().nullable(),
  stats: z.record(z.string(), z.unknown()).nullable(),
  recordErrors: z
    .object({ total: z.int(), kept: z.array(z.object({ subject: z.string(), reason: z.string() })) })
    .nullable(),
  attempts: z.array(
    z.object({
      number: z.int(),
      startedAt: instant,
      finishedAt: instant,
      status: runStatus,
      reason: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
  node: z.string().nullable(),
  environment: z.string().nullable(),
  cancelRequestedBy: z.string().nullable(),
  nextAttemptAt: instant.nullable(),
  outputBytes: z.int(),
  lostOutputBytes: z.int(),
  /** Runs of the same chain run, in the order they began. */
  chain: z.array(runSummary),
});
export type RunDetail = z.infer<typeof runDetail>;

export const runOutput = z.object({
  chunks: z.array(
    z.object({ seq: z.int(), at: instant, stream: z.enum(['stdout', 'stderr', 'log']), text: z.string() }),
  ),
  /** Ask again with this `after`; the run has ended when `isDone`. */
  next: z.int(),
  isDone: z.boolean(),
  lostBytes: z.int(),
});
export type RunOutput = z.infer<typeof runOutput>;

export const runOutputQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});

export const jobPause = z.object({
  at: instant,
  until: instant.nullable(),
  reason: z.string().nullable(),
  by: z.string(),
});

/** How likely the next run fails or ends late; null fields: too little is known. */
export const jobPrediction = z.object({
  failure: z.number().min(0).max(1).nullable(),
  lateness: z.number().min(0).max(1).nullable(),
  reasons: z.array(z.string()),
  /** Of this job's earlier predictions, judged by what came. */
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  judged: z.int(),
  madeAt: instant,
});

export const jobSummary = z.object({
  id: z.string(),
  label: z.string(),
  project: z.string().nullable(),
  origin: z.enum(['configuration', 'client', 'guardian']),
  kind: z.enum(['function', 'shell', 'http', 'watched', 'internal']),
  taskType: z.string().nullable(),
  /** In words of the trigger: `0 1 * * * (America/Montreal)`, `every 5m`, `after full_sync`, `by hand`. */
  schedule: z.string(),
  pause: jobPause.nullable(),
  nextTick: instant.nullable(),
  last: runSummary.nullable(),
  lastSuccess: runSummary.nullable(),
  lastFailure: runSummary.nullable(),
  /** success, warning, error and so on of the last runs, newest first. */
  recent: z.array(runStatus),
  /** Later than it should be, or never seen. */
  problem: z.enum(['late', 'missing', 'never ran', 'overrunning']).nullable(),
});
export type JobSummary = z.infer<typeof jobSummary>;

export const jobDetail = jobSummary.extend({
  description: z.array(z.object({ name: z.string(), value: z.string() })),
  upstream: z.array(z.object({ job: z.string(), isStrict: z.boolean() })),
  downstream: z.array(z.string()),
  /** IANA zone in which its schedule is meant; null: it has none, as spans and `after` have none. */
  timeZone: z.string().nullable(),
  nextTicks: z.array(instant),
  /** The next two days on which the clocks change, with the ticks on them. */
  clockChanges: z.array(
    z.object({
      day: z.string(),
      change: z.enum(['gap', 'overlap']),
      ticks: z.array(instant),
      /** What the change does to the schedule: nothing, moved, left out, twice. */
      note: z.string(),
    }),
  ),
  pingUrl: z.string().nullable(),
  statistics: z.object({
    byStatus: statusCounts,
    successRate: z.number().nullable(),
    meanMs: z.number().nullable(),
    p50Ms: z.number().nullable(),
    p90Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
  }),
  prediction: jobPrediction.nullable(),
});
export type JobDetail = z.infer<typeof jobDetail>;

export const jobList = z.object({ items: z.array(jobSummary) });

export const runRequest = z.strictObject({
  /** A repeat with the same key gives the same run. */
  idempotencyKey: z.string().min(1).max(200).optional(),
});
export const runAccepted = z.object({ run: runSummary });

/** `until` lies ahead; without it the job waits until somebody resumes it. */
export const pauseRequest = z.strictObject({
  until: z.iso.datetime({ offset: true }).optional(),
  reason: z.string().max(500).optional(),
});
/** How many runs a resume now would start. */
export const resumePreview = z.object({ runs: z.int(), skipped: z.int() });
export const cancelRequest = z.strictObject({ reason: z.string().max(500).optional() });

export const jobRunsQuery = z.strictObject({
  ...pageQuery.shape,
  status: z.string().max(200).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
export const runPage = pageOf(runSummary);

/** The graph of all `after` edges with the state each job was in last. */
export const chainGraph = z.object({
  jobs: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      rule: z.string().nullable(),
      isPaused: z.boolean(),
      last: runSummary.nullable(),
    }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string(), isStrict: z.boolean() })),
});
export type ChainGraph = z.infer<typeof chainGraph>;

export const chainRun = z.object({ id: z.string(), isOpen: z.boolean(), runs: z.array(runSummary) });
