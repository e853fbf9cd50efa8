import { errorPoints, exactTest, type Stratum } from './exact-test.ts';
import { DEFAULT_JUDGE_KNOBS, type JudgeKnobs } from './knobs.ts';
import { hodgesLehmann, latencyShift, mannWhitney } from './mann-whitney.ts';
import type { StepVerdict, Verdict, VerdictNumbers } from './verdict.ts';

/** What says whether a look is due: counts alone. */
export interface LookInput {
  /** One per step so far, the current one last; in the watch one, against what the old revision did during the steps. */
  strata: readonly Stratum[];
  /** Of the new revision, beyond what it had when the step began. */
  vitals: { restarts: number; outOfMemory: number };
  issues: { count: number; incidents: number };
  /** The look before this one; null: the first of the steps, or of the watch. */
  last: StepVerdict | null;
  /** Time and requests suffice to go on: a look is due whatever the counts are. */
  isStepOver: boolean;
  knobs?: JudgeKnobs;
}

export interface JudgeInput extends LookInput {
  at: number;
  /** Index of the traffic step; the watch is the one after the last. */
  step: number;
  percent: number;
  /** Of the current step, ms, a sample of each side. */
  latencies: { fresh: readonly number[]; old: readonly number[] };
}

/** When the requests have doubled since the last look, at the end of a step, and at once when something grave is seen. */
export function isLookDue(input: LookInput): boolean {
  if (graveReason(input) !== null) return true;
  const { strata, last, isStepOver, knobs = DEFAULT_JUDGE_KNOBS } = input;
  const requests = sumOf(strata, 'newRequests');
  if (last?.verdict === 'suspect') {
    // As much again of what it rests on: errors on all steps, the rest on this one.
    if (last.because === 'errors') return requests >= 2 * last.numbers.newRequests;
    return (strata.at(-1)?.newRequests ?? 0) >= 2 * last.numbers.stepRequests;
  }
  if (isStepOver) return true;
  const seen = last?.numbers.newRequests ?? 0;
  const doublings = seen < knobs.firstLook ? 0 : Math.floor(Math.log2(seen / knobs.firstLook)) + 1;
  return requests >= knobs.firstLook * 2 ** doublings;
}

/**
 * Looks at the new revision against the old one at the same time, when `isLookDue` says so. Errors: the exact test over all steps and a
 * difference of a point; latency: Mann-Whitney and a Hodges-Lehmann shift. One look that decides alone is either blind or trigger-happy, so
 * there are two stages: what is beyond doubt fails at once; what is striking is suspect, as much again is gathered, and it fails when that
 * confirms it. What is slower by some ms alone is neither. Looks are few, however long a step lasts, since each takes twice the requests of the one before.
 */
export function judge(input: JudgeInput): StepVerdict {
  const numbers = measure(input);
  const grave = graveReason(input);
  if (grave !== null) return verdictOf(input, numbers, 'fail', grave);
  const verdicts = [
    ['errors', errorVerdict(input, numbers)],
    ['latency', latencyVerdict(input, numbers)],
    ['new_issue', issueVerdict(input, numbers)],
  ] as const;
  const decided =
    verdicts.find(([, verdict]) => verdict === 'fail') ?? verdicts.find(([, verdict]) => verdict === 'suspect');
  return decided === undefined
    ? verdictOf(input, numbers, 'pass', null)
    : verdictOf(input, numbers, decided[1], decided[0]);
}

/** For a look that could not be made. */
export function inconclusive(
  { at, step, percent }: Pick<JudgeInput, 'at' | 'step' | 'percent'>,
  because: 'traffic' | 'unreadable',
  last: StepVerdict | null,
): StepVerdict {
  return { at, step, percent, verdict: 'inconclusive', because, numbers: last?.numbers ?? NOTHING };
}

