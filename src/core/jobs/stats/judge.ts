import type { Job, StatsCondition } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import { isObject } from './read-facts.ts';
import { NO_FACTS, type RunFacts } from './run-facts.ts';
import type { RunTexts } from './run-texts.ts';
import { durationText, numberText, percentText } from './texts-of-numbers.ts';

export interface JudgeRequest {
  facts: RunFacts;
  job: Pick<Job, 'failWhen' | 'warnWhen'>;
  texts: RunTexts;
  /** Slower than it should be; null: no. */
  slow?: { tookMs: number; limitMs: number } | null;
}

type Finding = Pick<ExecutionOutcome, 'reason'> & { message: string };

/**
 * How a run ended whose work itself succeeded: exit status 0, a resolved function, the expected answer, a client's "ok". A required step that did
 * not succeed and the job's `failWhen` make it `error`; an optional step, `warnWhen`, slowness, its own warnings and stats that could not be
 * taken make it `warning`.
 */
export function judgeSuccess({ facts, job, texts, slow }: JudgeRequest): ExecutionOutcome {
  const { stats, recordErrors } = facts;
  const steps = judgeSteps(stats, texts);
  const failures = [...steps.failures, ...conditionsThatHold(job.failWhen, 'fail_when', facts, texts)];
  const warnings: Finding[] = [
    ...conditionsThatHold(job.warnWhen, 'warn_when', facts, texts),
    ...steps.warnings,
    ...(slow ? [slowFinding(slow, texts)] : []),
    ...facts.warnings.map((message): Finding => ({ reason: 'warned', message })),
    ...problemFindings(facts, texts),
  ];
  const first = failures[0] ?? warnings[0];
  const status = failures[0] ? 'error' : first ? 'warning' : 'success';
  const message = first ? sentence(failures.length > 0 ? failures : warnings, texts) : null;
  const error = failures[0] ? [...failures.map(({ message: told }) => told), ...steps.errors].join('\n') : null;
  return { status, reason: first?.reason ?? null, message, error, stats, recordErrors };
}

export interface FailureTold {
  reason: ExecutionOutcome['reason'];
  message: string;
  /** Verbatim; null: the message says it all. */
  error: string | null;
  facts?: RunFacts;
}

/** A run whose work failed; what it told of itself until then stays with it. */
export function judgeFailure({ reason, message, error, facts = NO_FACTS }: FailureTold): ExecutionOutcome {
  const { stats, recordErrors } = facts;
  return { status: 'error', reason, message, error: error ?? message, stats, recordErrors };
}

/** A run that was ended from outside, by the reason its signal was aborted with. Over its time is over its time, whatever came of it after. */
export function judgeAbort(
  abortedFor: unknown,
  { timeoutMs, texts, facts = NO_FACTS }: { timeoutMs: number; texts: RunTexts; facts?: RunFacts },
): ExecutionOutcome {
  const { stats, recordErrors } = facts;
  const common = { error: null, stats, recordErrors };
  switch (abortedFor) {
    case 'timeout':
      return {
        ...common,
        status: 'timed_out',
        reason: 'timeout',
        message: texts.timedOut(durationText(timeoutMs, texts)),
      };
    case 'superseded':
      return { ...common, status: 'cancelled', reason: 'superseded', message: texts.superseded };
    case 'shutdown':
      return { ...common, status: 'cancelled', reason: 'shutdown', message: texts.shutdown };
    case 'lost':
      return { ...common, status: 'error', reason: 'lost', message: texts.lost };
    default:
      return { ...common, status: 'cancelled', reason: 'requested', message: texts.cancelled };
  }
}

function statusOf({ status }: Record<string, unknown>): string | null {
  return typeof status === 'string' ? status.toLowerCase().slice(0, 50) : null;
}

function badStatusText(status: string | null, texts: RunTexts): string {
  if (status === null) return texts.noStatus;
  return BADLY.has(status) ? status : texts.unknownStatus(status);
}

