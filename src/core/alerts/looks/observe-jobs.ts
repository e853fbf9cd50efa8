import type { JobRegistry, JobWatch, RunReader } from '../../jobs/ports.ts';
import type { Observation } from '../alert.ts';
import { judge, thresholdOf } from '../rules/limits.ts';
import type { JobRule, Limits } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import { GONE, type Look } from './look.ts';
import { observationOf } from './observation-of.ts';
import { observeJobWatch } from './observe-job-watch.ts';

export interface JobLookReader {
  jobs: Pick<JobRegistry, 'list'>;
  runs: Pick<RunReader, 'list' | 'lastOf'>;
  /** What the watchdog of the jobs saw; null before its first look. Left out: there is none. */
  watch?(): readonly JobWatch[] | null;
}

type StoredJob = Awaited<ReturnType<JobRegistry['list']>>[number];
type Run = NonNullable<Awaited<ReturnType<RunReader['get']>>>;

interface Context {
  reader: JobLookReader;
  at: number;
  words: Sayings;
}

type Finding = Pick<Observation, 'condition' | 'description'> & Partial<Observation>;

const PAGE = 50;
/** Runs of one job that are looked back over. */
const MOST_RUNS = 500;
/** Records that failed, as evidence: who and why, never the count alone. */
const SHOWN_RECORDS = 20;

/** Jobs that are declared; one that no longer is, is gone. */
export async function observeJobs(rule: JobRule, context: Context): Promise<Look> {
  const { check } = rule;
  if (isWatch(check)) return observeJobWatch(rule, { ...context, watch: context.reader.watch?.() ?? null });
  const jobs = (await context.reader.jobs.list()).filter(
    ({ job, removedAt }) =>
      removedAt === null &&
      (rule.jobs.length === 0 || rule.jobs.includes(job.id)) &&
      (rule.projectId === null || rule.projectId === job.projectId),
  );
  const last = await context.reader.runs.lastOf(jobs.map(({ job }) => job.id));
  const observations: Observation[] = [];
  for (const stored of jobs) {
    const { job } = stored;
    const finding = await find(rule, check, stored, last.get(job.id)?.last ?? null, context);
    const subject = { kind: 'job', id: job.id, name: job.label, labels: {} };
    observations.push(observationOf(rule, subject, job.projectId, { at: context.at, isCurrent: true, ...finding }));
  }
  observations.push(...unknownJobs(rule, jobs, context));
  return { observations, isWhole: true, missing: GONE };
}

/** A rule that names a job nobody declares looks at nothing, and must say so: the name may be misspelt. */
function unknownJobs(rule: JobRule, jobs: readonly StoredJob[], { at, words }: Context): Observation[] {
  const known = new Set(jobs.map(({ job }) => job.id));
  return rule.jobs
    .filter((id) => !known.has(id))
    .map((id) =>
      observationOf(rule, { kind: 'job', id, name: id, labels: {} }, rule.projectId, {
        ...{ at, condition: 'unknown', description: words.jobUnknown(id), isCurrent: true },
      }),
    );
}

type Check = JobRule['check'];
type WatchCheck = Extract<Check, { of: 'missed-tick' | 'not-begun' }>;

function isWatch(check: Check): check is WatchCheck {
  return check.of === 'missed-tick' || check.of === 'not-begun';
}

async function find(
  rule: JobRule,
  check: Exclude<Check, WatchCheck>,
  stored: StoredJob,
  last: Run | null,
  context: Context,
): Promise<Finding> {
  switch (check.of) {
    case 'failures':
      return failures(rule, check, stored, last, context);
    case 'duration':
      return duration(
        rule,
        check,
        stored,
        await newest(stored, (run) => run.startedAt !== null && hasWorked(run), context),
        context,
      );
    case 'lateness':
      return lateness(rule, check, stored, await newest(stored, ({ tick }) => tick !== null, context), context);
    case 'never-ran':
      return neverRan(check.afterMs, stored, last, context);
    case 'record-errors':
      return recordErrors(
        rule,
        check,
        stored,
        await newest(stored, (run) => run.finishedAt !== null && hasWorked(run), context),
        context,
      );
    default:
      return check satisfies never;
  }
}

/** Success, warning, error, timed_out, or at it. */
const hasWorked = ({ status }: Run) => ['running', 'success', 'warning', 'error', 'timed_out'].includes(status);
const hasFailed = ({ status }: Run) => status === 'error' || status === 'timed_out';
const wentWell = ({ status }: Run) => status === 'success' || status === 'warning';

