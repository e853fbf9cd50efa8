import type { z } from 'zod';
import type {
  JobDetail,
  JobSummary,
  jobPause,
  jobPrediction,
  RunDetail,
  RunSummary,
} from '../../contracts/api/jobs.ts';
import type { DstDay, Pause, Prediction, Run, RunStatistics, RunStatus, StoredJob } from '../../core/jobs/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

/** How rows name their jobs; a job that is no longer declared keeps its last label. */
export type LabelOf = (jobId: string) => string;

export function runSummaryView(run: Run, labelOf: LabelOf): RunSummary {
  return {
    id: run.id,
    job: run.jobId,
    label: labelOf(run.jobId),
    status: run.status,
    reason: run.reason,
    message: run.message,
    trigger: run.trigger,
    triggeredBy: run.triggeredBy.kind,
    triggeredByUser: run.triggeredBy.user,
    tick: instantOrNull(run.tick),
    chainRun: run.chainRunId,
    cause: run.causeRunId,
    attempt: run.attempt,
    createdAt: toInstant(run.createdAt),
    startedAt: instantOrNull(run.startedAt),
    finishedAt: instantOrNull(run.finishedAt),
    durationMs: durationOf(run),
  };
}

/** From the first attempt to the end, waits between attempts included; null while it has not both. */
export function durationOf({ startedAt, finishedAt }: Run): number | null {
  return startedAt === null || finishedAt === null ? null : finishedAt - startedAt;
}

export function runDetailView(run: Run, chain: readonly Run[], labelOf: LabelOf): RunDetail {
  return {
    ...runSummaryView(run, labelOf),
    error: run.error,
    stats: run.stats,
    recordErrors: run.recordErrors,
    attempts: run.attempts.map(({ startedAt, finishedAt, ...attempt }) => ({
      ...attempt,
      startedAt: toInstant(startedAt),
      finishedAt: toInstant(finishedAt),
    })),
    node: run.node,
    environment: run.environment,
    cancelRequestedBy: run.cancelRequest?.by ?? null,
    nextAttemptAt: run.status === 'queued' && run.attempt > 0 ? toInstant(run.dueAt) : null,
    outputBytes: run.outputBytes,
    lostOutputBytes: run.lostOutputBytes,
    chain: chain.map((one) => runSummaryView(one, labelOf)),
  };
}

export interface JobSituation {
  project: string | null;
  last: Run | null;
  success: Run | null;
  failure: Run | null;
  /** Newest first. */
  recent: readonly RunStatus[];
  nextTick: number | null;
  problem: JobSummary['problem'];
}

export function jobSummaryView(stored: StoredJob, about: JobSituation, messages: Messages): JobSummary {
  const { job, pause } = stored;
  const labelOf = () => job.label;
  const view = (run: Run | null) => (run === null ? null : runSummaryView(run, labelOf));
  return {
    id: job.id,
    label: job.label,
    project: about.project,
    origin: job.origin,
    kind: job.work.kind,
    taskType: job.taskType,
    schedule: scheduleText(stored, messages),
    pause: pauseView(pause),
    nextTick: instantOrNull(about.nextTick),
    last: view(about.last),
    lastSuccess: view(about.success),
    lastFailure: view(about.failure),
    recent: [...about.recent],
    problem: about.problem,
  };
}

function pauseView(pause: Pause | null): z.infer<typeof jobPause> | null {
  return pause && { at: toInstant(pause.at), until: instantOrNull(pause.until), reason: pause.reason, by: pause.by };
}

function scheduleText({ job: { trigger } }: StoredJob, { jobs }: Messages): string {
  switch (trigger.kind) {
    case 'cron':
      return `${trigger.pattern} (${trigger.timeZone})`;
    case 'interval':
      return jobs.every(spanText(trigger.everyMs));
    case 'after':
      return jobs.after(trigger.edges.map(({ job }) => job).join(', '));
    case 'none':
      return jobs.byHand;
  }
}