/** What the stats' `steps` say: `[{name, status, required (default true), error}]`. A step must say that it went well: a status nobody knows is no success. */
function judgeSteps(stats: RunFacts['stats'], texts: RunTexts) {
  const failures: Finding[] = [];
  const warnings: Finding[] = [];
  const errors: string[] = [];
  const steps = Array.isArray(stats?.steps) ? stats.steps.filter(isObject) : [];
  for (const [index, step] of steps.entries()) {
    const name = typeof step.name === 'string' ? step.name.slice(0, 100) : `${index + 1}`;
    const status = statusOf(step);
    if (status !== null && WELL.has(status)) continue;
    if (status === 'warning') {
      warnings.push({ reason: 'warned', message: texts.warningStep(name) });
      continue;
    }
    const told = badStatusText(status, texts);
    if (typeof step.error === 'string') errors.push(`${name}: ${step.error.slice(0, 4_000)}`);
    if (step.required === false) warnings.push({ reason: 'sub_step', message: texts.failedOptionalStep(name, told) });
    else failures.push({ reason: 'sub_step', message: texts.failedStep(name, told) });
  }
  return { failures, warnings, errors };
}

const WELL: ReadonlySet<string> = new Set(['success', 'ok', 'skipped']);
const BADLY: ReadonlySet<string> = new Set([
  'error',
  'failed',
  'failure',
  'timed_out',
  'cancelled',
  'upstream_failed',
  'running',
  'queued',
]);

function conditionsThatHold(
  conditions: readonly StatsCondition[],
  reason: 'fail_when' | 'warn_when',
  facts: RunFacts,
  texts: RunTexts,
): Finding[] {
  return conditions.flatMap((condition) => {
    const message = describeIfHolds(condition, facts, texts);
    return message === null ? [] : [{ reason, message }];
  });
}

/**
 * The condition as a sentence where it holds over the facts, else null. What is no number is unknown: `missing` alone sees it. `recordErrors` is the true
 * total of record errors (0 where the stats tell none), a list counts as its length, true and false as 1 and 0; so many of 0 is above every limit.
 */
function describeIfHolds(condition: StatsCondition, facts: RunFacts, texts: RunTexts): string | null {
  const { field, of, is, value: limit } = condition;
  const part = numberAt(facts, field);
  const whole = of === null ? null : numberAt(facts, of);
  const value = of === null ? part : ratioOf(part, whole);
  const name = of === null ? field : texts.ratio(field, of);
  if (is === 'missing') return value === null ? texts.missing(name) : null;
  if (value === null) return null;
  const isMet = { below: value < limit, above: value > limit, equal: value === limit }[is];
  if (!isMet) return null;
  const told =
    of === null
      ? numberText(value, texts)
      : texts.ratioValue(percentText(value, texts), numberText(part ?? 0, texts), numberText(whole ?? 0, texts));
  const limitTold = of === null ? numberText(limit, texts) : percentText(limit, texts);
  return is === 'equal' ? texts.equal(name, told) : texts[is](name, told, limitTold);
}

function ratioOf(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || (part === 0 && whole === 0)) return null;
  return part / whole;
}

function numberAt({ stats, recordErrors }: RunFacts, field: string): number | null {
  const found = valueAt(stats, field);
  if (typeof found === 'number') return found;
  if (typeof found === 'boolean') return found ? 1 : 0;
  if (Array.isArray(found)) return found.length;
  if (field === 'recordErrors' || field === 'recordErrors.total') return recordErrors?.total ?? (stats ? 0 : null);
  return null;
}

/** By the whole name first: a key may have dots in it. */
function valueAt(stats: RunFacts['stats'], field: string): unknown {
  if (!stats) return undefined;
  if (Object.hasOwn(stats, field)) return stats[field];
  let here: unknown = stats;
  for (const key of field.split('.')) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

function slowFinding({ tookMs, limitMs }: { tookMs: number; limitMs: number }, texts: RunTexts): Finding {
  return { reason: 'slow', message: texts.slow(durationText(tookMs, texts), durationText(limitMs, texts)) };
}

function problemFindings({ problem }: RunFacts, texts: RunTexts): Finding[] {
  if (problem === null) return [];
  const message =
    problem.kind === 'too_large'
      ? texts.statsTooLarge(problem.bytes === null ? null : numberText(problem.bytes, texts))
      : texts.statsUnreadable(problem.reason);
  return [{ reason: 'warned', message }];
}

function sentence(findings: readonly Finding[], texts: RunTexts): string {
  const [first, ...others] = findings;
  return others.length === 0 ? first!.message : texts.andMore(first!.message, others.length);
}