/** Newest first. */
async function* runsOf({ job }: StoredJob, { reader }: Context): AsyncGenerator<Run> {
  let cursor: string | null = null;
  let read = 0;
  do {
    const page: Awaited<ReturnType<RunReader['list']>> = await reader.runs.list(
      { jobIds: [job.id] },
      { cursor, limit: PAGE },
    );
    yield* page.items;
    read += page.items.length;
    cursor = read < MOST_RUNS ? page.nextCursor : null;
  } while (cursor !== null);
}

async function newest(stored: StoredJob, fits: (run: Run) => boolean, context: Context): Promise<Run | null> {
  for await (const run of runsOf(stored, context)) if (fits(run)) return run;
  return null;
}

/** Skipped, cancelled and held-back runs, and those that still run, neither break the row nor lengthen it. */
async function failures(
  rule: JobRule,
  limits: Limits,
  stored: StoredJob,
  last: Run | null,
  context: Context,
): Promise<Finding> {
  const { words } = context;
  let count = 0;
  let first: Run | null = null;
  if (last !== null && !wentWell(last)) {
    for await (const run of runsOf(stored, context)) {
      if (wentWell(run)) break;
      if (!hasFailed(run)) continue;
      count += 1;
      first ??= run;
    }
  }
  const { condition, severity, bounds } = judge(count, limits, rule.severity);
  const error = first?.error ?? first?.message ?? null;
  return {
    ...{ condition, severity, value: count, threshold: thresholdOf(bounds, null, words) },
    description: words.jobFailures({ job: stored.job.label, value: words.number(count), error }),
    evidence: first && { run: first.id, chainRun: first.chainRunId, error },
  };
}

function duration(rule: JobRule, limits: Limits, { job }: StoredJob, run: Run | null, { at, words }: Context): Finding {
  if (!run || run.startedAt === null) return { condition: 'good', description: '' };
  const value = (run.finishedAt ?? at) - run.startedAt;
  const { condition, severity, bounds } = judge(value, limits, rule.severity);
  const isRunning = run.finishedAt === null;
  return {
    // A run that goes on has not shown yet that it is short.
    condition: isRunning && condition === 'good' ? 'between' : condition,
    ...{ severity, value, unit: 'ms', threshold: thresholdOf(bounds, 'ms', words) },
    description: words.jobDuration({ job: job.label, value: words.span(value), isRunning }),
    evidence: { run: run.id },
  };
}

function lateness(rule: JobRule, limits: Limits, { job }: StoredJob, run: Run | null, { at, words }: Context): Finding {
  if (!run || run.tick === null) return { condition: 'good', description: '' };
  const hasStarted = run.startedAt !== null;
  // It ended without having started (skipped, held back): late is not what it is.
  const value = !hasStarted && run.finishedAt !== null ? 0 : Math.max(0, (run.startedAt ?? at) - run.tick);
  const { condition, severity, bounds } = judge(value, limits, rule.severity);
  return {
    ...{ condition, severity, value, unit: 'ms', threshold: thresholdOf(bounds, 'ms', words) },
    description: words.jobLateness({ job: job.label, value: words.span(value), hasStarted }),
    evidence: { run: run.id, tick: run.tick },
  };
}

function neverRan(afterMs: number, { job, firstSeenAt }: StoredJob, last: Run | null, { at, words }: Context): Finding {
  const known = at - firstSeenAt;
  return {
    condition: last === null && known > afterMs ? 'bad' : 'good',
    threshold: words.span(afterMs),
    description: words.jobNeverRan({ job: job.label, since: words.span(known) }),
  };
}

function recordErrors(
  rule: JobRule,
  check: Limits & { per: string },
  { job }: StoredJob,
  run: Run | null,
  { words }: Context,
): Finding {
  const whole = run?.stats ? numberAt(run.stats, check.per) : null;
  if (!run) return { condition: 'good', description: '' };
  const kept = run.recordErrors?.kept ?? [];
  const total = run.recordErrors?.total ?? 0;
  const texts = {
    job: job.label,
    total: words.number(total),
    of: whole === null ? words.unknown : words.number(whole),
  };
  const [first] = kept;
  const description = words.jobRecordErrors({ ...texts, first: first ? `${first.subject} (${first.reason})` : null });
  const evidence = { run: run.id, total, records: kept.slice(0, SHOWN_RECORDS) };
  // Without the whole there is no part of it.
  if (whole === null || (whole === 0 && total > 0)) return { condition: 'unknown', description, evidence };
  const value = whole === 0 ? 0 : total / whole;
  const { condition, severity, bounds } = judge(value, check, rule.severity);
  return { condition, severity, value, threshold: thresholdOf(bounds, null, words), description, evidence };
}

function numberAt(stats: Record<string, unknown>, path: string): number | null {
  let value: unknown = stats;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