const UNITS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `90 min`, `2 h`: the largest unit in which it is whole. */
export function spanText(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one && ms % one === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

export interface JobDetailParts {
  statistics: RunStatistics;
  downstream: string[];
  nextTicks: readonly number[];
  clockChanges: readonly DstDay[];
  pingUrl: string | null;
  predictions: readonly Prediction[];
}

export function jobDetailView(
  stored: StoredJob,
  summary: JobSummary,
  parts: JobDetailParts,
  messages: Messages,
): JobDetail {
  const { trigger } = stored.job;
  const { byStatus, duration } = parts.statistics;
  return {
    ...summary,
    description: describe(stored, messages),
    upstream: trigger.kind === 'after' ? trigger.edges : [],
    downstream: parts.downstream,
    timeZone: trigger.kind === 'cron' ? trigger.timeZone : null,
    nextTicks: parts.nextTicks.map(toInstant),
    clockChanges: parts.clockChanges.map((day) => ({
      day: day.date,
      change: day.kind,
      ticks: day.ticks.map(({ at }) => toInstant(at)),
      note: clockNote(day, messages),
    })),
    pingUrl: parts.pingUrl,
    statistics: {
      byStatus,
      successRate: successRate(byStatus),
      meanMs: duration?.mean ?? null,
      p50Ms: duration?.p50 ?? null,
      p90Ms: duration?.p90 ?? null,
      p99Ms: duration?.p99 ?? null,
    },
    prediction: predictionView(parts.predictions, messages),
  };
}

/** (success + warning) / (success + warning + error + timed_out); null over nothing. */
export function successRate({ success, warning, error, timed_out }: RunStatistics['byStatus']): number | null {
  const all = success + warning + error + timed_out;
  return all === 0 ? null : (success + warning) / all;
}

function describe({ job }: StoredJob, { jobs }: Messages): { name: string; value: string }[] {
  const { overlap, retries, concurrency, catchUp } = job;
  const lines: [string, string | null][] = [
    [jobs.knobs.timeout, spanText(job.timeoutMs)],
    [jobs.knobs.overlap, overlap.kind === 'queue' ? `queue (${overlap.bound})` : overlap.kind],
    [
      jobs.knobs.retries,
      retries.count === 0 ? null : `${retries.count} × ${spanText(retries.firstDelayMs)} × ${retries.factor}`,
    ],
    [jobs.knobs.concurrency, concurrency && `${concurrency.key} (${concurrency.limit})`],
    [jobs.knobs.catchUp, catchUp.kind === 'all' ? `all (${catchUp.limit})` : catchUp.kind],
    [jobs.knobs.onlyIf, job.condition?.job ?? null],
    [jobs.knobs.rule, job.trigger.kind === 'after' ? job.trigger.rule : null],
  ];
  return lines.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

function clockNote(day: DstDay, { jobs }: Messages): string {
  const moved = day.ticks.filter(({ is }) => is === 'moved').length;
  const twice = day.ticks.filter(({ is }) => is === 'second').length;
  if (moved > 0) return jobs.clock.moved(moved);
  if (twice > 0) return jobs.clock.twice(twice);
  if (day.leftOutCount === 0) return jobs.clock.nothing;
  return day.kind === 'overlap' ? jobs.clock.once : jobs.clock.leftOut(day.leftOutCount);
}

/** The newest of failure and of lateness. Their measure is that of the failures: those people ask about first. */
function predictionView(predictions: readonly Prediction[], { jobs }: Messages): z.infer<typeof jobPrediction> | null {
  const newest = (event: Prediction['event']) =>
    predictions
      .filter((one) => one.event === event)
      .reduce<Prediction | null>((last, one) => (last && last.madeAt >= one.madeAt ? last : one), null);
  const failure = newest('failure');
  const lateness = newest('lateness');
  const shown = failure ?? lateness;
  if (!shown) return null;
  return {
    failure: failure?.probability ?? null,
    lateness: lateness?.probability ?? null,
    reasons: shown.because.map(({ signal }) => jobs.signals[signal]),
    precision: shown.measured.precision,
    recall: shown.measured.recall,
    judged: shown.measured.count,
    madeAt: toInstant(shown.madeAt),
  };
}
