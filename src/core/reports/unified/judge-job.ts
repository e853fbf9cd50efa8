import type { JobPart } from '../../../contracts/api/unified.ts';
import type { JobHealth, Pause, Run } from '../../jobs/ports.ts';
import type { Messages } from '../../shared/index.ts';
import { ageOf, instantOrNull, type Verdict, worstVerdict } from './verdict.ts';

export interface JobFacts {
  id: string;
  label: string;
  project: string | null;
  origin: JobPart['origin'];
  /** Null: it is not held. */
  pause: Pause | null;
  health: Pick<JobHealth, 'isFailing' | 'failuresInRow'>;
  problem: 'late' | 'missing' | 'never ran' | 'overrunning' | null;
  last: Run | null;
  success: Run | null;
  failure: Run | null;
}

/** A job by its newest run that came to an end of its own, and by whether runs come at all. */
export function judgeJobPart(facts: JobFacts, { at, messages }: { at: number; messages: Messages }): JobPart {
  const run = decisiveRun(facts);
  const verdicts = [...standing(facts, messages), ...lastRun(facts, run, messages)];
  const verdict = verdicts.length === 0 ? null : worstVerdict(verdicts);
  const failed = run?.recordErrors ?? null;
  return {
    id: facts.id,
    name: facts.label,
    project: facts.project,
    status: verdict?.status ?? 'nothing yet',
    reasons: verdict?.reasons ?? [],
    lookedAt: instantOrNull(run?.finishedAt ?? null),
    ageMs: run?.finishedAt == null ? null : ageOf(run.finishedAt, at),
    origin: facts.origin,
    run: run && { id: run.id, status: run.status },
    findings: (failed?.kept ?? []).map(({ subject, reason }) => `${subject}: ${reason}`),
    findingCount: failed?.total ?? 0,
  };
}

/** The newest that was well or failed; what was skipped or cancelled says nothing of the job. */
function decisiveRun({ success, failure }: JobFacts): Run | null {
  if (success === null || failure === null) return success ?? failure;
  return endOf(failure) > endOf(success) ? failure : success;
}

function endOf({ finishedAt, createdAt }: Run): number {
  return finishedAt ?? createdAt;
}

/** Whether it comes when it should. */
function standing({ pause, problem, last }: JobFacts, { unified: t }: Messages): Verdict[] {
  const verdicts: Verdict[] = [];
  if (pause !== null) verdicts.push({ status: 'could not look', reasons: [t.paused(pause.by, pause.reason)] });
  if (problem === 'overrunning') verdicts.push({ status: 'DEGRADED', reasons: [t.overrunning] });
  else if (problem !== null) verdicts.push({ status: 'could not look', reasons: [t.jobProblems[problem]] });
  if (last?.status === 'upstream_failed') verdicts.push({ status: 'could not look', reasons: [t.upstreamFailed] });
  return verdicts;
}

/** What Guardian does for itself puts nothing that is watched in danger: it is never worse than DEGRADED. */
function lastRun({ origin, health }: JobFacts, run: Run | null, { unified: t }: Messages): Verdict[] {
  if (health.isFailing) {
    const status = origin === 'guardian' ? 'DEGRADED' : 'CRITICAL';
    return [{ status, reasons: [t.failing(health.failuresInRow, run?.message ?? run?.error ?? null)] }];
  }
  if (run === null) return [];
  if (run.status === 'success') return [{ status: 'OK', reasons: [] }];
  if (run.status === 'warning') return [{ status: 'DEGRADED', reasons: [t.warned(run.message)] }];
  return [{ status: 'DEGRADED', reasons: [t.lastFailed(run.message ?? run.error)] }];
}