const NOTHING: VerdictNumbers = {
  newRequests: 0,
  newErrors: 0,
  oldRequests: 0,
  oldErrors: 0,
  stepRequests: 0,
  errorP: null,
  errorPoints: null,
  newLatencies: 0,
  oldLatencies: 0,
  latencyP: null,
  latencyShift: null,
  latencyShiftMs: null,
  restarts: 0,
  outOfMemory: 0,
  newIssues: 0,
  newIncidents: 0,
};

function graveReason({ vitals }: LookInput): StepVerdict['because'] {
  if (vitals.outOfMemory > 0) return 'out_of_memory';
  return vitals.restarts > 0 ? 'restarts' : null;
}

function measure({ strata, latencies, vitals, issues, knobs = DEFAULT_JUDGE_KNOBS }: JudgeInput): VerdictNumbers {
  const { fresh, old } = latencies;
  const points = Math.min(fresh.length, old.length);
  const latencyP = points < knobs.latencyPoints ? null : mannWhitney(fresh, old);
  // The shift takes n·m steps, and says nothing where the ranks say nothing.
  const shift = latencyP === null || latencyP >= knobs.latencySuspect ? null : latencyShift(fresh, old);
  const newRequests = sumOf(strata, 'newRequests');
  const oldRequests = sumOf(strata, 'oldRequests');
  return {
    newRequests,
    newErrors: sumOf(strata, 'newErrors'),
    oldRequests,
    oldErrors: sumOf(strata, 'oldErrors'),
    stepRequests: strata.at(-1)?.newRequests ?? 0,
    errorP: newRequests === 0 || oldRequests === 0 ? null : exactTest(strata),
    errorPoints: errorPoints(strata),
    newLatencies: fresh.length,
    oldLatencies: old.length,
    latencyP,
    latencyShift: shift,
    latencyShiftMs: shift === null || shift <= knobs.latencyShift ? null : hodgesLehmann(fresh, old),
    restarts: vitals.restarts,
    outOfMemory: vitals.outOfMemory,
    newIssues: issues.count,
    newIncidents: issues.incidents,
  };
}

function sumOf(strata: readonly Stratum[], key: keyof Stratum): number {
  return strata.reduce((sum, stratum) => sum + stratum[key], 0);
}

function errorVerdict(
  { last, knobs = DEFAULT_JUDGE_KNOBS }: JudgeInput,
  { errorP, errorPoints: points, newRequests }: VerdictNumbers,
): Verdict {
  if (errorP === null || points === null || points < knobs.errorPoints) return 'pass';
  const isAgain = last?.verdict === 'suspect' && last.because === 'errors';
  if (errorP < (isAgain ? knobs.errorConfirmed : knobs.errorAtOnce)) return 'fail';
  return errorP < knobs.errorSuspect && newRequests >= knobs.suspectFrom ? 'suspect' : 'pass';
}

function latencyVerdict(
  { last, knobs = DEFAULT_JUDGE_KNOBS }: JudgeInput,
  { latencyP, latencyShiftMs: shiftMs = null }: VerdictNumbers,
): Verdict {
  if (latencyP === null || shiftMs === null || shiftMs < knobs.latencyLeastMs) return 'pass';
  const isAgain = last?.verdict === 'suspect' && last.because === 'latency';
  return isAgain && latencyP < knobs.latencyConfirmed ? 'fail' : 'suspect';
}

/** A new fingerprint may be one request of its kind: it fails when it goes on while as much again is gathered. */
function issueVerdict({ last }: JudgeInput, { newIssues, newIncidents }: VerdictNumbers): Verdict {
  if (newIssues === 0 || (last !== null && newIncidents <= last.numbers.newIncidents)) return 'pass';
  return last?.verdict === 'suspect' && last.because === 'new_issue' ? 'fail' : 'suspect';
}

function verdictOf(
  { at, step, percent }: JudgeInput,
  numbers: VerdictNumbers,
  verdict: Verdict,
  because: StepVerdict['because'],
): StepVerdict {
  return { at, step, percent, verdict, because, numbers };
}
