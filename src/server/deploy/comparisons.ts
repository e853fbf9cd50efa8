import type { DeploymentStep } from '../../contracts/api/deployments.ts';
import type { StepVerdict } from '../../core/deploy/index.ts';
import type { Messages } from '../../core/shared/index.ts';

type Comparison = DeploymentStep['comparisons'][number];

/** What one look of the judge rests on, measure by measure; only what decided bears its verdict. */
export function comparisonsOf({ verdict, because, numbers }: StepVerdict, { deploying }: Messages): Comparison[] {
  const {
    newRequests,
    newErrors,
    oldRequests,
    oldErrors,
    errorP,
    latencyP,
    latencyShift,
    latencyShiftMs = null,
  } = numbers;
  const say = deploying.numbers;
  const found: Comparison[] = [
    {
      measure: 'errors',
      verdict: because === 'errors' ? verdict : 'pass',
      old: ratio(oldErrors, oldRequests),
      new: ratio(newErrors, newRequests),
      pValue: errorP,
      detail: say.errors(newErrors, newRequests),
    },
  ];
  if (latencyShift !== null) {
    found.push({
      measure: 'latency',
      verdict: because === 'latency' ? verdict : 'pass',
      old: 0,
      new: latencyShift,
      pValue: latencyP,
      detail: say.slower((100 * latencyShift).toFixed(1), latencyShiftMs?.toFixed(1) ?? null),
    });
  }
  const counted = [
    ['restarts', 'restarts', numbers.restarts, say.restarts],
    ['memory', 'out_of_memory', numbers.outOfMemory, say.memory],
    ['issues', 'new_issue', numbers.newIssues, say.issues],
  ] as const;
  for (const [measure, cause, count, words] of counted) {
    found.push({
      measure,
      verdict: because === cause ? verdict : 'pass',
      old: null,
      new: count,
      pValue: null,
      detail: words(count),
    });
  }
  return found;
}

function ratio(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}
