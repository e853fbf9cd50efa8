import { startOf, USAGE_STEPS, type UsageStep } from '../../../../../core/usage/index.ts';

interface Range {
  from: number;
  to: number;
}

/** A window as a sum: what the counts of whole steps hold, and rows; `sign` -1 is taken off again. */
export interface Cut {
  steps: (Range & { step: UsageStep; sign: 1 | -1 })[];
  rows: (Range & { sign: 1 | -1 })[];
}

/**
 * Coarsest steps first. Of a step of which the window holds more than half, the whole is taken and the rest taken off: so at most half a
 * step of the finest is left to rows at each end.
 */
export function cut(window: Range, order: readonly UsageStep[]): Cut {
  const made: Cut = { steps: [], rows: [] };
  take(window, order, 1, made);
  return made;
}

function take(range: Range, [step, ...finer]: readonly UsageStep[], sign: 1 | -1, made: Cut): void {
  if (range.to <= range.from) return;
  if (step === undefined) {
    made.rows.push({ from: range.from, to: range.to, sign });
    return;
  }
  const width = USAGE_STEPS[step];
  const first = startOf(range.from + width - 1, step);
  const last = startOf(range.to, step);
  if (last > first) made.steps.push({ step, from: first, to: last, sign });
  // Ends that lie in two steps next to each other, or in one.
  const ends = [
    { from: range.from, to: Math.min(first, range.to) },
    { from: Math.max(last, Math.min(first, range.to)), to: range.to },
  ];
  for (const end of ends) {
    if (end.to <= end.from) continue;
    const cell = startOf(end.from, step);
    if ((end.to - end.from) * 2 <= width) {
      take(end, finer, sign, made);
      continue;
    }
    made.steps.push({ step, from: cell, to: cell + width, sign });
    const opposite = sign === 1 ? -1 : 1;
    take({ from: cell, to: end.from }, finer, opposite, made);
    take({ from: end.to, to: cell + width }, finer, opposite, made);
  }
}
